"""What mail services report, and what a developer sees of the mails in development alone."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from clusterix.mail import bounces
from clusterix.mail.models import Attachment, Message

NEWEST = 50
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
THIS_MACHINE = ("127.0.0.1", "::1")


log = structlog.stdlib.get_logger("clusterix.mail")


@csrf_exempt
@require_POST
def report(request: HttpRequest, service: str) -> HttpResponse:
    """Takes the report of a mail service whose secret we have; nobody else's is believed."""
    reader = bounces.SERVICES[service]() if service in bounces.SERVICES else None
    if reader is None:
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > bounces.LARGEST_REPORT:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        events = bounces.read(reader, request)
    except bounces.NotUnderstoodError:
        log.warning("mail report not understood", service=service)
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    for event in events:
        bounces.note(event, timezone.now())
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def local_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """404 unless in development and asked from this machine."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: int) -> HttpResponse:
        if not (settings.DEBUG and request.META.get("REMOTE_ADDR") in THIS_MACHINE):
            raise Http404
        return view(request, **kwargs)

    return guarded


@require_safe
@local_only
def outbox(request: HttpRequest) -> HttpResponse:
    """The newest mails, delivered or not."""
    messages = Message.objects.newest_first().prefetch_related("attachments")[:NEWEST]
    return render(request, "mail/outbox.html", {"mails": messages})


@require_safe
@local_only
def outbox_html(request: HttpRequest, pk: int) -> HttpResponse:
    """A mail's HTML as a mail program shows it: without scripts and without a request."""
    message = get_object_or_404(Message, pk=pk)
    return HttpResponse(message.html, headers={"Content-Security-Policy": SANDBOX})


@require_safe
@local_only
def outbox_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file that a mail carries."""
    file = get_object_or_404(Attachment, pk=pk)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return HttpResponse(file.content, content_type=file.content_type, headers=headers)
