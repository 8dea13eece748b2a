"""Registering for a workshop, and looking after a registration by its secret address."""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clusterix.lib import limits
from clusterix.lib.secret_pages import secret, with_origin
from workshops.models import Workshop
from workshops.registration import places
from workshops.registration.calendar import invitation
from workshops.registration.desk.certificates import certificates, has_certificate, organiser
from workshops.registration.desk.paper import pdf_file
from workshops.registration.forms import DetailsForm, LostLinkForm, RegistrationForm
from workshops.registration.line import place_in_line
from workshops.registration.models import Registration, RegistrationSettings, State
from workshops.registration.places import BUSY, Answer, BusyError, Outcome
from workshops.registration.refusals import sentence
from workshops.views import calendar_file

REGISTRATIONS = {"most": 1_000, "seconds": 600}
"""Generous: a whole conference may share one address."""
LOST_LINKS = {"most": 10, "seconds": 3_600}

WAITS = {HTTPStatus.TOO_MANY_REQUESTS: 300, HTTPStatus.SERVICE_UNAVAILABLE: 5}
"""How many seconds to wait before asking again."""

TURNED_AWAY = (Answer.NO_REGISTRATION, Answer.NOT_YET_OPEN, Answer.CLOSED, Answer.FULL)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for a workshop, or why nobody can register for it now."""
    terms = RegistrationSettings.objects.for_form().public().filter(workshop__slug=slug).first()
    if terms is None:
        return without_terms(request, slug)
    if request.method == "POST":
        return submitted(request, terms)
    now = timezone.now()
    if not terms.takes_applications(now):
        refusal = Outcome(Answer(terms.status(now)), terms)
        return turned_away(request, terms.workshop, refusal, HTTPStatus.OK)
    return form_page(request, RegistrationForm(terms=terms))


def without_terms(request: HttpRequest, slug: str) -> HttpResponse:
    """Nobody registers for that workshop here, or it is at another address now."""
    workshop = Workshop.objects.filter(slug=slug).first()
    if workshop is None:
        moved = get_object_or_404(Workshop.objects.once_called(slug)[:1])
        return redirect("registration:register", moved.slug, permanent=True)
    return turned_away(request, workshop, Outcome(Answer.NO_REGISTRATION), HTTPStatus.NOT_FOUND)


def submitted(request: HttpRequest, terms: RegistrationSettings) -> HttpResponse:
    """The answer to a filled-in form: the same for a new address and for one that is known."""
    workshop = terms.workshop
    form = RegistrationForm(request.POST, terms=terms)
    if not form.is_valid():
        return form_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not limits.is_within(request, "register", **REGISTRATIONS):
        form.add_error(None, too_often())
        return form_page(request, form, HTTPStatus.TOO_MANY_REQUESTS)
    try:
        outcome = places.register(workshop, form.application(), timezone.now())
    except BusyError:
        form.add_error(None, BUSY)
        return form_page(request, form, HTTPStatus.SERVICE_UNAVAILABLE)
    if outcome.is_kept:
        return see_other("registration:thanks", workshop.slug, query=f"?as={outcome.state}")
    if outcome.answer in TURNED_AWAY:
        return turned_away(request, workshop, outcome)
    if outcome.answer == Answer.FORM_USED:
        form.renew()
    form.add_error(None, sentence(outcome))
    return form_page(request, form, HTTPStatus.CONFLICT)


def form_page(
    request: HttpRequest, form: RegistrationForm, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """The form, with what was typed and what is wrong with it."""
    context = {
        "form": form,
        "terms": form.terms,
        "workshop": form.terms.workshop,
        "is_full": form.terms.places_left == 0,
    }
    return answer(request, "registration/register.html", context, status)


def turned_away(
    request: HttpRequest,
    workshop: Workshop,
    outcome: Outcome,
    status: HTTPStatus = HTTPStatus.CONFLICT,
) -> HttpResponse:
    """Why nobody can register now, said kindly, and what else there is."""
    context = {"workshop": workshop, "outcome": outcome, "answers": Answer}
    return answer(request, "registration/turned_away.html", context, status)


def answer(
    request: HttpRequest, template: str, context: Mapping[str, object], status: HTTPStatus
) -> HttpResponse:
    """A page; where it asks for patience, it says how much."""
    response = render(request, template, dict(context), status=status)
    if status in WAITS:
        response["Retry-After"] = str(WAITS[status])
    return response


def see_other(name: str, *args: str, query: str = "") -> HttpResponse:
    """Leads on after something was done, so that reloading does not do it again."""
    location = reverse(name, args=args) + query
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": location})


@never_cache
@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """What comes of it, as the address says, and where the mail about it goes."""
    workshop = get_object_or_404(Workshop.objects, slug=slug)
    context = {"workshop": workshop, "state": request.GET.get("as", "")}
    return render(request, "registration/thanks.html", context)


def found(reference: str) -> Registration:
    """The registration that a reference opens, unless it was erased."""
    return get_object_or_404(Registration.objects.for_page(), reference=reference)


@secret
@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """What somebody registered, and what they can do about it."""
    registration = found(reference)
    can_change = registration.can_change(timezone.now())
    context = {
        "registration": registration,
        "can_change": can_change,
        "has_certificate": has_certificate(registration, timezone.now()),
        "is_saved": "saved" in request.GET,
        "answers": registration.answers.in_order(),
        "is_asked": registration.is_accepted and registration.has_open_questions,
        "offer": registration.open_offer if registration.state == State.OFFERED else None,
        "line": place_in_line(registration) if registration.state == State.WAITING else None,
    }
    return render(request, "registration/detail.html", context)


@secret
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, reference: str) -> HttpResponse:
    """The form to correct a registration."""
    registration = found(reference)
    if not registration.can_change(timezone.now()):
        return redirect(registration)
    terms = registration.workshop.registration_settings
    form = DetailsForm(request.POST or None, instance=registration, terms=terms)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = changed(form)
        if status == HTTPStatus.SEE_OTHER:
            return HttpResponse(
                status=status, headers={"Location": f"{registration.get_absolute_url()}?saved"}
            )
    context = {"form": form, "registration": registration}
    return with_origin(answer(request, "registration/change.html", context, status))


def changed(form: DetailsForm) -> HTTPStatus:
    """How a correction went; what stands in its way is said in the form."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        outcome = places.change(form.instance, form.details(), timezone.now())
    except BusyError:
        form.add_error(None, BUSY)
        return HTTPStatus.SERVICE_UNAVAILABLE
    if outcome.answer == Answer.CHANGED:
        return HTTPStatus.SEE_OTHER
    form.add_error(None, sentence(outcome))
    return HTTPStatus.CONFLICT


@secret
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks whether to give the places up, and does."""
    registration = found(reference)
    if not registration.can_change(timezone.now()):
        return redirect(registration)
    return end(request, registration, "registration/cancel.html", places.cancel) or see_other(
        "registration:detail", reference
    )


@secret
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks for a click, since programs follow links in mails too, and confirms the address."""
    registration = found(reference)
    if registration.state != State.UNCONFIRMED or not registration.can_change(timezone.now()):
        return redirect(registration)
    template = "registration/confirm.html"
    return end(request, registration, template, places.confirm_address) or see_other(
        "registration:detail", reference
    )


@secret
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, reference: str) -> HttpResponse:
    """The places that are kept for somebody who waited, to take or to leave."""
    registration = found(reference)
    if registration.open_offer is None:
        return redirect(registration)
    action = places.decline if "decline" in request.POST else places.accept
    return end(request, registration, "registration/offer.html", action) or see_other(
        "registration:detail", reference
    )


@secret
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks whether to forget who it was, and does; the address opens nothing after that."""
    return end(request, found(reference), "registration/erase.html", places.erase) or see_other(
        "registration:erased"
    )


def end(
    request: HttpRequest,
    registration: Registration,
    template: str,
    action: Callable[[Registration, datetime], object],
) -> HttpResponse | None:
    """The question whether to do it; None once it is done."""
    busy, status = "", HTTPStatus.OK
    if request.method == "POST":
        try:
            action(registration, timezone.now())
        except BusyError:
            busy, status = str(BUSY), HTTPStatus.SERVICE_UNAVAILABLE
        else:
            return None
    context = {"registration": registration, "busy": busy}
    return with_origin(answer(request, template, context, status))


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """What is left, and what is not."""
    return render(request, "registration/erased.html")


@secret
@require_safe
def calendar(_request: HttpRequest, reference: str) -> HttpResponse:
    """The event for the calendar, as the mail carried it."""
    return calendar_file(invitation(found(reference)), "workshop.ics")


@secret
@require_safe
def certificate(_request: HttpRequest, reference: str) -> HttpResponse:
    """That somebody was there, on paper, once it is over."""
    registration = found(reference)
    if not has_certificate(registration, timezone.now()):
        raise Http404
    content = certificates([registration], organiser(registration.workshop))
    return pdf_file(content, "certificate.pdf")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lost_link(request: HttpRequest) -> HttpResponse:
    """Sends the links of an address to it; the answer is the same for one that has none."""
    form = LostLinkForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid() and limits.is_within(request, "lost link", **LOST_LINKS):
            places.send_links(form.cleaned_data["email"], timezone.now())
            return see_other("registration:link_sent")
        if form.is_valid():
            form.add_error(None, too_often())
            status = HTTPStatus.TOO_MANY_REQUESTS
    return answer(request, "registration/lost_link.html", {"form": form}, status)


@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "registration/link_sent.html")


def too_often() -> str:
    """Why we ask for patience."""
    return _("Many requests come from where you are. Please wait a few minutes and send it again.")
