"""A content file is read as a tree in which every value knows its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterix.lib import tree
from clusterix.lib.tree import Mapping, Mistake, Scalar, Sequence


def read(folder: Path, content: bytes) -> tuple[Mapping, list[Mistake]]:
    """The tree of a file with that content."""
    file = folder / "record.yaml"
    file.write_bytes(content)
    return tree.read(file, "record.yaml")


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    content = b"people:\n  ada:\n    links:\n      - a\n      - b\n"

    root, mistakes = read(tmp_path, content)

    words = Sequence(4, [Scalar(4, "a"), Scalar(5, "b")])
    ada = Mapping(3, {"links": words}, {"links": 3})
    people = Mapping(2, {"ada": ada}, {"ada": 2})
    assert root == Mapping(1, {"people": people}, {"people": 1})
    assert mistakes == []


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("2016-06-21", "2016-06-21"),
        ("11:30", "11:30"),
        ("0x10", "0x10"),
        ("true", True),
        ("false", False),
        ("'true'", "true"),
        ("null", None),
        ("~", None),
        ("", None),
        ("'null'", "null"),
        (">-\n  two\n  lines", "two lines"),
    ],
)
def test_plain_words_stay_text_but_for_true_false_and_nothing(
    tmp_path: Path, written: str, value: str | bool | None
) -> None:
    root, mistakes = read(tmp_path, f"name: {written}\n".encode())

    assert root.entries["name"] == Scalar(1, value)
    assert mistakes == []


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        pytest.param(b"a:\n  b: \xff", 2, "This is not UTF-8.", id="not UTF-8"),
        pytest.param(
            b"a: 1\nb: [",
            3,
            "This is not YAML: did not find expected node content.",
            id="not closed",
        ),
        pytest.param(
            b"a: 1\n\tb: 2",
            2,
            "This is not YAML: found a tab character that violates indentation.",
            id="tab",
        ),
        pytest.param(
            b"a: 1\nb: \x00", 2, "There is a sign that YAML does not allow.", id="NUL byte"
        ),
        pytest.param(
            b"a: &a [x, x]\nb: &b [*a, *a]",
            1,
            "Anchors and aliases are not used here: write it out.",
            id="anchor",
        ),
        pytest.param(
            b"a: *b", 1, "Anchors and aliases are not used here: write it out.", id="alias"
        ),
        pytest.param(
            b"a: !!python/name:os.system x", 1, "Tags are not used here.", id="a Python object"
        ),
        pytest.param(b"[" * 100_000, 1, "This is nested too deeply.", id="a hundred thousand deep"),
        pytest.param(b"a: 1\n---\nb: 2", 2, "A file holds one document only.", id="two documents"),
        pytest.param(b"\n- a", 2, "A file begins with names and what they stand for.", id="a list"),
        pytest.param(b"a: 1\n? [b]\n: 2", 2, "A name must be a text.", id="a list as a name"),
        pytest.param(b"true: 1", 1, "A name must be a text.", id="a truth value as a name"),
        pytest.param(
            b"a: '" + b"x" * 1_000_000 + b"'",
            1,
            "The file is larger than 1000000 bytes.",
            id="too large",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(
    tmp_path: Path, content: bytes, line: int, reason: str
) -> None:
    root, mistakes = read(tmp_path, content)

    assert root == Mapping(1)
    assert mistakes == [Mistake("record.yaml", line, reason)]


def test_a_name_that_stands_twice_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    root, mistakes = read(tmp_path, b"a: 1\nb: 2\na: 3\n")

    assert root.entries == {"a": Scalar(1, "1"), "b": Scalar(2, "2")}
    assert mistakes == [Mistake("record.yaml", 3, "“a” stands in line 1 already.")]


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    root, mistakes = read(tmp_path, b"# nothing yet\n")

    assert root == Mapping(1)
    assert mistakes == []


@given(st.text(st.sampled_from("ab:-?&*!|>'\"#%@`,[]{} \n\t\\\x00é\u2028")) | st.binary())
def test_no_file_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, content: str | bytes
) -> None:
    written = content.encode() if isinstance(content, str) else content

    root, mistakes = read(tmp_path_factory.getbasetemp(), written)

    assert isinstance(root, Mapping)
    assert all(mistake.line >= 1 and mistake.reason for mistake in mistakes)
