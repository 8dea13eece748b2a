"""The programme on a workshop's page: its order, its rooms, its days, and what is on now."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from tests.factories import (
    ContributionFactory,
    InitiativeFactory,
    OrganisationFactory,
    PersonFactory,
    PresentationFactory,
    SessionFactory,
    WorkshopFactory,
)
from tests.workshops.pages import words

pytestmark = pytest.mark.django_db


def test_a_programme_without_times_keeps_its_order_and_says_why(client: Client) -> None:
    workshop = WorkshopFactory.create(
        slug="malmo", starts_on=date(2016, 6, 20), ends_on=date(2016, 6, 22)
    )
    vanguard = SessionFactory.create(
        workshop=workshop,
        day=date(2016, 6, 21),
        title="Vanguard",
        position=2,
        abstract="*New* hope",
    )
    SessionFactory.create(workshop=workshop, day=date(2016, 6, 21), title="Peer review", position=1)
    ContributionFactory.create(
        session=vanguard,
        person=PersonFactory.create(slug="johnsson", given_name="Michael", family_name="Johnsson"),
        organisation=OrganisationFactory.create(slug="office", name="Skåne European Office"),
        affiliation="Skåne's office in Brussels",
    )
    PresentationFactory.create(
        session=vanguard,
        initiative=InitiativeFactory.create(slug="vanguard", title="The Vanguard Initiative"),
    )

    page = words(client.get("/workshops/malmo/").content.decode())

    assert page.index("Peer review") < page.index(">Vanguard<")
    assert "The record gives the order, not the times." in page
    assert "Tuesday 21 June" in page
    assert "<table" not in page
    assert f'id="session-{vanguard.pk}"' in page
    assert "<em>New</em> hope" in page
    assert (
        '<a href="/people/johnsson/">Michael Johnsson</a>, '
        '<a href="/organisations/office/">Skåne&#x27;s office in Brussels</a>'
    ) in page
    assert '<a class="chip" href="/initiatives/vanguard/">The Vanguard Initiative</a>' in page


def test_a_programme_with_rooms_side_by_side_is_a_table_too(client: Client) -> None:
    workshop = WorkshopFactory.create(slug="malmo", time_zone="Europe/Stockholm")
    hall = SessionFactory.create(
        workshop=workshop,
        title="Pilots",
        room="Main hall",
        starts_at=datetime(2027, 1, 21, 9, tzinfo=UTC),
        ends_at=datetime(2027, 1, 21, 10, tzinfo=UTC),
    )
    SessionFactory.create(
        workshop=workshop,
        title="Evidence",
        room="Room 2",
        starts_at=datetime(2027, 1, 21, 9, tzinfo=UTC),
        ends_at=datetime(2027, 1, 21, 9, 30, tzinfo=UTC),
    )
    SessionFactory.create(
        workshop=workshop,
        title="Lunch",
        kind="break",
        starts_at=datetime(2027, 1, 21, 11, tzinfo=UTC),
        ends_at=datetime(2027, 1, 21, 12, tzinfo=UTC),
    )
    for _ in range(2):
        ContributionFactory.create(session=hall, person__family_name="Berg")

    page = words(client.get("/workshops/malmo/").content.decode())

    table = page[page.index("<table") : page.index("</table>")]
    assert '<th scope="col">Main hall</th> <th scope="col">Room 2</th>' in table
    assert f'rowspan="2"> <a href="#session-{hall.pk}">Pilots</a>' in table
    assert "Ada Berg, Ada Berg" in table
    assert 'colspan="2"' in table
    assert '<time datetime="2027-01-21T10:00:00+01:00">10:00</time>' in table
    assert "The record gives the order" not in page
    assert "Main hall</span>" in page


def test_a_programme_of_several_days_names_them(client: Client) -> None:
    workshop = WorkshopFactory.create(slug="malmo")
    SessionFactory.create(workshop=workshop, day=date(2016, 6, 21))
    SessionFactory.create(workshop=workshop, day=date(2016, 6, 22))
    SessionFactory.create(workshop=workshop, title="Some day")

    page = client.get("/workshops/malmo/").content.decode()

    assert page.index("Tuesday 21 June") < page.index("Wednesday 22 June") < page.index("Some day")


@time_machine.travel("2016-06-21 08:30+00:00")
def test_during_a_workshop_its_page_says_what_is_on(client: Client) -> None:
    workshop = WorkshopFactory.create(
        slug="malmo", starts_on=date(2016, 6, 21), time_zone="Europe/Stockholm"
    )
    now = SessionFactory.create(
        workshop=workshop,
        title="Vanguard",
        room="Main hall",
        starts_at=datetime(2016, 6, 21, 8, tzinfo=UTC),
        ends_at=datetime(2016, 6, 21, 9, tzinfo=UTC),
    )
    SessionFactory.create(workshop=workshop, title="Later")

    page = words(client.get("/workshops/malmo/").content.decode())

    notice = page[page.index('id="on-now"') : page.index('id="programme"')]
    assert f'<a href="{now.get_absolute_url()}" lang="en">Vanguard</a>' in notice
    assert "Main hall, until 11:00" in notice
    assert "Later" not in notice
