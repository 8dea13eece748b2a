"""A workshop for the calendar of somebody who registered."""

from datetime import UTC

from icalendar import vCalAddress

from workshops.calendar import calendar, workshop_event
from workshops.registration.models import Registration

PUBLISH = "PUBLISH"
"""Not REQUEST: the place is confirmed, so a calendar must not ask the reader to accept and then
write to the organiser; and unlike CANCEL, PUBLISH needs no attendee to take an event back."""


def invitation(registration: Registration) -> bytes:
    """The event under the identity of the public calendar's, with its registration's changes."""
    workshop = registration.workshop
    event = workshop_event(workshop)
    changed = max(workshop.updated_at, registration.updated_at).astimezone(UTC)
    for name, value in {
        "sequence": workshop.sequence + registration.revision,
        "status": "CONFIRMED" if registration.is_accepted else "CANCELLED",
        "dtstamp": changed,
        "last-modified": changed,
    }.items():
        event.pop(name)
        event.add(name, value)
    event["organizer"] = vCalAddress(f"mailto:{workshop.registration_settings.contact_email}")
    return calendar([event], workshop.title, method=PUBLISH)
