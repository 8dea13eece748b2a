"""Handing out a file: to be kept, never to be opened as a page of ours."""

import structlog
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response

from workshops.models import Material

SANDBOX = "sandbox; default-src 'none'"

log = structlog.stdlib.get_logger("clusterix.materials")


def download(request: HttpRequest, material: Material) -> HttpResponseBase:
    """A file as an attachment, piece by piece, or that it is the one which the browser has."""
    etag = f'"{material.digest}"'
    response = get_conditional_response(request, etag=etag) or attachment(material)
    response.headers["ETag"] = etag
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def attachment(material: Material) -> FileResponse:
    """The content of a file; Http404 where it was lost."""
    try:
        content = material.file.storage.open(material.file.name)
    except FileNotFoundError as error:
        log.exception("file lost", material=material.pk)
        raise Http404 from error
    return FileResponse(
        content,
        as_attachment=True,
        filename=material.name,
        content_type=material.content_type,
    )
