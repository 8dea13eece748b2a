"""Any version of an entry beside any other, and the way back to it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Entry, Partner
from initiatives.models import Initiative
from people.models import Organisation
from tests.admin.conftest import SignedIn
from tests.factories import (
    InitiativeFactory,
    OrganisationFactory,
    RegionFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

ROLES = {
    "editor": 200,
    "publisher": 200,
    "secretariat": 200,
    "operator": 200,
    "rival": 404,
    "nobody's": 302,
    "visitor": 302,
}


@pytest.fixture
def bridge(agency: Partner) -> Initiative:
    """A draft that was changed twice: its title, then its level and theme."""
    entry: Initiative = InitiativeFactory.create(
        owner=agency, state="draft", title="Bridges across the Sound"
    )
    entry.themes.add(ThemeFactory.create(labels={"en": "Building"}))
    entry.title = "Tunnels under the Sound"
    entry.because("It became a tunnel").save()
    entry.level = Initiative.Level.NATIONAL
    entry.themes.set([ThemeFactory.create(labels={"en": "Digging"})])
    entry.because("And larger").save()
    return entry


def numbers(entry: Entry) -> list[int]:
    """Its versions, the first before the others."""
    rows = type(entry).history.filter(id=entry.pk).order_by("history_id")
    return list(rows.values_list("history_id", flat=True))


def address(entry: Entry, number: int) -> str:
    name = f"admin:{entry._meta.app_label}_{entry._meta.model_name}_version"
    return reverse(name, args=[entry.pk, number])


def bring_back(client: Client, entry: Entry, number: int, **fields: object) -> Any:
    stored = type(entry).unscoped.get(pk=entry.pk)
    usual = {"version": stored.version, "reason": "It is a bridge after all"}
    return client.post(address(entry, number), usual | fields, follow=True)


@pytest.mark.parametrize("role", ROLES)
def test_a_version_opens_for_those_who_see_the_entry_behind_the_scenes(
    signed_in: SignedIn, bridge: Initiative, role: str
) -> None:
    first, *_later = numbers(bridge)

    response = signed_in(role).get(address(bridge, first))

    assert response.status_code == ROLES[role]
    assert ("the Sound" in response.text) == (ROLES[role] == 200)


def test_a_version_is_shown_beside_what_the_entry_is_now(
    signed_in: SignedIn, bridge: Initiative
) -> None:
    first, *_later = numbers(bridge)

    page = signed_in("editor").get(address(bridge, first)).text

    assert "<del>Bridges across</del><ins>Tunnels under</ins>" in page
    assert "<del>regional</del><ins>national</ins>" in page
    assert "<ins>Digging</ins>" in page


def test_any_two_versions_can_be_compared(signed_in: SignedIn, bridge: Initiative) -> None:
    _first, themed, tunnel, *_later = numbers(bridge)

    page = signed_in("editor").get(address(bridge, tunnel), {"with": themed}).text

    assert "<del>Tunnels under</del><ins>Bridges across</ins>" in page
    assert "<ins>national</ins>" not in page


@pytest.mark.parametrize("asked", ["x", "-1", "9" * 40, "²"])
def test_what_names_no_version_is_compared_with_the_entry_as_it_is(
    signed_in: SignedIn, bridge: Initiative, asked: str
) -> None:
    first, *_later = numbers(bridge)

    response = signed_in("editor").get(address(bridge, first), {"with": asked})

    assert response.status_code == 200
    assert "<ins>national</ins>" in response.text


def test_an_earlier_version_comes_back_as_a_new_one(
    signed_in: SignedIn, bridge: Initiative
) -> None:
    before = numbers(bridge)

    response = bring_back(signed_in("editor"), bridge, before[1])

    stored = Initiative.unscoped.get(pk=bridge.pk)
    assert "It is again as it was on" in response.text
    assert (stored.title, stored.level) == ("Bridges across the Sound", "regional")
    assert [theme.label for theme in stored.themes.all()] == ["Building"]
    assert len(numbers(bridge)) == len(before) + 1
    newest = Initiative.history.filter(id=bridge.pk).latest("history_id")
    assert newest.history_change_reason == "It is a bridge after all"
    assert [row.theme.label for row in newest.themes.select_related("theme")] == ["Building"]


def test_what_was_brought_back_can_be_undone_the_same_way(
    signed_in: SignedIn, bridge: Initiative
) -> None:
    *_earlier, last = numbers(bridge)
    editor = signed_in("editor")
    bring_back(editor, bridge, numbers(bridge)[1])

    bring_back(editor, bridge, last)

    stored = Initiative.unscoped.get(pk=bridge.pk)
    assert (stored.title, stored.level) == ("Tunnels under the Sound", "national")
    assert [theme.label for theme in stored.themes.all()] == ["Digging"]


def test_state_owner_and_address_stay(signed_in: SignedIn, agency: Partner, rival: Partner) -> None:
    entry = InitiativeFactory.create(owner=rival, state="draft", slug="once", title="A")
    first = numbers(entry)[0]
    entry.owner, entry.state, entry.slug = agency, "published", "now"
    entry.title = "B"
    entry.published_at = entry.created_at
    entry.because("Handed over").save()

    bring_back(signed_in("publisher"), entry, first)

    stored = Initiative.unscoped.get(pk=entry.pk)
    assert stored.title == "A"
    assert (stored.owner, stored.state, stored.slug) == (agency, "published", "now")


def test_what_is_public_is_brought_back_only_by_those_who_may_change_it(
    signed_in: SignedIn, bridge: Initiative
) -> None:
    Initiative.unscoped.filter(pk=bridge.pk).update(
        state="published", published_at=bridge.created_at
    )
    editor = signed_in("editor")
    first, *_later = numbers(bridge)

    page = editor.get(address(bridge, first)).text
    response = bring_back(editor, bridge, first)

    assert "Bring this version back" not in page
    assert response.status_code == 403
    assert Initiative.unscoped.get(pk=bridge.pk).title == "Tunnels under the Sound"


def test_a_rival_brings_nothing_back(signed_in: SignedIn, bridge: Initiative) -> None:
    response = bring_back(signed_in("rival"), bridge, numbers(bridge)[0])

    assert response.status_code == 404
    assert Initiative.unscoped.get(pk=bridge.pk).title == "Tunnels under the Sound"


def test_an_entry_that_changed_meanwhile_is_looked_at_again_first(
    signed_in: SignedIn, bridge: Initiative
) -> None:
    response = bring_back(signed_in("editor"), bridge, numbers(bridge)[0], version="old")

    assert "Somebody changed this entry meanwhile." in response.text
    assert Initiative.unscoped.get(pk=bridge.pk).title == "Tunnels under the Sound"


def test_what_is_not_possible_any_more_is_said_and_nothing_changes(
    signed_in: SignedIn, agency: Partner
) -> None:
    region = RegionFactory.create()
    code = region.pk
    entry = OrganisationFactory.create(owner=agency, state="draft", region=region, city="Malmö")
    first = numbers(entry)[0]
    entry.region, entry.city = None, "Lund"
    entry.because("Moved").save()
    region.delete()

    response = bring_back(signed_in("editor"), entry, first)

    assert response.context["form"].non_field_errors() == [
        f"region instance with code '{code}' is not a valid choice."
    ]
    assert Organisation.unscoped.get(pk=entry.pk).city == "Lund"


def test_the_version_of_another_entry_is_not_found(
    signed_in: SignedIn, bridge: Initiative, agency: Partner
) -> None:
    other = InitiativeFactory.create(owner=agency)

    response = signed_in("editor").get(address(bridge, numbers(other)[0]))

    assert response.status_code == 404


@pytest.mark.parametrize("more", [1, 3])
def test_a_version_takes_as_many_queries_among_many_as_among_few(
    signed_in: SignedIn, bridge: Initiative, more: int
) -> None:
    for number in range(more):
        bridge.summary = f"Version {number}"
        bridge.because("Again").save()
    client = signed_in("editor")
    first, *_later = numbers(bridge)

    with assertNumQueries(16):
        client.get(address(bridge, first))
