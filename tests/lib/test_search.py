import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterix.lib import search
from people.models import Region
from tests.factories import RegionFactory

pytestmark = pytest.mark.django_db

TEXT = "Skåne leads cross-cluster health networks for smart specialisation"


def found(text: str) -> bool:
    """Whether the words find the region of that name."""
    return Region.objects.filter(search=search.query(text)).exists()


@pytest.mark.parametrize(
    "text",
    [
        "skane",
        "SKÅNE",
        "network",
        "networking",
        "smart special",
        "health  cross",
        '"smart specialisation"',
        "smart -tourism",
        "tourism or health",
        "health!!!",
    ],
)
def test_words_find_a_text_that_has_them_all(text: str) -> None:
    RegionFactory.create(code="SE", name=TEXT)

    assert found(text)


@pytest.mark.parametrize(
    "text",
    ["", "tourism", "health tourism", '"specialisation smart"', "smart -health", "&|!", "pecial"],
)
def test_words_do_not_find_a_text_that_lacks_one(text: str) -> None:
    RegionFactory.create(code="SE", name=TEXT)

    assert not found(text)


def test_a_very_long_search_stays_within_its_bound() -> None:
    RegionFactory.create(code="SE", name=TEXT)

    assert not found("word " * 20_000)


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60))
def test_no_text_breaks_the_search(text: str) -> None:
    RegionFactory.create(code="SE", name=TEXT)

    assert found(text) in {True, False}
