"""A workshop for the calendar of somebody who registered."""

from icalendar import vCalAddress

from workshops.calendar import calendar, workshop_event
from workshops.registration.models import Registration

PUBLISH = "PUBLISH"
"""Not REQUEST: the place is confirmed, so a calendar must not ask the reader to accept and then
write to the organiser; and unlike CANCEL, PUBLISH needs no attendee to take an event back."""


def invitation(registration: Registration) -> bytes:
    """The event with its registration's revision, under the identity of the public calendar's."""
    workshop = registration.workshop
    event = workshop_event(workshop)
    event.add("sequence", registration.revision)
    event.add("status", "CONFIRMED" if registration.is_active else "CANCELLED")
    event["organizer"] = vCalAddress(f"mailto:{workshop.registration_settings.contact_email}")
    return calendar([event], workshop.title, method=PUBLISH)
