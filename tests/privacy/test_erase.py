"""Erasing somebody reaches every table, touches nobody else, and says what must stay."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management.base import CommandError
from django.utils import timezone
from structlog.testing import capture_logs

from clusterix.curation.reports.models import Report
from clusterix.lib.personal import Fate, Subject, every_row
from clusterix.mail.models import Message
from clusterix.privacy.asking import model_of, part_rows
from clusterix.privacy.erasing import erase
from clusterix.privacy.exporting import copy
from clusterix.privacy.registry import HOLDINGS
from initiatives.following.models import Subscription
from tests.factories import PersonFactory, ReportFactory, SubscriptionFactory, UserFactory
from tests.privacy.conftest import Run
from tests.privacy.people import (
    CANARIES,
    EMAIL,
    NAME,
    RIVALS,
    WRITTEN,
    Planted,
    places_with,
    plant_job,
    register,
    write,
)

pytestmark = pytest.mark.django_db


# Everything of hers goes


def test_nothing_of_her_is_left_in_any_column_of_any_table(planted: Planted, run: Run) -> None:
    write("else@example.org", f"She wrote from {EMAIL}.", reply_to=EMAIL)
    write(EMAIL, "You were asked")
    plant_job(EMAIL)
    before = places_with(*CANARIES)

    said = run("erase_person", WRITTEN)

    assert {
        "account_emailaddress.email",
        "curation_user.email",
        "curation_user.last_name",
        "django_admin_log.change_message",
        "following_subscription.email",
        "following_subscription.query",
        "initiatives_historicalinitiative.history_change_reason",
        "invitations_invitation.email",
        "mail_attachment.content",
        "mail_message.html",
        "mail_message.reply_to",
        "mail_message.to",
        "mfa_authenticator.data",
        "people_historicalperson.contact_email",
        "people_person.contact_email",
        "procrastinate_jobs.args",
        "procrastinate_jobs.lock",
        "registration_registration.needs",
        "reports_report.answer",
        "reports_report.text",
    } - before == set()
    assert places_with(*CANARIES) == {"mail_attachment.content"}  # the file that went to another
    assert re.search(r"^Attachments \d+: still has the address in content$", said, re.MULTILINE)
    assert not Session.objects.exists()


def test_the_second_time_there_is_nothing_left_to_do(planted: Planted, run: Run) -> None:
    run("erase_person", EMAIL)
    mails = Message.objects.count()

    again = run("erase_person", EMAIL)

    assert again == "Nothing is held about that address.\n"
    assert Message.objects.count() == mails
    with pytest.raises(CommandError, match="Nothing is held"):
        run("export_person", EMAIL)


def test_what_was_done_is_said_in_numbers_and_what_stays_with_its_reason(
    planted: Planted, run: Run
) -> None:
    said = run("erase_person", EMAIL).splitlines()

    merge = planted.person.pk
    assert [re.sub(r"#\d+", "#", line) for line in said] == [
        "Log entries: 1 erased",
        "Users: 1 erased",
        "Subscriptions: 1 erased",
        "Historical initiatives: 1 erased",
        "Invitations: 2 erased",
        "Mails: 2 erased",
        "Historical people: 3 erased",
        "People: 1 erased",
        "Registrations: 2 erased",
        "Reports from readers: 1 erased",
        "Sessions: 1 erased",
        "Organisers: 1 erased",
        *KEPT,
    ]
    assert any(f"People #{merge}: " in line for line in said)


KEPT = [
    "Registrations #, #: party size stay – counts for the programme's indicators, of nobody in "
    "particular any more",
    "Registrations #, #: audience, country, state stay – counts for the programme's indicators, "
    "of nobody in particular any more",
    "Registrations #, #: consent stay – the text that everybody agreed to at that workshop",
    "Contributions #: role, organisation, affiliation stay – it is part of the public record: "
    "whoever curates it takes the page away, or withholds the name, by “visible to the public” in "
    "the admin",
    "Merges #: reason, record stay – it is part of the public record: whoever curates it takes "
    "the page away, or withholds the name, by “visible to the public” in the admin",
    "People #: key, slug, given name, family name, headline, biography, orcid, visibility stay – "
    "it is part of the public record: whoever curates it takes the page away, or withholds the "
    "name, by “visible to the public” in the admin",
    "Historical people #, #, #: key, slug, given name, family name, headline, biography, orcid, "
    "visibility stay – it is part of the public record: whoever curates it takes the page away, "
    "or withholds the name, by “visible to the public” in the admin",
    "Users #: id stay – entries and their history refer to the account, now nobody's",
]


@pytest.mark.django_db(transaction=True)
def test_a_dry_run_says_the_same_and_does_nothing(planted: Planted, run: Run) -> None:
    write(EMAIL, "You were asked")
    before = everything_about(EMAIL)
    words = places_with(*CANARIES)

    told = run("erase_person", EMAIL, "--dry-run").splitlines()

    assert (everything_about(EMAIL), places_with(*CANARIES)) == (before, words)
    assert told[-1] == "This was a dry run: nothing was erased."
    assert told[:-1] == run("erase_person", EMAIL).splitlines()


def everything_about(email: str) -> str:
    """All that is held, in one text."""
    with time_machine.travel("2026-11-26T12:00:00Z", tick=False):
        return json.dumps(copy(Subject.of(email), timezone.now()), default=str)


def rows() -> Iterator[tuple[str, Any, Any, Fate]]:
    """Her rows with each of their personal fields and what erasure is said to do to it."""
    person = Subject.of(EMAIL)
    for holding in HOLDINGS:
        for table in holding.tables:
            found = list(table.rows(person))
            owners: list[tuple[Any, list[Any]]] = [(table, found)]
            pks = [row.pk for row in found]
            owners += [(part, list(part_rows(part, pks))) for part in table.parts]
            for owner, own in owners:
                for group in owner.fields:
                    for name in group.names:
                        yield from ((name, owner, row, group.fate) for row in own)


def test_each_field_meets_the_fate_that_it_declares(planted: Planted, run: Run) -> None:
    plant_job(EMAIL)
    hers = list(rows())

    run("erase_person", EMAIL)

    wrong = [
        f"{owner.model}.{name} is not {fate.name}"
        for name, owner, row, fate in hers
        if not met(fate, row, name, every_row(model_of(owner)).filter(pk=row.pk).first())
    ]
    assert len(hers) > 130
    assert wrong == []


def met(fate: Fate, before: Any, name: str, after: Any) -> bool:
    """Whether that became of the field."""
    if fate is Fate.DELETED or after is None:
        return (fate is Fate.DELETED) == (after is None)
    old, new = getattr(before, name), getattr(after, name)
    is_so: dict[Fate, bool] = {
        Fate.EMPTIED: not new,
        Fate.REPLACED: new != old,
        Fate.KEPT: new == old or name == "state",
        Fate.COARSENED: new is None or str(new).endswith(" 00:00:00+00:00"),
        Fate.STRUCK_OUT: "zephyrine" not in str(new).lower(),
    }
    return is_so[fate]


def test_logs_have_numbers_only(planted: Planted) -> None:
    with capture_logs() as lines:
        erase(Subject.of(EMAIL), timezone.now())

    mine = [line for line in lines if line["event"] == "personal data erased"]
    people = [line["rows"] for line in mine if line["model"] == "people.Person"]
    sessions = [(line["count"], line["rows"]) for line in mine if "Session" in line["model"]]
    assert people == [[planted.person.pk]]
    assert sessions == [(1, [])]
    assert [word for word in CANARIES if word.lower() in repr(lines).lower()] == []


# Nobody else


@pytest.mark.parametrize("email", RIVALS)
def test_whose_address_is_like_it_keeps_everything(email: str, run: Run) -> None:
    other = register(email, f"Rival of {NAME}s")
    SubscriptionFactory.create(email=email)
    ReportFactory.create(email=email, text=f"Write to {email}")
    PersonFactory.create(contact_email=email)
    UserFactory.create(email=email)
    write(email, f"You wrote from {email}.")
    plant_job(email)
    before = everything_about(email)
    register(EMAIL, NAME)

    run("erase_person", EMAIL)

    assert everything_about(email) == before
    other.refresh_from_db()
    assert (other.email, other.is_active) == (email, True)


def test_a_namesake_keeps_their_name(run: Run) -> None:
    register(EMAIL, NAME)
    namesake = register("another@example.org", NAME)
    report = ReportFactory.create(email="another@example.org", text=f"Yours, {NAME}")

    run("erase_person", EMAIL)

    namesake.refresh_from_db()
    report.refresh_from_db()
    assert (namesake.name, report.text) == (NAME, f"Yours, {NAME}")
    assert NAME in Message.objects.get(to="another@example.org").text


def test_a_subscription_that_waits_for_its_yes_goes_as_well(run: Run) -> None:
    at = timezone.now() - timedelta(hours=1)
    SubscriptionFactory.create(email=WRITTEN.strip(), asked_at=at, confirmed_at=None,
                               looked_at=None)  # fmt: skip

    said = run("erase_person", EMAIL)

    assert said == "Subscriptions: 1 erased\n"
    assert not Subscription.objects.exists()
    assert not Report.objects.exists()
