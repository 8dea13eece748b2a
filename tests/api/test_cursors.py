from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from clusterix.curation.models import Entry, Partner
from initiatives.models import Initiative
from tests.api.conftest import Ask
from tests.factories import InitiativeFactory, PartnerFactory, RegionFactory

pytestmark = pytest.mark.django_db

LIST = "/api/v1/initiatives/"


def titles(page: Any) -> list[str]:
    """The initiatives of a page, in order."""
    return [row["title"] for row in page["results"]]


def make(*names: str) -> None:
    """Initiatives of these titles."""
    owner = PartnerFactory.create()
    for name in names:
        InitiativeFactory.create(title=name, owner=owner)


def test_a_list_is_read_page_by_page_and_back(client: Client, ask: Ask) -> None:
    make(*"ABCDE")

    first = ask("initiatives/?page_size=2&level=regional")
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    back = client.get(third["previous"]).json()

    assert [titles(page) for page in (first, second, third, back)] == [
        ["A", "B"],
        ["C", "D"],
        ["E"],
        ["C", "D"],
    ]
    assert (first["count"], first["previous"], third["next"]) == (5, None, None)
    assert client.get(back["previous"]).json()["results"] == first["results"]


def test_pages_are_addressed_as_the_site_is_and_keep_what_was_asked(
    ask: Ask, settings: Settings
) -> None:
    settings.SITE_URL = "https://clusters.example"
    make(*"ABC")

    page = ask("initiatives/?page_size=1&level=regional&level=local")

    start = "https://clusters.example/api/v1/initiatives/?page_size=1&level=regional&level=local&"
    assert page["next"].startswith(f"{start}cursor=")


def test_a_list_of_one_page_leads_nowhere(ask: Ask) -> None:
    make("A")

    page = ask("initiatives/")

    assert (page["count"], page["next"], page["previous"]) == (1, None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        *("x", "x:y:z", "'; DROP TABLE", "%F0%9F%92%A9", "a" * 1_001),
        pytest.param(signing.dumps([1], salt="other"), id="of another list"),
    ],
)
def test_a_cursor_that_is_none_is_refused(client: Client, wrong: str) -> None:
    make(*"AB")

    response = client.get(f"{LIST}?cursor={wrong}")

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == ["cursor"]


def test_a_cursor_of_one_list_is_none_of_another(client: Client, ask: Ask) -> None:
    make("A")
    RegionFactory.create(code="SE22")
    cursor = ask("regions/?page_size=1")["next"].partition("cursor=")[2]

    response = client.get(f"{LIST}?cursor={cursor}")

    assert response.status_code == 400


@pytest.mark.parametrize("size", ["0", "-1", "101", "9" * 30, "x", "1.5"])
def test_a_page_has_a_bounded_size(client: Client, size: str) -> None:
    response = client.get(f"{LIST}?page_size={size}")

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == ["page_size"]


def test_a_cursor_whose_rows_have_all_changed_says_so(client: Client, ask: Ask) -> None:
    make(*"ABC")
    following = ask("initiatives/?page_size=1")["next"]
    Initiative.objects.get(title="A").archive(reason="Wrong.")

    response = client.get(following)

    assert response.status_code == 400
    assert "start again" in response.json()["errors"][0]["detail"]


def test_a_page_begins_after_the_last_row_seen_that_is_still_in_the_list(
    client: Client, ask: Ask
) -> None:
    make(*"ABCD")
    following = ask("initiatives/?page_size=2&level=regional")["next"]
    Initiative.objects.filter(title="B").update(level="local")
    InitiativeFactory.create(title="A0")

    page = client.get(following).json()

    assert titles(page) == ["A0", "C"]


def test_regions_are_read_page_by_page(client: Client, ask: Ask) -> None:
    RegionFactory.create(code="SE22")

    first = ask("regions/?page_size=2")
    second = client.get(first["next"]).json()

    assert [row["code"] for row in first["results"] + second["results"]] == ["SE", "SE2", "SE22"]


def test_the_way_on_and_back_is_open_where_a_page_has_become_empty(
    client: Client, ask: Ask
) -> None:
    make(*"ABC")
    first = ask("initiatives/?page_size=2")
    second = client.get(first["next"]).json()
    Initiative.objects.filter(title="C").update(state=Entry.State.ARCHIVED)

    at_the_end = client.get(first["next"]).json()
    Initiative.objects.filter(title__in="AB").update(state=Entry.State.ARCHIVED)
    Initiative.unscoped.filter(title="C").update(state=Entry.State.PUBLISHED)
    at_the_start = client.get(second["previous"]).json()

    assert titles(at_the_end) == titles(at_the_start) == []
    assert (at_the_end["next"], at_the_start["previous"]) == (None, None)
    assert titles(client.get(at_the_start["next"]).json()) == ["C"]
    assert client.get(at_the_end["previous"]).status_code == 200


def add(title: str) -> None:
    InitiativeFactory.create(title=title, owner=Partner.objects.get())


def remove(title: str) -> None:
    Initiative.unscoped.filter(title=title).delete()


def rename(title: str) -> None:
    for row in Initiative.unscoped.filter(title=title):
        row.title = f"{title[::-1]}!"
        row.save()


CHANGES: dict[str, Callable[[str], None]] = {"add": add, "remove": remove, "rename": rename}
NAMES = st.text("abcd", min_size=1, max_size=2)
CHANGE = st.tuples(st.sampled_from(sorted(CHANGES)), NAMES)


def unchanged(before: dict[str, Any]) -> set[str]:
    """The keys of those that are as they were."""
    now = Initiative.objects.values_list("key", "updated_at")
    return {key for key, at in now if before.get(key) == at}


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    names=st.lists(NAMES, min_size=4, max_size=12),
    between=st.lists(st.lists(CHANGE, max_size=2), max_size=6),
    size=st.integers(1, 3),
    sort=st.sampled_from(["title", "newest", "published"]),
)
def test_what_does_not_change_is_read_once_whatever_changes_around_it(
    client: Client, names: list[str], between: list[list[tuple[str, str]]], size: int, sort: str
) -> None:
    Initiative.unscoped.all().delete()
    Partner.objects.all().delete()
    make(*names)
    before = dict(Initiative.objects.values_list("key", "updated_at"))

    read: list[str] = []
    address, changes = f"{LIST}?page_size={size}&sort={sort}", iter(between)
    while address:
        response = client.get(address)
        if response.status_code == 400:
            assert not unchanged(before) & set(read)
            return
        read += [row["key"] for row in response.json()["results"]]
        address = response.json()["next"]
        for kind, name in next(changes, []):
            CHANGES[kind](name)

    steady = unchanged(before)
    assert sorted(key for key in read if key in steady) == sorted(steady)
