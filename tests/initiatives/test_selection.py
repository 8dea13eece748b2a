from datetime import date, timedelta

import pytest
from django.http import QueryDict
from pytest_django import DjangoAssertNumQueries

from clusterix.lib.bits import every
from initiatives import texts
from initiatives.filters import InitiativeFilter
from initiatives.index.keeper import keeper
from initiatives.models import Initiative
from initiatives.selection import Selection
from tests.factories import InitiativeFactory

pytestmark = pytest.mark.django_db


def selection(query: str) -> Selection:
    """The catalogue's answer to a query string."""
    return Selection(InitiativeFilter(QueryDict(query), Initiative.objects.all()))


def test_a_selection_knows_its_initiatives_in_order_and_what_else_there_is() -> None:
    second = InitiativeFactory.create(title="B", level="local", kind="network")
    first = InitiativeFactory.create(title="A", level="local", kind="programme")
    InitiativeFactory.create(title="C", level="national", kind="network")

    asked = selection("level=local&kind=network&kind=programme")

    assert asked.ids == [first.pk, second.pk]
    assert (len(asked), asked.total, asked.without("level")) == (2, 3, 3)
    assert asked.counts("level") == {"local": 2, "national": 1}


def test_a_selection_tells_which_of_a_few_initiatives_fit_at_this_moment() -> None:
    fits, other, elsewhere = [
        InitiativeFactory.create(level=level) for level in ("local", "national", "local")
    ]
    asked = selection("level=local")
    assert asked.among([fits.pk, other.pk, 0]) == {fits.pk}

    Initiative.objects.filter(pk=fits.pk).update(state="archived")

    assert asked.among([fits.pk, elsewhere.pk]) == {elsewhere.pk}


def test_a_selection_is_loaded_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("initiatives.selection.AT_A_TIME", 2)
    rows = [InitiativeFactory.create(title=title) for title in "ABC"]

    asked = selection("")
    pieces = asked.chunks(Initiative.objects.all())

    assert next(pieces) == rows[:2]
    Initiative.objects.filter(pk=rows[2].pk).update(state="archived")
    assert list(pieces) == [[]]


def test_the_rows_of_a_filter_are_those_that_fit() -> None:
    local = InitiativeFactory.create(level="local")
    InitiativeFactory.create(level="national")

    rows = InitiativeFilter(QueryDict("level=local"), Initiative.objects.all()).qs

    assert list(rows) == [local]


def test_only_a_few_days_are_remembered() -> None:
    InitiativeFactory.create(start="2016-06", end="2016-06")
    catalogue = keeper.current()
    days = [date(2016, 6, 1) + timedelta(days=number * 10) for number in range(9)]

    found = [catalogue.standing(day).counts(every(1)).tolist() for day in days]

    assert found == [[1, 0, 0, 0]] * 3 + [[0, 0, 1, 0]] * 6
    assert catalogue.standing(days[-1]) is catalogue.standing(days[-1])


def test_a_search_that_is_narrowed_down_asks_for_its_words_once(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    InitiativeFactory.create(title="Smart cluster", level="local")
    catalogue = keeper.current()
    queries = [QueryDict(f"q=cluster{query}") for query in ("", "&level=local", "&level=national")]

    with django_assert_num_queries(1):
        found = [InitiativeFilter(query, catalogue=catalogue).answer.size for query in queries]

    assert found == [1, 1, 0]


def test_the_pages_of_a_search_are_put_in_order_once(
    django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "RANKED", 1)
    mentions = InitiativeFactory.create(title="Smart", summary="A cluster.")
    named = InitiativeFactory.create(title="Cluster")
    catalogue = keeper.current()
    asked = [InitiativeFilter(QueryDict("q=cluster"), catalogue=catalogue) for _page in range(2)]

    with django_assert_num_queries(3):
        pages = [Selection(one).ids for one in asked]
        found = [list(ids) for ids in pages]

    assert found == [[named.pk, mentions.pk]] * 2


def test_only_a_few_searches_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("initiatives.index.catalogue.SEARCHES_KEPT", 2)
    InitiativeFactory.create(title="Smart cluster")
    catalogue = keeper.current()

    found = [catalogue.finding(f"smart {'or cluster ' * number}") for number in range(5)]

    assert [bits.tolist() for bits in found] == [[1]] * 5
