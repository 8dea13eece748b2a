"""Somebody who asked to be unlisted is nowhere but where they agreed to be named."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import (
    AffiliationFactory,
    ContributionFactory,
    InvolvementFactory,
    OrganisationFactory,
    PersonFactory,
    PresentationFactory,
    RegionFactory,
    SessionFactory,
    WorkshopFactory,
)

pytestmark = pytest.mark.django_db

CANARY = "zephyr"
NO_NAME = [
    *("/", "/people/", "/people/?q=zephyr", "/people/?role=speaker", "/search/?q=zephyr"),
    *("/organisations/agency/", "/regions/SE/", "/initiatives/practice/", "/initiatives/"),
    *("/sitemap.xml", "/initiatives/feed.atom", "/open-data/catalogue.jsonld"),
    *("/initiatives/export.json", "/initiatives/export.csv", "/api/v1/initiatives.jsonl"),
    *("/api/v1/people/", "/api/v1/people/?q=zephyr", "/api/v1/organisations/agency/"),
    *("/workshops/calendar.ics", "/following/"),
]
PROGRAMME = [
    "/workshops/meeting/",
    "/workshops/meeting/calendar.ics",
    "/workshops/meeting/schedule.json",
    "/workshops/meeting/schedule.xml",
    "/api/v1/workshops/meeting/",
]


def entangled(visibility: str) -> None:
    """A person linked in every way that the model has."""
    region = RegionFactory.create(code="SE")
    agency = OrganisationFactory.create(slug="agency", region=region)
    person = PersonFactory.create(
        slug=f"{CANARY}-page",
        family_name=CANARY.title(),
        headline=f"{CANARY} headline",
        biography=f"{CANARY} biography",
        orcid="0000-0002-1825-0097",
        visibility=visibility,
    )
    person.also_called(f"{CANARY} once")
    AffiliationFactory.create(person=person, organisation=agency, role=f"{CANARY} role")
    workshop = WorkshopFactory.create(
        slug="meeting", region=region, starts_on=timezone.localdate() + timedelta(days=3)
    )
    session = SessionFactory.create(workshop=workshop)
    ContributionFactory.create(
        session=session, person=person, organisation=agency, affiliation=f"{CANARY} office"
    )
    presented = PresentationFactory.create(session=session, initiative__slug="practice")
    InvolvementFactory.create(initiative=presented.initiative, organisation=agency)


def found(addresses: list[str]) -> list[str]:
    """The addresses whose answers have the word, where nobody typed it."""
    client = Client()
    pages = {at: client.get(at).getvalue().decode().lower() for at in addresses}
    typed = (f'value="{CANARY}"', f"“{CANARY}”", f"?q={CANARY}")
    return [at for at, page in pages.items() if CANARY in without(page, typed)]


def without(page: str, typed: tuple[str, ...]) -> str:
    """A page but for what the visitor typed."""
    for words in typed:
        page = page.replace(words, "")
    return page


def test_who_is_withheld_is_nowhere() -> None:
    entangled("withheld")

    assert found([*NO_NAME, *PROGRAMME]) == []


def test_who_agreed_to_be_named_in_programmes_has_no_page() -> None:
    entangled("name")
    elsewhere = [
        at for at in NO_NAME if at not in {"/organisations/agency/", "/initiatives/practice/"}
    ]

    assert found(elsewhere) == []
    assert Client().get(f"/people/{CANARY}-page/").status_code == 404
    assert Client().get(f"/api/v1/people/{CANARY}-page/").status_code == 404


def test_the_words_themselves_would_be_found() -> None:
    entangled("listed")

    assert {"/people/", "/search/?q=zephyr", "/workshops/meeting/"} <= set(
        found([*NO_NAME, *PROGRAMME])
    )
