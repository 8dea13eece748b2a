"""Whoever types a name is told of entries with one like it, and of nobody's drafts."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Entry, Partner
from people.models import PersonAlias
from tests.admin.browser import filled
from tests.admin.conftest import SignedIn
from tests.factories import (
    AliasFactory,
    InitiativeFactory,
    OrganisationFactory,
    PeerReviewFactory,
    PersonFactory,
    WorkshopFactory,
)

pytestmark = pytest.mark.django_db

ORGANISATIONS = "/admin/people/organisation/alike/"
NAMES: dict[Any, dict[str, str]] = {
    OrganisationFactory: {"name": "Baltic Boats Cluster"},
    PersonFactory: {"given_name": "Baltic Boats", "family_name": "Cluster"},
    InitiativeFactory: {"title": "Baltic Boats Cluster"},
    WorkshopFactory: {"title": "Baltic Boats Cluster"},
    PeerReviewFactory: {"title": "Baltic Boats Cluster"},
}


def asking(kind: str, name: str, of: str = "") -> str:
    return f"/admin/people/{kind}/alike/?{urlencode({'name': name, 'of': of})}"


def told(page: Any) -> list[str]:
    """What is told of, line by line."""
    return [
        " ".join(re.sub("<[^>]+>", "", line).split())
        for line in re.findall("<li>(.*?)</li>", page.text, re.DOTALL)
    ]


@pytest.mark.parametrize("factory", NAMES)
def test_an_entry_of_a_like_name_is_told_of_with_its_state_and_partner(
    signed_in: SignedIn, agency: Partner, factory: Any
) -> None:
    entry: Entry = factory.create(owner=agency, state="draft", **NAMES[factory])
    names = f"{entry._meta.app_label}_{entry._meta.model_name}"
    address = reverse(f"admin:{names}_alike")

    page = signed_in("editor").get(f"{address}?name=the+baltic++boats")

    assert told(page) == [f"{entry} (draft, Skåne agency)"]
    assert f'href="{reverse(f"admin:{names}_change", args=[entry.pk])}"' in page.text


def test_former_names_and_other_names_of_people_count(signed_in: SignedIn, agency: Partner) -> None:
    renamed = OrganisationFactory.create(owner=agency, name="Maritime Centre")
    AliasFactory.create(organisation=renamed, name="Baltic Boats Cluster")
    married = PersonFactory.create(owner=agency, given_name="Ada", family_name="Berg")
    PersonAlias.objects.create(person=married, name="Ada Åström-Lindgren")
    client = signed_in("editor")

    organisations = told(client.get(asking("organisation", "baltic boats cluster")))
    people = told(client.get(asking("person", "Ada Åström Lindgren")))

    assert organisations == ["Maritime Centre (published, Skåne agency)"]
    assert people == ["Ada Berg (published, Skåne agency)"]


def test_a_public_entry_of_another_partner_leads_to_its_page_if_it_has_one(
    signed_in: SignedIn, rival: Partner
) -> None:
    public = OrganisationFactory.create(owner=rival, name="Baltic Boats Cluster")
    PersonFactory.create(owner=rival, given_name="Ada", family_name="Åström", visibility="withheld")
    client = signed_in("editor")

    organisations = client.get(asking("organisation", "Baltic Boats"))
    people = client.get(asking("person", "Ada Åström"))

    assert f'href="{public.get_absolute_url()}"' in organisations.text
    assert told(people) == ["Ada Åström (published, Rival agency)"]
    assert "href" not in people.text


def test_drafts_of_others_what_was_merged_and_the_entry_itself_are_not_told_of(
    signed_in: SignedIn, agency: Partner, rival: Partner
) -> None:
    name = "Canary Boats Cluster"
    OrganisationFactory.create(owner=rival, state="draft", name=name)
    draft = OrganisationFactory.create(owner=rival, state="draft", name="Other")
    AliasFactory.create(organisation=draft, name=name)
    kept = OrganisationFactory.create(owner=agency, name="Something else")
    OrganisationFactory.create(owner=agency, name=name, merged_into=kept, state="archived")
    itself = OrganisationFactory.create(owner=agency, name=name)

    page = signed_in("editor").get(asking("organisation", name, of=str(itself.pk)))

    assert page.text.strip() == ""


@pytest.mark.parametrize("typed", ["", "Balt", "Harbour skills", "Boats", "\N{SNOWMAN}" * 400])
def test_little_and_other_words_find_nothing(
    signed_in: SignedIn, agency: Partner, typed: str
) -> None:
    OrganisationFactory.create(owner=agency, name="Baltic Boats Cluster of the Northern Sea")

    page = signed_in("editor").get(asking("organisation", typed, of="x"))

    assert page.text.strip() == ""


def test_five_are_told_of_the_most_alike_first(signed_in: SignedIn, agency: Partner) -> None:
    for number in range(7):
        OrganisationFactory.create(owner=agency, name=f"Baltic Boats Cluster{number * ' North'}")

    found = told(signed_in("editor").get(asking("organisation", "Baltic Boats Cluster")))

    assert [line.count("North") for line in found] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("rows", [1, 3])
def test_it_takes_the_same_queries_however_many_are_alike(
    signed_in: SignedIn, agency: Partner, rows: int
) -> None:
    OrganisationFactory.create_batch(rows, owner=agency, name="Baltic Boats Cluster")
    client = signed_in("editor")
    client.get(asking("organisation", "Baltic Boats Cluster"))

    with assertNumQueries(9):
        page = client.get(asking("organisation", "Baltic Boats Cluster"))

    assert len(told(page)) == rows


def test_a_new_entry_is_kept_and_the_like_one_named(
    signed_in: SignedIn, agency: Partner, rival: Partner
) -> None:
    public = OrganisationFactory.create(owner=rival, name="Baltic <Boats> Cluster")
    client = signed_in("editor")
    add = "/admin/people/organisation/add/"
    data = filled(client.get(add), name="Baltic Boats Cluster", slug="boats", kind="cluster")

    page = client.post(add, data, follow=True)

    address = public.get_absolute_url()
    words = f'look: <a href="{address}">Baltic &lt;Boats&gt; Cluster</a>'
    assert f"Perhaps it was here already, {words}." in page.text


def test_a_new_entry_like_no_other_is_kept_without_a_word(
    signed_in: SignedIn, agency: Partner
) -> None:
    client = signed_in("editor")
    add = "/admin/people/organisation/add/"
    data = filled(client.get(add), name="Baltic Boats Cluster", slug="boats", kind="cluster")

    page = client.post(add, data, follow=True)

    assert "was added successfully" in page.text
    assert "Perhaps" not in page.text


def test_forms_say_where_to_ask_and_what_the_name_is_written_in(
    signed_in: SignedIn, agency: Partner
) -> None:
    person = PersonFactory.create(owner=agency, state="draft")
    client = signed_in("editor")

    new = client.get("/admin/people/person/add/").text
    old = client.get(reverse("admin:people_person_change", args=[person.pk])).text

    asked = "/admin/people/person/alike/"
    assert f'data-alike="{asked}" data-named-by="given_name family_name" data-is-new' in new
    assert f'data-alike="{asked}?of={person.pk}" data-named-by="given_name family_name"' in old
    assert "data-is-new" not in old
