"""Where nothing fits, the page says what to try."""

import pytest
from django.test import Client

from tests.factories import InitiativeFactory, RegionFactory
from tests.initiatives.pages import Ask, between, links, plain

pytestmark = pytest.mark.django_db


def ways_out(html: str) -> dict[str, str]:
    """What an empty result offers, with where it leads."""
    return links(between(html, '<div class="empty">', "</div>"))


def test_filters_that_help_alone_come_with_what_they_would_give(see: Ask) -> None:
    InitiativeFactory.create(level="local", kind="network", start="2013")
    InitiativeFactory.create_batch(2, level="national", kind="network")

    html = see("level=national&kind=network&to=2014&sort=newest&page=2")

    assert ways_out(html) == {
        "Without Until 2014": "?level=national&kind=network&sort=newest",
        "Without National": "?kind=network&to=2014&sort=newest",
    }
    assert "gives 2 entries" in plain(html)


def test_where_no_single_filter_helps_each_is_offered_alone(see: Ask) -> None:
    InitiativeFactory.create(level="local", kind="network", start="2013", end="2014")

    html = see("level=local&kind=programme&from=2020&as_of=2016-06-21")

    assert ways_out(html) == {"Only Local": "?level=local&as_of=2016-06-21"}


def test_words_that_find_nothing_are_asked_about(see: Ask) -> None:
    InitiativeFactory.create(title="Vanguard")

    html = see("q=vangaurd")

    assert ways_out(html)["vanguard"].endswith("?q=vanguard")


def test_words_that_find_something_elsewhere_are_not(client: Client, see: Ask) -> None:
    InitiativeFactory.create(title="Vanguard")
    RegionFactory.create(code="SE")

    html = see("q=vanguard&country=SE")

    assert "Did you mean" not in html
    assert ways_out(html) == {"Without Sweden": "?q=vanguard"}
