"""The catalogue can be asked for what was under way in a time, and for more than it knew before."""

import pytest

from initiatives.models import Initiative
from tests.factories import (
    EcosystemFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    RegionFactory,
    TargetGroupFactory,
)
from tests.initiatives.pages import Ask

pytestmark = pytest.mark.django_db


def shown(html: str) -> list[str]:
    """Which of the initiatives of this module are on the page."""
    return [
        title
        for title in Initiative.objects.values_list("title", flat=True).order_by("pk")
        if f">{title}</a>" in html
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("from=2016", ["Open", "Late", "Ended 2016"]),
        ("to=2014-06", ["Open", "Begun 2014", "Ended 2012 at the latest"]),
        ("from=2014&to=2014", ["Open", "Begun 2014"]),
        ("from=2014-12-31&to=2015-01", ["Open", "Begun 2014"]),
        ("from=2017&to=2016", ["Open"]),
        ("from=1999", ["Open", "Late", "Begun 2014", "Ended 2012 at the latest", "Ended 2016"]),
    ],
)
def test_those_are_found_that_may_have_been_under_way(
    see: Ask, query: str, found: list[str]
) -> None:
    InitiativeFactory.create(title="Open", start="2013", open_ended=True)
    InitiativeFactory.create(title="Late", start="2018", end="2019")
    InitiativeFactory.create(title="Begun 2014", start="2014")
    InitiativeFactory.create(title="Ended 2012 at the latest", end="2012")
    InitiativeFactory.create(title="Ended 2016", start="2015-06", end="2016-21")
    InitiativeFactory.create(title="Whenever")

    assert shown(see(query)) == found


@pytest.mark.parametrize("time", ["june", "2016-13", "2016-02-30", "0000", "²⁰¹⁶"])
def test_a_time_that_is_none_is_named_and_left_out(see: Ask, time: str) -> None:
    InitiativeFactory.create(title="Vanguard")

    html = see(f"from={time}")

    assert "Write a year, a month or a day, such as 2016, 2016-06 or 2016-06-21." in html
    assert shown(html) == ["Vanguard"]


@pytest.mark.parametrize(
    "query",
    [
        "ecosystem=health",
        "target=smes",
        "region=SE2",
        "region=SE22",
        "region=SE99",
        "organisation=agency",
        "organisation=agency&organisation=other",
    ],
)
def test_every_facet_finds_what_has_the_value(see: Ask, query: str) -> None:
    RegionFactory.create(code="SE99", is_retired=True, successor=RegionFactory.create(code="SE22"))
    entry = InitiativeFactory.create(title="Vanguard")
    InitiativeFactory.create(title="Another")
    entry.ecosystems.add(EcosystemFactory.create(key="health"))
    entry.target_groups.add(TargetGroupFactory.create(key="smes"))
    entry.regions.add(RegionFactory.create(code="SE224"))
    OrganisationFactory.create(slug="other")
    InvolvementFactory.create(
        initiative=entry, organisation=OrganisationFactory.create(slug="agency")
    )

    assert shown(see(query)) == ["Vanguard"]


@pytest.mark.parametrize("facet", ["ecosystem", "target", "region", "organisation"])
def test_a_value_that_is_none_is_named_and_left_out(see: Ask, facet: str) -> None:
    InitiativeFactory.create(title="Vanguard")
    OrganisationFactory.create(slug="draft", state="draft")

    html = see(f"{facet}=draft")

    assert "“draft” is not one of the choices, so it is left out." in html
    assert shown(html) == ["Vanguard"]
