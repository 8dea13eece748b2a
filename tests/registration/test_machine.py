"""Whatever people and organisers do, in whatever order, nobody comes without a place."""

from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.factories import RegistrationSettingsFactory
from workshops.registration import places
from workshops.registration.models import Registration, RegistrationSettings
from workshops.registration.places import Answer, Application, Details

NOW = timezone.now()
LARGEST = 4
PEOPLE = [f"a{n}@example.org" for n in range(6)]


class Registering(RuleBasedStateMachine):
    """A workshop of few places, and a model of who holds how many of them."""

    used = Bundle("applications that were sent")

    def __init__(self) -> None:
        super().__init__()
        made = RegistrationSettingsFactory.create(capacity=5, max_party_size=LARGEST)
        self.terms = RegistrationSettings.objects.get(pk=made.pk)
        self.capacity = 5
        self.held: dict[str, int] = {}

    def teardown(self) -> None:
        Registration.objects.all().delete()

    @property
    def left(self) -> int:
        return self.capacity - sum(self.held.values())

    def row(self, email: str) -> Registration:
        return Registration.objects.active().of(email).get(workshop=self.terms.workshop)

    @rule(target=used, email=st.sampled_from(PEOPLE), people=st.integers(1, LARGEST + 1))
    def register(self, email: str, people: int) -> Application:
        application = Application(
            details=Details("Somebody", "", None, "", people, ""),
            email=email.upper() if people % 2 else email,
            language="en",
            consent=self.terms.consent,
            idempotency_key=uuid4(),
        )

        answer = places.register(self.terms.workshop, application, NOW).answer

        if self.left == 0:
            assert answer == Answer.FULL
        elif people > LARGEST:
            assert answer == Answer.PARTY_TOO_LARGE
        elif people > self.left:
            assert answer == Answer.NOT_ENOUGH_PLACES
        elif email in self.held:
            assert answer == Answer.ALREADY_REGISTERED
        else:
            assert answer == Answer.KEPT
            self.held[email] = people
        return application

    @rule(application=used)
    def send_again(self, application: Application) -> None:
        key = application.idempotency_key
        was_confirmed = Registration.objects.filter(idempotency_key=key).exists()

        if was_confirmed:
            answer = places.register(self.terms.workshop, application, NOW).answer
            assert answer == Answer.REPEATED

    @precondition(lambda self: self.held)
    @rule(data=st.data(), people=st.integers(1, LARGEST + 1))
    def change(self, data: st.DataObject, people: int) -> None:
        email = data.draw(st.sampled_from(sorted(self.held)))
        details = Details("Somebody else", "", None, "", people, "")

        answer = places.change(self.row(email), details, NOW).answer

        fits = people <= LARGEST and people - self.held[email] <= self.left
        if people <= self.held[email] or fits:
            assert answer == Answer.CHANGED
            self.held[email] = people
        else:
            assert answer in (Answer.FULL, Answer.PARTY_TOO_LARGE, Answer.NOT_ENOUGH_PLACES)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        email = data.draw(st.sampled_from(sorted(self.held)))

        assert places.cancel(self.row(email), NOW).answer == Answer.CANCELLED
        del self.held[email]

    @rule(capacity=st.integers(1, 8))
    def resize(self, capacity: int) -> None:
        fits = capacity >= sum(self.held.values())
        with suppress(IntegrityError), transaction.atomic():
            RegistrationSettings.objects.filter(pk=self.terms.pk).update(capacity=capacity)
            assert fits
            self.capacity = capacity
        assert fits == (self.capacity == capacity)

    @rule()
    def lose_the_link(self) -> None:
        for email in PEOPLE:
            places.send_links(email, NOW + timedelta(hours=2))

    @invariant()
    def nobody_comes_without_a_place(self) -> None:
        counted = RegistrationSettings.objects.get(pk=self.terms.pk)
        rows = Registration.objects.active().filter(workshop=self.terms.workshop)
        assert {row.email.lower(): row.party_size for row in rows} == self.held
        assert counted.places_taken == rows.places() == sum(self.held.values())
        assert counted.capacity is not None
        assert counted.places_taken <= counted.capacity


@pytest.mark.django_db
def test_there_are_never_more_people_than_places() -> None:
    steps = settings(max_examples=20, stateful_step_count=25)

    run_state_machine_as_test(Registering, settings=steps)
