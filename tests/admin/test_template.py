"""A workshop as the template for the next one."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clusterix.curation.models import Partner
from tests.admin.browser import Data, filled
from tests.admin.conftest import SignedIn
from tests.factories import (
    ContributionFactory,
    OrganisationFactory,
    OutcomeFactory,
    RegionFactory,
    RegistrationSettingsFactory,
    SeriesFactory,
    SessionFactory,
    WorkshopFactory,
)
from workshops.models import Session, Workshop

pytestmark = pytest.mark.django_db

ADD = "/admin/workshops/workshop/add/"


@pytest.fixture
def spring(agency: Partner) -> Workshop:
    """A workshop in Sweden, three days before its clocks go forward."""
    workshop: Workshop = WorkshopFactory.create(
        owner=agency,
        title="Cluster days",
        city="Malmö",
        region=RegionFactory.create(code="SE22"),
        time_zone="Europe/Stockholm",
        starts_on=date(2026, 3, 26),
        ends_on=date(2026, 3, 27),
        start_time=time(9),
        conclusions="We agreed.",
    )
    return workshop


def like(workshop: Workshop) -> str:
    """Where a workshop is made after another."""
    return f"{ADD}?like={workshop.pk}"


def next_one(client: Client, source: Workshop, first: str, last: str) -> Data:
    """The form of the next workshop, filled in."""
    return filled(client.get(like(source)), slug="next", starts_on=first, ends_on=last)


def test_a_form_leads_to_the_next_workshop(signed_in: SignedIn, spring: Workshop) -> None:
    client = signed_in("editor")

    page = client.get(reverse("admin:workshops_workshop_change", args=[spring.pk]))

    assert f'href="{like(spring)}"' in page.content.decode()


def test_the_next_workshop_begins_with_the_shape_of_the_last(
    signed_in: SignedIn, spring: Workshop, agency: Partner
) -> None:
    form = filled(signed_in("editor").get(like(spring)))

    assert form["title"] == ["Cluster days"]
    assert form["city"] == ["Malmö"]
    assert form["region"] == ["SE22"]
    assert form["owner"] == [str(agency.pk)]
    assert form["start_time"] == ["09:00:00"]
    assert [form[name] for name in ("slug", "starts_on", "ends_on")] == [[""]] * 3
    assert "We agreed." not in str(form)


def test_sessions_keep_their_hours_on_the_clock_of_the_place(
    signed_in: SignedIn, spring: Workshop
) -> None:
    session = SessionFactory.create(
        workshop=spring,
        title="Opening",
        room="Hall",
        track="Policy",
        starts_at=datetime(2026, 3, 26, 8, tzinfo=UTC),
        ends_at=datetime(2026, 3, 26, 9, tzinfo=UTC),
    )
    SessionFactory.create(workshop=spring, title="Visit", day=date(2026, 3, 27), position=7)
    client = signed_in("editor")

    response = client.post(
        like(spring), next_one(client, spring, "2026-06-25", "2026-06-26"), follow=True
    )

    opening, visit = Workshop.unscoped.get(slug="next").sessions.in_order()
    assert (opening.title, opening.room, opening.kind) == ("Opening", "Hall", session.kind)
    assert opening.track == "Policy"
    assert opening.starts_at == datetime(2026, 6, 25, 7, tzinfo=UTC)
    assert opening.ends_at == datetime(2026, 6, 25, 8, tzinfo=UTC)
    assert (visit.day, visit.starts_at, visit.position) == (date(2026, 6, 26), None, 7)
    assert "2 sessions of “Cluster days” were copied to the new days." in (
        response.content.decode()
    )


def test_nothing_that_happened_at_a_workshop_is_copied(
    signed_in: SignedIn, spring: Workshop
) -> None:
    ContributionFactory.create(session=SessionFactory.create(workshop=spring, abstract="Said"))
    SessionFactory.create(workshop=spring, cancelled_at=datetime(2026, 3, 26, 8, tzinfo=UTC))
    OutcomeFactory.create(workshop=spring)
    host = spring.host_rows.create(organisation=OrganisationFactory.create())
    client = signed_in("editor")

    client.post(like(spring), next_one(client, spring, "2026-09-01", "2026-09-01"))

    made = Workshop.unscoped.get(slug="next")
    assert (made.state, made.conclusions, made.outcomes.count()) == ("draft", "", 0)
    assert [row.organisation for row in made.host_rows.all()] == [host.organisation]
    assert [(row.abstract, row.contributions.count()) for row in made.sessions.all()] == [("", 0)]
    assert spring.sessions.count() == 2


def test_a_host_that_the_form_names_already_is_not_doubled(
    signed_in: SignedIn, spring: Workshop
) -> None:
    host = spring.host_rows.create(organisation=OrganisationFactory.create())
    client = signed_in("editor")
    data = next_one(client, spring, "2026-09-01", "2026-09-01") | {
        "host_rows-TOTAL_FORMS": ["1"],
        "host_rows-0-organisation": [str(host.organisation_id)],
        "host_rows-0-position": ["3"],
    }

    client.post(like(spring), data)

    assert [row.position for row in Workshop.unscoped.get(slug="next").host_rows.all()] == [3]


def test_the_next_workshop_is_of_the_same_series(signed_in: SignedIn, spring: Workshop) -> None:
    spring.series = SeriesFactory.create(key="cluster-days")
    spring.save()
    client = signed_in("editor")

    client.post(like(spring), next_one(client, spring, "2027-09-01", "2027-09-01"))

    assert Workshop.unscoped.get(slug="next").series == spring.series


@time_machine.travel("2026-01-10 12:00+00:00")
def test_the_next_workshop_offers_the_same_terms_as_long_before_it(
    signed_in: SignedIn, spring: Workshop
) -> None:
    terms = RegistrationSettingsFactory.create(
        workshop=spring,
        opens_at=datetime(2026, 2, 1, 8, tzinfo=UTC),
        closes_at=datetime(2026, 3, 25, 17, tzinfo=UTC),
        capacity=12,
        max_party_size=3,
        contact_email="host@agency.example",
    )
    client = signed_in("editor")

    client.post(like(spring), next_one(client, spring, "2026-06-25", "2026-06-26"))

    copied = Workshop.unscoped.get(slug="next").registration_settings
    assert (copied.capacity, copied.max_party_size) == (12, 3)
    assert (copied.consent, copied.contact_email) == (terms.consent, "host@agency.example")
    assert copied.opens_at == datetime(2026, 5, 3, 7, tzinfo=UTC)
    assert copied.closes_at == datetime(2026, 6, 24, 16, tzinfo=UTC)
    assert copied.pk != terms.pk
    assert copied.places_taken == 0


@time_machine.travel("2026-08-01 12:00+00:00")
def test_terms_that_would_be_over_are_not_offered(signed_in: SignedIn, spring: Workshop) -> None:
    RegistrationSettingsFactory.create(
        workshop=spring,
        opens_at=datetime(2026, 2, 1, 8, tzinfo=UTC),
        closes_at=datetime(2026, 3, 25, 17, tzinfo=UTC),
    )
    client = signed_in("editor")

    client.post(like(spring), next_one(client, spring, "2026-06-25", "2026-06-26"))

    assert not hasattr(Workshop.unscoped.get(slug="next"), "registration_settings")


def test_a_change_to_a_workshop_copies_nothing(signed_in: SignedIn, spring: Workshop) -> None:
    SessionFactory.create(workshop=spring)
    other = WorkshopFactory.create(owner=spring.owner, state="draft")
    client = signed_in("editor")
    change = f"{reverse('admin:workshops_workshop_change', args=[other.pk])}?like={spring.pk}"

    client.post(change, filled(client.get(change), theme="Changed"))

    other.refresh_from_db()
    assert other.theme == "Changed"
    assert other.sessions.count() == 0


@pytest.mark.parametrize("number", ["rival", "", "x", "9" * 40])
def test_a_workshop_of_others_is_no_template(
    signed_in: SignedIn, spring: Workshop, number: str
) -> None:
    SessionFactory.create(workshop=spring, title="Canary")
    asked = str(spring.pk) if number == "rival" else number
    client = signed_in("rival")
    address = f"{ADD}?like={asked}"
    form = filled(
        client.get(address),
        title="Mine",
        slug="mine",
        summary="Mine.",
        starts_on="2026-09-01",
        ends_on="2026-09-01",
    )

    client.post(address, form)

    assert "Cluster days" not in str(form)
    assert Workshop.unscoped.get(slug="mine").sessions.count() == 0
    assert Session.objects.count() == 1
