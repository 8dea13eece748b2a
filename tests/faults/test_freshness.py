"""Each partner is asked once what is still correct, though the worker is killed on the way."""

import os
import signal
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from clusterix.curation.freshness.asking import ask_all
from clusterix.curation.freshness.models import Ask
from clusterix.curation.models import Membership
from clusterix.mail.models import Message
from tests.factories import InitiativeFactory, PartnerFactory, member
from tests.faults import site

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]

SECONDS = 60
PARTNERS = 200


@pytest.fixture
def stale() -> None:
    """Many partners, with somebody who publishes and one old entry each."""
    long_ago = timezone.now() - timedelta(days=400)
    for partner in PartnerFactory.create_batch(PARTNERS):
        member(partner, Membership.Role.PUBLISHER)
        InitiativeFactory.create(owner=partner, published_at=long_ago)


@pytest.mark.usefixtures("stale")
def test_a_killed_worker_asks_nobody_twice_and_leaves_nobody_out() -> None:
    app.configure_task("freshness.ask").defer(timestamp=0)
    worker = site.start(*site.MANAGE, "worker")
    end = time.monotonic() + SECONDS
    while not Message.objects.exists() and time.monotonic() < end:
        time.sleep(0.005)

    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(SECONDS)
    before = (Message.objects.count(), Ask.objects.count())
    ask_all(timezone.now())

    assert before[0] == before[1]
    assert 0 < before[0] < PARTNERS
    assert Message.objects.count() == Ask.objects.count() == PARTNERS
    assert Message.objects.values("to").distinct().count() == PARTNERS
