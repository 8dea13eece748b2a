"""A long list is read item by item, and what is no JSON is refused where it is met."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterix.lib import long_json
from clusterix.lib.long_json import MalformedError, members

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


def read(text: str) -> list[tuple[str, Any]]:
    """Every member of the object in a text."""
    return list(members(io.StringIO(text), "rows"))


@given(st.lists(ANYTHING), ANYTHING, st.sampled_from([None, 1]))
def test_the_items_come_one_by_one_whatever_they_are(
    rows: list[Any], other: Any, indent: int | None
) -> None:
    text = json.dumps({"other": other, "rows": rows, "last": 1}, indent=indent)

    assert read(text) == [("other", other), *(("rows", row) for row in rows), ("last", 1)]


def test_items_larger_than_what_is_read_at_once_come_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_json, "AT_A_TIME", 3)

    found = read(' { "rows" : [ 12345 , [1, 2, 3, 4], 67 ] , "size" : 2e3 } ')

    assert found == [("rows", 12345), ("rows", [1, 2, 3, 4]), ("rows", 67), ("size", 2000.0)]


def test_nothing_is_read_before_it_is_asked_for() -> None:
    stream = io.StringIO('{"rows": [1, ' + "2, " * long_json.AT_A_TIME + "broken")

    first = next(members(stream, "rows"))

    assert first == ("rows", 1)
    assert stream.tell() <= long_json.AT_A_TIME


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "There is “” where “{” is expected."),
        ("[1]", "There is “[” where “{” is expected."),
        ('{"rows": {}}', "There is “{” where “[” is expected."),
        ('{"rows": [1}', "There is “}” where “]” is expected."),
        ('{"rows" [1]}', "There is “[” where “:” is expected."),
        ('{"rows": [1]', "There is “” where “}” is expected."),
        ('{"rows": [1,]}', "The text ends within a value, or is no JSON."),
        ('{"rows": []} x', "Something follows the end of the object."),
        ('{"rows": [NaN]}', "NaN is no number."),
        ('{"rows": [-Infinity]}', "-Infinity is no number."),
        ('{"rows": [' + "[" * 100_000, "A value is nested too deeply."),
        ('{"rows": [' + "9" * 5_000 + "]}", "The text ends within a value, or is no JSON."),
    ],
)
def test_what_is_no_json_is_refused(text: str, why: str) -> None:
    with pytest.raises(MalformedError) as refused:
        read(text)

    assert str(refused.value) == why


def test_a_value_without_end_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_json, "LONGEST_VALUE", 100_000)
    stream = io.StringIO('{"rows": ["' + "x" * 1_000_000)

    with pytest.raises(MalformedError) as refused:
        list(members(stream, "rows"))

    assert str(refused.value) == "A value is too long, or no JSON."
    assert stream.tell() < 500_000
