"""Lists of entries: the same number of queries, and told as results only where narrowed down."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Partner
from tests.admin.conftest import SignedIn
from tests.factories import InitiativeFactory, OrganisationFactory, PersonFactory, WorkshopFactory

pytestmark = pytest.mark.django_db

LISTS = {
    "people_organisation": OrganisationFactory,
    "people_person": PersonFactory,
    "initiatives_initiative": InitiativeFactory,
    "workshops_workshop": WorkshopFactory,
}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("kind", LISTS)
def test_a_list_takes_the_same_queries_whatever_is_on_it(
    signed_in: SignedIn, agency: Partner, kind: str, rows: int
) -> None:
    LISTS[kind].create_batch(rows, owner=agency)
    client = signed_in("publisher")
    client.get(reverse(f"admin:{kind}_changelist"))

    with assertNumQueries(9):
        page = client.get(reverse(f"admin:{kind}_changelist"))

    assert page.context["cl"].result_count == rows


@pytest.mark.parametrize(
    ("query", "is_result"), [("", False), ("?q=Bridge", True), ("?state__exact=draft", True)]
)
def test_a_list_offers_to_show_all_only_where_it_is_narrowed_down(
    signed_in: SignedIn, agency: Partner, query: str, is_result: bool
) -> None:
    InitiativeFactory.create(owner=agency, state="draft", title="Bridge")

    page = signed_in("editor").get(f"/admin/initiatives/initiative/{query}").text

    assert ("Show all" in page) is is_result
    assert ("1 result " in page) is is_result
