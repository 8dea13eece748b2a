"""What search engines are told of a workshop, in the words of schema.org."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from people.linked_data import LinkedData, address, organisation_reference, without_gaps
from workshops.agenda import Item, Programme, Speaker, once, speakers
from workshops.models import Workshop

ATTENDANCE = {
    Workshop.Format.IN_PERSON: "OfflineEventAttendanceMode",
    Workshop.Format.ONLINE: "OnlineEventAttendanceMode",
    Workshop.Format.HYBRID: "MixedEventAttendanceMode",
}


def workshop_data(workshop: Workshop, programme: Programme) -> LinkedData:
    """A workshop with its hosts and those of its programme's speakers who have a page."""
    page = settings.SITE_URL + workshop.get_absolute_url()
    start = workshop.starts_at if workshop.start_time else workshop.starts_on
    end = workshop.ends_at if workshop.end_time else workshop.ends_on
    return without_gaps(
        {
            "@context": "https://schema.org",
            "@type": "Event",
            "@id": page,
            "name": workshop.title,
            "description": workshop.summary,
            "url": page,
            "startDate": start.isoformat(),
            "endDate": end.isoformat(),
            "eventStatus": "https://schema.org/EventScheduled",
            "eventAttendanceMode": f"https://schema.org/{ATTENDANCE[Workshop.Format(workshop.format)]}",
            "inLanguage": workshop.languages,
            "location": locations(workshop),
            "organizer": [organisation_reference(host) for host in workshop.public_hosts],
            "performer": performers(programme, get_language() or ""),
        }
    )


def session_data(session: Item, workshop: Workshop) -> LinkedData:
    """A session as part of its workshop; its day is that of the workshop where it has none."""
    zone = workshop.zone
    status = "EventCancelled" if session.is_cancelled else "EventScheduled"
    page = settings.SITE_URL + session.address(workshop)
    start = session.starts_at.astimezone(zone) if session.starts_at else session.day
    end = session.ends_at.astimezone(zone) if session.ends_at else session.day
    return without_gaps(
        {
            "@context": "https://schema.org",
            "@type": "Event",
            "@id": page,
            "name": session.title,
            "url": page,
            "startDate": (start or workshop.starts_on).isoformat(),
            "endDate": (end or workshop.ends_on).isoformat(),
            "eventStatus": f"https://schema.org/{status}",
            "eventAttendanceMode": f"https://schema.org/{ATTENDANCE[Workshop.Format(workshop.format)]}",
            "inLanguage": workshop.languages,
            "location": locations(workshop),
            "superEvent": {
                "@type": "Event",
                "@id": settings.SITE_URL + workshop.get_absolute_url(),
                "name": workshop.title,
            },
            "performer": [performer(speaker) for speaker in speakers([session])],
        }
    )


@once
def performers(programme: Programme, _language: str) -> list[LinkedData]:
    """The speakers of a programme, whose addresses depend on the active language."""
    return [performer(speaker) for speaker in speakers(programme.sessions)]


def performer(speaker: Speaker) -> LinkedData:
    """Whoever speaks, with the person's page."""
    page = reverse("people:detail", args=[speaker.slug])
    return {"@type": "Person", "name": speaker.name, "url": settings.SITE_URL + page}


def locations(workshop: Workshop) -> list[LinkedData]:
    """Where people take part: a place as far as it is known, the page itself for those online."""
    place = without_gaps(
        {"name": workshop.venue, "address": address(workshop.city, workshop.region)}
    )
    known: list[LinkedData] = []
    if place and workshop.format != Workshop.Format.ONLINE:
        known.append({"@type": "Place", **place})
    if workshop.format != Workshop.Format.IN_PERSON:
        page = settings.SITE_URL + workshop.get_absolute_url()
        known.append({"@type": "VirtualLocation", "url": page})
    return known
