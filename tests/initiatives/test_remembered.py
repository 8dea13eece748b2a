"""Pages that are made once for many: the same for all who get them, and never old."""

import time
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from initiatives import remembered
from initiatives.index.keeper import keeper
from initiatives.models import Initiative
from tests.factories import InitiativeFactory, member

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/initiatives/"


@pytest.fixture(autouse=True)
def lasting_index(settings: Settings) -> Iterator[None]:
    """An index that lasts, as outside of tests, and no page of another test."""
    settings.CATALOGUE_MAY_LAG = 0.05
    remembered.pages.forget()
    yield
    keeper.end()
    remembered.pages.forget()


def made() -> int:
    """How many pages are remembered."""
    return len(remembered.pages.made)


def test_the_same_page_is_made_once() -> None:
    InitiativeFactory.create(title="Vanguard")

    first, again = Client().get(LIST), Client().get(LIST)

    assert made() == 1
    assert b"Vanguard" in first.content
    assert again.content == first.content
    assert dict(again.items()) | {"X-Request-ID": first["X-Request-ID"]} == dict(first.items())


def test_a_page_changes_as_soon_as_the_index_does() -> None:
    initiative = InitiativeFactory.create(title="Lighthouse")
    before = Client().get(LIST)

    Initiative.objects.filter(pk=initiative.pk).update(title="Harbour")
    deadline = time.monotonic() + 10
    while b"Harbour" not in (after := Client().get(LIST)).content and time.monotonic() < deadline:
        time.sleep(0.02)

    assert b"Lighthouse" in before.content
    assert b"Harbour" in after.content
    assert b"Lighthouse" not in after.content


@pytest.mark.parametrize(
    ("query", "theme"), [("?view=table", ""), ("?as_of=2016-06-21", ""), ("", "dark")]
)
def test_what_differs_is_kept_apart(query: str, theme: str) -> None:
    InitiativeFactory.create()
    first = Client().get(LIST)

    other = Client(headers={"cookie": f"theme={theme}"}).get(f"{LIST}{query}")

    assert made() == 2
    assert other.content != first.content


def test_a_new_day_begins_with_new_pages() -> None:
    InitiativeFactory.create(start="2016-06-22", open_ended=True)
    with time_machine.travel("2016-06-21T12:00Z", tick=False):
        before = Client().get(LIST).content.decode()

    with time_machine.travel("2016-06-22T12:00Z", tick=False):
        after = Client().get(LIST).content.decode()

    assert ("badge--upcoming" in before, "badge--running" in after) == (True, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_COOKIE": "sessionid=nosuchsessionnosuchsessionnosuch"},
        {"HTTP_COOKIE": "messages=x"},
        {"HTTP_HX_REQUEST": "true"},
    ],
)
def test_nothing_is_kept_of_what_is_asked_for_by_somebody(headers: dict[str, str]) -> None:
    Client().get(LIST, **headers)  # type: ignore[arg-type]

    assert made() == 0


def test_members_get_pages_of_their_own() -> None:
    client = Client()
    client.force_login(member())

    client.get(LIST)

    assert made() == 0


def test_who_only_asks_for_the_head_gets_it() -> None:
    assert Client().head(LIST).status_code == 200
    assert made() == 0


@pytest.mark.parametrize("status", [404, 500])
def test_only_what_was_found_is_kept(status: int) -> None:
    view = remembered.remembered(lambda _request: HttpResponse(status=status))

    view(visit())

    assert made() == 0


def test_a_page_with_the_token_of_a_form_is_not_kept() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
        return HttpResponse("a form")

    remembered.remembered(view)(visit())

    assert made() == 0


def test_the_page_that_nobody_asked_for_longest_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remembered, "MOST_PAGES", 2)
    view = remembered.remembered(lambda request: HttpResponse(request.get_full_path()))

    for path in ("/a", "/b", "/a", "/c"):
        view(visit(path))

    assert [content for content, _headers in remembered.pages.made.values()] == [b"/a", b"/c"]


def test_large_pages_make_room_for_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST_BYTES", 25)
    view = remembered.remembered(lambda _request: HttpResponse(b"0123456789"))

    for path in ("/a", "/b", "/c"):
        view(visit(path))

    assert (made(), remembered.pages.size) == (2, 20)


def test_a_page_that_was_made_twice_at_a_time_counts_once() -> None:
    for content in (b"0123", b"01234567"):
        remembered.pages.keep("key", HttpResponse(content))

    assert (made(), remembered.pages.size) == (1, 8)


def visit(path: str = LIST) -> HttpRequest:
    """A request of a visitor without a name, as the middleware hands it on."""
    request = RequestFactory().get(path)
    request.session = SessionStore()
    return request
