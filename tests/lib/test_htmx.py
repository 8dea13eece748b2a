"""htmx gets a part where it swaps a part, and else the whole page."""

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django_htmx.middleware import HtmxMiddleware

from clusterix.lib.htmx import render

PAGE = (
    "{% load partials %}<h1>All</h1>"
    "{% partialdef results inline %}<p>{{ count }}</p>{% endpartialdef %}"
)
WHOLE, PART = "<h1>All</h1><p>3</p>", "<p>3</p>"


@pytest.fixture(autouse=True)
def _page() -> object:
    loaders = [
        (
            "template_partials.loader.Loader",
            [
                (
                    "django.template.loaders.cached.Loader",
                    [("django.template.loaders.locmem.Loader", {"page.html": PAGE})],
                )
            ],
        )
    ]
    templates = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": loaders},
        }
    ]
    with override_settings(TEMPLATES=templates):
        yield render_to_string("page.html", {"count": 0})


def answer(**headers: str) -> HttpResponse:
    """The page with a count, asked for with those headers."""
    request = RequestFactory(headers=headers).get("/")
    HtmxMiddleware(lambda _request: HttpResponse())(request)
    return render(request, "page.html", {"count": 3}, status=200)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, WHOLE),
        ({"HX-Request": "true"}, PART),
        ({"HX-Request": "true", "HX-Boosted": "true"}, WHOLE),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, WHOLE),
    ],
)
def test_only_a_swap_gets_the_part(headers: dict[str, str], expected: str) -> None:
    response = answer(**headers)

    assert response.content.decode() == expected


def test_caches_keep_part_and_whole_apart() -> None:
    response = answer()

    assert response["Vary"] == "HX-Request, HX-Boosted, HX-History-Restore-Request"
