import re
from html import unescape
from random import Random

import pytest
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from clusterix.curation import spelling
from clusterix.lib import search
from people.models import Region
from tests.factories import RegionFactory

pytestmark = pytest.mark.django_db

TEXT = "Skåne leads cross-cluster health networks for smart specialisation"


def found(text: str) -> bool:
    """Whether the words find the region of that name."""
    return Region.objects.filter(search.finds(F("search"), text)).exists()


def rename(name: str) -> None:
    """Gives the one region there is another name."""
    RegionFactory.create(code="SE")
    Region.objects.update(name=name)


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


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("a b", ["a", "b"]),
        ('„smart cities“ -"old ones" -new', ['"smart cities"', '-"old ones"', "-new"]),
        ('word"in quotes', ["word", '"in quotes']),
        ("food or drink", ["food", "|", "drink"]),
        ("or", ["or"]),
        ("& | ! :* ( )", []),
        ("Scho\u0308n\0\ud800", ["Schön"]),
    ],
)
def test_words_phrases_and_operators_are_told_apart(text: str, terms: list[str]) -> None:
    assert search.terms(text) == terms


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("skåne tourism or", False),
        ("or skåne", True),
        ("skåne or", True),
        ("tourism or tourism or skåne", True),
        ("-tourism", True),
        ("-skåne", False),
        ('-"specialisation smart"', True),
        ("-networking", False),
        ("hea", True),
        ("he", False),
        ('"heal"', False),
        ("health/networks", True),
        ("networks-health", False),
        ("health-networks", True),
        ("the health of", True),
        ("-", False),
        ("½", False),
    ],
)
def test_operators_do_what_they_say(text: str, is_found: bool) -> None:
    RegionFactory.create(code="SE", name=TEXT)

    assert found(text) is is_found


ANY_TEXT = st.text(max_size=60) | st.text(
    "ab \"-'&|!:*()<>\\@or½\0\u0308\ud800", min_size=1, max_size=600
)
WORD = st.text("abcdeåø", min_size=1, max_size=6)


@given(ANY_TEXT)
def test_no_text_breaks_the_search(text: str) -> None:
    RegionFactory.create(code="SE", name=TEXT)

    assert found(text) in {True, False}
    assert search.mark(text, [("sv", "Skåne"), ("", "")])[1] == ""


@given(WORD)
def test_a_word_and_not_that_word_finds_nothing(word: str) -> None:
    rename(f"{word} {word}ed")

    assert found(word)
    assert not found(f"{word} -{word}")


@given(st.lists(WORD, min_size=1, max_size=4), st.lists(WORD, max_size=8), st.randoms())
def test_the_order_of_words_does_not_matter(
    words: list[str], others: list[str], random: Random
) -> None:
    rename(" ".join([*words, *others[:2]]))
    shuffled = random.sample([*words], len(words))

    assert found(" ".join(words))
    assert found(" ".join(shuffled))
    assert found(" ".join(words + others)) == found(" ".join(others + words))


@given(ANY_TEXT.filter(lambda text: "\0" not in text and "\ud800" not in text))
def test_marks_leave_the_text_as_it_is(text: str) -> None:
    (html,) = search.mark("ab or a or b", [("en", text)])

    shown = unescape(re.sub("</?mark>", "", html))
    assert shown == text
    assert "<" not in re.sub("</?mark>", "", html)


def test_nothing_to_mark_is_nothing() -> None:
    assert search.mark("word", []) == []


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("", "", 0), ("skane", "skaen", 1), ("cat", "cats", 1), ("cat", "bat", 1), ("abc", "ca", 3)],
)
def test_slips_are_letters_missing_wrong_or_exchanged(one: str, other: str, slips: int) -> None:
    assert spelling.distance(one, other) == spelling.distance(other, one) == slips
