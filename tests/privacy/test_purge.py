"""What is over goes, by the worker's tasks as by the command, and nothing that is not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.utils import timezone

from clusterix.curation.batches.models import (
    FILE_KEPT,
    UNDOABLE,
    ImportBatch,
    ToldRow,
    TouchedEntry,
)
from clusterix.curation.batches.tasks import forget as forget_imports
from clusterix.curation.invitations.models import KEPT_AFTERWARDS, OPEN_FOR, Invitation
from clusterix.curation.invitations.tasks import forget_invitations
from clusterix.curation.personal import LOG_KEPT
from clusterix.curation.proposals.models import TIME_TO_ANSWER, ExpertRequest
from clusterix.curation.proposals.tasks import daily as look_at_proposals
from clusterix.curation.reports.models import ADDRESS_KEPT, Report
from clusterix.curation.reports.tasks import forget as forget_readers
from clusterix.curation.tasks import forget as forget_accounts
from clusterix.mail.models import KEPT, Message
from clusterix.mail.tasks import purge as purge_mails
from clusterix.privacy.purging import due
from initiatives.comments.models import KEPT_UNANSWERED, Comment
from initiatives.comments.models import OPEN_FOR as ASKED_FOR
from initiatives.comments.tasks import forget_comments
from initiatives.following.letters import our_list
from initiatives.following.models import CONFIRM_WITHIN, Subscription
from initiatives.following.tasks import forget as forget_followers
from tests.factories import (
    CommentFactory,
    ExpertRequestFactory,
    InvitationFactory,
    PartnerFactory,
    RegistrationFactory,
    ReportFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.privacy.conftest import Run
from workshops.models import Workshop
from workshops.registration.models import (
    Registration,
    RegistrationSettings,
    State,
)
from workshops.registration.models.registrations import TIME_TO_CONFIRM
from workshops.registration.tasks import catch_up
from workshops.registration.tasks import erase as forget_participants

pytestmark = pytest.mark.django_db

Tasks = list[Callable[..., Any]]

TASKS: Tasks = [
    forget_participants,
    catch_up,
    forget_followers,
    forget_comments,
    forget_readers,
    forget_imports,
    forget_invitations,
    look_at_proposals,
    forget_accounts,
    purge_mails,
]

WHAT = [
    "Registrations for workshops that were long enough ago",
    "Registrations whose address nobody confirmed in time",
    "Followed searches that nobody confirmed in time",
    "Followed searches whose address takes no mail any more",
    "Expert comments that were never shown",
    "Addresses of readers whose report was handled or waited for too long",
    "Files that were imported, and what was told of their rows",
    "States of entries before imports that nobody will undo any more",
    "Invitations whose time is over",
    "Addresses of experts whose link is over",
    "Sessions that have ended",
    "Where sessions that have ended were begun",
    "Lines of the admin’s log",
    "Mails delivered or refused",
]

MINUTE = timedelta(minutes=1)


def log_entry(at: datetime) -> None:
    """Somebody did something in the admin."""
    entry = LogEntry.objects.create(
        user=UserFactory.create(), content_type=ContentType.objects.get_for_model(Workshop),
        object_id="1", object_repr="Workshop", action_flag=2, change_message="",
    )  # fmt: skip
    LogEntry.objects.filter(pk=entry.pk).update(action_time=at)


def imported(at: datetime) -> ImportBatch:
    """A table was imported, and its file is gone already."""
    batch: ImportBatch = ImportBatch.objects.create(
        partner=PartnerFactory.create(), created_at=at, model="people.Organisation",
        name="list.csv", reason="The list",
    )  # fmt: skip
    return batch


@pytest.fixture
def planted(db: None) -> None:
    """Of each kind one whose time is just over, and one whose time is not."""
    now, today = timezone.now(), timezone.localdate()
    for name, ended in (("over", 92), ("kept", 89)):
        registration = RegistrationFactory.create(name=name)
        Workshop.unscoped.filter(pk=registration.workshop_id).update(
            starts_on=today - timedelta(ended), ends_on=today - timedelta(ended)
        )
    for late in (MINUTE, -MINUTE):
        never = {"confirmed_at": None, "looked_at": None}
        SubscriptionFactory.create(asked_at=now - CONFIRM_WITHIN - late, **never)
        CommentFactory.create(made_at=now - ASKED_FOR - KEPT_UNANSWERED - late)
        ReportFactory.create(created_at=now - ADDRESS_KEPT - late)
        InvitationFactory.create(made_at=now - OPEN_FOR - KEPT_AFTERWARDS - late)
        ExpertRequestFactory.create(made_at=now - TIME_TO_ANSWER - late)
        Session.objects.create(session_key=f"key {late}", expire_date=now - late)
        begun = {"ip": "2001:db8::7", "user_agent": "Firefox", "user": UserFactory.create()}
        UserSession.objects.create(session_key=f"key {late}", **begun)
        Message.objects.create(to="a@example.org", subject="s", text="t", sent_at=now - KEPT - late)
        log_entry(now - LOG_KEPT - late)
        imported(now - FILE_KEPT - late).told.create(number=2, outcome="refused")
        kind = ContentType.objects.get_for_model(Workshop)
        imported(now - UNDOABLE - late).touched.create(content_type=kind, object_id=1, mark="m")
        RegistrationFactory.create(state=State.UNCONFIRMED, created_at=now - TIME_TO_CONFIRM - late)
    SubscriptionFactory.create(email="gone@example.org")
    Message.objects.create(
        to="Gone@example.org", subject="s", text="t", refused_at=now, list_id=our_list(),
        last_error="SMTPRecipientsRefused 550",
    )  # fmt: skip


def left() -> dict[str, int]:
    """How many of each kind are there."""
    return {
        "names": Registration.objects.exclude(name="").count(),
        "terms": RegistrationSettings.objects.count(),
        "subscriptions": Subscription.objects.count(),
        "comments": Comment.objects.count(),
        "readers": Report.objects.exclude(email="").count(),
        "invitations": Invitation.objects.count(),
        "experts": ExpertRequest.objects.count(),
        "sessions": Session.objects.count(),
        "places": UserSession.objects.count(),
        "log": LogEntry.objects.count(),
        "mails": Message.objects.count(),
        "rows": ToldRow.objects.count(),
        "states": TouchedEntry.objects.count(),
    }


BEFORE = {
    "names": 4, "terms": 4, "subscriptions": 3, "readers": 2, "sessions": 2, "log": 2, "mails": 3,
    "rows": 2, "states": 2, "invitations": 2, "experts": 2, "comments": 2,
    "places": 2,
}  # fmt: skip
AFTER = {
    "names": 2, "terms": 4, "subscriptions": 1, "readers": 1, "sessions": 1, "log": 1, "mails": 2,
    "rows": 1, "states": 1, "invitations": 1, "experts": 1, "comments": 1,
    "places": 1,
}  # fmt: skip


@pytest.mark.usefixtures("planted")
def test_a_dry_run_says_what_is_due_and_keeps_it(run: Run) -> None:
    said = run("purge_personal_data", "--dry-run").splitlines()

    assert said == [
        *(f"{what}: 1 due" for what in WHAT),
        "This was a dry run: nothing was erased.",
    ]
    assert left() == BEFORE


@pytest.mark.usefixtures("planted")
def test_the_command_lets_go_of_what_is_over_and_of_nothing_else(run: Run) -> None:
    said = run("purge_personal_data").splitlines()

    assert said == [f"{what}: 1 erased" for what in WHAT]
    assert left() == AFTER


@pytest.mark.usefixtures("planted")
def test_the_second_time_nothing_is_over(run: Run) -> None:
    run("purge_personal_data")

    assert run("purge_personal_data").splitlines() == [f"{what}: 0 erased" for what in WHAT]


@pytest.mark.usefixtures("planted")
def test_the_worker_does_the_same_by_itself() -> None:
    for task in TASKS:
        task(timestamp=0)

    assert left() == AFTER
    assert [count for _what, count in due(timezone.now())] == [0] * len(WHAT)


@pytest.mark.parametrize(
    ("written", "is_over"), [(timedelta(hours=1), True), (timedelta(hours=-1), False)]
)
def test_an_address_that_was_confirmed_again_is_kept(written: timedelta, is_over: bool) -> None:
    now = timezone.now()
    SubscriptionFactory.create(email="gone@example.org", confirmed_at=now, looked_at=now)
    mail = Message.objects.create(
        to="gone@example.org", subject="s", text="t", refused_at=now, list_id=our_list(),
        last_error="SMTPRecipientsRefused 550",
    )  # fmt: skip
    Message.objects.filter(pk=mail.pk).update(created_at=now + written)

    forget_followers(timestamp=0)

    assert Subscription.objects.exists() is not is_over
