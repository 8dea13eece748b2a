import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine

from initiatives.models import Involvement
from tests.factories import (
    EcosystemFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    PartnerFactory,
    RegionFactory,
    TargetGroupFactory,
    ThemeFactory,
)
from tests.initiatives.pages import Page, facts

pytestmark = [pytest.mark.django_db]


def test_the_facts_are_those_that_are_known(page: Page) -> None:
    initiative = InitiativeFactory.create(
        owner=PartnerFactory.create(name="Skåne agency"),
        start="2013-11",
        end="2018",
        budget=Decimal("1250000.00"),
        currency="EUR",
        funding_source="Member regions",
        website="https://www.vanguard.example/about/",
        last_verified_on=date(2026, 10, 30),
    )
    initiative.regions.add(RegionFactory.create(code="SE2", name="Södra Sverige"))
    initiative.themes.add(ThemeFactory.create(labels={"en": "Pilots"}))
    initiative.ecosystems.add(EcosystemFactory.create(labels={"en": "Health"}))
    initiative.target_groups.add(TargetGroupFactory.create(labels={"en": "Policy makers"}))
    initiative.links.create(label="Declaration", url="https://milan.example/")

    known = facts(page(initiative, "?as_of=2016-06-21"))

    assert known == {
        "Status on 21 June 2016": ["Running"],
        "Level": ["regional"],
        "Kind": ["initiative"],
        "Start": ["November 2013"],
        "End": ["2018"],
        "Where": ["Södra Sverige Sweden"],
        "Budget": ["1,250,000 EUR"],
        "Funding": ["Member regions"],
        "Themes": ["Pilots"],
        "Industrial ecosystems": ["Health"],
        "For": ["Policy makers"],
        "Links": ["vanguard.example", "Declaration"],
        "Last verified": ["30 October 2026 when its curators checked that all of it holds"],
        "Curated by": ["Skåne agency"],
    }


def test_a_map_shows_the_countries_it_takes_place_in(page: Page) -> None:
    somewhere, nowhere = InitiativeFactory.create_batch(2)
    somewhere.regions.add(RegionFactory.create(code="SE2"), RegionFactory.create(code="BE"))

    pages = [page(somewhere), page(nowhere)]

    label = 'aria-label="The countries it takes place in, on a map of Europe"'
    assert [html.count(label) for html in pages] == [1, 0]
    assert pages[0].count("map__country--4") == 2


def test_what_is_not_known_is_left_out(page: Page) -> None:
    initiative = InitiativeFactory.create(owner=PartnerFactory.create(name="Agency"))

    known = facts(page(initiative))

    assert known == {
        "Status today": ["Status unknown"],
        "Level": ["regional"],
        "Kind": ["initiative"],
        "Last verified": ["not since it was published"],
        "Curated by": ["Agency"],
    }


def test_an_open_end_and_cents_are_told(page: Page) -> None:
    initiative = InitiativeFactory.create(
        start="2013", open_ended=True, budget=Decimal("10.50"), currency="SEK"
    )

    known = facts(page(initiative))

    assert (known["End"], known["Budget"]) == (["none is set"], ["10.50 SEK"])


def test_organisations_stand_by_their_roles(page: Page) -> None:
    initiative = InitiativeFactory.create()
    for name, role in [
        ("Partner B", Involvement.Role.PARTNER),
        ("Owner", Involvement.Role.OWNER),
        ("Partner A", Involvement.Role.PARTNER),
    ]:
        InvolvementFactory.create(
            initiative=initiative,
            organisation=OrganisationFactory.create(name=name, slug=name.lower().replace(" ", "-")),
            role=role,
        )

    html = page(initiative)

    assert list(facts(html))[3:5] == ["Owner", "Partner"]
    assert facts(html)["Partner"] == ["Partner A", "Partner B"]
    assert '<a href="/organisations/partner-a/">Partner A</a>' in html


@time_machine.travel("2016-06-21")
@pytest.mark.parametrize(
    ("query", "status", "term"),
    [
        ("", "Running", "Status today"),
        ("?as_of=2016-06-21", "Running", "Status today"),
        ("?as_of=2010-01-01", "Upcoming", "Status on 1 January 2010"),
        ("?as_of=2030-01-01", "Ended", "Status on 1 January 2030"),
        ("?as_of=soon", "Running", "Status today"),
    ],
)
def test_the_page_tells_how_it_stood_on_a_day(
    page: Page, query: str, status: str, term: str
) -> None:
    initiative = InitiativeFactory.create(start="2013", end="2018")

    html = page(initiative, query)

    assert facts(html)[term] == [status]
    assert f"badge--{status.lower()}" in html


def test_a_day_that_is_none_is_explained_at_its_field(page: Page) -> None:
    html = page(InitiativeFactory.create(), "?as_of=soon")

    assert "Write the day as year-month-day, such as 2016-06-21." in html
    assert '<details class="standing" open>' in html
    assert "soon" not in html


def test_a_day_asked_for_stays_in_its_field(page: Page) -> None:
    html = page(InitiativeFactory.create(), "?as_of=2016-06-21")

    assert 'name="as_of" type="date" value="2016-06-21"' in html


def test_what_it_is_about_leads_into_the_catalogue(page: Page) -> None:
    initiative = InitiativeFactory.create()
    initiative.themes.add(ThemeFactory.create(key="pilots"))
    initiative.ecosystems.add(EcosystemFactory.create(key="health"))
    initiative.target_groups.add(TargetGroupFactory.create(key="start-ups"))

    html = page(initiative)

    assert re.findall(r'<dd><a href="(/initiatives/[^"]*)"', html) == [
        "/initiatives/?theme=pilots",
        "/initiatives/?ecosystem=health",
        "/initiatives/?target=start-ups",
    ]


@time_machine.travel("2016-06-21")
def test_a_page_as_of_another_day_says_so_and_leads_back(page: Page) -> None:
    initiative = InitiativeFactory.create(slug="vanguard")
    back = '<a href="/initiatives/vanguard/">Show it as it stands today</a>'

    pages = [page(initiative, "?as_of=2010-01-01"), page(initiative)]

    assert "Status and dates are told as of 1 January 2010" in pages[0]
    assert [html.count(back) for html in pages] == [1, 0]
