"""The site map lists what everyone may read, under the site's own address."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from clusterix.curation.models import Entry
from people.models import Person
from tests.factories import (
    InitiativeFactory,
    OrganisationFactory,
    PeerReviewFactory,
    PersonFactory,
    QuestionSetFactory,
    WorkshopFactory,
    question_set,
)

pytestmark = pytest.mark.django_db


def addresses(client: Client) -> list[str]:
    """The pages that the map lists."""
    response = client.get("/sitemap.xml")
    assert response["Content-Type"] == "application/xml"
    return re.findall(r"<loc>(.*?)</loc>", response.content.decode())


def test_every_public_entry_is_on_the_map(client: Client) -> None:
    asked = question_set()
    entries = [
        InitiativeFactory.create(),
        WorkshopFactory.create(),
        PeerReviewFactory.create(question_set=asked),
        asked,
        OrganisationFactory.create(),
        PersonFactory.create(),
    ]

    listed = addresses(client)

    assert listed[:13] == [
        f"http://testserver/{page}"
        for page in (
            "", "initiatives/", "workshops/", "workshops/outcomes/", "reviews/", "organisations/",
            "people/", "regions/", "network/", "about/", "open-data/", "privacy/",
            "accessibility/",
        )
    ]  # fmt: skip
    assert listed[13:] == [f"http://testserver{entry.get_absolute_url()}" for entry in entries]


def test_nothing_else_is_on_the_map(client: Client) -> None:
    InitiativeFactory.create(state=Entry.State.DRAFT)
    OrganisationFactory.create(state=Entry.State.ARCHIVED)
    PersonFactory.create(visibility=Person.Visibility.NAME_ONLY)
    WorkshopFactory.create(is_example=True)
    QuestionSetFactory.create()

    assert len(addresses(client)) == 13


def test_the_map_says_the_sites_own_address(client: Client, settings: Settings) -> None:
    settings.SITE_URL = "https://clusterix.example"

    listed = addresses(client)

    assert listed[0] == "https://clusterix.example/"
