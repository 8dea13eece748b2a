"""The first view of a page stays light, also on a slow line."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

LARGEST_VIEW = 60 * 1024
MOST_BLOCKING = 3


def linked(html: str) -> list[str]:
    """The stylesheets and scripts that a page links, as paths below /static/."""
    return re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', html)


def compressed(content: bytes) -> int:
    """How many bytes travel."""
    return len(gzip.compress(content))


def weight(static: str) -> int:
    """What a static file weighs on the line."""
    found = finders.find(static)
    assert isinstance(found, str)
    return compressed(Path(found).read_bytes())


@pytest.mark.parametrize("path", ["/about/", "/privacy/", "/search/"])
def test_a_first_view_is_light(client: Client, path: str) -> None:
    response = client.get(path)

    html = response.content.decode()
    files = linked(html)
    total = compressed(response.content) + sum(weight(static) for static in files)
    assert files
    assert total <= LARGEST_VIEW


@pytest.mark.parametrize("path", ["/about/", "/search/"])
def test_little_stands_between_a_reader_and_the_page(client: Client, path: str) -> None:
    html = client.get(path).content.decode()

    sheets = re.findall(r'<link rel="stylesheet"(?![^>]*media="print")', html)
    scripts = re.findall(r"<script(?![^>]* (?:defer|async))[^>]* src=", html)
    assert len(sheets) + len(scripts) <= MOST_BLOCKING


def test_with_htmx_there_is_still_room_for_results() -> None:
    everything = [
        "css/tokens.css",
        "css/base.css",
        "css/components.css",
        "js/theme.js",
        "js/shortcuts.js",
        "django_htmx/htmx-2.min.js",
    ]

    assert sum(weight(static) for static in everything) <= LARGEST_VIEW / 2
