"""An address is found however it is written, and never as a part of another."""

import html
import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from clusterix.lib.personal import Subject
from clusterix.mail.queue import unlinked
from tests.privacy.people import EMAIL, NAME, RIVALS, WRITTEN

HOSTILE = [
    "",
    " ",
    "zephyrine",
    "zephyrine@",
    "zephyrine@example.org\x00",
    "zephy\x00rine@example.org",
    "zephyrine@example.org\nBcc: b@example.org",
    "zephyrine @example.org",
    "\ud800@example.org",
    "zephyrine@exam\udcffple.org",
    "z" * 10_000 + "@example.org",
    " " * 10_000 + EMAIL,
]

AROUND = ["{}", "<{}>", "To {}.", "{}, and", "mailto:{}?subject=x", "({})", '"{}"', "{}\n", "={};"]


@pytest.mark.parametrize("written", HOSTILE)
def test_what_is_no_address_is_nobody(written: str) -> None:
    with pytest.raises(ValidationError):
        Subject.of(written)


def test_casing_and_spaces_do_not_matter() -> None:
    assert Subject.of(WRITTEN) == Subject.of(EMAIL)


def in_python(pattern: str, text: str) -> bool:
    return bool(re.search(pattern, text, re.IGNORECASE))


def in_sql(pattern: str, text: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s ~* %s", [text, pattern])
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.parametrize("email", [EMAIL, "o'zephyr&co@example.org", "z+tag@example.org"])
@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("spell", [str, str.upper, html.escape, json.dumps, unlinked])
def test_an_address_is_found_in_any_text_of_ours(email: str, around: str, spell: object) -> None:
    text = spell(around.format(email))  # type: ignore[operator]
    pattern = Subject.of(email).pattern

    assert (in_python(pattern, text), in_sql(pattern, text)) == (True, True)


@pytest.mark.django_db
@pytest.mark.parametrize("rival", RIVALS)
@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("spell", [str, json.dumps, unlinked])
def test_another_address_is_another(rival: str, around: str, spell: object) -> None:
    text = spell(around.format(rival))  # type: ignore[operator]
    pattern = Subject.of(EMAIL).pattern

    assert (in_python(pattern, text), in_sql(pattern, text)) == (False, False)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        (f"Yours, {NAME}", True),
        (json.dumps(f"Yours, {NAME}"), True),
        (f"Yours, {NAME.upper()}.", True),
        (EMAIL, True),
        (f"Yours, {NAME}s", False),
        ("Yours, Åsa", False),
        ("Yours, Bo", False),
    ],
)
def test_a_name_is_found_as_a_whole(text: str, is_found: bool) -> None:
    pattern = Subject.of(EMAIL).known_as([NAME, "Bo", ""]).name_pattern

    assert in_python(pattern, text) is is_found
