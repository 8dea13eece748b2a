"""Those who took something on are reminded in time, and once."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from clusterix.curation.models import Membership, Partner
from clusterix.mail.models import Message
from tests.factories import (
    OrganisationFactory,
    OutcomeFactory,
    OutcomeStepFactory,
    PartnerFactory,
    member,
    secretariat,
)
from workshops.models import Outcome
from workshops.outcomes.models import Reminder
from workshops.outcomes.reminding import remind, tell
from workshops.outcomes.tasks import remind as remind_by_the_clock

pytestmark = pytest.mark.django_db

DUE = date(2016, 10, 18)


@pytest.fixture
def agency() -> Partner:
    """A partner with an editor and a publisher."""
    partner: Partner = PartnerFactory.create()
    member(partner, email="editor@agency.example")
    member(partner, Membership.Role.PUBLISHER, email="publisher@agency.example")
    member(partner, email="gone@agency.example", is_active=False)
    return partner


@pytest.fixture
def taken_on(agency: Partner) -> Outcome:
    """Something that the partner's organisation is to do by the day."""
    outcome: Outcome = OutcomeFactory.create(
        what="Joint call",
        due_on=DUE,
        organisation=OrganisationFactory.create(owner=agency, name="MSID"),
        workshop__title="Malmö",
        workshop__slug="malmo",
    )
    return outcome


def written(days: int) -> list[str]:
    """Whom the worker writes to so many days after the day, or before it where negative."""
    last = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    remind(datetime(2016, 10, 18, 6, 7, tzinfo=UTC) + timedelta(days=days))
    told = Message.objects.filter(pk__gt=last).order_by("pk")
    return [f"{message.to}: {message.subject}" for message in told]


def test_those_who_curate_the_owner_are_written_to_two_weeks_before(taken_on: Outcome) -> None:
    too_early, in_time, again = written(-15), written(-14), written(-13)

    assert (too_early, again) == ([], [])
    assert in_time == [
        "editor@agency.example: Due on 18 October 2016: Joint call",
        "publisher@agency.example: Due on 18 October 2016: Joint call",
    ]
    for message in Message.objects.all():
        for told in ("Joint call", "MSID", "Malmö", "18 October 2016"):
            assert told in message.text
            assert told in message.html
        assert f"http://testserver/admin/workshops/outcome/{taken_on.pk}/change/" in message.text
        assert "http://testserver/workshops/malmo/" in message.text


@pytest.mark.usefixtures("taken_on")
def test_once_it_is_overdue_they_are_written_to_once_more() -> None:
    written(-14)

    on_the_day, after, again = written(0), written(1), written(30)

    assert (on_the_day, again) == ([], [])
    assert after == [
        "editor@agency.example: Overdue since 18 October 2016: Joint call",
        "publisher@agency.example: Overdue since 18 October 2016: Joint call",
    ]


@pytest.mark.usefixtures("taken_on")
def test_days_without_a_worker_are_made_up_for() -> None:
    assert [len(written(days)) for days in (-2, -1, 20)] == [2, 0, 2]


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_of_what_is_over_nobody_is_reminded(taken_on: Outcome, state: str) -> None:
    OutcomeStepFactory.create(outcome=taken_on, state=state)

    assert (written(-3), written(3)) == ([], [])


def test_what_was_taken_up_again_is_reminded_of(taken_on: Outcome) -> None:
    OutcomeStepFactory.create(outcome=taken_on, state="done", day=date(2016, 7, 1))
    OutcomeStepFactory.create(outcome=taken_on, state="in-progress", day=date(2016, 8, 1))

    assert len(written(-3)) == 2


def test_a_day_that_moves_is_reminded_of_in_its_time(taken_on: Outcome) -> None:
    written(-14)
    Outcome.objects.filter(pk=taken_on.pk).update(due_on=DUE + timedelta(days=30))

    before_its_time, in_its_time = written(10), written(16)

    assert before_its_time == []
    assert in_its_time == [
        "editor@agency.example: Due on 17 November 2016: Joint call",
        "publisher@agency.example: Due on 17 November 2016: Joint call",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"organisation": None},
        {"due_on": None},
    ],
)
def test_what_nobody_took_on_or_no_day_was_set_for_reminds_nobody(
    taken_on: Outcome, change: dict[str, None]
) -> None:
    Outcome.objects.filter(pk=taken_on.pk).update(**change)

    assert (written(-3), written(3)) == ([], [])


@pytest.mark.parametrize("change", [{"state": "draft"}, {"is_example": True}])
def test_what_is_not_public_or_made_up_reminds_nobody(
    taken_on: Outcome, change: dict[str, object]
) -> None:
    type(taken_on.workshop).unscoped.update(**change)

    assert (written(-3), written(3)) == ([], [])


def test_where_nobody_curates_the_owner_the_secretariat_is_written_to() -> None:
    user = secretariat()
    OutcomeFactory.create(
        what="Joint call", due_on=DUE, organisation=OrganisationFactory.create(state="draft")
    )

    assert written(-1) == [f"{user.email}: Due on 18 October 2016: Joint call"]


def test_who_comes_second_finds_the_note_of_the_first(taken_on: Outcome) -> None:
    at = datetime(2016, 10, 10, tzinfo=UTC)

    mails = [tell(taken_on.pk, Reminder.Occasion.SOON, at) for _ in range(2)]

    assert (mails, Message.objects.count()) == ([2, 0], 2)
    assert str(Reminder.objects.get()) == "Joint call (before it is due)"


def test_words_of_others_become_no_link_in_the_mail(taken_on: Outcome) -> None:
    Outcome.objects.filter(pk=taken_on.pk).update(
        what="Go to <b>https://evil.example</b>\r\nBcc: x"
    )

    written(-1)

    message = Message.objects.first()
    assert message
    assert "https://evil.example" not in message.text + message.html
    assert "<b>" not in message.html.partition("<body")[2].partition("evil")[0][-40:]
    assert "\n" not in message.subject


def test_the_worker_looks_every_morning(taken_on: Outcome) -> None:
    with time_machine.travel(datetime(2016, 10, 10, 6, 7, tzinfo=UTC), tick=False):
        remind_by_the_clock(timestamp=0)

    assert Reminder.objects.get().outcome == taken_on
