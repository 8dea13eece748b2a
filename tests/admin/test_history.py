"""The history of an entry: who, when, why, and what became of each field."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from clusterix.curation.history import difference
from clusterix.curation.models import Entry, Partner, User
from initiatives.models import Initiative
from people.models import Organisation
from tests.admin.conftest import SignedIn
from tests.factories import (
    InitiativeFactory,
    OrganisationFactory,
    PersonFactory,
    RegionFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


def history(entry: Entry, page: int = 1) -> str:
    name = f"admin:{entry._meta.app_label}_{entry._meta.model_name}_history"
    return reverse(name, args=[entry.pk]) + f"?p={page}"


def test_it_tells_who_changed_what_and_why(
    client: Client, agency: Partner, publisher: User
) -> None:
    entry = InitiativeFactory.create(owner=agency, title="Bridges across the Sound")
    entry.title = "Bridges under the Sound"
    entry.level = Initiative.Level.NATIONAL
    entry._history_user = publisher
    entry.because("It became a tunnel").save()
    client.force_login(publisher)

    page = client.get(history(entry)).content.decode()

    assert "publisher@agency.example" in page
    assert "It became a tunnel" in page
    assert "<del>across</del><ins>under</ins>" in page
    assert "<del>regional</del><ins>national</ins>" in page
    assert "The first version." in page


def test_chosen_rows_and_links_are_named(signed_in: SignedIn, agency: Partner) -> None:
    entry = InitiativeFactory.create(owner=agency)
    entry.themes.add(ThemeFactory.create(labels={"en": "Smart specialisation"}))
    organisation = OrganisationFactory.create(owner=agency)
    organisation.region = RegionFactory.create(code="DK", name="Danmark")
    organisation.save()
    client = signed_in("editor")

    assert "<ins>Smart specialisation</ins>" in client.get(history(entry)).content.decode()
    assert "<ins>Denmark</ins>" in client.get(history(organisation)).content.decode()


def test_a_version_without_a_change_of_its_own_says_so(
    signed_in: SignedIn, agency: Partner
) -> None:
    entry = PersonFactory.create(owner=agency)
    entry.save()

    page = signed_in("editor").get(history(entry)).content.decode()

    assert "Nothing of the record itself changed" in page
    assert "No reason was given." in page


def test_what_people_wrote_is_shown_and_not_run(signed_in: SignedIn, agency: Partner) -> None:
    entry = PersonFactory.create(owner=agency, headline="before")
    entry.headline = "<script>alert(1)</script>"
    entry.because("<img src=x onerror=alert(2)>").save()

    page = signed_in("editor").get(history(entry)).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<img src=x" not in page


def test_long_histories_have_pages_that_join(signed_in: SignedIn, agency: Partner) -> None:
    entry = PersonFactory.create(owner=agency, headline="Headline 0")
    for number in range(1, 22):
        entry.headline = f"Headline {number}"
        entry.save()
    client = signed_in("editor")

    first = client.get(history(entry)).content.decode()
    second = client.get(history(entry, page=2)).content.decode()

    assert "<del>1</del><ins>2</ins>" in first
    assert "Earlier versions" in first
    assert "The first version." not in first
    assert "<del>0</del><ins>1</ins>" in second
    assert "Later versions" in second
    assert "The first version." in second


@pytest.mark.parametrize("page", ["10000000000", "x", "-1", ""])
def test_a_strange_page_is_a_page(signed_in: SignedIn, agency: Partner, page: str) -> None:
    entry = PersonFactory.create(owner=agency)
    address = reverse("admin:people_person_history", args=[entry.pk])

    response = signed_in("editor").get(address, {"p": page})

    assert response.status_code == 200


@pytest.mark.parametrize("changes", [1, 3])
def test_it_takes_the_same_queries_however_long_it_is(
    signed_in: SignedIn, agency: Partner, changes: int
) -> None:
    entry = InitiativeFactory.create(owner=agency)
    for _change in range(changes):
        entry.themes.add(ThemeFactory.create())
    client = signed_in("editor")
    client.get(history(entry))

    with assertNumQueries(14):
        client.get(history(entry))


def test_an_entry_whose_history_was_purged_has_an_empty_one(
    signed_in: SignedIn, agency: Partner
) -> None:
    entry = PersonFactory.create(owner=agency)
    entry.history.all().delete()

    response = signed_in("editor").get(history(entry))

    assert response.status_code == 200


def test_the_difference_of_short_texts_is_in_words() -> None:
    assert difference("one two", "one three") == ("<span>one </span><del>two</del><ins>three</ins>")


def test_the_difference_of_long_texts_is_in_lines() -> None:
    text = "word " * 300

    told = difference(f"{text}\nold line", f"{text}\nnew line")

    assert told.endswith("<del>old line</del><ins>new line</ins>")


def test_what_began_and_what_ended_is_marked_whole() -> None:
    assert difference("", "now") == "<ins>now</ins>"
    assert difference("then", "") == "<del>then</del>"


def test_a_region_that_is_gone_stays_unnamed(signed_in: SignedIn, agency: Partner) -> None:
    region = RegionFactory.create()
    entry: Organisation = OrganisationFactory.create(owner=agency, region=region)
    entry.region = None
    entry.last_verified_on = timezone.localdate()
    entry.save()
    region.delete()

    page = signed_in("editor").get(history(entry)).content.decode()

    assert "<del>(not shown)</del>" in page


def test_words_that_changed_one_after_the_other_are_read_as_a_whole() -> None:
    assert difference("a red old cat", "a blue new dog") == (
        "<span>a </span><del>red old cat</del><ins>blue new dog</ins>"
    )
