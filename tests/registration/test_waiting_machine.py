"""Whatever happens to a line, in whatever order: it is kept, and no place idles for long."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.factories import RegistrationSettingsFactory, WorkshopFactory
from tests.faults.scale import EXAMPLES_IN_LINE
from workshops.registration import places
from workshops.registration.models import Registration, RegistrationSettings, State
from workshops.registration.places import Answer, Application, Details
from workshops.registration.room import room_for

START = timezone.now()
LARGEST = 3


class Waiting(RuleBasedStateMachine):
    """A workshop of few places with a waiting list, and a clock."""

    def __init__(self) -> None:
        super().__init__()
        workshop = WorkshopFactory.create(starts_on=(START + timedelta(days=400)).date())
        made = RegistrationSettingsFactory.create(
            workshop=workshop,
            capacity=3,
            max_party_size=LARGEST,
            has_waiting_list=True,
            closes_at=START + timedelta(days=400),
        )
        self.terms = RegistrationSettings.objects.get(pk=made.pk)
        self.now = START
        self.line_before: list[int] = []

    def teardown(self) -> None:
        Registration.objects.all().delete()

    def rows(self, *states: State) -> list[Registration]:
        rows = Registration.objects.filter(workshop=self.terms.workshop, state__in=states)
        return list(rows.order_by("pk"))

    def one_of(self, data: st.DataObject, *states: State) -> Registration | None:
        rows = self.rows(*states)
        return data.draw(st.sampled_from(rows)) if rows else None

    @rule(people=st.integers(1, LARGEST))
    def register(self, people: int) -> None:
        key = uuid4()
        application = Application(
            details=Details("Somebody", "", None, "", people, ""),
            email=f"{key}@example.org",
            language="en",
            consent=self.terms.consent,
            idempotency_key=key,
        )

        outcome = places.register(self.terms.workshop, application, self.now)

        capacity = RegistrationSettings.objects.get(pk=self.terms.pk).capacity or 0
        expected = Answer.KEPT if people <= capacity else Answer.PARTY_TOO_LARGE
        assert outcome.answer == expected

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        row = self.one_of(data, State.CONFIRMED, State.WAITING, State.OFFERED)
        if row:
            places.cancel(row, self.now, by_organiser=data.draw(st.booleans()))

    @rule(data=st.data(), takes=st.booleans())
    def answer(self, data: st.DataObject, takes: bool) -> None:
        row = self.one_of(data, State.OFFERED)
        if row:
            (places.accept if takes else places.decline)(row, self.now)

    @rule(data=st.data(), people=st.integers(1, LARGEST))
    def change(self, data: st.DataObject, people: int) -> None:
        row = self.one_of(data, State.CONFIRMED, State.WAITING, State.OFFERED)
        if row:
            places.change(row, Details("Somebody", "", None, "", people, ""), self.now)

    @rule(capacity=st.integers(1, 6))
    def resize(self, capacity: int) -> None:
        held = Registration.objects.holding().filter(workshop=self.terms.workshop).places()
        if capacity >= held:
            RegistrationSettings.objects.filter(pk=self.terms.pk).update(capacity=capacity)
            places.catch_up(self.terms.workshop_id, self.now)

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        places.catch_up(self.terms.workshop_id, self.now)

    @precondition(lambda self: self.rows(State.WAITING))
    @rule(data=st.data())
    def favour(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(self.rows(State.WAITING)))
        places.give_priority(row, "Speaks", self.now)
        self.line_before = []

    @invariant()
    def no_place_idles_while_somebody_waits_who_would_take_it(self) -> None:
        terms = RegistrationSettings.objects.get(pk=self.terms.pk)
        room = room_for(terms)
        assert terms.places_taken <= (terms.capacity or 0)
        assert not [row for row in self.rows(State.WAITING) if room.fits(row.party_size, None)]

    @invariant()
    def the_order_is_kept(self) -> None:
        line = [
            row.pk for row in Registration.objects.filter(workshop=self.terms.workshop_id).in_line()
        ]
        stayed = [pk for pk in self.line_before if pk in line]
        assert not self.line_before or line[: len(stayed)] == stayed
        self.line_before = line

    @invariant()
    def whoever_is_offered_a_place_has_one_offer_that_stands(self) -> None:
        for row in self.rows(State.OFFERED):
            assert row.open_offer is not None
            assert row.open_offer.expires_at > self.now
        offered = {row.pk for row in self.rows(State.OFFERED)}
        for row in self.rows(*State):
            assert row.pk in offered or row.open_offer is None


@pytest.mark.django_db
def test_a_line_is_kept_and_no_place_idles() -> None:
    steps = settings(max_examples=EXAMPLES_IN_LINE, stateful_step_count=25)

    run_state_machine_as_test(Waiting, settings=steps)
