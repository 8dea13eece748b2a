"""Initiatives on a line through time: sure, rough, open and unknown parts of their bars."""

import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from clusterix.lib.axis import MOST_TICKS, Axis
from clusterix.lib.partial_dates import PartialDate
from initiatives.models import Initiative
from initiatives.timeline import pieces, timeline
from tests.factories import InitiativeFactory
from tests.initiatives.pages import Ask, between, links, plain

TIMELINE = "view=timeline"
DAY = date(2016, 6, 21)
YEARS = Axis(2010, 2019)


def made(start: str = "", end: str = "", *, open_ended: bool = False) -> Initiative:
    """An initiative of that time, in no database."""
    return Initiative(
        start=PartialDate(start) if start else None,
        end=PartialDate(end) if end else None,
        open_ended=open_ended,
    )


def later(day: date, by: int) -> date:
    """That many days after, as far as the calendar goes."""
    return date.fromordinal(min(day.toordinal() + by, date.max.toordinal()))


def bar(initiative: Initiative, axis: Axis = YEARS) -> list[tuple[str, int, int]]:
    """Its bar: what each piece means, from where to where in whole per cent."""
    return [
        (piece.kind, round(float(piece.start[:-1])), round(float(piece.end[:-1])))
        for piece in pieces(initiative, axis)
    ]


@pytest.mark.parametrize(
    ("initiative", "drawn"),
    [
        (made("2012-01-01", "2013-12-31"), [("sure", 20, 40)]),
        (made("2012", "2014"), [("maybe", 20, 30), ("sure", 30, 40), ("maybe", 40, 50)]),
        (made("2012", "2012"), [("maybe", 20, 30)]),
        (made("2012", "2013-01-01"), [("maybe", 20, 30), ("sure", 30, 30)]),
        (made("2012-01-01", open_ended=True), [("open", 20, 100)]),
        (made("2012", open_ended=True), [("maybe", 20, 30), ("open", 30, 100)]),
        (made("2012"), [("maybe", 20, 30), ("unknown", 30, 100)]),
        (made("", "2012"), [("unknown", 0, 20), ("maybe", 20, 30)]),
        (made("2000", "2005"), []),
        (made("2000-01-01", "2011-12-31"), [("sure", 0, 20)]),
    ],
)
def test_a_bar_shows_how_sure_its_parts_are(
    initiative: Initiative, drawn: list[tuple[str, int, int]]
) -> None:
    assert bar(initiative) == drawn


@pytest.mark.parametrize(
    ("rows", "years"),
    [
        ([], (2016, 2016)),
        ([made("2013", "2015")], (2013, 2016)),
        ([made("2017-23"), made("", "2021-24")], (2016, 2022)),
        ([made("0001", "9999")], (1956, 2046)),
    ],
)
def test_the_axis_holds_the_initiatives_and_the_day_but_no_odd_centuries(
    rows: list[Initiative], years: tuple[int, int]
) -> None:
    axis = timeline(rows, DAY, is_today=False).axis

    assert (axis.first, axis.last) == years


@pytest.mark.parametrize(
    ("axis", "ticks"),
    [
        (Axis(2016, 2016), ["2016"]),
        (Axis(2013, 2019), ["2013", "2014", "2015", "2016", "2017", "2018", "2019"]),
        (Axis(2010, 2026), ["2010", "2015", "2020", "2025"]),
        (Axis(1956, 2046), ["1960", "1980", "2000", "2020", "2040"]),
    ],
)
def test_the_axis_names_a_few_round_years(axis: Axis, ticks: list[str]) -> None:
    assert [tick.label for tick in axis.ticks] == ticks


@given(
    st.dates(),
    st.lists(st.tuples(st.dates(), st.integers(0, 40_000)), max_size=5),
)
def test_any_dates_are_drawn_within_the_axis(day: date, spans: list[tuple[date, int]]) -> None:
    rows = [made(start.isoformat(), later(start, by=days).isoformat()) for start, days in spans]

    drawn = timeline(rows, day, is_today=True)

    places = [float(piece.end[:-1]) for bar in drawn.bars for piece in bar.pieces]
    assert all(0 <= place <= 100 for place in [*places, float(drawn.day.at[:-1])])
    assert len(drawn.axis.ticks) <= MOST_TICKS
    assert len(drawn.bars) == len(rows)


@pytest.mark.parametrize(("day", "anchor"), [(date(2011, 1, 1), "start"), (DAY, "end")])
def test_the_word_of_the_day_stands_where_there_is_room(day: date, anchor: str) -> None:
    drawn = timeline([made("2010", "2017")], day, is_today=False)

    assert drawn.day.anchor == anchor


@pytest.mark.django_db
def test_the_page_draws_the_dated_and_lists_the_others(see: Ask) -> None:
    InitiativeFactory.create(title="Vanguard", slug="vanguard", start="2013", open_ended=True)
    InitiativeFactory.create(title="Call", start="2016-23")
    InitiativeFactory.create(title="Mobile health", level="local")

    html = see(f"{TIMELINE}&as_of=2016-06-21")

    rows = re.findall(r'<li class="timeline__row">(.*?)</li>', html, re.DOTALL)
    assert [plain(row) for row in rows] == [
        "Call from autumn 2016 , upcoming, regional",
        "Vanguard since 2013 , running, regional",
    ]
    assert links(html)["Vanguard"] == "/initiatives/vanguard/"
    assert 'class="timeline__arrow"' in rows[1]
    assert 'class="timeline__unknown"' in rows[0]
    assert plain(between(html, '<text class="timeline__day-word', "</text>")) == "21 June 2016"
    assert "Mobile health local" in plain(html[html.index("No dates known") :])


@pytest.mark.django_db
@time_machine.travel("2016-06-21")
def test_today_is_called_so(see: Ask) -> None:
    InitiativeFactory.create(start="2013", end="2016")

    html = see(TIMELINE)

    assert plain(between(html, '<text class="timeline__day-word', "</text>")) == "today"
    assert "No dates known" not in html


@pytest.mark.django_db
def test_fifty_stand_on_a_page(see: Ask) -> None:
    for _row in range(51):
        InitiativeFactory.create(start="2013")

    first, second = see(TIMELINE), see(f"{TIMELINE}&page=2")

    assert [html.count('<li class="timeline__row">') for html in (first, second)] == [50, 1]


@pytest.mark.django_db
def test_the_timeline_shows_nobody_a_draft_and_runs_nothing(see: Ask) -> None:
    InitiativeFactory.create(title='<script>alert("canary")</script>', start="2013")
    InitiativeFactory.create(title="Zephyrine", start="2013", state="draft")

    html = see(TIMELINE)

    assert "Zephyrine" not in html
    assert '<script>alert("' not in html


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_the_timeline_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for years in range(number):
        InitiativeFactory.create(start=str(2013 + years))

    with django_assert_num_queries(2):
        client.get(f"/initiatives/?{TIMELINE}")
