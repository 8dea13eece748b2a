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
    EventKind,
    Offer,
    QuestionAnswer,
    Registration,
    RegistrationEvent,
    RegistrationSettings,
    State,
)
from workshops.registration.room import Room, offers_until, room_for

T = TypeVar("T")
Answers = tuple[tuple[int, str], ...]

ATTEMPTS = 2
LOCK_TIMEOUT = "2s"
HOLD = """
SELECT set_config('lock_timeout', %s, true);
SELECT FROM registration_registrationsettings WHERE workshop_id = %s FOR UPDATE
"""
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

    KEPT = "kept"
    REPEATED = "repeated"
    ALREADY_REGISTERED = "already-registered"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    NO_REGISTRATION = "no-registration"
    NOT_YET_OPEN = "not-yet-open"
    CLOSED = "closed"
    FULL = "full"
    CATEGORY_FULL = "category-full"
    PARTY_TOO_LARGE = "party-too-large"
    NOT_ENOUGH_PLACES = "not-enough-places"
    FORM_USED = "form-used"
    TOO_LATE = "too-late"


@dataclass(frozen=True)
class Outcome:
    """An answer, with the terms as they stood under the lock, and how things stand after it."""

    answer: Answer
    terms: RegistrationSettings | None = None
    state: State | None = None

    @property
    def is_kept(self) -> bool:
        """The application is taken; a stranger never learns since when."""
        return self.answer in (Answer.KEPT, Answer.REPEATED, Answer.ALREADY_REGISTERED)


@dataclass(frozen=True)
class Details:
    """What people tell of themselves, and may change later."""

    name: str
    organisation: str
    audience: AudienceCategory | None
    country: str
    party_size: int
    needs: str
    answers: Answers = ()
    """To the organiser's questions, by their numbers."""

    @property
    def columns(self) -> dict[str, object]:
        """What the registration's own row holds of it."""
        return {name: value for name, value in vars(self).items() if name != "answers"}

    @property
    def category(self) -> int | None:
        """The number of the audience category."""
        return self.audience.pk if self.audience else None


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
    """Give places or a place in the line; the same form again gets the same answer."""
    return in_turn(workshop.pk, lambda: _register(workshop, application, at))


def enter(workshop: Workshop, application: Application, at: datetime) -> Outcome:
    """The same for somebody who asked the organiser: whenever the workshop is not over.

    No stage has to be passed; places, limits and the line are as for everyone.
    """
    return in_turn(workshop.pk, lambda: _register(workshop, application, at, by_organiser=True))


def confirm_address(registration: Registration, at: datetime) -> Outcome:
    """Somebody reads the mail of the address: the registration counts from now on."""
    return _for(registration, lambda row: _confirm_address(row, at))


def approve(registration: Registration, at: datetime) -> Outcome:
    """The organiser lets somebody come, or wait where no place is left."""
    return _for(registration, lambda row: _approve(row, at))


def refuse(registration: Registration, at: datetime) -> Outcome:
    """The organiser does not let somebody come."""
    return _for(registration, lambda row: _refuse(row, at))


def accept(registration: Registration, at: datetime) -> Outcome:
    """Take the places that were offered."""
    return _for(registration, lambda row: _accept(row, at))


def decline(registration: Registration, at: datetime) -> Outcome:
    """Leave the places that were offered to the next."""
    return _for(registration, lambda row: _decline(row, at))


def give_priority(registration: Registration, reason: str, at: datetime) -> Outcome:
    """Have somebody who waits go before those without priority; the reason stays on record."""
    return _for(registration, lambda row: _give_priority(row, reason, at))


def change(registration: Registration, details: Details, at: datetime) -> Outcome:
    """Correct a registration; more people need as many places."""
    return _for(registration, lambda row: _change(row, details, at))


def cancel(registration: Registration, at: datetime, *, by_organiser: bool = False) -> Outcome:
    """Give the places up, or the place in the line."""
    return _for(registration, lambda row: _cancel(row, at, by_organiser))


def erase(registration: Registration, at: datetime) -> bool:
    """Give the places up if that is still of use, and forget who it was, in our mails too.

    Those about it go, sent or not, and whatever else the address has got or its server refused;
    mails about other registrations that are still on their way arrive. False where that was done
    before.
    """
    return _for(registration, lambda row: _erase(row, at))


def catch_up(workshop: int, at: datetime) -> None:
    """End what ran out of time at a workshop, and offer the places that are free."""
    in_turn(workshop, lambda: _catch_up(workshop, at))


def send_links(email: str, at: datetime) -> None:
    """Write to an address how to reach its registrations for workshops that are not over."""
    with transaction.atomic(durable=True):
        for registration in Registration.objects.active().of(email).upcoming(at).for_update():
            _send_link(registration, at)


def _for(registration: Registration, action: Callable[[Registration], T]) -> T:
    """The action's answer for a registration as it is when its workshop's turn has come."""
    rows = Registration.objects.for_update()
    return in_turn(registration.workshop_id, lambda: action(rows.get(pk=registration.pk)))


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
        cursor.execute(HOLD, [LOCK_TIMEOUT, workshop])


def _terms(workshop: int) -> RegistrationSettings | None:
    terms = RegistrationSettings.objects.get_queryset().public().select_related("workshop")
    return terms.filter(workshop=workshop).first()


def _register(
    workshop: Workshop, application: Application, at: datetime, *, by_organiser: bool = False
) -> Outcome:
    details = application.details
    earlier, known = _before(workshop, application)
    terms = _terms(workshop.pk)
    if earlier:
        is_same = earlier.fingerprint == application.fingerprint(workshop)
        return Outcome(
            Answer.REPEATED if is_same else Answer.FORM_USED, terms, State(earlier.state)
        )
    if terms is None:
        return Outcome(Answer.NO_REGISTRATION)
    room, shut = room_for(terms), _closed(terms, at, by_organiser=by_organiser)
    if refusal := shut or _no_room(terms, room, details, terms.has_waiting_list):
        return Outcome(refusal, terms)
    passed = State.PENDING if by_organiser else None
    state = _next_state(passed, terms, room, details.party_size, details.category)
    if known:
        if not by_organiser:
            _send_link(known, at)
        return Outcome(Answer.ALREADY_REGISTERED, terms, state)
    kind = EventKind.ENTERED if by_organiser else EventKind.REGISTERED
    _enter(terms.workshop, application, state, at, kind)
    return Outcome(Answer.KEPT, terms, state)


def _before(
    workshop: Workshop, application: Application
) -> tuple[Registration | None, Registration | None]:
    """What this very form became when it was sent before, and what its address has already."""
    key, email = application.idempotency_key, application.email
    active = Registration.objects.active().of(email).filter(workshop=workshop)
    rows = Registration.objects.made_by(key) | active
    found = {row.idempotency_key == key: row for row in rows.order_by("pk")}
    return found.get(True), found.get(False)


def _closed(
    terms: RegistrationSettings, at: datetime, *, by_organiser: bool = False
) -> Answer | None:
    """Why nobody can ask for places at that moment; None if they can."""
    if by_organiser:
        return Answer.CLOSED if at >= terms.workshop.ends_at else None
    status = terms.status(at)
    is_shut = status in (terms.Status.NOT_YET_OPEN, terms.Status.CLOSED)
    return Answer(status) if is_shut else None


def _no_room(
    terms: RegistrationSettings, room: Room, details: Details, may_wait: bool, before: int = 0
) -> Answer | None:
    """Why so many people, of whom some are known, can neither come nor wait; None if they can."""
    people, category = details.party_size, details.category
    if room.left == 0 and not may_wait:
        return Answer.FULL
    if people > max(terms.largest_party if may_wait else terms.max_party_size, before):
        return Answer.PARTY_TOO_LARGE
    if people > room.quotas.get(category, people):
        return Answer.CATEGORY_FULL
    if may_wait or room.fits(people, category):
        return None
    if room.fits_in_all(people):
        return Answer.CATEGORY_FULL
    return Answer.NOT_ENOUGH_PLACES if terms.places_left else Answer.FULL


def _next_state(
    passed: State | None,
    terms: RegistrationSettings,
    room: Room,
    people: int,
    category: int | None,
) -> State:
    """What comes after a stage; those for whom there is no place wait, where that is possible."""
    if passed is None and terms.confirms_address:
        return State.UNCONFIRMED
    if passed in (None, State.UNCONFIRMED) and terms.needs_approval:
        return State.PENDING
    return State.CONFIRMED if room.fits(people, category) else State.WAITING


LETTERS = {
    State.UNCONFIRMED: letters.confirm_address,
    State.PENDING: letters.pending,
    State.CONFIRMED: letters.confirm,
    State.WAITING: letters.waiting,
}
"""What people get to read when things come to stand so."""

STAGES = {State.CONFIRMED: EventKind.CONFIRMED, State.WAITING: EventKind.WAITING}
"""What is kept of having come so far."""


def _enter(
    workshop: Workshop, application: Application, state: State, at: datetime, kind: EventKind
) -> None:
    registration = Registration.objects.create(
        workshop=workshop,
        **application.details.columns,
        state=state,
        waiting_since=at if state == State.WAITING else None,
        email=application.email,
        language=application.language,
        consent=application.consent,
        consented_at=at,
        idempotency_key=application.idempotency_key,
        fingerprint=application.fingerprint(workshop),
        created_at=at,
    )
    if application.details.answers:
        _keep_answers(registration, application.details.answers)
    note(registration, kind, at)
    if state == State.WAITING:
        note(registration, EventKind.WAITING, at)
    LETTERS[state](registration)


def _keep_answers(registration: Registration, answers: Answers) -> bool:
    """Replace what was answered; whether anything differs from before."""
    before = dict(registration.answers.values_list("question", "text"))
    after = before | dict(answers)
    changed = {number: text for number, text in after.items() if before.get(number, "") != text}
    registration.answers.filter(question__in=changed).delete()
    registration.answers.bulk_create(
        QuestionAnswer(registration=registration, question_id=number, text=text)
        for number, text in changed.items()
        if text
    )
    return bool(changed)


def _go_on(registration: Registration, at: datetime) -> State | None:
    """To the next stage, with the mail that says so; None when all places are taken."""
    terms = _terms(registration.workshop_id)
    if terms is None:
        return None
    passed = State(registration.state)
    people, category = registration.party_size, registration.audience_id
    state = _next_state(passed, terms, room_for(terms), people, category)
    if state == State.WAITING and not terms.has_waiting_list:
        return None
    registration.become(state, at)
    if kind := STAGES.get(state):
        note(registration, kind, at)
    LETTERS[state](registration)
    return state


def _confirm_address(registration: Registration, at: datetime) -> Outcome:
    if registration.state != State.UNCONFIRMED:
        return Outcome(Answer.REPEATED, state=State(registration.state))
    if not registration.can_change(at):
        return Outcome(Answer.CLOSED)
    note(registration, EventKind.ADDRESS_CONFIRMED, at)
    if state := _go_on(registration, at):
        return Outcome(Answer.KEPT, state=state)
    _run_out(registration, at)
    return Outcome(Answer.FULL, state=State.EXPIRED)


def _approve(registration: Registration, at: datetime) -> Outcome:
    if registration.state != State.PENDING or not registration.can_change(at):
        return Outcome(Answer.CLOSED, state=State(registration.state))
    if state := _go_on(registration, at):
        note(registration, EventKind.APPROVED, at)
        return Outcome(Answer.KEPT, state=state)
    return Outcome(Answer.FULL, state=State.PENDING)


def _refuse(registration: Registration, at: datetime) -> Outcome:
    if registration.state != State.PENDING:
        return Outcome(Answer.CLOSED, state=State(registration.state))
    registration.become(State.DECLINED, at)
    note(registration, EventKind.REFUSED, at)
    letters.refused(registration)
    return Outcome(Answer.CHANGED, state=State.DECLINED)


def _accept(registration: Registration, at: datetime) -> Outcome:
    if registration.state == State.CONFIRMED:
        return Outcome(Answer.REPEATED, state=State.CONFIRMED)
    offer = registration.open_offer
    if offer is None:
        return Outcome(Answer.TOO_LATE, state=State(registration.state))
    if offer.expires_at <= at:
        _run_out(registration, at)
        fill(registration.workshop_id, at)
        return Outcome(Answer.TOO_LATE, state=State.EXPIRED)
    offer.close(Offer.Answer.ACCEPTED, at)
    registration.become(State.CONFIRMED, at)
    note(registration, EventKind.ACCEPTED, at)
    letters.confirm(registration)
    return Outcome(Answer.KEPT, state=State.CONFIRMED)


def _decline(registration: Registration, at: datetime) -> Outcome:
    offer = registration.open_offer
    if offer is None:
        return Outcome(Answer.TOO_LATE, state=State(registration.state))
    offer.close(Offer.Answer.DECLINED, at)
    registration.become(State.DECLINED, at)
    note(registration, EventKind.DECLINED, at)
    fill(registration.workshop_id, at)
    return Outcome(Answer.CANCELLED, state=State.DECLINED)


def _give_priority(registration: Registration, reason: str, at: datetime) -> Outcome:
    if registration.state != State.WAITING:
        return Outcome(Answer.CLOSED, state=State(registration.state))
    registration.give_priority(reason)
    note(registration, EventKind.GIVEN_PRIORITY, at)
    return Outcome(Answer.CHANGED, state=State.WAITING)


def _change(registration: Registration, details: Details, at: datetime) -> Outcome:
    if not registration.can_change(at):
        return Outcome(Answer.CLOSED)
    terms = _terms(registration.workshop_id)
    held, category = registration.party_size, registration.audience_id
    grows = details.party_size > held
    if grows or details.category != category:
        refusal = _refusal_of_change(registration, terms, details, at if grows else None)
        if refusal:
            return Outcome(refusal, terms)
    differs = registration.take(details.columns)
    if _keep_answers(registration, details.answers) or differs:
        note(registration, EventKind.CHANGED, at)
        letters.changed(registration)
        fill(registration.workshop_id, at)
    return Outcome(Answer.CHANGED, terms)


def _refusal_of_change(
    registration: Registration,
    terms: RegistrationSettings | None,
    details: Details,
    at: datetime | None,
) -> Answer | None:
    """Why there is no room for other people than before; more can come only at an open time."""
    if terms is None:
        return Answer.CLOSED
    room, before = room_for(terms), registration.party_size
    if registration.holds_places:
        room.give_back(before, registration.audience_id)
    shut = _closed(terms, at) if at else None
    return shut or _no_room(terms, room, details, not registration.holds_places, before)


def _cancel(registration: Registration, at: datetime, by_organiser: bool) -> Outcome:
    if registration.is_active and not registration.can_change(at):
        return Outcome(Answer.CLOSED)
    if registration.is_active:
        write = letters.cancelled if registration.is_accepted else letters.left
        _give_up(registration, at, by_organiser)
        write(registration)
        fill(registration.workshop_id, at)
    return Outcome(Answer.CANCELLED, state=State.CANCELLED)


def _give_up(registration: Registration, at: datetime, by_organiser: bool = False) -> None:
    if offer := registration.open_offer:
        offer.close(Offer.Answer.WITHDRAWN if by_organiser else Offer.Answer.DECLINED, at)
    registration.become(State.CANCELLED, at)
    kind = EventKind.CANCELLED_BY_ORGANISER if by_organiser else EventKind.CANCELLED
    note(registration, kind, at)


def _erase(registration: Registration, at: datetime) -> bool:
    if registration.erased_at:
        return False
    if registration.can_change(at):
        _give_up(registration, at)
        fill(registration.workshop_id, at)
    mails = Message.objects.to(registration.email)
    about_it = mails.filter(text__contains=registration.reference)
    (mails.finished() | about_it).drop()
    note(registration, EventKind.ERASED, at)
    registration.erase(at)
    return True


def _run_out(registration: Registration, at: datetime) -> None:
    """The time to answer is over; places that were kept are free."""
    if offer := registration.open_offer:
        offer.close(Offer.Answer.EXPIRED, at)
    registration.become(State.EXPIRED, at)
    note(registration, EventKind.EXPIRED, at)


def _catch_up(workshop: int, at: datetime) -> None:
    for registration in Registration.objects.for_update().filter(workshop=workshop).run_out(at):
        was_offered = registration.state == State.OFFERED
        _run_out(registration, at)
        if was_offered:
            letters.expired(registration)
        else:  # nobody ever said that the address is theirs
            registration.erase(at)
    fill(workshop, at)


def fill(workshop: int, at: datetime) -> None:
    """Offer free places to those who wait, in order, to each party that fits as a whole.

    Whoever does not fit keeps the place in the line. The caller holds the terms.
    """
    terms = _terms(workshop)
    until = offers_until(terms, at) if terms else None
    if terms is None or until is None:
        return
    room = room_for(terms)
    line = Registration.objects.filter(workshop=terms.workshop_id).in_line()
    for registration in line.select_related("workshop").select_for_update(of=("self",)):
        if room.fits(registration.party_size, registration.audience_id):
            room.take(registration.party_size, registration.audience_id)
            registration.become(State.OFFERED, at)
            registration.offers.create(made_at=at, expires_at=until)
            note(registration, EventKind.OFFERED, at)
            letters.offer(registration)


def _send_link(registration: Registration, at: datetime) -> None:
    """Send a registration's link to the address it was made with, though not too often."""
    events = registration.events.filter(kind=EventKind.LINK_SENT)
    if not events.filter(at__gt=at - LINK_AGAIN).exists():
        note(registration, EventKind.LINK_SENT, at)
        letters.link(registration)


def note(registration: Registration, kind: EventKind, at: datetime) -> None:
    """Keep that it happened."""
    RegistrationEvent.objects.create(registration=registration, kind=kind, at=at)
