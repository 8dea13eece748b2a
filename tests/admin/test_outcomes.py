"""How an outcome stands is recorded by those who answer for its workshop or for its owner."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clusterix.curation.desk import Panel
from clusterix.curation.models import Entry, Membership, Partner, User
from tests.admin.browser import Page, filled
from tests.admin.conftest import SignedIn
from tests.factories import (
    InitiativeFactory,
    OrganisationFactory,
    OutcomeFactory,
    OutcomeStepFactory,
    RegionFactory,
    TransferFactory,
    WorkshopFactory,
    member,
)
from workshops.models import Outcome, OutcomeStep

pytestmark = pytest.mark.django_db

LIST = "/admin/workshops/outcome/"


def change(outcome: Outcome) -> str:
    return reverse("admin:workshops_outcome_change", args=[outcome.pk])


def step(page: Page, **fields: str) -> dict[str, list[str]]:
    """The page's form with a step in its first empty row."""
    data = filled(page)
    row = int(data["steps-TOTAL_FORMS"][0]) - 1
    return data | {f"steps-{row}-{name}": [value] for name, value in fields.items()}


@pytest.fixture
def taken_on(agency: Partner, rival: Partner) -> Outcome:
    """Agreed at a public workshop of the rival, and taken on by the agency's organisation."""
    outcome: Outcome = OutcomeFactory.create(
        what="Joint call",
        workshop=WorkshopFactory.create(owner=rival),
        organisation=OrganisationFactory.create(owner=agency),
    )
    return outcome


@pytest.mark.parametrize(
    ("role", "answer"),
    [("publisher", 302), ("rival", 302), ("secretariat", 302), ("editor", 403)],
)
def test_a_step_is_recorded_by_whoever_answers_for_owner_or_workshop(
    signed_in: SignedIn, taken_on: Outcome, role: str, answer: int
) -> None:
    page = signed_in("secretariat").get(change(taken_on))
    data = step(page, day="2016-10-18", state="done", note="Signed.")

    response = signed_in(role).post(change(taken_on), data)

    assert response.status_code == answer
    assert Outcome.objects.get().state == ("done" if answer == 302 else "agreed")


def test_a_step_says_who_recorded_it_and_is_a_version_of_the_workshop(
    client: Client, publisher: User, taken_on: Outcome
) -> None:
    client.force_login(publisher)

    client.post(change(taken_on), step(client.get(change(taken_on)), state="in-progress"))

    recorded = OutcomeStep.objects.get()
    version = taken_on.workshop.history.latest()
    assert (recorded.recorded_by, recorded.day, recorded.state) == (publisher, None, "in-progress")
    assert (version.history_user, version.history_change_reason) == (publisher, "How it stands")


def test_what_others_recorded_is_corrected_by_those_who_answer_for_the_workshop(
    signed_in: SignedIn, taken_on: Outcome
) -> None:
    first = member()
    OutcomeStepFactory.create(outcome=taken_on, note="Begun", recorded_by=first)
    pages = {role: signed_in(role).get(change(taken_on)) for role in ("publisher", "rival")}
    corrected = {"steps-0-note": ["Not yet"]}

    signed_in("publisher").post(change(taken_on), filled(pages["rival"]) | corrected)
    unchanged = OutcomeStep.objects.get().note
    signed_in("rival").post(
        change(taken_on), filled(signed_in("rival").get(change(taken_on))) | corrected
    )

    assert b'name="steps-0-note"' in pages["rival"].content
    assert unchanged == "Begun"
    row = OutcomeStep.objects.get()
    assert (row.note, row.recorded_by) == ("Not yet", first)


def test_the_same_step_sent_twice_is_recorded_once(signed_in: SignedIn, taken_on: Outcome) -> None:
    client = signed_in("publisher")
    data = step(client.get(change(taken_on)), state="done")

    answers = [client.post(change(taken_on), data).status_code for _ in range(2)]
    again = client.post(change(taken_on), step(client.get(change(taken_on)), state="done"))

    assert answers == [302, 200]
    assert "This step is recorded already." in again.content.decode()
    assert OutcomeStep.objects.count() == 1


def test_a_day_that_is_yet_to_come_is_refused_at_its_field(
    signed_in: SignedIn, taken_on: Outcome
) -> None:
    client = signed_in("publisher")
    data = step(client.get(change(taken_on)), day=f"{timezone.now().year + 1}-01-01", state="done")

    response = client.post(change(taken_on), data)

    assert "This day is yet to come." in response.content.decode()
    assert not OutcomeStep.objects.exists()


def test_what_was_agreed_stays_as_it_is(signed_in: SignedIn, taken_on: Outcome) -> None:
    client = signed_in("publisher")
    other = WorkshopFactory.create()
    forged = {
        "what": ["Less"],
        "workshop": [str(other.pk)],
        "organisation": [""],
        "state": ["done"],
    }

    client.post(change(taken_on), filled(client.get(change(taken_on))) | forged)

    kept = Outcome.objects.get()
    assert (kept.what, kept.state) == ("Joint call", "agreed")
    assert (kept.workshop, kept.organisation) == (taken_on.workshop, taken_on.organisation)


def test_it_leads_to_a_transfer_of_its_practice(signed_in: SignedIn, taken_on: Outcome) -> None:
    practice = InitiativeFactory.create()
    hidden = OrganisationFactory.create(name="Canary", state="draft")
    fits = TransferFactory.create(
        initiative=practice, region=RegionFactory.create(code="AT"), organisation=hidden
    )
    TransferFactory.create(initiative=practice, organisation=hidden)
    other = TransferFactory.create()
    Outcome.objects.update(initiative=practice)
    client = signed_in("publisher")
    page = client.get(change(taken_on))

    refused = client.post(change(taken_on), filled(page, transfer=str(other.pk)))
    client.post(change(taken_on), filled(page, transfer=str(fits.pk), result="Taken over."))

    choices = page.content.decode().partition('name="transfer"')[2].partition("</select>")[0]
    assert choices.count("<option") == 2
    assert "Canary" not in page.content.decode()
    assert refused.status_code == 200
    kept = Outcome.objects.get()
    assert (kept.transfer, kept.result) == (fits, "Taken over.")


def test_a_transfer_that_is_no_longer_public_stays_without_its_name(
    signed_in: SignedIn, taken_on: Outcome
) -> None:
    hidden = OrganisationFactory.create(name="Canary", state="draft")
    transfer = TransferFactory.create(organisation=hidden)
    Outcome.objects.update(initiative=transfer.initiative, transfer=transfer)
    client = signed_in("publisher")
    page = client.get(change(taken_on))

    client.post(change(taken_on), filled(page, result="Taken over."))

    assert "(not shown) (adopted)" in page.content.decode()
    assert "Canary" not in page.content.decode()
    assert Outcome.objects.get().transfer == transfer


@pytest.mark.parametrize("state", [Entry.State.DRAFT, Entry.State.ARCHIVED])
def test_what_was_agreed_at_a_workshop_that_is_not_public_is_its_partners_alone(
    signed_in: SignedIn, taken_on: Outcome, state: str
) -> None:
    type(taken_on.workshop).unscoped.update(state=state)

    statuses = {
        role: signed_in(role).get(change(taken_on)).status_code
        for role in ("publisher", "editor", "rival", "secretariat")
    }

    assert statuses == {"publisher": 302, "editor": 302, "rival": 200, "secretariat": 200}
    assert "Joint call" not in signed_in("publisher").get(LIST).content.decode()


def test_a_third_partner_sees_nothing_of_it(client: Client, taken_on: Outcome) -> None:
    client.force_login(member(role=Membership.Role.PUBLISHER))

    assert client.get(change(taken_on)).status_code == 302
    assert "Joint call" not in client.get(LIST).content.decode()


def test_links_to_a_draft_of_the_rival_are_not_named(
    signed_in: SignedIn, agency: Partner, rival: Partner
) -> None:
    draft: dict[str, Any] = {"owner": rival, "state": Entry.State.DRAFT}
    outcome = OutcomeFactory.create(
        workshop__owner=agency,
        organisation=OrganisationFactory.create(name="Canary agency", **draft),
        initiative=InitiativeFactory.create(title="Canary practice", **draft),
    )
    client = signed_in("publisher")

    pages = [client.get(address).content.decode() for address in (LIST, change(outcome))]

    assert [page for page in pages if "Canary" in page] == []
    assert "Write a joint call" in pages[0]


def test_outcomes_are_neither_added_nor_deleted_here(
    signed_in: SignedIn, taken_on: Outcome
) -> None:
    client = signed_in("secretariat")
    delete = reverse("admin:workshops_outcome_delete", args=[taken_on.pk])

    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(delete, {"post": "yes"}).status_code == 403


def test_the_desk_shows_what_the_partners_organisations_took_on(
    signed_in: SignedIn, agency: Partner, taken_on: Outcome
) -> None:
    ours = {"organisation": OrganisationFactory.create(owner=agency)}
    OutcomeFactory.create(what="Late", due_on=date(2016, 6, 21), **ours)
    OutcomeFactory.create(what="Planned", due_on=date(2216, 6, 21), **ours)
    OutcomeStepFactory.create(outcome=OutcomeFactory.create(what="Done", **ours), state="done")
    OutcomeFactory.create(what="Canary", organisation=OrganisationFactory.create())

    panels: list[Panel] = signed_in("editor").get("/admin/").context["panels"]

    (panel,) = (panel for panel in panels if panel.title == "Taken on at workshops")
    assert [(line.label, line.note) for line in panel.lines] == [
        ("Late", "Overdue since 21 June 2016"),
        ("Planned", "Due on 21 June 2216"),
        ("Joint call", taken_on.workshop.title),
    ]
    assert panel.lines[2].url == change(taken_on)
