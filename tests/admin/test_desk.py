"""The desk: what meets curators when they come in."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from clusterix.curation.desk import Panel
from clusterix.curation.models import Entry, Partner, User
from tests.admin.conftest import SignedIn
from tests.factories import (
    CheckedLinkFactory,
    InitiativeFactory,
    OrganisationFactory,
    OutcomeFactory,
    PersonFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    ReportFactory,
    WorkshopFactory,
    member,
)

pytestmark = pytest.mark.django_db


def desk(client: Client) -> dict[str, Panel]:
    return {panel.title: panel for panel in client.get("/admin/").context["panels"]}


def labels(panel: Panel) -> list[str]:
    return [line.label for line in panel.lines]


def test_ones_own_drafts_lie_on_top(client: Client, agency: Partner, editor: User) -> None:
    client.force_login(editor)
    mine = {"owner": agency, "created_by": editor}
    InitiativeFactory.create(title="Bridges", state="draft", **mine)
    InitiativeFactory.create(title="Handed on", state="in_review", **mine)
    PersonFactory.create(owner=agency, state="draft", created_by=member(agency))

    drafts = desk(client)["My drafts"]

    assert labels(drafts) == ["Bridges"]
    assert drafts.lines[0].kind == "initiative"
    assert "Missing: description, start, website" in drafts.lines[0].note


def test_what_there_is_to_do_comes_before_what_is_empty(
    signed_in: SignedIn, agency: Partner
) -> None:
    WorkshopFactory.create(owner=agency, starts_on=timezone.localdate())

    titles = list(desk(signed_in("publisher")))

    assert set(titles[:2]) == {"Needing care", "Next workshops"}
    assert titles[2:4] == ["My drafts", "Waiting for me"]


@pytest.mark.parametrize(
    ("role", "waiting"),
    [("editor", []), ("publisher", ["Ours"]), ("secretariat", ["Theirs", "Ours"])],
)
def test_what_one_may_publish_waits_longest_first(
    signed_in: SignedIn, agency: Partner, rival: Partner, role: str, waiting: list[str]
) -> None:
    OrganisationFactory.create(name="Theirs", owner=rival, state=Entry.State.IN_REVIEW)
    InitiativeFactory.create(title="Ours", owner=agency, state=Entry.State.IN_REVIEW)

    panels = desk(signed_in(role))

    assert labels(panels["Waiting for me"]) == waiting


def test_what_is_incomplete_or_old_needs_care(signed_in: SignedIn, agency: Partner) -> None:
    now, long_ago = timezone.now(), timezone.now() - timedelta(days=731)
    whole = {"owner": agency, "headline": "Manager", "biography": "Long."}
    checked = {"last_verified_on": now.date(), "published_at": long_ago}
    PersonFactory.create(family_name="Complete", **whole | checked)
    PersonFactory.create(family_name="Lacking", **whole | checked | {"biography": ""})
    PersonFactory.create(
        family_name="Old", last_verified_on=long_ago.date(), published_at=long_ago, **whole
    )
    PersonFactory.create(owner=agency, family_name="Draft", state="draft")

    panels = desk(signed_in("publisher"))

    care = panels["Needing care"].lines
    assert [(line.label, line.note.split(" ")[0]) for line in care] == [
        ("Ada Lacking", "Missing:"),
        ("Ada Old", "Last"),
    ]


def test_the_next_workshops_come_with_their_state(
    signed_in: SignedIn, agency: Partner, rival: Partner
) -> None:
    today = timezone.localdate()
    later = today + timedelta(days=30)
    for title, day, owner in (
        ("Over", today - timedelta(days=1), agency),
        ("Later", later, agency),
        ("Sooner", today, agency),
        ("Theirs", today, rival),
    ):
        WorkshopFactory.create(title=title, starts_on=day, owner=owner)

    panels = desk(signed_in("editor"))

    assert labels(panels["Next workshops"]) == ["Sooner", "Later"]


@pytest.mark.parametrize(
    ("capacity", "note"), [(50, "3 places taken of 50"), (None, "3 places taken")]
)
def test_a_workshop_comes_with_its_registrations(
    signed_in: SignedIn, agency: Partner, capacity: int | None, note: str
) -> None:
    workshop = WorkshopFactory.create(owner=agency)
    RegistrationSettingsFactory.create(workshop=workshop, capacity=capacity, max_party_size=2)
    RegistrationFactory.create(workshop=workshop, party_size=2)
    RegistrationFactory.create(workshop=workshop)

    panels = desk(signed_in("editor"))

    assert [line.note for line in panels["Next workshops"].lines] == [note]


def test_a_workshop_without_registration_says_so(signed_in: SignedIn, agency: Partner) -> None:
    WorkshopFactory.create(owner=agency)

    panels = desk(signed_in("editor"))

    assert [line.note for line in panels["Next workshops"].lines] == ["No registration"]


def test_empty_lists_say_so(signed_in: SignedIn) -> None:
    page = signed_in("editor").get("/admin/").content.decode()

    assert "You have no drafts." in page
    assert "Nothing waits for your review." in page
    assert "No workshop of yours is planned." in page


@pytest.mark.parametrize(("rows", "shown", "count"), [(8, 8, "8"), (9, 8, "8+"), (20, 8, "8+")])
def test_a_list_is_short_and_says_when_there_is_more(
    rows: int, shown: int, count: str, signed_in: SignedIn, agency: Partner
) -> None:
    OrganisationFactory.create_batch(rows, owner=agency, state=Entry.State.IN_REVIEW)

    waiting = desk(signed_in("publisher"))["Waiting for me"]

    assert (len(waiting.shown), waiting.count) == (shown, count)


@pytest.mark.parametrize("rows", [1, 3])
def test_it_takes_the_same_queries_whatever_lies_on_it(
    client: Client, agency: Partner, publisher: User, rows: int
) -> None:
    for factory in (InitiativeFactory, OrganisationFactory, PersonFactory, WorkshopFactory) * rows:
        factory.create(owner=agency, state="draft", created_by=publisher)
        factory.create(owner=agency, state="in_review")
        ReportFactory.create(entry=factory.create(owner=agency))
    OutcomeFactory.create_batch(rows, organisation=OrganisationFactory.create(owner=agency))
    for link in CheckedLinkFactory.create_batch(rows, failures=3):
        InitiativeFactory.create(owner=agency, website=link.url)
    client.force_login(publisher)
    client.get("/admin/")

    with assertNumQueries(35):
        client.get("/admin/")


def test_the_lists_of_an_app_are_shown(signed_in: SignedIn) -> None:
    page = signed_in("editor").get("/admin/initiatives/").content.decode()

    assert "/admin/initiatives/initiative/add/" in page
    assert "/admin/initiatives/theme/" not in page
