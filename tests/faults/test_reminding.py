"""Owners are reminded once, whoever works or dies at the same time."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from clusterix.mail.models import Message
from tests.factories import OrganisationFactory, OutcomeFactory, OutcomeStepFactory, member
from tests.faults import site
from workshops.models import Outcome
from workshops.outcomes.models import Reminder
from workshops.outcomes.reminding import remind

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]

SECONDS = 60
OUTCOMES = 200


@pytest.fixture
def due_soon() -> None:
    """Many outcomes that one organisation took on, with one curator."""
    user = member()
    owner = OrganisationFactory.create(owner=user.partners.get())
    OutcomeFactory.create_batch(
        OUTCOMES,
        workshop=OutcomeFactory.create().workshop,
        organisation=owner,
        due_on=timezone.localdate() + timedelta(days=2),
    )


def alone() -> int:
    """Remind over a connection of its own."""
    with closing(connection):
        return remind(timezone.now())


@pytest.mark.usefixtures("due_soon")
def test_two_workers_at_once_write_of_each_outcome_once() -> None:
    with ThreadPoolExecutor(2) as workers:
        mails = [work.result(SECONDS) for work in [workers.submit(alone) for _ in range(2)]]

    assert sum(mails) == Message.objects.count() == Reminder.objects.count() == OUTCOMES


@pytest.mark.usefixtures("due_soon")
def test_a_killed_worker_leaves_nothing_out_and_writes_of_nothing_twice() -> None:
    app.configure_task("outcomes.remind").defer(timestamp=0)
    worker = site.start(*site.MANAGE, "worker")
    end = time.monotonic() + SECONDS
    while not Message.objects.exists() and time.monotonic() < end:
        time.sleep(0.005)

    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(SECONDS)
    before = (Message.objects.count(), Reminder.objects.count())
    remind(timezone.now())

    assert before[0] == before[1]
    assert 0 < before[0] < OUTCOMES
    assert Message.objects.count() == Reminder.objects.count() == OUTCOMES


def test_steps_recorded_at_once_leave_the_state_of_the_last_day() -> None:
    outcome = OutcomeFactory.create()
    today = timezone.localdate()

    def record(days: int) -> None:
        state = Outcome.State.DONE if days == 0 else Outcome.State.IN_PROGRESS
        with closing(connection):
            OutcomeStepFactory.create(outcome=outcome, state=state, day=today - timedelta(days))

    with ThreadPoolExecutor(6) as threads:
        for done in [threads.submit(record, days) for days in range(6)]:
            done.result(SECONDS)

    assert Outcome.objects.get().state == "done"
