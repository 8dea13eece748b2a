"""A preview is the public page of what is not public yet, for those who curate it."""

import re
from typing import Any

import pytest
from django.urls import reverse

from clusterix.curation.models import Entry, Partner
from clusterix.previews import PAGES
from tests.admin.conftest import SignedIn
from tests.factories import (
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    PersonFactory,
    WorkshopFactory,
)

pytestmark = pytest.mark.django_db

FACTORIES = [OrganisationFactory, PersonFactory, InitiativeFactory, WorkshopFactory]


def preview(entry: Entry) -> str:
    return reverse("preview", args=[entry._meta.app_label, entry._meta.model_name, entry.pk])


@pytest.mark.parametrize("state", ["draft", "in_review", "published", "archived"])
@pytest.mark.parametrize("factory", FACTORIES)
def test_it_shows_the_page_and_says_that_it_is_a_preview(
    signed_in: SignedIn, agency: Partner, factory: Any, state: str
) -> None:
    entry = factory.create(owner=agency, state=state)

    response = signed_in("editor").get(preview(entry))

    assert re.search(rf"<h1[^>]*>\s*{entry}", response.content.decode())
    assert "A preview for Skåne agency." in response.content.decode()
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_it_shows_what_the_public_page_will_show(signed_in: SignedIn, agency: Partner) -> None:
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.DRAFT)
    InvolvementFactory.create(
        initiative=entry, organisation=OrganisationFactory.create(name="Medicon Valley Alliance")
    )

    page = signed_in("editor").get(preview(entry)).content.decode()

    assert "Medicon Valley Alliance" in page


@pytest.mark.parametrize("factory", FACTORIES)
def test_it_publishes_nothing(signed_in: SignedIn, agency: Partner, factory: Any) -> None:
    entry = factory.create(owner=agency, state=Entry.State.DRAFT)

    signed_in("secretariat").get(preview(entry))

    kept = type(entry).unscoped.get(pk=entry.pk)
    assert (kept.state, kept.published_at) == (Entry.State.DRAFT, None)
    assert signed_in("visitor").get(entry.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("factory", FACTORIES)
def test_a_rival_gets_what_a_missing_entry_gives(
    signed_in: SignedIn, agency: Partner, factory: Any
) -> None:
    entry = factory.create(owner=agency, state=Entry.State.DRAFT)
    client = signed_in("rival")

    theirs = client.get(preview(entry))
    entry.pk = 10**9

    assert theirs.status_code == client.get(preview(entry)).status_code == 404


def test_it_only_reads(signed_in: SignedIn, agency: Partner) -> None:
    entry = PersonFactory.create(owner=agency)

    assert signed_in("editor").post(preview(entry)).status_code == 405


@pytest.mark.parametrize("kind", ["people/region", "curation/user", "nothing/here"])
def test_what_has_no_public_page_has_no_preview(signed_in: SignedIn, kind: str) -> None:
    assert signed_in("secretariat").get(f"/admin/{kind}/1/preview/").status_code == 404


def test_every_kind_of_entry_has_a_preview() -> None:
    assert set(PAGES) == set(Entry.__subclasses__())
