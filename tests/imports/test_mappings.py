"""Mapping files: what they say about cells, and what is said about their mistakes."""

from pathlib import Path

import pytest

from clusterix.curation.imports import mappings
from clusterix.curation.imports.mappings import Plan, RefusedError, Rule
from clusterix.curation.imports.values import RefusedValueError, understood
from initiatives.imports import InitiativeKind
from initiatives.models import Initiative
from tests.imports.conftest import PLAIN, Import, said

START = "key: id\nfields:\n"


def read(folder: Path, text: str) -> Plan:
    file = folder / "map.yaml"
    file.write_text(text, encoding="utf-8")
    return mappings.read(file, InitiativeKind.fields())


@pytest.mark.parametrize(
    ("rule", "cells", "values"),
    [
        ("a", {"a": "\xa0 x\r\ny \ufeff"}, ["x\ny"]),
        ("{columns: [a, b]}", {"a": " ", "b": "y"}, ["y"]),
        ("{columns: [a, b], join: ' – '}", {"a": "x", "b": "y"}, ["x – y"]),
        ("{column: a, constant: z}", {"a": "x"}, ["z"]),
        ("{column: a, default: z}", {"a": ""}, ["z"]),
        ("{column: a, split: ';'}", {"a": "x; y;;x"}, ["x", "y"]),
        ("{column: a, split: [';', ' / ']}", {"a": "x;y / z/w"}, ["x", "y", "z/w"]),
        ("{column: a, split: ';', take: first}", {"a": "x;y;z"}, ["x"]),
        ("{column: a, split: ';', take: others}", {"a": "x;y;z"}, ["y", "z"]),
        ("{column: a, values: {École: school, no: ~}}", {"a": "ecole"}, ["school"]),
        ("{column: a, values: {École: school, no: ~}}", {"a": "No"}, []),
        ("{column: a, values: {on: true}}", {"a": "on"}, ["true"]),
        (
            "{column: a, split: addresses}",
            {"a": "see www.a.example; https://b.example/?q=(1), and https://b.example/?q=(1)"},
            ["https://www.a.example", "https://b.example/?q=(1)"],
        ),
    ],
)
def test_a_rule_picks_values(
    tmp_path: Path, rule: str, cells: dict[str, str], values: list[str]
) -> None:
    plan = read(tmp_path, f"{START}  title: {rule}\n")

    assert plan.fields["title"].pick(cells).values == values


def test_a_cell_holds_a_hundred_values_at_most() -> None:
    rule = Rule(columns=("a",), split=(";",))

    assert len(rule.pick({"a": ";".join(map(str, range(500)))}).values) == 100


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("fields: {}\n", ["1: “key” is missing."]),
        ("key: id\n", ["1: “fields” is missing."]),
        ("key: id\nfields: []\n", ["2: Here stand fields, each with a column or a rule."]),
        ("key: []\nfields: {}\n", ["1: Here stands a column or a rule."]),
        ("key: id\nfields: {}\nonerror: x\n", [
            "3: “onerror” is nothing that is known here. Did you mean “on_error”?",
        ]),
        ("key: id\nfields: {}\non_error: stop\n", [
            "3: “on_error” is one of “skip value”, “refuse row”.",
        ]),
        (START + "  sources: a\n", [
            "3: “sources” is nothing that is known here. Did you mean “resources”?",
        ]),
        (START + "  title: {colum: a}\n", [
            "3: Say which column “title” is in.",
            "3: “colum” is nothing that is known here. Did you mean “column”?",
        ]),
        (START + "  title: {column: {a: b}}\n", [
            "3: Here stands a text.",
            "3: Say which column “title” is in.",
        ]),
        (START + "  title: {columns: [a, [b]]}\n", ["3: Here stands a list of texts."]),
        (START + "  title: {column: a, values: b}\n", [
            "3: Here stand values, each with what it is read as.",
        ]),
        (START + "  title: {column: a, take: last}\n", [
            "3: “take” is one of “first”, “others”.",
        ]),
        (START + "  organisations: {column: a, create: {name: b}}\n", [
            "3: “name” is nothing that is known here.",
        ]),
        (START + "  title: a\nsource: here\n", ["4: Here stand names, each with a text."]),
        (START + "  title: &a b\n", ["3: Anchors and aliases are not used here: write it out."]),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_their_lines(
    tmp_path: Path, text: str, mistakes: list[str]
) -> None:
    with pytest.raises(RefusedError) as refused:
        read(tmp_path, text)

    assert str(refused.value).splitlines() == [f"map.yaml:{mistake}" for mistake in mistakes]


def test_columns_that_the_table_does_not_have_are_mistakes(tmp_path: Path) -> None:
    plan = read(
        tmp_path,
        START + "  title: nam\n  organisations: {column: by, create: {kind: sort}}\n",
    )

    with pytest.raises(RefusedError) as refused:
        plan.check(["id", "name", "by"])

    assert str(refused.value).splitlines() == [
        "map.yaml:3: The table has no column “nam”. Did you mean “name”?",
        "map.yaml:4: The table has no column “sort”.",
    ]


def test_without_a_mapping_there_has_to_be_a_key() -> None:
    with pytest.raises(RefusedError, match="There is no column “key”"):
        mappings.obvious(["id", "title"], ["title"], "table.csv")


@pytest.mark.parametrize(
    ("extra", "mistake"),
    [
        ("  organisations: {column: id, role: boss}\n", ":11: “role” is one of owner,"),
        ("  organisations: {column: id, create: {}}\n", ":11: Say of which kind"),
        ("source: {url: https://a.example}\n", ":1: source: title: This field cannot be"),
        ("source: {title: A, accessed_on: soon}\n", ":1: source: accessed_on: “soon”"),
    ],
)
def test_mistakes_that_only_the_kind_of_entry_knows(
    imported: Import, extra: str, mistake: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        imported("id,name,text\n1,A,B\n", PLAIN + extra)

    assert mistake in str(refused.value).replace(":8:", ":11:")


@pytest.mark.parametrize(
    ("field", "text", "rule", "value"),
    [
        ("start", "2016", Rule(), "2016"),
        ("start", "2016.0", Rule(), "2016"),
        ("start", "2016-06", Rule(), "2016-06"),
        ("start", "21.06.2016", Rule(formats=("%d.%m.%Y",)), "2016-06-21"),
        ("start", "06/2016", Rule(formats=("%d.%m.%Y", "%m/%Y")), "2016-06"),
        ("start", "FY 2016", Rule(formats=("FY %Y",)), "2016"),
        ("last_verified_on", "2016-06-21", Rule(), "2016-06-21"),
        ("budget", "1 234 567", Rule(), "1234567"),
        ("budget", "1'234.50", Rule(), "1234.50"),
        ("budget", "1234,5", Rule(), "1234.5"),
        ("open_ended", "Yes", Rule(), "True"),
        ("open_ended", "0", Rule(), "False"),
        ("level", "Inter Regional", Rule(), "inter-regional"),
        ("language", "Swedish", Rule(), "sv"),
        ("acronym", "x" * 41, Rule(too_long="cut"), "x" * 39 + "…"),
        ("summary", f"One. {'Two ' * 99}", Rule(too_long="sentences"), "One."),
        ("summary", f"One.{' ' * 300}Two.", Rule(too_long="sentences"), "One. Two."),
        ("summary", "Two " * 99, Rule(too_long="sentences"), f"{'Two ' * 74}Two…"),
    ],
)
def test_texts_are_read_as_fields_mean_them(field: str, text: str, rule: Rule, value: str) -> None:
    found, _note = understood(Initiative._meta.get_field(field), text, rule)

    assert str(getattr(found, "text", found)) == value


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("start", "summer", "“summer” is not a date."),
        ("budget", "a lot", "It is not a number."),
        ("budget", "NaN", "“NaN” value must be a decimal number."),
        ("budget", "-1", "Ensure this value is greater than or equal to 0."),
        ("open_ended", "perhaps", "It is neither yes nor no."),
        ("website", "javascript:alert(1)", "Enter a valid URL."),
        ("acronym", "x" * 41, "It has 41 characters, more than the 40 that there is room for."),
    ],
)
def test_texts_that_fields_do_not_take_are_refused(field: str, text: str, reason: str) -> None:
    with pytest.raises(RefusedValueError) as refused:
        understood(Initiative._meta.get_field(field), text, Rule())

    assert str(refused.value).startswith(reason)


def test_what_is_no_address_is_told_of_and_left_out(imported: Import) -> None:
    mapping = PLAIN + "  website: {column: page, split: addresses, take: first}\n"

    report = imported("id,name,text,page\n1,A,B,see the intranet\n", mapping)

    assert said(report)[1] == (
        "  page: “see the intranet”: This is no web address. It was left out."
    )


def test_several_values_where_one_belongs_refuse_the_row(imported: Import) -> None:
    mapping = PLAIN + "  acronym: {column: short, split: ';'}\n"

    report = imported("id,name,text,short\n1,A,B,x;y\n", mapping)

    assert said(report)[1] == "  short: “x;y”: There are several values. Say which to take."


def test_a_key_that_is_too_long_refuses_the_row(imported: Import) -> None:
    report = imported(f"id,name,text\n{'k' * 99},A,B\n", PLAIN)

    assert said(report)[1].endswith("The key is longer than 100 characters.")
