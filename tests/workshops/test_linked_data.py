"""What a workshop's page tells search engines of the event."""

from datetime import date, time

import pytest
from django.test import Client

from tests.factories import (
    ContributionFactory,
    OrganisationFactory,
    PersonFactory,
    RegionFactory,
    WorkshopFactory,
)
from tests.people.pages import linked_data
from workshops.models import Host, Workshop

pytestmark = pytest.mark.django_db


def test_search_engines_are_told_of_an_event_as_far_as_it_is_known(client: Client) -> None:
    workshop = WorkshopFactory.create(
        slug="malmo", title="Open workshop", summary="Seven inputs.", starts_on=date(2016, 6, 21)
    )
    Workshop.objects.update(city="")

    data = linked_data(client.get("/workshops/malmo/").content.decode())

    assert workshop.venue == ""
    assert data == {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": "http://testserver/workshops/malmo/",
        "name": "Open workshop",
        "description": "Seven inputs.",
        "url": "http://testserver/workshops/malmo/",
        "startDate": "2016-06-21",
        "endDate": "2016-06-21",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
    }


def test_search_engines_are_told_times_places_hosts_and_listed_speakers(client: Client) -> None:
    workshop = WorkshopFactory.create(
        slug="chains",
        starts_on=date(2027, 1, 21),
        start_time=time(9),
        end_time=time(16),
        time_zone="Europe/Stockholm",
        format="hybrid",
        venue="Town hall",
        city="Malmö",
        region=RegionFactory.create(code="SE22"),
        languages=["en"],
    )
    host = OrganisationFactory.create(slug="skane", name="Region Skåne")
    Host.objects.create(workshop=workshop, organisation=host)
    speaker = PersonFactory.create(slug="ada", family_name="Berg")
    for _ in range(2):
        ContributionFactory.create(session__workshop=workshop, person=speaker)
    ContributionFactory.create(session__workshop=workshop, person__visibility="name")

    data = linked_data(client.get("/workshops/chains/").content.decode())

    assert (data["startDate"], data["endDate"]) == (
        "2027-01-21T09:00:00+01:00",
        "2027-01-21T16:00:00+01:00",
    )
    assert data["location"] == [
        {
            "@type": "Place",
            "name": "Town hall",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": "Malmö",
                "addressCountry": "Sweden",
            },
        },
        {"@type": "VirtualLocation", "url": "http://testserver/workshops/chains/"},
    ]
    assert data["organizer"] == [
        {
            "@type": "Organization",
            "@id": "http://testserver/organisations/skane/",
            "name": "Region Skåne",
            "url": "http://testserver/organisations/skane/",
        }
    ]
    assert data["performer"] == [
        {"@type": "Person", "name": "Ada Berg", "url": "http://testserver/people/ada/"}
    ]
