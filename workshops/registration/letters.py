"""What we write to people who register, in the language in which they did."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext_lazy, ngettext, override

from clusterix.mail.queue import File, Letter, queue_mail
from workshops.models import Workshop
from workshops.registration.calendar import invitation
from workshops.registration.models import Offer, Registration

CALENDAR_TYPE = "text/calendar; method=PUBLISH"


SUBJECTS = {
    "registration_address": gettext_lazy("Please confirm: %(workshop)s"),
    "registration_pending": gettext_lazy("Arrived: %(workshop)s"),
    "registration_confirmed": gettext_lazy("Registered: %(workshop)s"),
    "registration_waiting": gettext_lazy("Waiting: %(workshop)s"),
    "registration_offer": gettext_lazy("A place for you: %(workshop)s"),
    "registration_expired": gettext_lazy("Offer over: %(workshop)s"),
    "registration_reminder": gettext_lazy("Soon: %(workshop)s"),
    "registration_refused": gettext_lazy("Not taken: %(workshop)s"),
    "registration_changed": gettext_lazy("Changed: %(workshop)s"),
    "registration_cancelled": gettext_lazy("Cancelled: %(workshop)s"),
    "registration_left": gettext_lazy("Cancelled: %(workshop)s"),
    "registration_link": gettext_lazy("Your registration: %(workshop)s"),
}
"""Of each letter, by its templates."""


def confirm_address(registration: Registration) -> None:
    """The link by which somebody shows that the address is theirs."""
    way = reverse("registration:confirm", args=[registration.reference])
    send(registration, "registration_address", {"confirm_url": way})


def pending(registration: Registration) -> None:
    """It arrived, and the organiser looks at it."""
    send(registration, "registration_pending")


def confirm(registration: Registration) -> None:
    """There is a place, and the event for the calendar."""
    send(registration, "registration_confirmed", dated=True)


def waiting(registration: Registration) -> None:
    """The place in the line."""
    ahead = Registration.objects.ahead_of(registration).count()
    send(registration, "registration_waiting", words={"position": str(ahead + 1)})


def offer(registration: Registration, offer: Offer) -> None:
    """Places are kept, and until when."""
    way = reverse("registration:offer", args=[registration.reference])
    with override(registration.language):
        words = {"until": moment(offer.expires_at, registration.workshop)}
    send(registration, "registration_offer", {"offer_url": way}, words)


def expired(registration: Registration) -> None:
    """The time to answer an offer is over."""
    send(registration, "registration_expired")


def reminder(registration: Registration) -> None:
    """The workshop is near; with what is still to be answered."""
    words = {"is_asked": "yes" if registration.has_open_questions else ""}
    send(registration, "registration_reminder", words=words, dated=True)


def refused(registration: Registration) -> None:
    """The organiser did not take it."""
    send(registration, "registration_refused")


def changed(registration: Registration) -> None:
    """The registration as it stands now, with the event where there is a place."""
    dated = registration.is_accepted
    words = {"is_dated": "yes" if dated else ""}
    send(registration, "registration_changed", words=words, dated=dated)


def cancelled(registration: Registration) -> None:
    """The places are given up, and the event leaves the calendar."""
    send(registration, "registration_cancelled", dated=True)


def left(registration: Registration) -> None:
    """Whoever had no place yet does not wait for one any more."""
    send(registration, "registration_left")


def link(registration: Registration) -> None:
    """The way back to a registration, for whoever reads that address's mail."""
    send(registration, "registration_link")


def send(
    registration: Registration,
    template: str,
    paths: Mapping[str, str] = MappingProxyType({}),
    words: Mapping[str, str] = MappingProxyType({}),
    *,
    dated: bool = False,
) -> None:
    """Queue a letter about a registration, in its language; a dated one carries the event."""
    workshop = registration.workshop
    with override(registration.language):
        queue_mail(
            Letter(
                to=registration.email,
                subject=SUBJECTS[template] % {"workshop": workshop.title},
                template=template,
                words=facts(registration) | dict(words),
                paths=ways(registration) | dict(paths),
                reply_to=workshop.registration_settings.contact_email,
                files=[File("workshop.ics", CALENDAR_TYPE, invitation(registration))]
                if dated
                else [],
            )
        )


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
