"""One page of `BENCH_BYTES` bytes at the root."""

import os

from django.http import HttpRequest, HttpResponse
from django.urls import path

CONTENT = b"x" * int(os.environ["BENCH_BYTES"])


def page(_request: HttpRequest) -> HttpResponse:
    """The same text every time."""
    return HttpResponse(CONTENT)


urlpatterns = [path("", page)]
