"""Which words somebody may have meant who mistyped them."""

import re
from collections.abc import Callable, Iterable

from django.contrib.postgres.lookups import Unaccent
from django.db.models import F, Value
from django.db.models.functions import Lower

from clusterix.curation.models import KnownWord
from clusterix.lib import search

SHORTEST = 3
MOST_WORDS = 8
CANDIDATES = 20
TRIED = 5
LETTERS_A_SLIP = 8
"""One slip in words of up to seven letters, two in those of up to fifteen, and so on."""


def nothing_more(_word: str) -> Iterable[str]:
    """No words beside those that are known."""
    return ()


def nearest(
    text: str, finds: Callable[[str], bool], more: Callable[[str], Iterable[str]] = nothing_more
) -> str | None:
    """The same words, those that find nothing exchanged for the nearest that do.

    `more` answers words like the given one beside those that are known. None where nothing is
    near, or all together finds nothing either: so no word is offered that only drafts have.
    """
    long = [word for word in search.words(text) if len(word) >= SHORTEST][:MOST_WORDS]
    wrong = [word for word in long if not finds(word)]
    right = [next(filter(finds, near_words(word, more(word))), word) for word in wrong]
    instead = dict(zip(wrong, right, strict=True))
    mended = re.sub(r"[^\W\d_]+", lambda word: instead.get(word[0], word[0]), text)
    return mended if mended != text and finds(mended) else None


def near_words(word: str, more: Iterable[str] = ()) -> list[str]:
    """Known words within a few slips of that one, the nearest first."""
    plain = Lower(Unaccent(Value(word)))
    rows = (
        KnownWord.objects.alias(near=search.similarity(F("plain"), plain))
        .filter(plain__trigram_similar=plain)
        .order_by("-near", "shown")
        .values_list("shown", flat=True)[:CANDIDATES]
    )
    wanted = search.bare(word)
    slips = {known: distance(wanted, search.bare(known)) for known in [*rows, *more]}
    most = 1 + len(word) // LETTERS_A_SLIP
    near = [known for known, slip in slips.items() if 0 < slip <= most]
    return sorted(near, key=lambda known: slips[known])[:TRIED]


def distance(one: str, other: str) -> int:
    """How many letters are missing, too many, wrong, or exchanged with their neighbour."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(
                last[column] + 1, line[column - 1] + 1, last[column - 1] + (letter != wanted)
            )
            if column > 1 < row and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]
