"""What we write to people who register, in the language in which they did.

The organiser's words, where there are some, take the place of the opening ones. All else of a
letter is ours: no words can do away with a link or a fact.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext_lazy, ngettext, override

from clusterix.lib.placeholders import fill
from clusterix.mail.models import Message
from clusterix.mail.queue import File, Letter, Row, queue_mail
from workshops.models import Material, Workshop
from workshops.registration.calendar import invitation
from workshops.registration.models import (
    LetterKind,
    LetterText,
    Registration,
    State,
    WrittenLetter,
)
from workshops.registration.models.letters import placeholders

CALENDAR_TYPE = "text/calendar; method=PUBLISH"
MOST_MATERIALS = 30
"""So many stand in a letter; the workshop's page has all of them."""

SUBJECTS = {
    LetterKind.ADDRESS: gettext_lazy("Please confirm: %(workshop)s"),
    LetterKind.PENDING: gettext_lazy("Arrived: %(workshop)s"),
    LetterKind.CONFIRMED: gettext_lazy("Registered: %(workshop)s"),
    LetterKind.WAITING: gettext_lazy("Waiting: %(workshop)s"),
    LetterKind.OFFER: gettext_lazy("A place for you: %(workshop)s"),
    LetterKind.EXPIRED: gettext_lazy("Offer over: %(workshop)s"),
    LetterKind.REMINDER: gettext_lazy("Soon: %(workshop)s"),
    LetterKind.REFUSED: gettext_lazy("Not taken: %(workshop)s"),
    LetterKind.CHANGED: gettext_lazy("Changed: %(workshop)s"),
    LetterKind.CANCELLED: gettext_lazy("Cancelled: %(workshop)s"),
    LetterKind.LEFT: gettext_lazy("Cancelled: %(workshop)s"),
    LetterKind.LINK: gettext_lazy("Your registration: %(workshop)s"),
    LetterKind.THANKS: gettext_lazy("Thank you: %(workshop)s"),
}
"""Of each letter, unless its organiser wrote another."""


@dataclass(frozen=True)
class Particulars:
    """What a letter has beside the facts that all have; a dated one carries the event."""

    paths: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[Row] = ()
    is_dated: bool = False


@dataclass(frozen=True)
class Wording:
    """An organiser's subject and opening words for a kind of letter; ours where empty."""

    subject: str = ""
    text: str = ""


OURS = Wording()


def confirm_address(registration: Registration) -> None:
    """The link by which somebody shows that the address is theirs."""
    send(registration, LetterKind.ADDRESS)


def pending(registration: Registration) -> None:
    """It arrived, and the organiser looks at it."""
    send(registration, LetterKind.PENDING)


def confirm(registration: Registration) -> None:
    """There is a place, and the event for the calendar."""
    send(registration, LetterKind.CONFIRMED)


def waiting(registration: Registration) -> None:
    """The place in the line."""
    send(registration, LetterKind.WAITING)


def offer(registration: Registration) -> None:
    """Places are kept, and until when."""
    send(registration, LetterKind.OFFER)


def expired(registration: Registration) -> None:
    """The time to answer an offer is over."""
    send(registration, LetterKind.EXPIRED)


def reminder(registration: Registration) -> None:
    """The workshop is near; with what is still to be answered."""
    send(registration, LetterKind.REMINDER)


def refused(registration: Registration) -> None:
    """The organiser did not take it."""
    send(registration, LetterKind.REFUSED)


def changed(registration: Registration) -> None:
    """The registration as it stands now, with the event where there is a place."""
    send(registration, LetterKind.CHANGED)


def cancelled(registration: Registration) -> None:
    """The places are given up, and the event leaves the calendar."""
    send(registration, LetterKind.CANCELLED)


def left(registration: Registration) -> None:
    """Whoever had no place yet does not wait for one any more."""
    send(registration, LetterKind.LEFT)


def link(registration: Registration) -> None:
    """The way back to a registration, for whoever reads that address's mail."""
    send(registration, LetterKind.LINK)


def thanks(registration: Registration) -> None:
    """It is over: what there is to read, and the certificate of who was there."""
    send(registration, LetterKind.THANKS)


def send(registration: Registration, kind: LetterKind) -> None:
    """Queue a letter about a registration, in its language, and note it in the log."""
    wording = words_of_organiser(registration, kind)
    with override(registration.language):
        message = queue_mail(compose(registration, kind, wording))
    keep(kind, [registration], [message])


def keep(kind: LetterKind, rows: Sequence[Registration], messages: Sequence[Message]) -> None:
    """Note in the log that these were written to; with the mails or not at all."""
    WrittenLetter.objects.bulk_create(
        WrittenLetter(
            registration=registration, kind=kind, written_at=message.created_at, message=message
        )
        for registration, message in zip(rows, messages, strict=True)
    )


def words_of_organiser(registration: Registration, kind: LetterKind) -> Wording:
    """What the workshop's organiser wrote for such letters in that language; ours if nothing."""
    asked = {"kind": kind, "language": registration.language}
    texts = LetterText.objects.filter(terms__workshop=registration.workshop_id, **asked)
    row = texts.first()
    return Wording(row.subject, row.text) if row else OURS


def compose(registration: Registration, kind: LetterKind, wording: Wording) -> Letter:
    """A letter about a registration, in the language of the moment."""
    workshop, more = registration.workshop, PARTICULARS.get(kind, plain)(registration)
    words = facts(registration) | dict(more.words)
    filled = {name: words[name] for name in placeholders(kind)}
    ours = SUBJECTS[kind] % {"workshop": workshop.title}
    return Letter(
        to=registration.email,
        subject=fill(wording.subject, filled).strip() or ours,
        template=kind.value,
        words=words | {"own_words": fill(wording.text, filled).strip()},
        paths=ways(registration) | dict(more.paths),
        reply_to=workshop.registration_settings.contact_email,
        files=[File("workshop.ics", CALENDAR_TYPE, invitation(registration))]
        if more.is_dated
        else [],
        rows=more.rows,
    )


def plain(_registration: Registration) -> Particulars:
    """Nothing but the facts."""
    return Particulars()


def dated(_registration: Registration) -> Particulars:
    """The event."""
    return Particulars(is_dated=True)


def to_confirm(registration: Registration) -> Particulars:
    """The way to show that the address is theirs."""
    return Particulars(
        {"confirm_url": reverse("registration:confirm", args=[registration.reference])}
    )


def in_line(registration: Registration) -> Particulars:
    """The number in the line."""
    ahead = Registration.objects.ahead_of(registration).count()
    return Particulars(words={"position": str(ahead + 1)})


def on_offer(registration: Registration) -> Particulars:
    """The way to answer the offer that is open, and until when."""
    offer = registration.offers.get(answer="")
    return Particulars(
        {"offer_url": reverse("registration:offer", args=[registration.reference])},
        {"until": moment(offer.expires_at, registration.workshop)},
    )


def before_the_day(registration: Registration) -> Particulars:
    """What is still to be answered, and the event."""
    is_asked = "yes" if registration.has_open_questions else ""
    return Particulars(words={"is_asked": is_asked}, is_dated=True)


def as_changed(registration: Registration) -> Particulars:
    """The event, where there is a place."""
    is_dated = registration.is_accepted
    return Particulars(words={"is_dated": "yes" if is_dated else ""}, is_dated=is_dated)


def after_the_day(registration: Registration) -> Particulars:
    """What there is to read, and what was agreed."""
    workshop = registration.workshop
    materials = workshop.materials.in_order()[:MOST_MATERIALS]
    return Particulars(
        paths={"outcomes_url": f"{workshop.get_absolute_url()}#outcomes"},
        words={
            "has_attended": "yes" if registration.state == State.ATTENDED else "",
            "has_outcomes": "yes" if workshop.outcomes.exists() else "",
        },
        rows=[to_read(material) for material in materials],
    )


def to_read(material: Material) -> Row:
    """A material and its kind; what is kept elsewhere is reached by the workshop's page."""
    there = f"{material.workshop.get_absolute_url()}#materials"
    path = material.address if material.file else there
    return Row(material.title, path, material.get_kind_display())


PARTICULARS: Mapping[str, Callable[[Registration], Particulars]] = {
    LetterKind.ADDRESS: to_confirm,
    LetterKind.CONFIRMED: dated,
    LetterKind.WAITING: in_line,
    LetterKind.OFFER: on_offer,
    LetterKind.REMINDER: before_the_day,
    LetterKind.CHANGED: as_changed,
    LetterKind.CANCELLED: dated,
    LetterKind.THANKS: after_the_day,
}


def ways(registration: Registration) -> dict[str, str]:
    """Where the templates can lead."""
    return {
        "registration_url": registration.get_absolute_url(),
        "workshop_url": registration.workshop.get_absolute_url(),
        "privacy_url": reverse("privacy"),
    }


def facts(registration: Registration) -> dict[str, str]:
    """What the templates can say."""
    workshop = registration.workshop
    return {
        "own_words": "",
        "name": registration.name,
        "workshop": workshop.title,
        "when": when(workshop),
        "where": ", ".join(filter(None, [workshop.venue, workshop.place])),
        "format": workshop.get_format_display()
        if workshop.format != Workshop.Format.IN_PERSON
        else "",
        "people": ngettext("%(count)d person", "%(count)d people", registration.party_size)
        % {"count": registration.party_size},
    }


def when(workshop: Workshop) -> str:
    """The days, and the times at the venue where they are known."""
    days = " – ".join(
        date_format(day, "l j F Y") for day in sorted({workshop.starts_on, workshop.ends_on})
    )
    times = "–".join(
        time_format(time, "H:i") for time in (workshop.start_time, workshop.end_time) if time
    )
    return f"{days}, {times} ({workshop.time_zone})" if times else days


def moment(at: datetime, workshop: Workshop) -> str:
    """A moment by the clock of the workshop's place."""
    local = at.astimezone(workshop.zone)
    return f"{date_format(local, 'l j F Y, H:i')} ({workshop.time_zone})"
