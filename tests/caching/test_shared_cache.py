"""Through a real cache nobody gets what was made for somebody else, and nothing old."""

import time
from collections.abc import Mapping

import httpx
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from clusterix.curation.models import User
from tests.factories import InitiativeFactory, RegistrationFactory, member

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]

NO_COOKIES: Mapping[str, str] = {}


def get(
    cache: str, path: str, cookies: Mapping[str, str] = NO_COOKIES, **headers: str
) -> httpx.Response:
    """The answer to one visitor, who keeps nothing."""
    host = {"host": "testserver"}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    with httpx.Client(cookies=dict(cookies), timeout=60) as visitor:
        return visitor.get(f"{cache}{path}", headers=host | names)


def kept(response: httpx.Response) -> str:
    """How the cache came by an answer."""
    return response.headers["X-Cache"]


def signed_in(user: User) -> dict[str, str]:
    """The cookies of somebody who has signed in."""
    client = Client()
    client.force_login(user)
    return {name: morsel.value for name, morsel in client.cookies.items()}


def test_visitors_share_an_answer_for_a_second(cache: str) -> None:
    InitiativeFactory.create(title="Vanguard")

    first, *_, shared = asked_until_shared(cache, "/initiatives/")
    time.sleep(1.1)
    later = get(cache, "/initiatives/")

    assert [kept(page) for page in (first, shared, later)] == ["MISS", "HIT", "MISS"]
    assert first.text == shared.text
    assert "Vanguard" in first.text


def asked_until_shared(cache: str, path: str) -> list[httpx.Response]:
    """The answers until one is shared; the second may end between any two of them."""
    pages = [get(cache, path)]
    while kept(pages[-1]) != "HIT" and len(pages) < 50:
        pages.append(get(cache, path))
    return pages


def test_an_edit_is_visible_within_two_seconds(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.delenv("CATALOGUE_MAY_LAG")
    cache = request.getfixturevalue("cache")
    initiative = InitiativeFactory.create(title="Lighthouse")
    places = ["/initiatives/", initiative.get_absolute_url(), "/initiatives/?q=harbour"]
    asked_until_shown(cache, places[:2], "Lighthouse")

    initiative.title = "Harbour"
    initiative.save()
    changed = time.monotonic()
    last_without = asked_until_shown(cache, places, "Harbour")

    assert max(last_without.values()) - changed < 2, last_without


def asked_until_shown(cache: str, places: list[str], title: str) -> dict[str, float]:
    """When each place was asked last and did not show the title, as `time.monotonic` counts.

    A machine may be slow to answer; what counts is that no answer to a later question is old.
    """
    last_without = dict.fromkeys(places, 0.0)
    waiting = set(places)
    deadline = time.monotonic() + 60
    while waiting and time.monotonic() < deadline:
        for place in sorted(waiting):
            asked = time.monotonic()
            if f">{title}" in get(cache, place).text.replace("<mark>", ""):
                waiting.remove(place)
            else:
                last_without[place] = asked
    assert not waiting
    return last_without


def test_what_a_member_gets_is_not_kept_for_others(cache: str) -> None:
    cookies = signed_in(member())

    his = [get(cache, path, cookies) for path in ("/", "/initiatives/", "/admin/")]
    others = [get(cache, path) for path in ("/", "/initiatives/", "/admin/")]
    again = [get(cache, path, cookies) for path in ("/", "/initiatives/", "/admin/")]

    assert [kept(page) for page in his + others + again] == ["MISS"] * 9
    assert [page.status_code for page in (his[2], others[2])] == [200, 302]


def test_a_registration_is_never_kept(cache: str) -> None:
    path = f"/registrations/{RegistrationFactory.create().reference}/"

    pages = [get(cache, path), get(cache, path)]

    assert [(page.status_code, kept(page)) for page in pages] == [(200, "MISS")] * 2


def test_a_stranger_with_a_session_gets_no_page_of_another(cache: str) -> None:
    strangers = []
    for _ in range(2):
        session = SessionStore()
        session.create()
        strangers.append({"sessionid": str(session.session_key)})

    pages = [get(cache, "/about/", cookies) for cookies in strangers * 2]

    assert [kept(page) for page in pages] == ["MISS"] * 4


def themes(cache: str) -> list[str]:
    """The theme that each of five visitors gets, who come soon after a second began."""
    choices = [{}, {"theme": "dark"}, {"theme": "light"}, {"theme": "dark"}, {}]
    time.sleep(1 - time.time() % 1)
    pages = [get(cache, "/about/", choice).text for choice in choices]
    return [page.partition("data-theme=")[2][:6] for page in pages]


def test_each_theme_keeps_its_own_page(cache: str) -> None:
    shown = themes(cache)

    assert shown == ["", '"dark"', '"light', '"dark"', ""]


@pytest.mark.parametrize("settings_of_site", ["tests.caching.careless"])
def test_a_site_that_does_not_say_what_differs_has_its_themes_mixed_up(cache: str) -> None:
    shown = (themes(cache) for _ in range(10))

    assert [""] * 5 in shown


def test_a_part_that_htmx_asks_for_is_no_page(cache: str) -> None:
    InitiativeFactory.create()
    page = get(cache, "/initiatives/")

    part = get(cache, "/initiatives/", HX_Request="true")
    page_again = get(cache, "/initiatives/")

    assert "<!doctype html>" in page.text
    assert "<!doctype html>" not in part.text
    assert page_again.text == page.text


def test_each_language_has_its_own_page(cache: str) -> None:
    InitiativeFactory.create()
    asked = [("/initiatives/", "de"), ("/de/initiatives/", "en"), ("/initiatives/", "en")]

    pages = [get(cache, path, Accept_Language=language).text for path, language in asked + asked]

    shown = [page.partition('<html lang="')[2][:2] for page in pages]
    assert shown == ["en", "de", "en"] * 2


def test_a_page_that_is_kept_knows_whether_a_visitor_has_it(cache: str) -> None:
    first = get(cache, "/about/")

    again = get(cache, "/about/", If_None_Match=first.headers["ETag"])

    assert (again.status_code, again.content) == (304, b"")
