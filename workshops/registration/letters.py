"""What we write to people who register, in the language in which they did."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from clusterix.mail.queue import File, Letter, queue_mail
from workshops.models import Workshop
from workshops.registration.calendar import invitation
from workshops.registration.models import Registration

CALENDAR_TYPE = "text/calendar; method=PUBLISH"


def confirm(registration: Registration) -> None:
    """There is a place, and the event for the calendar."""
    send(registration, "registration_confirmed", lambda: _("Registered: %(workshop)s"), dated=True)


def changed(registration: Registration) -> None:
    """The registration as it stands now."""
    send(registration, "registration_changed", lambda: _("Changed: %(workshop)s"), dated=True)


def cancelled(registration: Registration) -> None:
    """The places are given up, and the event leaves the calendar."""
    send(registration, "registration_cancelled", lambda: _("Cancelled: %(workshop)s"), dated=True)


def link(registration: Registration) -> None:
    """The way back to a registration, for whoever reads that address's mail."""
    send(registration, "registration_link", lambda: _("Your registration: %(workshop)s"))


def send(
    registration: Registration, template: str, subject: Callable[[], str], *, dated: bool = False
) -> None:
    """Queue a letter about a registration, in its language; a dated one carries the event."""
    workshop = registration.workshop
    terms = workshop.registration_settings
    with override(registration.language):
        queue_mail(
            Letter(
                to=registration.email,
                subject=subject() % {"workshop": workshop.title},
                template=template,
                words=words(registration),
                paths={
                    "registration_url": registration.get_absolute_url(),
                    "workshop_url": workshop.get_absolute_url(),
                    "privacy_url": reverse("privacy"),
                },
                reply_to=terms.contact_email,
                files=[File("workshop.ics", CALENDAR_TYPE, invitation(registration))]
                if dated
                else [],
            )
        )


def words(registration: Registration) -> dict[str, str]:
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
