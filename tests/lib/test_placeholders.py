"""Names in braces stand for words of ours, and for nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterix.lib.placeholders import fill, is_balanced, unknown

WORDS = {"name": "Ada", "when": "in May"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("", ""),
        ("Dear {name}, see you {when}.", "Dear Ada, see you in May."),
        ("{name}{name}", "AdaAda"),
        ("{{name}}", "{name}"),
        ("{{{name}}}", "{Ada}"),
        ("{{ and }}", "{ and }"),
        ("{other} {name.__class__} {0} {}", "{other} {name.__class__} {0} {}"),
        ("{name!r:>9} { name } {NAME}", "{name!r:>9} { name } {NAME}"),
        ("{ {name", "{ {name"),
        ("%(name)s ${name} {% now %}", "%(name)s $Ada {% now %}"),
    ],
)
def test_a_name_that_is_known_is_replaced_and_all_else_stays(text: str, filled: str) -> None:
    assert fill(text, WORDS) == filled


def test_what_was_filled_in_is_not_read_again() -> None:
    assert fill("{name} {when}", {"name": "{when}{{", "when": "{name}"}) == "{when}{{ {name}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{name} {{x}} {when}", []),
        ("{nmae} {name} {nmae} {x}", ["{nmae}", "{x}"]),
        ("{name.__class__}", ["{name.__class__}"]),
        ("{0} {} {name!r} { name }", ["{0}", "{}", "{name!r}", "{ name }"]),
        ("{{{x}}}", ["{x}"]),
        ("{", []),
    ],
)
def test_what_is_not_known_is_named_once_in_order(text: str, found: list[str]) -> None:
    assert unknown(text, WORDS) == found


@pytest.mark.parametrize(
    ("text", "balanced"),
    [("{name}", True), ("{{ }}", True), ("{", False), ("}", False), ("{name}}", False), ("", True)],
)
def test_a_brace_alone_is_found(text: str, balanced: bool) -> None:
    assert is_balanced(text) == balanced


@given(st.text("{}abc \n", max_size=40), st.text("{}abc", max_size=9))
def test_only_what_stands_for_the_word_changes(text: str, word: str) -> None:
    filled = fill(text, {"abc": word})

    assert len(filled) <= len(text) + text.count("{abc}") * len(word)
    if "{" not in text and "}" not in text:
        assert filled == text
