"""Citing an initiative: what a reference says, and that no title can break out of it."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from clusterix.curation.models import Entry
from initiatives import citation
from initiatives.citation import Citation, apa, bibtex, names, ris
from initiatives.models import Initiative, Involvement
from people.models import Organisation
from tests.factories import InitiativeFactory, InvolvementFactory, OrganisationFactory
from tests.initiatives.pages import Page

LINES = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")

PRINTED = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\&": "&",
    r"\%": "%",
    r"\_": "_",
    r"\#": "#",
    r"\$": "$",
}


def reference(title: str = "Vanguard", authors: tuple[str, ...] = ("Region Skåne",)) -> Citation:
    return Citation(
        key="vanguard",
        authors=list(authors),
        title=title,
        kind="good practice",
        edition=date(2026, 10, 30),
        accessed=date(2026, 11, 24),
        language="en",
        url="https://clusterix.example/initiatives/vanguard/",
    )


def braced(text: str) -> str:
    """What stands in the pair of braces that the text begins with, as BibTeX counts them."""
    assert text[0] == "{"
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if depth == 0:
            return text[1:place]
    raise AssertionError(text)


def read_bibtex(text: str) -> tuple[str, str, dict[str, str]]:
    """The type, key and fields of the only entry of a file, read strictly."""
    opened = re.match(r"@(\w+)(?={)", text)
    assert opened
    body = braced(text[opened.end() :])
    assert text[opened.end() + len(body) + 2 :] == "\n"
    key, rest = body.split(",", 1)
    fields = {}
    while rest.strip():
        named = re.match(r"\n  ([a-z]+) = (?={)", rest)
        assert named, rest
        value = braced(rest[named.end() :])
        assert named[1] not in fields
        fields[named[1]] = value
        rest = rest[named.end() + len(value) + 2 :]
        assert rest.startswith(",")
        rest = rest[1:]
    return opened[1], key, fields


def printed(text: str) -> str:
    """What TeX prints; a sign that TeX would take for a command is an error."""
    commands = "|".join(re.escape(command) for command in PRINTED)
    for word in re.split(commands, text):
        assert not re.search(r"[\\{}~^&%_#$]", word), word
    return re.sub(commands, lambda found: PRINTED[found[0]], text)


def read_ris(text: str) -> list[tuple[str, str]]:
    """The tags of the only reference of a file, read strictly."""
    assert text.endswith("ER  - \r\n")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines)
    assert not any(LINES.search(line) for line in lines)
    return [(line[:2], line[6:]) for line in lines]


# Files


def test_a_bibtex_file_names_authors_title_year_and_address() -> None:
    text = bibtex(reference("R&D: 100 % {smart}", ("Region Skåne", "Research and Innovation")))

    assert text == (
        "@misc{vanguard,\n"
        "  author = {{Region Skåne} and {Research and Innovation}},\n"
        "  title = {{R\\&D: 100 \\% \\textbraceleft{}smart\\textbraceright{}}},\n"
        "  year = {2026},\n"
        "  type = {good practice},\n"
        "  howpublished = {Clusterix},\n"
        "  language = {en},\n"
        "  url = {https://clusterix.example/initiatives/vanguard/},\n"
        "  urldate = {2026-11-24},\n"
        "}\n"
    )


def test_a_ris_file_names_authors_title_year_and_address() -> None:
    text = ris(reference("R&D: 100 % {smart}", ("Region Skåne", "Agency")))

    assert text.split("\r\n") == [
        "TY  - ELEC",
        "AU  - Region Skåne",
        "AU  - Agency",
        "TI  - R&D: 100 % {smart}",
        "PY  - 2026",
        "DA  - 2026/10/30",
        "M3  - good practice",
        "PB  - Clusterix",
        "LA  - en",
        "UR  - https://clusterix.example/initiatives/vanguard/",
        "Y2  - 2026/11/24",
        "ER  - ",
        "",
    ]


HOSTILE = st.one_of(
    st.text(),
    st.text(alphabet="\\{}%&_#$~^,=@\"'\r\n\t \u2028\x85a"),
    st.sampled_from(
        [
            "}, author = {Somebody else",
            "}}\n@misc{other, title = {x}}",
            "\\",
            "{",
            "}",
            "Name\r\nER  - \r\nTY  - BOOK",
            "\\input{/etc/passwd}",
        ]
    ),
)


def in_one_line(text: str) -> str:
    """The words of a text, whatever stands between them."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())


@given(title=HOSTILE, name=HOSTILE)
def test_no_title_or_name_breaks_out_of_a_reference(title: str, name: str) -> None:
    initiative = Initiative(slug="vanguard", title=f"T{title}", kind="network", language="en")
    owner = Organisation(name=f"N{name}")
    initiative.public_involvements = [Involvement(organisation=owner, role="owner")]

    cited = citation.of(initiative, date(2026, 11, 24))
    kind, key, fields = read_bibtex(bibtex(cited))
    told = read_ris(ris(cited))

    expected = [in_one_line(initiative.title), in_one_line(owner.name)]
    assert (kind, key) == ("misc", "vanguard")
    assert " ".join(fields) == "author title year type howpublished language url urldate"
    assert [printed(braced(fields[name])) for name in ("title", "author")] == expected
    assert " ".join(tag for tag, _said in told) == "TY AU TI PY DA M3 PB LA UR Y2 ER"
    assert [dict(told)[tag] for tag in ("TI", "AU")] == expected


# What is cited


@pytest.mark.parametrize(
    ("roles", "authors"),
    [
        (["partner", "owner", "coordinator", "owner"], ["Body 1", "Body 3"]),
        (["partner", "coordinator"], ["Body 1"]),
        (["partner", "funder"], ["Clusterix"]),
        ([], ["Clusterix"]),
    ],
)
@pytest.mark.django_db
def test_who_owns_it_or_else_leads_it_or_else_the_programme_is_the_author(
    roles: list[str], authors: list[str]
) -> None:
    initiative = InitiativeFactory.create()
    for number, role in enumerate(roles):
        body = OrganisationFactory.create(name=f"Body {number}", short_name="B")
        InvolvementFactory.create(initiative=initiative, organisation=body, role=role)

    cited = citation.of(initiative, date(2026, 11, 24))

    assert cited.authors == authors
    assert (cited.publisher == "") == (authors == ["Clusterix"])


@pytest.mark.django_db
def test_its_year_is_that_of_the_last_check_or_else_of_publication() -> None:
    published = datetime(2019, 5, 1, 12, tzinfo=UTC)
    checked = InitiativeFactory.create(published_at=published, last_verified_on=date(2024, 2, 29))
    unchecked = InitiativeFactory.create(published_at=published)

    years = [citation.of(row, date(2026, 11, 24)).edition.year for row in (checked, unchecked)]

    assert years == [2024, 2019]


def test_without_a_known_author_the_site_is_not_named_twice() -> None:
    cited = reference(authors=("Clusterix",))

    assert "PB  - " not in ris(cited)
    assert "howpublished" not in bibtex(cited)
    assert apa(cited).after == "[Good practice]. Seen on 24 November 2026 at"


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (1, "A1"),
        (2, "A1 & A2"),
        (3, "A1, A2, & A3"),
        (21, ", ".join(f"A{number}" for number in range(1, 20)) + ", … A21"),
    ],
)
def test_authors_are_strung_together_as_apa_does(count: int, written: str) -> None:
    assert names([f"A{number}" for number in range(1, count + 1)]) == written


# The page and the files


@pytest.mark.django_db
@time_machine.travel("2026-11-24T12:00Z")
def test_the_page_shows_the_reference_and_leads_to_the_files(page: Page) -> None:
    initiative = InitiativeFactory.create(
        slug="vanguard", title="R&D <now>", last_verified_on=date(2026, 10, 30), language="sv"
    )
    owner = OrganisationFactory.create(name="Vanguard Initiative a.s.b.l.")
    InvolvementFactory.create(initiative=initiative, organisation=owner)

    html = page(initiative)

    shown = re.search(r'id="citation">(.*?)</p>', html)
    assert shown
    assert shown[1] == (
        'Vanguard Initiative a.s.b.l. (2026). <cite lang="sv">R&amp;D &lt;now&gt;</cite> '
        "[Initiative]. Clusterix. Seen on 24 November 2026 at "
        '<a href="http://testserver/initiatives/vanguard/">'
        "http://testserver/initiatives/vanguard/</a>"
    )
    assert 'href="/initiatives/vanguard/cite.bib"' in html
    assert 'href="/initiatives/vanguard/cite.ris"' in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("manner", "content_type", "begins"),
    [
        ("bib", "application/x-bibtex; charset=utf-8", "@misc{vanguard,"),
        ("ris", "application/x-research-info-systems; charset=utf-8", "TY  - ELEC"),
    ],
)
def test_a_reference_is_a_file_to_keep(
    client: Client, manner: str, content_type: str, begins: str
) -> None:
    InitiativeFactory.create(slug="vanguard", title="Skåne")

    response = client.get(f"/initiatives/vanguard/cite.{manner}")

    text = response.content.decode()
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"] == f'attachment; filename="vanguard.{manner}"'
    assert text.startswith(begins)
    assert "Skåne" in text


@pytest.mark.django_db
def test_the_reference_of_a_former_address_has_moved(client: Client) -> None:
    initiative = InitiativeFactory.create(slug="old-name")
    initiative.slug = "new-name"
    initiative.save()

    response = client.get("/initiatives/old-name/cite.ris")

    assert (response.status_code, response["Location"]) == (301, "/initiatives/new-name/cite.ris")


@pytest.mark.django_db
def test_no_draft_can_be_cited_or_is_named_as_author(client: Client) -> None:
    InitiativeFactory.create(slug="draft", title="Canary", state=Entry.State.DRAFT)
    seen = InitiativeFactory.create(slug="seen")
    hidden = OrganisationFactory.create(name="Canary agency", state=Entry.State.DRAFT)
    InvolvementFactory.create(initiative=seen, organisation=hidden)

    responses = [client.get(f"/initiatives/{slug}/cite.bib") for slug in ("draft", "seen")]

    assert [response.status_code for response in responses] == [404, 200]
    assert "Canary" not in "".join(response.content.decode() for response in responses)


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_a_reference_costs_the_same_for_one_author_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    initiative = InitiativeFactory.create(slug="vanguard")
    InvolvementFactory.create_batch(rows, initiative=initiative)

    with django_assert_num_queries(2):
        client.get("/initiatives/vanguard/cite.bib")
