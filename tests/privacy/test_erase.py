"""Erasing somebody reaches every table, touches nobody else, and says what must stay."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings
from structlog.testing import capture_logs

from clusterix.curation.models import KnownWord, Membership, User
from clusterix.curation.reports.models import Report
from clusterix.lib.personal import STRUCK_OUT, Fate, Subject, every_row
from clusterix.mail import delivery
from clusterix.mail.models import Message
from clusterix.privacy.asking import model_of, part_rows
from clusterix.privacy.erasing import erase
from clusterix.privacy.exporting import copy
from clusterix.privacy.registry import HOLDINGS
from initiatives.following.models import Subscription
from initiatives.models import Initiative
from people.models import Person
from tests.factories import (
    InitiativeFactory,
    MembershipFactory,
    PersonFactory,
    RegistrationSettingsFactory,
    ReportFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.mail import smtp
from tests.privacy.conftest import Run
from tests.privacy.people import (
    EMAIL,
    NAME,
    RIVALS,
    WORDS,
    WRITTEN,
    Planted,
    places_with,
    plant,
    plant_job,
    register,
    write,
)
from workshops.registration import places
from workshops.registration.models import State

pytestmark = pytest.mark.django_db

CANARIES = ("zephyrine", NAME, "zephyr", *WORDS.values())


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


# Places


def test_places_to_come_are_free_again_and_no_mail_says_so(planted: Planted, run: Run) -> None:
    run("erase_person", EMAIL)

    planted.coming.refresh_from_db()
    events = planted.coming.events.order_by("pk").values_list("kind", flat=True)
    assert planted.coming.state == State.CANCELLED
    assert list(events) == ["registered", "cancelled", "erased"]
    assert not Message.objects.to(EMAIL).exists()


def test_places_that_were_taken_count_as_before(planted: Planted, run: Run) -> None:
    run("erase_person", EMAIL)

    planted.past.refresh_from_db()
    assert (planted.past.state, planted.past.party_size) == ("confirmed", 1)


@pytest.mark.django_db(transaction=True)
def test_whoever_meets_a_crowd_is_asked_to_come_again(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    registration = register(EMAIL, NAME)
    monkeypatch.setattr(places, "LOCK_TIMEOUT", "50ms")

    def erase_her() -> None:
        try:
            run("erase_person", EMAIL)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as another:
        with transaction.atomic():
            places.hold(registration.workshop_id)
            refusal = another.submit(erase_her).exception()
        another.submit(erase_her).result()

    assert isinstance(refusal, CommandError)
    assert "run it again for the rest" in str(refusal)
    assert places_with(NAME) == set()


# Accounts


def test_an_account_that_entries_refer_to_stays_without_a_name(planted: Planted, run: Run) -> None:
    user = planted.user
    user.groups.add(Group.objects.create(name="Some"))
    user.user_permissions.add(Permission.objects.order_by("pk")[0])

    run("erase_person", EMAIL)

    user = User.objects.get(pk=user.pk)
    assert re.fullmatch(r"erased-[0-9a-f]{16}@erased\.invalid", user.email)
    assert (user.get_full_name(), user.has_usable_password(), user.last_login) == ("", False, None)
    assert (user.is_active, user.is_staff, user.is_superuser) == (False, False, False)
    assert [user.groups.count(), user.user_permissions.count()] == [0, 0]
    assert not Membership.objects.filter(user=user).exists()
    assert Initiative.unscoped.filter(created_by=user).count() == 1
    assert Initiative.history.filter(history_user=user).count() == 1


def test_an_account_that_nothing_refers_to_goes(run: Run) -> None:
    user = MembershipFactory.create(user__email=EMAIL).user

    said = run("erase_person", EMAIL)

    assert said == "Users: 1 erased\n"
    assert not User.objects.filter(pk=user.pk).exists()


def test_an_account_is_found_by_the_address_it_once_had(planted: Planted, run: Run) -> None:
    User.objects.filter(pk=planted.user.pk).update(email="new@example.org")

    run("erase_person", EMAIL)

    assert not User.objects.filter(email="new@example.org").exists()


def test_others_stay_signed_in(planted: Planted, client: Any, run: Run) -> None:
    client.force_login(UserFactory.create())

    run("erase_person", EMAIL)

    assert Session.objects.count() == 1


def test_the_admins_log_keeps_what_was_done_to_whom_else(planted: Planted, run: Run) -> None:
    entry = LogEntry.objects.get()
    others = LogEntry.objects.create(
        user=UserFactory.create(), content_type=entry.content_type, object_id="0",
        object_repr="Bo Berg", action_flag=2, change_message="[]",
    )  # fmt: skip

    run("erase_person", EMAIL)

    entry.refresh_from_db()
    others.refresh_from_db()
    assert (entry.object_repr, NAME in entry.change_message) == (STRUCK_OUT, False)
    assert json.loads(entry.change_message)[0]["added"]["object"] == f"{STRUCK_OUT}, Agency"
    assert others.object_repr == "Bo Berg"


# Texts of others


def test_what_the_curators_were_told_of_a_report_names_her_no_more(
    planted: Planted, run: Run
) -> None:
    run("erase_person", EMAIL)

    planted.report.refresh_from_db()
    mail = Message.objects.get(to="curator@agency.example")
    words = f"It began in 2013. Yours, {STRUCK_OUT} <{STRUCK_OUT}>"
    assert (planted.report.email, planted.report.text) == ("", words)
    assert planted.report.answer == f"Thank you, {STRUCK_OUT}"
    assert words in mail.text


def test_a_report_of_another_that_names_the_address_is_struck_through(run: Run) -> None:
    report = ReportFactory.create(text=f"Her address {EMAIL} is wrong", email="a@example.org")

    run("erase_person", EMAIL)

    report.refresh_from_db()
    assert (report.text, report.email) == (f"Her address {STRUCK_OUT} is wrong", "a@example.org")


def test_a_text_never_outgrows_its_column(run: Run) -> None:
    longest = f"{EMAIL} " * 90
    report = ReportFactory.create(text=longest[:1_994] + " a@b.c", email="other@example.org")

    run("erase_person", "a@b.cc")
    run("erase_person", EMAIL)

    report.refresh_from_db()
    assert len(report.text) <= 2_000


def test_public_words_stay_and_are_pointed_at(run: Run) -> None:
    entry = InitiativeFactory.create(summary=f"Ask {EMAIL}")

    said = run("erase_person", EMAIL).splitlines()

    assert said[0] == "Known words: 1 erased"
    assert f"Initiatives {entry.pk}: still has the address in summary" in said
    assert not KnownWord.objects.filter(shown__contains="@").exists()


def test_an_organisers_address_stays_while_participants_need_it(run: Run) -> None:
    terms = RegistrationSettingsFactory.create(contact_email=EMAIL)

    said = run("erase_person", EMAIL).splitlines()

    assert said == [
        f"Registration settings #{terms.pk}: contact email stay – participants need it: name "
        "another in the terms of registration",
        f"Registration settings {terms.pk}: still has the address in contact_email",
    ]


def test_many_rows_are_counted_rather_than_named(run: Run) -> None:
    RegistrationSettingsFactory.create_batch(23, contact_email=EMAIL)

    said = run("erase_person", EMAIL).splitlines()

    assert " and 3 more: contact email stay" in said[0]


def test_a_form_that_is_open_does_not_write_the_address_back(run: Run) -> None:
    person = PersonFactory.create(contact_email=EMAIL)
    opened = person.version

    run("erase_person", EMAIL)

    person = Person.unscoped.get(pk=person.pk)
    latest = person.history.latest()
    assert person.version != opened
    assert latest.history_change_reason == "Contact address erased on request."


# At the same time


@pytest.mark.django_db(transaction=True)
def test_two_erasures_at_once_do_each_thing_once() -> None:
    planted = plant()
    start = Barrier(2)

    def erase_her(_number: int) -> dict[str, list[Any]]:
        try:
            start.wait()
            return erase(Subject.of(EMAIL), timezone.now()).done
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as two:
        one, other = two.map(erase_her, range(2))

    registrations = one.get("registration.Registration", []) + other.get(
        "registration.Registration", []
    )
    erased = planted.coming.events.filter(kind="erased")
    assert sorted(registrations) == sorted([planted.coming.pk, planted.past.pk])
    assert erased.count() == 1
    assert places_with(*CANARIES) == set()


@pytest.mark.django_db(transaction=True)
def test_a_mail_on_its_way_arrives_and_leaves_nothing_behind(settings: Settings) -> None:
    register(EMAIL, NAME)
    (mail,) = Message.objects.all()

    with smtp.running() as mailbox:
        hand_over(settings, mailbox, in_between(lambda: erase(Subject.of(EMAIL), timezone.now())))
        delivery.deliver(mail.pk)
        delivery.deliver(mail.pk)

    (received,) = mailbox.received
    assert [part.get_filename() for part in received.iter_attachments()] == ["workshop.ics"]
    assert not Message.objects.exists()
    assert places_with(*CANARIES) == set()


def hand_over(settings: Settings, mailbox: smtp.Mailbox, on_data: Callable[[], None]) -> None:
    """Mails go to that server, and something happens while it takes one."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    mailbox.on_data = on_data


def in_between(act: Callable[[], object]) -> Callable[[], None]:
    """Something that another process does."""

    def acted() -> None:
        try:
            act()
        finally:
            connection.close()

    return acted


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_waits_is_not_sent_any_more(settings: Settings) -> None:
    register(EMAIL, NAME)
    (pk,) = Message.objects.values_list("pk", flat=True)
    erase(Subject.of(EMAIL), timezone.now())

    with smtp.running() as mailbox:
        hand_over(settings, mailbox, lambda: None)
        delivery.deliver(pk)

    assert mailbox.received == []
    assert ProcrastinateJob.objects.filter(args={"message": pk}).count() == 1


def test_a_subscription_that_waits_for_its_yes_goes_as_well(run: Run) -> None:
    at = timezone.now() - timedelta(hours=1)
    SubscriptionFactory.create(email=WRITTEN.strip(), asked_at=at, confirmed_at=None,
                               looked_at=None)  # fmt: skip

    said = run("erase_person", EMAIL)

    assert said == "Subscriptions: 1 erased\n"
    assert not Subscription.objects.exists()
    assert not Report.objects.exists()
