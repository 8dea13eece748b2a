"""How a person's words become a PostgreSQL full-text query, and how what they find is shown.

The rules for single words (stems in every content language, accents, beginnings, stop words) are
SQL functions, made by curation's migration, so that texts and questions are treated alike.
"""

import re
import unicodedata
from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.lookups import Unaccent
from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db import connection
from django.db.models import BooleanField, Expression, F, FloatField, Func, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

MOST_WORDS = 32
LONGEST = 500
"""Signs of a question that are read: longer ones nest deeper than PostgreSQL's stack allows."""

WEIGHTS = "{0.3, 0.2, 0.4, 1.0}"
"""What a word counts that has the weight D, C, B or A."""

START, STOP, LESS = "\ue000", "\ue001", "\ue002"
"""Stand around a match, and for “<”, in what PostgreSQL marks; texts lose them before."""

PRIVATE = f"<{START}{STOP}{LESS}"
WHOLE = f"StartSel={START}, StopSel={STOP}, HighlightAll=true"
PASSAGE = (
    f"StartSel={START}, StopSel={STOP}, FragmentDelimiter=' … ',"
    " MaxFragments=2, MaxWords=24, MinWords=10"
)

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"') | {"\0": " "})
_PART = re.compile(r'-?"[^"]*"?|[^\s"]+')
_WORDS: "ArrayField[list[str], list[str]]" = ArrayField(TextField())


def terms(text: str) -> list[str]:
    """What was asked for, term by term: words, "phrases (up to their end), both perhaps with a -.

    Between alternatives stands |. What is no operator in its place is a word.
    """
    parts = [part for part in _PART.findall(clean(text)) if re.search(r"\w", part)][:MOST_WORDS]
    if len(parts) == 1:
        return parts
    return ["|" if part.lower() == "or" else part for part in parts]


def words(text: str) -> list[str]:
    """The single words that a text has to have, each once."""
    wanted = " ".join(term for term in terms(text) if not term.startswith("-"))
    return list(dict.fromkeys(re.findall(r"[^\W\d_]+", wanted)))


def clean(text: str) -> str:
    """As much of a text as is read, its signs composed and its quotation marks all alike."""
    sound = text[:LONGEST].encode(errors="ignore").decode()
    return unicodedata.normalize("NFC", sound).translate(_QUOTES)


def query(text: str) -> Func:
    """The full-text query for a person's words; it finds nothing where there are none."""
    return Func(
        Value(terms(text), output_field=_WORDS),
        function="search_query",
        output_field=SearchQueryField(),
    )


def finds(column: Expression | F, text: str) -> Func:
    """Whether the words find the text that a column of searchable words was made of."""
    return Func(
        column,
        query(text),
        template="(%(expressions)s)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )


def vector(*, a: str, language: str = "", b: str = "", c: str = "", d: str = "") -> Func:
    """The searchable words of columns (names with spaces between), for a generated column.

    Words of `a` count most. The language is in a column too; without one it is English.
    """
    return Func(
        F(language) if language else Value("en"),
        *(_joined(columns.split()) for columns in (a, b, c, d)),
        function="search_vector",
        output_field=SearchVectorField(),
    )


def _joined(columns: list[str]) -> Expression | Combinable:
    """The texts of columns with spaces between."""
    spaced = [part for column in columns for part in (Value(" "), F(column))][1:]
    if len(spaced) > 1:
        return Concat(*spaced, output_field=TextField())
    return spaced[0] if spaced else Value("")


def relevance(column: Expression | F, text: str, name: str) -> Combinable:
    """How well a column of searchable words answers, plus how near the column of that name comes.

    So the entry that is called just what was asked for stands before those that mention it.
    """
    rank = Func(
        Value(WEIGHTS), column, query(text), function="ts_rank_cd", output_field=FloatField()
    )
    return rank + similarity(Unaccent(name), Unaccent(Value(clean(text))))


def similarity(one: Expression | F, other: Expression | F) -> Func:
    """How many groups of three letters two texts share, from 0 to 1."""
    return Func(one, other, function="similarity", output_field=FloatField())


def marked(text: str, column: Expression | F, language: str, options: str = WHOLE) -> Func:
    """A text with START and STOP around what the words find; give `as_html()` the answer.

    All of it, or with PASSAGE the part that answers best, a few words around each match.
    """
    return Func(
        Func(F(language), function="search_config"),
        Func(column, Value(PRIVATE), Value(LESS), function="translate"),
        query(text),
        Value(options),
        function="ts_headline",
        output_field=TextField(),
    )


def mark(text: str, passages: Sequence[tuple[str, str]]) -> list[SafeString]:
    """Texts, each after the code of its language, as HTML with what the words find marked."""
    languages, written = zip(*passages, strict=True) if passages else ((), ())
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT ts_headline(search_config(language), translate(written, %s, %s), query, %s)
            FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY passage(language, written, place),
                search_query(%s::text[]) query
            ORDER BY place
            """,
            [PRIVATE, LESS, WHOLE, list(languages), list(written), terms(text)],
        )
        return [as_html(marked) for (marked,) in cursor]


def as_html(text: str) -> SafeString:
    """Marked text as HTML in which nothing but the marks is markup."""
    before, *matches = text.replace(LESS, "<").split(START)
    rest = (match.partition(STOP) for match in matches)
    marks = format_html_join("", "<mark>{}</mark>{}", ((word, after) for word, _, after in rest))
    return format_html("{}{}", before, marks)


def bare(word: str) -> str:
    """A word without capitals and accents, to compare letters by."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
