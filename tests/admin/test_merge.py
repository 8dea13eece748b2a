"""Likely duplicates in the admin: found, compared, merged, parted, told apart."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clusterix.curation.models import Entry, Partner
from people.merging.likeness import compare_all
from people.merging.models import Merge, Pair
from people.models import Organisation
from tests.admin.browser import Data, filled
from tests.admin.conftest import SignedIn
from tests.factories import (
    AffiliationFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

CANARY = "kanarifagel"
PAIRS = "/admin/merging/pair/"
MERGES = "/admin/merging/merge/"


@pytest.fixture
def twins(agency: Partner) -> tuple[Organisation, Organisation]:
    """Two organisations of the agency that are called almost the same."""
    names = ("Skåne Food Cluster", "Skane Food-Cluster")
    one, other = (OrganisationFactory.create(name=name, owner=agency) for name in names)
    return one, other


def compared(one: Entry, other: Entry) -> str:
    """Where two entries are compared."""
    return f"{PAIRS}{one._meta.model_name}/{one.pk}/{other.pk}/"


def form(client: Client, one: Entry, other: Entry, **changes: str) -> dict[str, Any]:
    """The form in which the first one stays, filled in."""
    kept = {"kept": str(one.pk), "reason": "Registered twice"}
    version = f"{one.version} {other.version}"
    return {"version": version} | kept | changes


def merge(client: Client, one: Entry, other: Entry, **changes: str) -> Any:
    """The answer to the form."""
    return client.post(compared(one, other), form(client, one, other, **changes))


def test_the_form_of_an_entry_shows_what_may_be_the_same(
    signed_in: SignedIn, twins: tuple[Organisation, Organisation]
) -> None:
    OrganisationFactory.create(name="Another one")

    page = signed_in("editor").get(f"/admin/people/organisation/{twins[0].pk}/change/")

    text = " ".join(page.content.decode().split())
    assert f'<a href="{compared(*twins)}">Skane Food-Cluster</a>' in text
    assert "in common: name" in text
    assert "Another one" not in text


def test_the_list_shows_the_pairs_and_leads_to_the_comparison(
    signed_in: SignedIn, twins: tuple[Organisation, Organisation]
) -> None:
    compare_all()

    page = signed_in("editor").get(PAIRS).content.decode()

    assert f'<a href="{compared(*twins)}">Skåne Food Cluster / Skane Food-Cluster</a>' in page
    assert "100%" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    signed_in: SignedIn,
    agency: Partner,
    django_assert_num_queries: DjangoAssertNumQueries,
    rows: int,
) -> None:
    for number in range(rows):
        for _ in range(2):
            OrganisationFactory.create(name=f"{number}" * 9, owner=agency)
    compare_all()
    client = signed_in("editor")
    client.get(PAIRS)

    with django_assert_num_queries(11):
        page = client.get(PAIRS)

    assert page.context["cl"].result_count == rows


def test_drafts_of_rivals_are_not_compared_with(
    signed_in: SignedIn, agency: Partner, rival: Partner
) -> None:
    own = OrganisationFactory.create(name=f"Own {CANARY}", owner=agency)
    theirs = OrganisationFactory.create(name=f"Owns {CANARY}", owner=rival, state="draft")
    compare_all()
    client = signed_in("publisher")

    listed = client.get(PAIRS).content.decode()
    changed = client.get(f"/admin/people/organisation/{own.pk}/change/").content.decode()

    assert Pair.objects.count() == 1
    assert CANARY not in listed
    assert f"Owns {CANARY}" not in changed
    assert client.get(compared(own, theirs)).status_code == 404
    assert merge(client, own, theirs).status_code == 404


def test_pairs_of_others_are_others_business(signed_in: SignedIn, rival: Partner) -> None:
    one, other = (OrganisationFactory.create(name="Equal", owner=rival) for _ in range(2))
    compare_all()
    client = signed_in("publisher")

    assert client.get(PAIRS).context["cl"].result_count == 0
    assert client.get(compared(one, other)).status_code == 403
    assert client.post(f"{compared(one, other)}apart/").status_code == 403


def test_the_page_of_a_pair_is_the_comparison(
    signed_in: SignedIn, twins: tuple[Organisation, Organisation]
) -> None:
    compare_all()
    client = signed_in("editor")

    found = client.get(f"{PAIRS}{Pair.objects.get().pk}/change/")
    missing = client.get(f"{PAIRS}0/change/")

    assert (found.status_code, found["Location"]) == (302, compared(*twins))
    assert missing.status_code == 404


@pytest.mark.parametrize("address", ["workshop/1/2/", "organisation/1/1/", "organisation/98/99/"])
def test_what_cannot_be_compared_has_no_page(signed_in: SignedIn, address: str) -> None:
    assert signed_in("secretariat").get(f"{PAIRS}{address}").status_code == 404


def test_the_comparison_shows_what_both_say_and_what_leads_to_each(
    signed_in: SignedIn, twins: tuple[Organisation, Organisation]
) -> None:
    InvolvementFactory.create(organisation=twins[1])

    page = " ".join(signed_in("publisher").get(compared(*twins)).content.decode().split())

    assert '<th scope="row">Official name</th> <td>Skåne Food Cluster</td>' in page
    assert '<th scope="row">Type</th> <td>cluster organisation</td>' in page
    assert '<th scope="row">Involved organisations</th> <td>0</td> <td>1</td>' in page
    assert "Registered" not in page


def test_private_fields_of_others_are_not_compared(
    signed_in: SignedIn, agency: Partner, rival: Partner
) -> None:
    own = PersonFactory.create(owner=agency)
    theirs = PersonFactory.create(owner=rival, contact_email=f"{CANARY}@rival.example")

    page = signed_in("publisher").get(compared(own, theirs))

    assert CANARY not in page.content.decode()


def test_merging_tells_what_moved_and_offers_to_undo_it(
    signed_in: SignedIn, twins: tuple[Organisation, Organisation]
) -> None:
    one, other = twins
    initiative = InitiativeFactory.create()
    for organisation in twins:
        InvolvementFactory.create(organisation=organisation, initiative=initiative)
    AffiliationFactory.create(organisation=other)
    client = signed_in("publisher")

    response = merge(client, one, other)

    done = Merge.objects.get()
    assert response["Location"] == f"{MERGES}{done.pk}/change/"
    page = " ".join(client.get(response["Location"]).content.decode().split())
    assert "Affiliations: 1" in page
    assert "1 that both had became one" in page
    assert f'action="{MERGES}{done.pk}/undo/"' in page
    other.refresh_from_db()
    assert other.merged_into_id == one.pk


@pytest.mark.parametrize("missing", ["kept", "reason"])
def test_it_takes_a_choice_and_a_reason(
    signed_in: SignedIn, twins: tuple[Organisation, Organisation], missing: str
) -> None:
    one, other = twins

    response = merge(signed_in("publisher"), one, other, **{missing: ""})

    assert "This field is required." in response.content.decode()
    assert not Merge.objects.exists()


def test_an_entry_that_changed_meanwhile_is_looked_at_again(
    signed_in: SignedIn, twins: tuple[Organisation, Organisation]
) -> None:
    client = signed_in("publisher")
    read = form(client, *twins)
    twins[1].because("Renamed").save()

    first = client.post(compared(*twins), read)
    again = client.post(compared(*twins), filled_again(first, read))

    assert "Somebody changed one of them meanwhile" in first.content.decode()
    assert again.status_code == 302


def filled_again(response: Any, read: dict[str, Any]) -> dict[str, Any]:
    """The form that was shown again, with what had been chosen."""
    return read | {"version": response.context["form"]["version"].value()}


def test_an_editor_reads_the_comparison_and_cannot_merge(
    signed_in: SignedIn, twins: tuple[Organisation, Organisation]
) -> None:
    client = signed_in("editor")

    page = client.get(compared(*twins)).content.decode()
    response = merge(client, *twins)

    assert "The secretariat can." in page
    assert 'name="kept"' not in page
    assert not Merge.objects.exists()
    assert response.status_code == 200


def test_the_merge_is_undone_with_one_press(
    signed_in: SignedIn, twins: tuple[Organisation, Organisation]
) -> None:
    client = signed_in("publisher")
    merge(client, *twins)
    done = Merge.objects.get()

    response = client.post(f"{MERGES}{done.pk}/undo/", follow=True)

    assert "all leads to where it led before" in response.content.decode()
    assert f'action="{MERGES}{done.pk}/undo/"' not in response.content.decode()
    assert Organisation.objects.count() == 2


def test_what_stands_in_the_way_is_said(
    signed_in: SignedIn, twins: tuple[Organisation, Organisation]
) -> None:
    involvement = InvolvementFactory.create(organisation=twins[1])
    client = signed_in("publisher")
    merge(client, *twins)
    involvement.delete()

    response = client.post(f"{MERGES}{Merge.objects.get().pk}/undo/", follow=True)

    assert "1 was deleted or leads elsewhere since." in response.content.decode()
    assert Organisation.objects.count() == 1


def test_a_merge_is_not_undone_by_a_link_or_by_a_stranger(
    signed_in: SignedIn, twins: tuple[Organisation, Organisation]
) -> None:
    merge(signed_in("publisher"), *twins)
    address = f"{MERGES}{Merge.objects.get().pk}/undo/"

    assert signed_in("publisher").get(address).status_code == 405
    assert signed_in("rival").post(address).status_code == 404
    assert Organisation.objects.count() == 1


def test_merges_are_listed_for_those_whose_entries_they_are(
    signed_in: SignedIn, twins: tuple[Organisation, Organisation]
) -> None:
    merge(signed_in("publisher"), *twins)

    own = signed_in("editor").get(MERGES)
    others = signed_in("rival").get(MERGES)

    assert "Skane Food-Cluster → Skåne Food Cluster" in own.content.decode()
    assert others.context["cl"].result_count == 0


def test_what_was_merged_is_read_only_and_says_where_it_went(
    signed_in: SignedIn, twins: tuple[Organisation, Organisation]
) -> None:
    client = signed_in("publisher")
    merge(client, *twins)
    gone = twins[1]

    page = client.get(f"/admin/people/organisation/{gone.pk}/change/").content.decode()
    step = {"verb": "publish", "version": Organisation.unscoped.get(pk=gone.pk).version}
    moved = client.post(f"/admin/people/organisation/{gone.pk}/move/", step | {"reason": "Again"})

    assert "Merged into “Skåne Food Cluster”" in page
    assert 'name="_save"' not in page
    assert 'name="verb"' not in page
    assert moved.status_code == 403
    assert client.get(f"/preview/people/organisation/{gone.pk}/").status_code == 404


def test_nothing_is_linked_to_what_was_merged(
    signed_in: SignedIn, agency: Partner, twins: tuple[Organisation, Organisation]
) -> None:
    client = signed_in("publisher")
    merge(client, *twins)
    draft = OrganisationFactory.create(owner=agency, state="draft")
    address = f"/admin/people/organisation/{draft.pk}/change/"
    asked = {"app_label": "people", "model_name": "organisation", "field_name": "successor"}

    offered = client.get("/admin/autocomplete/", asked | {"term": "Food"}).json()
    posted: Data = filled(client.get(address), successor=str(twins[1].pk))
    response = client.post(address, posted)

    assert [row["text"] for row in offered["results"]] == ["Skåne Food Cluster"]
    assert response.status_code == 200
    draft.refresh_from_db()
    assert draft.successor is None


def test_two_that_were_told_apart_are_not_asked_about_again(
    signed_in: SignedIn, twins: tuple[Organisation, Organisation]
) -> None:
    compare_all()
    client = signed_in("editor")

    response = client.post(f"{compared(*twins)}apart/", follow=True)
    compare_all()

    assert "Remembered: these are two different ones." in response.content.decode()
    assert client.get(PAIRS).context["cl"].result_count == 0
    page = client.get(f"/admin/people/organisation/{twins[0].pk}/change/").content.decode()
    assert "Perhaps the same" not in page
    assert client.get(compared(*twins)).status_code == 200


def test_they_are_told_apart_by_a_press_not_by_a_link(
    signed_in: SignedIn, twins: tuple[Organisation, Organisation]
) -> None:
    assert signed_in("publisher").get(f"{compared(*twins)}apart/").status_code == 405


def test_names_never_run(signed_in: SignedIn, agency: Partner) -> None:
    attack = "<script>alert(1)</script>"
    one, other = (OrganisationFactory.create(name=attack, owner=agency) for _ in range(2))
    compare_all()
    client = signed_in("publisher")

    pages = [client.get(PAIRS), client.get(compared(one, other)), merge(client, one, other)]
    pages += [client.get(MERGES), client.get(f"{MERGES}{Merge.objects.get().pk}/change/")]

    assert [page for page in pages if attack in page.content.decode()] == []


@pytest.mark.parametrize("path", [PAIRS, MERGES])
@pytest.mark.parametrize("step", ["add/", "1/delete/"])
def test_nothing_is_added_or_deleted_by_hand(signed_in: SignedIn, path: str, step: str) -> None:
    twins = [OrganisationFactory.create(name="Equal") for _ in range(2)]
    content_type = ContentType.objects.get_for_model(Organisation)
    Pair.objects.create(pk=1, content_type=content_type, one_id=twins[0].pk, other_id=twins[1].pk)

    response = signed_in("secretariat").get(f"{path}{step}")

    assert response.status_code in {302, 403}
    assert Pair.objects.count() == 1
