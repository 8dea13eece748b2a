"""The one place where places at a workshop are given, changed and given up.

Each function is one durable transaction that first locks the workshop's terms, then counts anew,
then writes the registration, what happened to it and the mail that tells of it.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from psycopg import errors

from clusterix.mail.models import Message
from workshops.models import Workshop
from workshops.registration import letters
from workshops.registration.models import (
    AudienceCategory,
    ConsentText,
    Registration,
    RegistrationEvent,
    RegistrationSettings,
)

T = TypeVar("T")

ATTEMPTS = 2
LOCK_TIMEOUT = "2s"
LINK_AGAIN = timedelta(hours=1)
"""How often at most somebody else can have us write to an address that is registered."""

BUSY = _("Many people are registering at this moment. Nothing is lost: please send it again.")

CONTENTION = (
    errors.LockNotAvailable,
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.UniqueViolation,
)


class BusyError(Exception):
    """So many want places just now that our turn did not come; nothing was changed."""


class Answer(StrEnum):
    """What came of asking for a place, a change or an end."""

    CONFIRMED = "confirmed"
    REPEATED = "repeated"
    ALREADY_REGISTERED = "already-registered"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    NO_REGISTRATION = "no-registration"
    NOT_YET_OPEN = "not-yet-open"
    CLOSED = "closed"
    FULL = "full"
    PARTY_TOO_LARGE = "party-too-large"
    NOT_ENOUGH_PLACES = "not-enough-places"
    FORM_USED = "form-used"


@dataclass(frozen=True)
class Outcome:
    """An answer, with the terms as they stood under the lock."""

    answer: Answer
    terms: RegistrationSettings | None = None

    @property
    def is_kept(self) -> bool:
        """There is a place for whoever asked; a stranger never learns since when."""
        return self.answer in (Answer.CONFIRMED, Answer.REPEATED, Answer.ALREADY_REGISTERED)


@dataclass(frozen=True)
class Details:
    """What people tell of themselves, and may change later."""

    name: str
    organisation: str
    audience: AudienceCategory | None
    country: str
    party_size: int
    needs: str


@dataclass(frozen=True)
class Application:
    """A filled-in form."""

    details: Details
    email: str
    language: str
    consent: ConsentText
    idempotency_key: UUID

    def fingerprint(self, workshop: Workshop) -> str:
        """The same for the same data, and of no use to who reads it."""
        told = asdict(self) | {"workshop": workshop.pk, "language": ""}
        return salted_hmac("registration", repr(sorted(told.items()))).hexdigest()


def register(workshop: Workshop, application: Application, at: datetime) -> Outcome:
    """Confirm places if there are any; the same form again gets the same answer."""
    return in_turn(workshop.pk, lambda: _register(workshop, application, at))


def change(registration: Registration, details: Details, at: datetime) -> Outcome:
    """Correct a registration; more people need as many places."""
    return in_turn(registration.workshop_id, lambda: _change(registration.pk, details, at))


def cancel(registration: Registration, at: datetime, *, by_organiser: bool = False) -> Outcome:
    """Give the places up."""
    return in_turn(registration.workshop_id, lambda: _cancel(registration.pk, at, by_organiser))


def erase(registration: Registration, at: datetime) -> None:
    """Give the places up if that is still of use, and forget who it was, in our mails too."""
    in_turn(registration.workshop_id, lambda: _erase(registration.pk, at))


def send_links(email: str, at: datetime) -> None:
    """Write to an address how to reach its registrations for workshops that are not over."""
    with transaction.atomic(durable=True):
        for registration in Registration.objects.active().of(email).upcoming(at).for_update():
            _send_link(registration, at)


def in_turn(workshop: int, action: Callable[[], T]) -> T:
    """The action's answer, got while nobody else gives places at that workshop.

    Raises BusyError when the turn does not come within a few seconds.
    """
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic(durable=True):
                hold(workshop)
                return action()
        except DatabaseError as error:
            if not isinstance(error.__cause__, CONTENTION):
                raise
    raise BusyError


def hold(workshop: int) -> None:
    """Lock the terms until the transaction ends; what is counted must be counted after this."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        cursor.execute(
            "SELECT FROM registration_registrationsettings WHERE workshop_id = %s FOR UPDATE",
            [workshop],
        )


def _terms(workshop: int) -> RegistrationSettings | None:
    terms = RegistrationSettings.objects.select_related("workshop")
    return terms.filter(workshop=workshop, workshop__state=Workshop.State.PUBLISHED).first()


def _register(workshop: Workshop, application: Application, at: datetime) -> Outcome:
    fingerprint = application.fingerprint(workshop)
    earlier = Registration.objects.filter(idempotency_key=application.idempotency_key).first()
    terms = _terms(workshop.pk)
    if earlier:
        is_same = earlier.fingerprint == fingerprint
        return Outcome(Answer.REPEATED if is_same else Answer.FORM_USED, terms)
    if terms is None:
        return Outcome(Answer.NO_REGISTRATION)
    if refusal := _refusal(terms, application.details.party_size, 0, at):
        return Outcome(refusal, terms)
    known = workshop.registrations.active().of(application.email).first()
    if known:
        _send_link(known, at)
        return Outcome(Answer.ALREADY_REGISTERED, terms)
    _confirm(workshop, application, at)
    return Outcome(Answer.CONFIRMED, terms)


def _refusal(
    terms: RegistrationSettings, party_size: int, held: int, at: datetime
) -> Answer | None:
    """Why so many people cannot come, of whom some hold places already; None if they can."""
    status = terms.status(at)
    if status != RegistrationSettings.Status.OPEN:
        return Answer(status)
    if party_size > terms.max_party_size:
        return Answer.PARTY_TOO_LARGE
    left = terms.places_left
    return Answer.NOT_ENOUGH_PLACES if left is not None and party_size - held > left else None


def _confirm(workshop: Workshop, application: Application, at: datetime) -> None:
    registration = Registration.objects.create(
        workshop=workshop,
        **vars(application.details),
        email=application.email,
        language=application.language,
        consent=application.consent,
        consented_at=at,
        idempotency_key=application.idempotency_key,
        fingerprint=application.fingerprint(workshop),
        created_at=at,
    )
    note(registration, RegistrationEvent.Kind.REGISTERED, at)
    letters.confirm(registration)


def _change(pk: int, details: Details, at: datetime) -> Outcome:
    registration = Registration.objects.for_update().get(pk=pk)
    if not registration.can_change(at):
        return Outcome(Answer.CLOSED)
    terms = _terms(registration.workshop_id)
    held = registration.party_size
    if details.party_size > held:
        refusal = _refusal(terms, details.party_size, held, at) if terms else Answer.CLOSED
        if refusal:
            return Outcome(refusal, terms)
    if registration.take(vars(details)):
        note(registration, RegistrationEvent.Kind.CHANGED, at)
        letters.changed(registration)
    return Outcome(Answer.CHANGED, terms)


def _cancel(pk: int, at: datetime, by_organiser: bool) -> Outcome:
    registration = Registration.objects.for_update().get(pk=pk)
    if registration.is_active and not registration.can_change(at):
        return Outcome(Answer.CLOSED)
    if registration.is_active:
        registration.cancel(at)
        kinds = RegistrationEvent.Kind
        note(registration, kinds.CANCELLED_BY_ORGANISER if by_organiser else kinds.CANCELLED, at)
        letters.cancelled(registration)
    return Outcome(Answer.CANCELLED)


def _erase(pk: int, at: datetime) -> None:
    registration = Registration.objects.for_update().get(pk=pk)
    if registration.can_change(at):
        registration.cancel(at)
        note(registration, RegistrationEvent.Kind.CANCELLED, at)
    Message.objects.delivered_to(registration.email).delete()
    registration.erase(at)
    note(registration, RegistrationEvent.Kind.ERASED, at)


def _send_link(registration: Registration, at: datetime) -> None:
    """Send a registration's link to the address it was made with, though not too often."""
    events = registration.events.filter(kind=RegistrationEvent.Kind.LINK_SENT)
    if not events.filter(at__gt=at - LINK_AGAIN).exists():
        note(registration, RegistrationEvent.Kind.LINK_SENT, at)
        letters.link(registration)


def note(registration: Registration, kind: RegistrationEvent.Kind, at: datetime) -> None:
    """Keep that it happened."""
    RegistrationEvent.objects.create(registration=registration, kind=kind, at=at)
