"""A card is rendered once for each state of its entry, and never shown in a former one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from clusterix.lib.cards import card, listed
from initiatives.cards import cards, rendered
from initiatives.models import Initiative
from tests.factories import (
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    ThemeFactory,
)
from tests.initiatives.pages import Ask

pytestmark = pytest.mark.django_db

CHANGES: dict[str, Callable[[Initiative], object]] = {
    "title": lambda entry: Initiative.objects.filter(pk=entry.pk).update(title="Changed"),
    "organisation": lambda entry: entry.organisations.update(name="Changed"),
    "theme": lambda entry: entry.themes.update(labels={"en": "Changed"}),
    "new theme": lambda entry: entry.themes.add(ThemeFactory.create(labels={"en": "Changed"})),
    "involvement": lambda entry: InvolvementFactory.create(
        initiative=entry, organisation=OrganisationFactory.create(name="Changed")
    ),
}


@pytest.fixture
def entry() -> Initiative:
    """An initiative with all that a card tells of."""
    initiative: Initiative = InitiativeFactory.create(title="Vanguard", start="2016")
    InvolvementFactory.create(initiative=initiative)
    initiative.themes.add(ThemeFactory.create())
    return initiative


@pytest.mark.usefixtures("entry")
def test_a_page_takes_two_queries(
    see: Ask, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    see("")

    with django_assert_num_queries(2):
        html = see("")

    assert "Vanguard" in html


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_a_card_tells_of_changes_it(see: Ask, entry: Initiative, what: str) -> None:
    assert "Changed" not in see("")

    CHANGES[what](entry)

    assert "Changed" in see("")


def test_a_draft_organisation_leaves_the_card(see: Ask, entry: Initiative) -> None:
    entry.organisations.update(name="Canary")
    assert "Canary" in see("")

    entry.organisations.update(state="draft")

    assert "Canary" not in see("")


@pytest.mark.usefixtures("entry")
def test_a_card_is_of_its_day(see: Ask) -> None:
    shown = [see(f"as_of={day}") for day in ("2015-06-21", "2017-06-21")]

    assert ["from 2016" in html for html in shown] == [True, False]
    assert ["since 2016" in html for html in shown] == [False, True]


def test_the_words_searched_for_are_marked_on_the_card_that_is_kept(client: Client) -> None:
    InitiativeFactory.create(title="Vanguard <b>", summary="A vanguard of \ue000 & \ue001 regions.")

    pages = [client.get(f"/initiatives/?{query}").content.decode() for query in ("", "q=vanguard")]

    assert ">Vanguard &lt;b&gt;</a>" in pages[0]
    assert "A vanguard of" in pages[0]
    assert "<mark>Vanguard</mark> &lt;b&gt;</a>" in pages[1]
    assert "A <mark>vanguard</mark> of" in pages[1]


def test_a_card_is_made_once_for_each_state_day_and_language(entry: Initiative) -> None:
    day = entry.created_at.date()
    rendered.cache_clear()

    for at, language in [(day, "en"), (day, "en"), (day, "de"), (day + timedelta(1), "en")]:
        with override(language):
            cards([entry.pk], at, "")

    assert rendered.cache_info().hits == 1
    assert rendered.cache_info().misses == 3


def test_a_card_looks_like_all_others(entry: Initiative, see: Ask) -> None:
    loaded = Initiative.objects.for_cards().get()

    made = card(
        entry.get_absolute_url(),
        entry.title,
        entry=loaded,
        level=entry.level,
        level_label=entry.get_level_display(),
        status="unknown",
        status_label="status unknown",
        when="since 2016",
        kind=entry.get_kind_display(),
        byline=loaded.byline,
        summary=entry.summary,
        chips=listed((theme.label, theme.url) for theme in loaded.themes.all()),
        language=entry.language,
    )

    assert made in see("")
