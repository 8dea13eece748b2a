"""Somebody whose address and name stand everywhere that the registry knows of."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from clusterix.curation.models import Membership, User
from clusterix.curation.reports.handling import receive
from clusterix.curation.reports.models import Report, Told
from clusterix.mail.models import Message
from clusterix.mail.queue import File, Letter, queue_mail
from people.merging.joining import merge
from people.models import Person, PersonAlias, PersonLink, PersonSource
from tests.factories import (
    AffiliationFactory,
    AudienceCategoryFactory,
    ContributionFactory,
    InitiativeFactory,
    InvitationFactory,
    MembershipFactory,
    OrganiserFactory,
    PersonFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    SubscriptionFactory,
    WaitingOrganiserFactory,
    secretariat,
)
from workshops.registration import places
from workshops.registration.models import (
    Question,
    QuestionAnswer,
    Registration,
    RegistrationEvent,
    RegistrationSettings,
)
from workshops.registration.places import Application, Details

EMAIL = "zephyrine@example.org"
NAME = "Åsa Zephyrine"
WRITTEN = " ZEPHYRINE@Example.org "

RIVALS = (
    "azephyrine@example.org",
    "a.zephyrine@example.org",
    "zephyrine+news@example.org",
    "zephyrine@example.org.uk",
    "ephyrine@example.org",
)
"""Others, whose address has much in common with hers."""

WORDS = {
    "organisation": "Zephyr Works",
    "needs": "Zephyr needs a ramp",
    "query": "q=zephyrous",
    "answer": "At the Zephyr Inn",
    "browser": "Zephyr Browser/7",
}

CANARIES = ("zephyrine", NAME, "zephyr", *WORDS.values())
"""What must be nowhere once she is erased."""


@dataclass(frozen=True)
class Planted:
    """What was planted, as far as a test asks for it."""

    user: User
    coming: Registration
    past: Registration
    report: Report
    person: Person


def register(email: str, name: str) -> Registration:
    """Places at a workshop to come, confirmed by mail, through the form's own function."""
    made = RegistrationSettingsFactory.create()
    terms = RegistrationSettings.objects.select_related("workshop").get(pk=made.pk)
    category = AudienceCategoryFactory.create()
    details = Details(name, WORDS["organisation"], category, "SE", 1, WORDS["needs"])
    application = Application(details, email, "en", terms.consent, uuid4())
    places.register(terms.workshop, application, timezone.now())
    return Registration.objects.of(email).get(workshop=terms.workshop)


def plant() -> Planted:
    """Have her do all that one can do here."""
    coming = register("Zephyrine@example.org", NAME)
    user = account()
    return Planted(
        user=user,
        coming=coming,
        past=took_part(),
        report=reported(),
        person=recorded(user),
    )


def took_part() -> Registration:
    """She was at a workshop, and the list of those who were is still there."""
    past: Registration = RegistrationFactory.create(
        name=NAME, email=EMAIL.upper(), needs=WORDS["needs"], fingerprint=64 * "f", revision=2
    )
    RegistrationEvent.objects.create(registration=past, kind="changed", at=timezone.now())
    question = Question.objects.create(
        terms=past.workshop.registration_settings, text="Where do you sleep?"
    )
    QuestionAnswer.objects.create(registration=past, question=question, text=WORDS["answer"])
    past.give_priority("Zephyr came first")
    past.offers.create(made_at=past.created_at, expires_at=past.created_at + timedelta(1))
    today = timezone.localdate()
    type(past.workshop).unscoped.filter(pk=past.workshop_id).update(
        starts_on=today - timedelta(1), ends_on=today - timedelta(1)
    )
    return past


def reported() -> Report:
    """She followed a search and reported an error, which a curator was told of and answered."""
    SubscriptionFactory.create(email=EMAIL, query=WORDS["query"])
    entry = InitiativeFactory.create()
    MembershipFactory.create(partner=entry.owner, user__email="curator@agency.example")
    text = f"It began in 2013. Yours, {NAME} <{EMAIL}>"
    receive(entry, Told(text, "", EMAIL, "en", uuid4()), timezone.now())
    answer = {"state": "answered", "answer": f"Thank you, {NAME}", "handled_at": timezone.now()}
    Report.objects.update(**answer)
    return Report.objects.get()


def recorded(user: User) -> Person:
    """She is in the record, by another name, and two records of her were made one."""
    person: Person = PersonFactory.create(
        family_name="Public", contact_email=EMAIL, created_by=user
    )
    person.because("Checked").save()
    PersonAlias.objects.create(person=person, name="Ada Formerly")
    PersonLink.objects.create(person=person, label="Her page", url="https://page.example/")
    PersonSource.objects.create(person=person, title="A list of speakers")
    AffiliationFactory.create(person=person)
    ContributionFactory.create(person=person, affiliation="Printed Works")
    operator = secretariat()
    merge(person, PersonFactory.create(), operator, "The same one")
    return person


def account() -> User:
    """She curates: she is signed in, and changed an entry for a reason."""
    user: User = MembershipFactory.create(
        role=Membership.Role.EDITOR,
        user__email=EMAIL,
        user__first_name="Åsa",
        user__last_name="Zephyrine",
        user__last_login=timezone.now(),
    ).user
    user.set_password("a zephyr password")
    user.save()
    address = EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    EmailConfirmation.create(address)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "zephyr secret"})
    browser = Client()
    browser.force_login(user)
    UserSession.objects.create(
        user=user, session_key=browser.session.session_key, ip="2001:db8::7",
        user_agent=WORDS["browser"],
    )  # fmt: skip
    InvitationFactory.create(email=EMAIL.title())
    OrganiserFactory.create(user=user)
    WaitingOrganiserFactory.create(invitation__email=EMAIL.title())
    entry = InitiativeFactory.create(created_by=user)
    entry._history_user = user
    entry.because(f"Asked for by {EMAIL}").save()
    message = json.dumps([{"added": {"name": "membership", "object": f"{NAME}, Agency"}}])
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=user, content_type=kind, object_id=str(user.pk), object_repr=NAME,
        action_flag=CHANGE, change_message=message,
    )  # fmt: skip
    return user


def write(to: str, text: str, **others: Any) -> Message:
    """A mail that waits, with a file and a button to stop such mails."""
    letter = Letter(
        to, f"About {text}", "report_received",
        {"entry": text, "part": "", "text": text},
        {"report_url": "/nowhere/", "entry_url": "/nowhere/"},
        files=[File("file.txt", "text/plain", text.encode())],
        unsubscribe="/following/secret/stop/",
        **others,
    )  # fmt: skip
    with transaction.atomic():
        return queue_mail(letter)


def plant_job(text: str) -> None:
    """A job that was told an address, against the rules."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, lock, queueing_lock)"
            " VALUES ('default', 'made.up', jsonb_build_object('to', %(text)s::text),"
            " %(text)s, %(text)s)",
            {"text": text},
        )


def places_with(*words: str) -> set[str]:
    """The columns of the whole database in which one of the words stands, by SQL alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type IN"
            " ('character varying', 'text', 'jsonb', 'json', 'ARRAY', 'tsvector', 'bytea')"
        )
        return {
            f"{table}.{column}"
            for table, column, kind in cursor.fetchall()
            for word in words
            if holds(table, column, kind, word)
        }


def holds(table: str, column: str, kind: str, word: str) -> bool:
    """Whether the word stands there in any spelling that pages, mails and JSON have."""
    text = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
    spellings = [word.lower(), json.dumps(word)[1:-1].lower()]
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT EXISTS (SELECT FROM "{table}", unnest(%s::text[]) word'
            f" WHERE strpos(replace(lower({text}), U&'\\2060', ''), word) > 0)",
            [spellings],
        )
        return bool(cursor.fetchone()[0])
