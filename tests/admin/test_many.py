"""Many entries changed at once, with one reason, each only as far as the user may."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertNumQueries

from clusterix.curation.entries import EntryAdmin
from clusterix.curation.models import Entry, Membership, Partner
from clusterix.mail.models import Message
from initiatives.models import Initiative
from tests.admin.conftest import SignedIn
from tests.factories import InitiativeFactory, OrganisationFactory, ThemeFactory, member

pytestmark = pytest.mark.django_db

MANY = reverse("admin:initiatives_initiative_many")
REASON = {"reason": "The list of the ministry"}


def change(client: Client, entries: list[Initiative], address: str = MANY, **said: Any) -> str:
    data = {"pk": [entry.pk for entry in entries], "verb": ""} | REASON | said
    text: str = client.post(address, data, follow=True).text
    return text


@pytest.fixture
def drafts(agency: Partner) -> list[Initiative]:
    return [
        InitiativeFactory.create(owner=agency, state=Entry.State.DRAFT, title=f"Bridge {number}")
        for number in range(3)
    ]


def test_it_shows_what_the_list_was_narrowed_down_to(
    signed_in: SignedIn, agency: Partner, rival: Partner, drafts: list[Initiative]
) -> None:
    InitiativeFactory.create(owner=agency, title="Tunnel")
    InitiativeFactory.create(owner=rival, state=Entry.State.DRAFT, title="Canary bridge")
    client = signed_in("editor")
    shown = "?q=Bridge&state__exact=draft"

    listed = client.get(reverse("admin:initiatives_initiative_changelist") + shown).text
    page = client.get(MANY + shown).text

    assert f'href="{MANY}?q=Bridge&amp;state__exact=draft"' in listed
    assert page.count('name="pk"') == len(drafts)
    assert "Bridge 2" in page
    assert "Tunnel" not in page
    assert "Canary" not in page


def test_a_list_of_nothing_leads_nowhere(signed_in: SignedIn) -> None:
    listed = signed_in("editor").get(reverse("admin:initiatives_initiative_changelist")).text

    assert MANY not in listed


def test_all_are_submitted_with_one_reason_and_one_mail(
    signed_in: SignedIn, agency: Partner, drafts: list[Initiative]
) -> None:
    reviewer = member(agency, Membership.Role.PUBLISHER)

    told = change(signed_in("editor"), drafts, verb="submit")

    states = set(Initiative.unscoped.values_list("state", flat=True))
    newest = Initiative.history.filter(id=drafts[0].pk).latest("history_id")
    assert "3 entries changed." in told
    assert states == {Entry.State.IN_REVIEW}
    assert newest.history_change_reason == "The list of the ministry"
    assert [mail.to for mail in Message.objects.all()] == [reviewer.email]


def test_only_those_that_are_ticked_are_changed(
    signed_in: SignedIn, drafts: list[Initiative]
) -> None:
    change(signed_in("publisher"), drafts[:2], verb="publish")

    published = Initiative.objects.order_by("title").values_list("title", flat=True)
    assert list(published) == ["Bridge 0", "Bridge 1"]


def test_what_is_not_open_to_the_user_stays_and_is_named(
    signed_in: SignedIn, agency: Partner, drafts: list[Initiative]
) -> None:
    public = InitiativeFactory.create(owner=agency, title="Tunnel")

    told = change(signed_in("editor"), [*drafts, public], level="national")
    step = change(signed_in("editor"), [public], verb="archive")

    public.refresh_from_db()
    assert "3 entries changed." in told
    assert "Tunnel: You may not change it as it stands." in told
    assert "Tunnel: This step is not open to you." in step
    assert (public.level, public.state) == (Initiative.Level.REGIONAL, Entry.State.PUBLISHED)


def test_many_that_stay_are_counted(signed_in: SignedIn, agency: Partner) -> None:
    public = [InitiativeFactory.create(owner=agency) for _ in range(12)]

    told = change(signed_in("editor"), public, level="national")

    assert told.count("You may not change it as it stands.") == 10
    assert "12 entries were left as they are in all." in told


def test_a_rivals_entries_are_not_reached(
    signed_in: SignedIn, rival: Partner, drafts: list[Initiative]
) -> None:
    theirs = InitiativeFactory.create(owner=rival, state=Entry.State.DRAFT, title="Canary")

    told = change(signed_in("publisher"), [theirs, *drafts], verb="publish")

    theirs.refresh_from_db()
    assert theirs.state == Entry.State.DRAFT
    assert "3 entries changed." in told
    assert "Canary" not in told


def test_fields_are_set_and_lists_are_added_to_as_one_version(
    signed_in: SignedIn, drafts: list[Initiative]
) -> None:
    had, added = ThemeFactory.create(), ThemeFactory.create()
    drafts[0].themes.add(had)
    before = Initiative.history.filter(id=drafts[0].pk).count()

    change(signed_in("editor"), drafts, level="national", themes=[added.pk], verb="submit")

    entry = Initiative.unscoped.get(pk=drafts[0].pk)
    versions = Initiative.history.filter(id=entry.pk)
    assert (entry.level, set(entry.themes.all())) == ("national", {had, added})
    assert versions.count() == before + 1
    assert set(versions.latest("history_id").themes.values_list("theme", flat=True)) == {
        had.pk, added.pk,
    }  # fmt: skip


def test_one_that_breaks_a_rule_keeps_no_other_from_it(
    signed_in: SignedIn, drafts: list[Initiative]
) -> None:
    Initiative.unscoped.filter(pk=drafts[0].pk).update(website="no address")

    told = change(signed_in("editor"), drafts, level="national")

    assert "2 entries changed." in told
    assert "Bridge 0: Enter a valid URL." in told


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Choose a step, or say what is to be changed."),
        ({"verb": "publish", "reason": ""}, "This field is required."),
        ({"verb": "publish", "pk": []}, "Tick the entries that are meant."),
        ({"verb": "publish", "pk": ["x", "9" * 40]}, "Tick the entries that are meant."),
        ({"verb": "burn"}, "Select a valid choice."),
    ],
    ids=["nothing", "no reason", "none ticked", "no numbers", "no such step"],
)
def test_what_is_not_understood_changes_nothing(
    signed_in: SignedIn, drafts: list[Initiative], said: Any, words: str
) -> None:
    told = change(signed_in("publisher"), drafts, **said)

    assert words in told
    assert not Initiative.objects.exists()


def test_strange_filters_lead_to_the_whole_list(
    signed_in: SignedIn, agency: Partner, rival: Partner
) -> None:
    for owner in (agency, rival):
        InitiativeFactory.create(owner=owner)

    response = signed_in("secretariat").get(f"{MANY}?owner__id__exact=x")

    assert response.status_code == 302
    assert response["Location"] == MANY


def test_organisations_are_changed_too(signed_in: SignedIn, agency: Partner) -> None:
    entry = OrganisationFactory.create(owner=agency, state=Entry.State.DRAFT, language="en")
    address = reverse("admin:people_organisation_many")

    change(signed_in("editor"), [entry], address, language="de")

    entry.refresh_from_db()
    assert entry.language == "de"


def test_no_constraint_is_about_what_is_changed_together() -> None:
    kinds = {model: it for model, it in admin.site._registry.items() if isinstance(it, EntryAdmin)}
    broken = {
        (model, name)
        for model, entry_admin in kinds.items()
        for name in entry_admin.changed_together
        if name in constrained(model)
    }

    assert {"slug", "state", "owner"} - constrained(Initiative) == {"owner"}
    assert broken == set()


def constrained(model: type[Model]) -> set[str]:
    """The fields that constraints of the database are about."""
    found = {field.name for field in model._meta.fields if field.unique}
    for constraint in model._meta.constraints:
        condition = getattr(constraint, "condition", None)
        found |= set(getattr(constraint, "fields", ()))
        found |= condition.referenced_base_fields if condition else set()
    return found


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries(
    signed_in: SignedIn, drafts: list[Initiative], rows: int
) -> None:
    client = signed_in("editor")
    Initiative.unscoped.filter(pk__in=[entry.pk for entry in drafts[rows:]]).delete()
    client.get(MANY)

    with assertNumQueries(11):
        client.get(MANY)


def test_each_further_entry_takes_three_queries(
    signed_in: SignedIn, drafts: list[Initiative]
) -> None:
    client = signed_in("publisher")
    more = [InitiativeFactory.create(owner=drafts[0].owner, state="draft") for _ in range(5)]
    change(client, more, level="national")

    taken = []
    for entries in (drafts[:1], [*drafts[1:], *more]):
        data = {"pk": [entry.pk for entry in entries], "verb": "publish"} | REASON
        with CaptureQueriesContext(connection) as queries:
            client.post(MANY, data)
        taken.append(len(queries))

    assert taken[1] - taken[0] == 3 * 6
