"""What was agreed at workshops, and the log from which its state follows."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from tests.factories import (
    InitiativeFactory,
    OrganisationFactory,
    OutcomeFactory,
    OutcomeStepFactory,
    PartnerFactory,
    TransferFactory,
    WorkshopFactory,
    member,
)
from workshops.models import Outcome, OutcomeStep

pytestmark = pytest.mark.django_db

MIDSUMMER = date(2016, 6, 21)
AUTUMN = date(2016, 10, 18)


def stands(outcome: Outcome) -> str:
    """The state that the database keeps."""
    return Outcome.objects.get(pk=outcome.pk).state


def agreed_in_malmo(**fields: Any) -> Outcome:
    workshop = WorkshopFactory.create(slug="malmo", title="Malmö", starts_on=MIDSUMMER)
    outcome: Outcome = OutcomeFactory.create(workshop=workshop, **fields)
    return outcome


def test_an_outcome_of_which_nothing_is_recorded_is_agreed() -> None:
    assert stands(OutcomeFactory.create()) == "agreed"


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([(AUTUMN, "done"), (MIDSUMMER, "in-progress")], "done"),
        ([(AUTUMN, "done"), (AUTUMN, "in-progress")], "in-progress"),
        ([(MIDSUMMER, "in-progress"), (None, "dropped")], "in-progress"),
        ([(None, "in-progress"), (None, "dropped")], "dropped"),
    ],
)
def test_its_state_is_that_of_the_last_step(
    steps: list[tuple[date | None, str]], state: str
) -> None:
    outcome = OutcomeFactory.create()
    for day, step in steps:
        OutcomeStepFactory.create(outcome=outcome, day=day, state=step)

    told = Outcome.objects.for_page().get().progress(AUTUMN)
    assert stands(outcome) == told.state == state


def test_nobody_can_write_another_state_than_the_log_tells() -> None:
    outcome = OutcomeStepFactory.create(state="done").outcome

    Outcome.objects.update(state="dropped")
    new = Outcome.objects.create(workshop=outcome.workshop, what="Another", state="done")

    assert (stands(outcome), stands(new)) == ("done", "agreed")


def test_a_step_that_is_corrected_moved_or_deleted_moves_the_state() -> None:
    step = OutcomeStepFactory.create(state="done")
    first, second = step.outcome, OutcomeFactory.create()

    OutcomeStep.objects.update(state="dropped")
    corrected = stands(first)
    OutcomeStep.objects.update(outcome=second)
    moved = (stands(first), stands(second))
    OutcomeStep.objects.all().delete()

    assert (corrected, moved, stands(second)) == ("dropped", ("agreed", "dropped"), "agreed")


def test_the_same_step_is_recorded_once() -> None:
    step = OutcomeStepFactory.create(day=None, state="done")
    again = OutcomeStep(outcome=step.outcome, day=None, state="done", note="Again")

    with pytest.raises(ValidationError, match="recorded already"):
        again.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_a_step_has_a_state_that_there_is() -> None:
    with pytest.raises(IntegrityError):
        OutcomeStepFactory.create(state="forgotten")


@time_machine.travel("2016-06-21 23:30+00:00")
@pytest.mark.parametrize(
    ("zone", "day", "is_refused"),
    [
        ("Europe/Stockholm", date(2016, 6, 22), False),
        ("Europe/Stockholm", date(2016, 6, 23), True),
        ("Atlantic/Azores", date(2016, 6, 22), True),
    ],
)
def test_the_log_tells_of_what_has_happened(zone: str, day: date, is_refused: bool) -> None:
    outcome = OutcomeFactory.create(workshop__time_zone=zone)
    step = OutcomeStep(outcome=outcome, day=day, state="done")

    try:
        step.full_clean()
        refused = ""
    except ValidationError as error:
        refused = error.message_dict["day"][0]

    assert refused == ("This day is yet to come." if is_refused else "")


def test_progress_is_told_as_of_a_day() -> None:
    outcome = OutcomeFactory.create(due_on=date(2016, 9, 30))
    OutcomeStepFactory.create(outcome=outcome, state="in-progress", day=date(2016, 7, 1))
    OutcomeStepFactory.create(outcome=outcome, state="done", day=AUTUMN)
    days = [MIDSUMMER, date(2016, 9, 30), date(2016, 10, 1), AUTUMN]

    told = [outcome.progress(day) for day in days]

    assert [(one.state, one.is_overdue, len(one.steps)) for one in told] == [
        ("agreed", False, 0),
        ("in-progress", False, 1),
        ("in-progress", True, 1),
        ("done", False, 2),
    ]


def test_what_is_open_or_overdue_on_a_day() -> None:
    late = OutcomeFactory.create(what="Late", due_on=date(2016, 6, 20))
    OutcomeFactory.create(what="Today", due_on=MIDSUMMER)
    OutcomeFactory.create(what="Some day")
    OutcomeStepFactory.create(outcome__due_on=date(2016, 1, 1), state="dropped")
    OutcomeStepFactory.create(outcome=late, state="in-progress")

    told = Outcome.objects.open().soonest_first()

    assert [outcome.what for outcome in told] == ["Late", "Today", "Some day"]
    assert list(Outcome.objects.overdue(at=MIDSUMMER)) == [late]


def test_it_leads_to_a_transfer_of_the_practice_that_it_concerns() -> None:
    transfer, other = TransferFactory.create(), InitiativeFactory.create()
    workshop = WorkshopFactory.create()
    fine = Outcome(workshop=workshop, what="x", initiative=transfer.initiative, transfer=transfer)
    wrong = Outcome(workshop=workshop, what="x", initiative=other, transfer=transfer)
    unsaid = Outcome(workshop=workshop, what="x", transfer=transfer)

    fine.full_clean()
    with pytest.raises(ValidationError, match="one of another practice"):
        wrong.full_clean()
    with pytest.raises(ValidationError, match="Say which practice it concerns"):
        unsaid.full_clean()


def test_a_transfer_that_is_deleted_leaves_the_outcome() -> None:
    transfer = TransferFactory.create()
    outcome = OutcomeFactory.create(initiative=transfer.initiative, transfer=transfer)

    transfer.delete()

    outcome.refresh_from_db()
    assert outcome.transfer is None


def test_a_curator_sees_what_was_agreed_at_the_partners_workshops_or_taken_on_in_public() -> None:
    user = member()
    partner = user.partners.get()
    ours = OrganisationFactory.create(owner=partner)
    own = OutcomeFactory.create(workshop__owner=partner, workshop__state="draft")
    taken_on = OutcomeFactory.create(organisation=ours)
    OutcomeFactory.create(organisation=ours, workshop__state="draft")
    OutcomeFactory.create(organisation=OrganisationFactory.create())

    assert set(Outcome.objects.seen_by(user)) == {own, taken_on}


# On the pages


@time_machine.travel("2016-09-01 12:00+00:00")
def test_the_workshops_page_tells_how_it_came_along(client: Client) -> None:
    outcome = agreed_in_malmo(
        what="Joint call",
        due_on=date(2016, 8, 31),
        organisation=OrganisationFactory.create(name="MSID"),
    )
    OutcomeStepFactory.create(outcome=outcome, day=date(2016, 7, 1), note="A draft is <b>out</b>.")

    page = " ".join(client.get("/workshops/malmo/").content.decode().split())

    line = page[page.index('<ol class="steps">') :].partition("</ol>")[0]
    assert line.index("21 June 2016") < line.index("1 July 2016") < line.index("overdue since")
    assert "A draft is &lt;b&gt;out&lt;/b&gt;." in line
    assert '<span class="badge badge--overdue">overdue</span>' in page


@time_machine.travel("2016-09-01 12:00+00:00")
@pytest.mark.parametrize(
    ("state", "due", "told"),
    [
        ("in-progress", date(2016, 9, 1), ["agreed", "in progress", "due"]),
        ("done", date(2016, 8, 1), ["agreed", "done"]),
        ("dropped", None, ["agreed", "dropped"]),
        ("agreed", None, ["agreed"]),
    ],
)
def test_the_line_through_time_ends_with_what_is_to_come(
    client: Client, state: str, due: date | None, told: list[str]
) -> None:
    OutcomeStepFactory.create(outcome=agreed_in_malmo(due_on=due), state=state)

    page = client.get("/workshops/malmo/").content.decode()

    words = [part.partition("<")[0] for part in page.split('class="steps__state">')[1:]]
    assert words == told
    assert "badge--overdue" not in page


def test_what_it_led_to_is_linked_from_the_owners_page(client: Client) -> None:
    owner = OrganisationFactory.create(slug="msid")
    policy = InitiativeFactory.create(slug="programme", title="Regional programme")
    adopter = OrganisationFactory.create(name="ecoplus")
    transfer = TransferFactory.create(initiative__slug="review", organisation=adopter)
    agreed_in_malmo(
        organisation=owner,
        instrument=policy,
        initiative=transfer.initiative,
        transfer=transfer,
        link="https://example.org/call",
    )

    page = " ".join(client.get("/organisations/msid/").content.decode().split())

    assert '<a href="/initiatives/programme/">Regional programme</a>' in page
    assert '<a href="/initiatives/review/#adoption">ecoplus</a>' in page
    assert '<a href="https://example.org/call" rel="noopener nofollow">Read more' in page


def test_what_it_led_to_leaks_no_draft(client: Client) -> None:
    draft = InitiativeFactory.create(title="Canary policy", state="draft")
    adopter = OrganisationFactory.create(name="Canary agency", state="draft")
    hidden = TransferFactory.create(organisation=adopter)
    of_draft = TransferFactory.create(initiative=draft, link="https://canary.example/")
    agreed_in_malmo(initiative=hidden.initiative, transfer=hidden, instrument=draft)
    OutcomeFactory.create(
        workshop__slug="ostrava", initiative=draft, transfer=of_draft, organisation=adopter
    )

    for address in ("workshops/malmo/", "workshops/ostrava/", hidden.initiative.get_absolute_url()):
        for path in (f"/{address.strip('/')}/", f"/api/v1/{address.strip('/')}/"):
            page = client.get(path)
            assert (page.status_code, "canary" in page.content.decode().lower()) == (200, False)


def test_programs_read_the_log_and_what_it_led_to(client: Client) -> None:
    transfer = TransferFactory.create(organisation__name="ecoplus")
    outcome = agreed_in_malmo(
        initiative=transfer.initiative,
        transfer=transfer,
        instrument=InitiativeFactory.create(title="Regional programme"),
    )
    OutcomeStepFactory.create(outcome=outcome, day=AUTUMN, state="done", note="Signed.")
    OutcomeStepFactory.create(outcome=outcome, day=date(2016, 7, 1))

    (record,) = client.get("/api/v1/workshops/malmo/").json()["outcomes"]

    assert record["state"] == "done"
    assert record["progress"] == [
        {"day": "2016-07-01", "state": "in-progress", "note": ""},
        {"day": "2016-10-18", "state": "done", "note": "Signed."},
    ]
    assert record["instrument"]["title"] == "Regional programme"
    assert record["transfer"] == {
        "adopter": "ecoplus",
        "date": None,
        "stage": "adopted",
        "link": None,
    }


def test_no_workshop_takes_the_address_of_the_outcomes() -> None:
    workshop = WorkshopFactory.build(slug="outcomes", owner=PartnerFactory.create())

    with pytest.raises(ValidationError) as refused:
        workshop.full_clean()
    with pytest.raises(IntegrityError, match="workshop_leaves_the_outcomes_their_address"):
        workshop.save()

    assert refused.value.message_dict == {
        "slug": ["This is the address of another page. Take another one."]
    }
