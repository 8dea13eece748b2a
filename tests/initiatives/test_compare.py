"""Initiatives side by side: what all say, what only some say, and what is left out."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from initiatives.models import Initiative, Involvement
from tests.factories import (
    EcosystemFactory,
    EvidenceFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    PartnerFactory,
    RegionFactory,
    TargetGroupFactory,
    ThemeFactory,
    TransferFactory,
)
from tests.initiatives.pages import Ask, between, links, plain

pytestmark = pytest.mark.django_db

COMPARE = "/initiatives/compare/"
CANARY = '<script>alert("canary")</script>'


@pytest.fixture
def compare(client: Client) -> Ask:
    """The comparison of the initiatives of those addresses."""

    def answer(query: str) -> str:
        response = client.get(f"{COMPARE}?{query}")
        assert response.status_code == 200
        return response.content.decode()

    return answer


def heads(html: str) -> list[str]:
    """The initiatives that are compared, in their order."""
    found = re.findall(r'compare__title"[^>]*>(.*?)</a>', html)
    return [plain(title) for title in found]


def rows(html: str) -> dict[str, list[str]]:
    """What each heading says of each; “differs” is part of the heading."""
    body = re.sub(r'<span class="compare__who".*?</span>', "", between(html, "</thead>", "</table"))
    found = {}
    for row in re.findall(r'<tr role="row"[^>]*>(.*?)</tr>', body, re.DOTALL):
        cells = [plain(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        if len(cells) > 1:
            found[cells[0]] = cells[1:]
    return found


@pytest.fixture
def pair() -> tuple[Initiative, Initiative]:
    """Two good practices that share their region, a theme and their owner."""
    skane = RegionFactory.create(code="SE22", name="Sydsverige")
    shared = ThemeFactory.create(labels={"en": "Pilots"})
    owner = OrganisationFactory.create(name="Region Skåne")
    first = InitiativeFactory.create(
        slug="first", title="First", kind="good-practice", start="2013", open_ended=True,
        problem="Few **clusters** meet.", budget=1000, currency="EUR",
    )  # fmt: skip
    second = InitiativeFactory.create(
        slug="second", title="Second", kind="good-practice", start="2014", end="2015",
        problem="Few *regions* meet.",
    )  # fmt: skip
    for initiative in (first, second):
        initiative.regions.add(skane)
        initiative.themes.add(shared)
        InvolvementFactory.create(initiative=initiative, organisation=owner)
    second.themes.add(ThemeFactory.create(labels={"en": "Transfer"}))
    return first, second


@pytest.mark.usefixtures("pair")
def test_two_stand_side_by_side_by_the_headings_of_the_record(compare: Ask) -> None:
    html = compare("slug=second&slug=first&as_of=2014-06-21")

    assert heads(html) == ["Second", "First"]
    assert rows(html) == {
        "Status": ["Running", "Running"],
        "Kind": ["Good practice", "Good practice"],
        "Level": ["regional", "regional"],
        "When differs": ["2014 – 2015", "since 2013"],
        "Where": ["Sydsverige, Sweden", "Sydsverige, Sweden"],
        "Themes differs": ["Pilots Transfer (not shared by all)", "Pilots"],
        "Budget differs": ["not recorded", "1,000 EUR"],
        "Owner": ["Region Skåne", "Region Skåne"],
        "The problem differs": ["Few regions meet.", "Few clusters meet."],
    }
    assert "<strong>clusters</strong>" in html


@pytest.mark.usefixtures("pair")
def test_only_the_differences_can_be_asked_for(compare: Ask) -> None:
    html = compare("slug=first&slug=second&differences=1&as_of=2014-06-21")

    assert list(rows(html)) == [
        "When differs",
        "Themes differs",
        "Budget differs",
        "The problem differs",
    ]
    assert links(html)["All headings"] == f"{COMPARE}?slug=first&slug=second&as_of=2014-06-21"
    assert '<input type="hidden" name="differences" value="1">' in html


def test_those_who_say_the_same_have_no_differences(compare: Ask) -> None:
    InitiativeFactory.create(slug="first")
    InitiativeFactory.create(slug="second")

    html = compare("slug=first&slug=second&differences=1")

    assert rows(html) == {}
    assert "Under all headings of the record they say the same." in html


def test_proof_is_compared_in_words(compare: Ask) -> None:
    first = InitiativeFactory.create(slug="first")
    EvidenceFactory.create(initiative=first, indicator="Companies", value=1200, measured="2015")
    EvidenceFactory.create(initiative=first, indicator="Share", value="2.5", unit="%")
    first.preconditions.create(text="A cluster organisation")
    first.lessons.create(kind="failure", text="Too few people.")
    TransferFactory.create(
        initiative=first, organisation=None, region=RegionFactory.create(code="AT"), date="2016"
    )
    first.ecosystems.add(EcosystemFactory.create(labels={"en": "Health"}))
    first.target_groups.add(TargetGroupFactory.create(labels={"en": "SMEs"}))
    InitiativeFactory.create(slug="second")

    found = rows(compare("slug=first&slug=second"))

    said = {heading.removesuffix(" differs"): cells[0] for heading, cells in found.items()}
    assert said["Evidence"] == "Companies: 1,200 (2015) Share: 2.50 %"
    assert said["What must be in place"] == "A cluster organisation"
    assert said["Lessons"] == "What did not work: Too few people."
    assert said["Taken over by"] == "Austria · adopted · 2016"
    assert (said["Industrial ecosystems"], said["For"]) == ("Health", "SMEs")


def test_an_unknown_address_is_named_and_left_out(compare: Ask) -> None:
    InitiativeFactory.create(slug="first")
    InitiativeFactory.create(slug="second")

    html = compare("slug=first&slug=nowhere&slug=second&slug=first&slug=")

    assert heads(html) == ["Initiative " + title.split()[1] for title in heads(html)]
    assert len(heads(html)) == 2
    assert "Not in the catalogue, so left out: nowhere." in html


def test_a_draft_is_left_out_like_an_address_that_never_was(compare: Ask) -> None:
    InitiativeFactory.create(slug="first")
    InitiativeFactory.create(slug="secret", title="Zephyrine", state="draft")

    html = compare("slug=first&slug=secret")

    assert "Zephyrine" not in html
    assert "Not in the catalogue, so left out: secret." in html
    assert "Choose two to four initiatives" in html


def test_hidden_organisations_stay_hidden_beside_each_other(compare: Ask) -> None:
    hidden = OrganisationFactory.create(name="Zephyrine", state="draft")
    for slug in ("first", "second"):
        initiative = InitiativeFactory.create(slug=slug, title=CANARY, problem=CANARY)
        InvolvementFactory.create(initiative=initiative, organisation=hidden)
        TransferFactory.create(initiative=initiative, organisation=hidden)

    html = compare("slug=first&slug=second")

    assert "Zephyrine" not in html
    assert '<script>alert("' not in html


def test_a_former_address_leads_to_the_initiative_and_nobody_is_compared_with_itself(
    compare: Ask,
) -> None:
    moved = InitiativeFactory.create(slug="before", title="Moved")
    moved.slug = "now"
    moved.save()
    InitiativeFactory.create(slug="other", title="Other")

    assert heads(compare("slug=before&slug=other")) == ["Moved", "Other"]
    assert heads(compare("slug=before&slug=now")) == []


def test_four_fit_and_the_others_are_counted(compare: Ask) -> None:
    for number in range(6):
        InitiativeFactory.create(slug=f"row-{number}", title=f"Row {number}")

    html = compare("&".join(f"slug=row-{number}" for number in range(6)))

    assert heads(html) == ["Row 0", "Row 1", "Row 2", "Row 3"]
    assert "Four fit side by side; 2 more that you chose are left out." in plain(html)
    without_first = links(html)["Remove Row 0"]
    assert heads(compare(without_first.split("?")[1])) == ["Row 1", "Row 2", "Row 3", "Row 4"]


@pytest.mark.parametrize("query", ["", "slug=nowhere", "slug=only", "slug=only&slug=only"])
def test_fewer_than_two_get_the_way_to_find_others(compare: Ask, query: str) -> None:
    InitiativeFactory.create(slug="only", title="Only one")

    html = compare(query)

    assert "Choose two to four initiatives" in html
    assert 'action="/initiatives/"' in html
    assert ("Only one" in html) == ("only" in query)


def test_a_day_that_is_none_is_said_at_its_field(compare: Ask) -> None:
    InitiativeFactory.create(slug="first")
    InitiativeFactory.create(slug="second")

    html = compare("slug=first&slug=second&as_of=june")

    assert "Write the day as year-month-day, such as 2016-06-21." in html
    assert len(heads(html)) == 2


def test_no_initiative_takes_the_address_of_the_comparison() -> None:
    initiative = InitiativeFactory.build(slug="compare", owner=PartnerFactory.create())

    with pytest.raises(ValidationError) as refused:
        initiative.full_clean()
    with pytest.raises(IntegrityError):
        initiative.save()

    assert refused.value.message_dict == {
        "slug": ["This is the address of another page. Take another one."]
    }


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_comparison_is_only_read(client: Client, method: str) -> None:
    assert getattr(client, method)(COMPARE).status_code == 405


@pytest.mark.parametrize("things", [1, 3])
def test_a_comparison_costs_the_same_for_one_thing_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, things: int
) -> None:
    for slug in ("first", "second"):
        initiative = InitiativeFactory.create(slug=slug)
        for _thing in range(things):
            InvolvementFactory.create(initiative=initiative, role=Involvement.Role.PARTNER)
            EvidenceFactory.create(initiative=initiative)
            TransferFactory.create(initiative=initiative)
            initiative.themes.add(ThemeFactory.create())
            initiative.lessons.create(kind="success", text="Meet.")

    with django_assert_num_queries(14):
        client.get(f"{COMPARE}?slug=first&slug=second")
