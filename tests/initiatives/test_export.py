import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import time_machine
from django.http.response import HttpResponseBase
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clusterix.curation.models import Membership, Partner
from initiatives.export import FORMS
from initiatives.lines import COLUMNS
from initiatives.models import Initiative
from initiatives.records import fetched, public_records
from tests.factories import (
    EcosystemFactory,
    EvidenceFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    PartnerFactory,
    RegionFactory,
    TargetGroupFactory,
    ThemeFactory,
    TransferFactory,
    member,
    secretariat,
)

pytestmark = pytest.mark.django_db

CANARY = "Zephyrine"

Lines = list[dict[str, Any]]


def body(response: HttpResponseBase) -> bytes:
    """All of a file, whose pieces are written while they are read."""
    content: bytes = response.getvalue()
    return content


def csv_lines(client: Client, query: str = "") -> Lines:
    """The initiatives in the file, by the names of their columns."""
    text = body(client.get(f"/initiatives/export.csv{query}")).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def xlsx_lines(client: Client, query: str = "") -> Lines:
    """The same of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(body(client.get(f"/initiatives/export.xlsx{query}"))))
    names, *lines = book["Initiatives"].values
    return [dict(zip(names, line, strict=True)) for line in lines]


def document(client: Client, query: str = "") -> dict[str, Any]:
    """The whole JSON document."""
    read: dict[str, Any] = json.loads(body(client.get(f"/initiatives/export.json{query}")))
    return read


def words(client: Client, form: str) -> str:
    """All that a file says, a workbook's parts one after the other."""
    content = body(client.get(f"/initiatives/export.{form}"))
    if form != "xlsx":
        return content.decode()
    book = openpyxl.load_workbook(io.BytesIO(content))
    return repr([list(sheet.values) for sheet in book])


@pytest.fixture
def full() -> Initiative:
    """An initiative of which everything is known."""
    initiative: Initiative = InitiativeFactory.create(
        key="vanguard",
        slug="vanguard-initiative",
        title="Vanguard; Initiative",
        acronym="VI",
        owner=PartnerFactory.create(name="Skåne agency"),
        level="inter-regional",
        kind="good-practice",
        start="2013-11",
        end="2018",
        summary="Regions drive “growth”.",
        description="First.\n\n- one\n- two",
        problem="Slow.",
        budget=Decimal("1250000.50"),
        currency="EUR",
        funding_source="Member regions",
        website="https://www.vanguard.example/",
        language="en",
        published_at=datetime(2026, 11, 1, 12, 30, tzinfo=UTC),
        last_verified_on=date(2026, 10, 30),
    )
    initiative.regions.add(RegionFactory.create(code="SE22", name="Sydsverige"))
    initiative.regions.add(RegionFactory.create(code="DK01", name="Hovedstaden"))
    for number, key in ((2, "pilots"), (1, "smart")):
        initiative.themes.add(
            ThemeFactory.create(key=key, labels={"en": key.title()}, position=number)
        )
    initiative.ecosystems.add(EcosystemFactory.create(key="health", labels={"en": "Health"}))
    initiative.target_groups.add(TargetGroupFactory.create(key="smes", labels={"en": "SMEs"}))
    for name, role in (("Skåne", "partner"), ("Lombardia", "owner"), ("Malopolska", "partner")):
        key = name.lower().replace("å", "a")
        organisation = OrganisationFactory.create(name=name, key=key, slug=f"{key}-region")
        InvolvementFactory.create(initiative=initiative, organisation=organisation, role=role)
    EvidenceFactory.create(initiative=initiative, indicator="Jobs", value=12, measured="2017")
    TransferFactory.create(
        initiative=initiative,
        organisation=OrganisationFactory.create(name="Agency of Jutland"),
        stage="adopted",
        date="2018-05",
        link="javascript:alert(1)",
    )
    TransferFactory.create(
        initiative=initiative,
        organisation=None,
        region=RegionFactory.create(code="AT12", name="Niederösterreich"),
        stage="planning",
    )
    initiative.links.create(label="Milan", url="https://milan.example/")
    initiative.links.create(label="Unsafe", url="javascript:alert(1)")
    initiative.preconditions.create(text="A cluster policy")
    initiative.lessons.create(kind="failure", text="Too many partners")
    initiative.sources.create(about="start", claim="2013", title="Report", accessed_on="2026-01-02")
    return initiative


def test_a_line_says_all_that_fits_in_a_table(client: Client, full: Initiative) -> None:
    (line,) = csv_lines(client, "?as_of=2016-06-21")

    assert list(line) == list(COLUMNS)
    assert {name: value for name, value in line.items() if value} == {
        "key": "vanguard",
        "title": "Vanguard; Initiative",
        "acronym": "VI",
        "kind": "good-practice",
        "level": "inter-regional",
        "status": "running",
        "start": "2013-11",
        "end": "2018",
        "open_ended": "false",
        "summary": "Regions drive “growth”.",
        "description": "First.\n\n'- one\n'- two",
        "problem": "Slow.",
        "themes": "smart; pilots",
        "theme_labels": "Smart; Pilots",
        "ecosystems": "health",
        "ecosystem_labels": "Health",
        "target_groups": "smes",
        "target_group_labels": "SMEs",
        "regions": "DK01; SE22",
        "countries": "DK; SE",
        "owners": "Lombardia",
        "partners": "Skåne; Malopolska",
        "budget": "1250000.50",
        "currency": "EUR",
        "funding_source": "Member regions",
        "website": "https://www.vanguard.example/",
        "links": "https://milan.example/",
        "evidence_count": "1",
        "transfers": "Agency of Jutland (adopted, 2018-05); Niederösterreich (planning)",
        "language": "en",
        "published_at": "2026-11-01T12:30:00Z",
        "last_verified_on": "2026-10-30",
        "curated_by": "Skåne agency",
        "url": "http://testserver/initiatives/vanguard-initiative/",
        "licence": "EUPL-1.2",
    }


def test_a_workbook_says_the_same_and_knows_numbers_from_text(
    client: Client, full: Initiative
) -> None:
    (line,) = xlsx_lines(client)

    assert list(line) == list(COLUMNS)
    assert line["description"] == "First.\n\n- one\n- two"
    assert line["partners"] == "Skåne; Malopolska"
    assert (line["budget"], line["evidence_count"]) == (1250000.5, 1)
    assert line["last_verified_on"].date() == date(2026, 10, 30)
    assert line["open_ended"] is False


def test_a_document_has_all_that_hangs_on_an_initiative(client: Client, full: Initiative) -> None:
    (initiative,) = document(client, "?as_of=2016-06-21")["initiatives"]

    assert initiative == {
        "key": "vanguard",
        "url": "http://testserver/initiatives/vanguard-initiative/",
        "title": "Vanguard; Initiative",
        "acronym": "VI",
        "kind": "good-practice",
        "level": "inter-regional",
        "status": "running",
        "start": "2013-11",
        "end": "2018",
        "open_ended": False,
        "summary": "Regions drive “growth”.",
        "description": "First.\n\n- one\n- two",
        "practice": {
            "problem": "Slow.",
            "how_it_works": "",
            "stakeholders": "",
            "resources": "",
            "results": "",
            "challenges": "",
            "transferability": "",
            "further_information": "",
        },
        "themes": [{"key": "smart", "label": "Smart"}, {"key": "pilots", "label": "Pilots"}],
        "ecosystems": [{"key": "health", "label": "Health"}],
        "target_groups": [{"key": "smes", "label": "SMEs"}],
        "regions": ["DK01", "SE22"],
        "organisations": [
            {
                "role": role,
                "key": key,
                "name": name,
                "url": f"http://testserver/organisations/{key}-region/",
            }
            for role, key, name in (
                ("owner", "lombardia", "Lombardia"),
                ("partner", "skane", "Skåne"),
                ("partner", "malopolska", "Malopolska"),
            )
        ],
        "budget": 1250000.5,
        "currency": "EUR",
        "funding_source": "Member regions",
        "website": "https://www.vanguard.example/",
        "links": [
            {"label": "Milan", "url": "https://milan.example/"},
            {"label": "Unsafe", "url": ""},
        ],
        "evidence": [
            {"indicator": "Jobs", "value": 12.0, "unit": "", "date": "2017", "source_url": ""}
        ],
        "preconditions": ["A cluster policy"],
        "transfers": [
            {
                "organisation": "Agency of Jutland",
                "region": None,
                "region_name": None,
                "stage": "adopted",
                "date": "2018-05",
                "what_changed": "",
                "link": "",
            },
            {
                "organisation": None,
                "region": "AT12",
                "region_name": "Niederösterreich",
                "stage": "planning",
                "date": None,
                "what_changed": "",
                "link": "",
            },
        ],
        "lessons": [{"kind": "failure", "text": "Too many partners"}],
        "sources": [
            {
                "about": "start",
                "claim": "2013",
                "title": "Report",
                "publisher": "",
                "url": "",
                "accessed_on": "2026-01-02",
            }
        ],
        "language": "en",
        "published_at": "2026-11-01T12:30:00Z",
        "last_verified_on": "2026-10-30",
        "curated_by": "Skåne agency",
        "licence": "EUPL-1.2",
    }


def test_little_is_needed(client: Client) -> None:
    InitiativeFactory.create(title="Bare")

    (line,), (cells,) = csv_lines(client), xlsx_lines(client)
    (initiative,) = document(client)["initiatives"]

    assert (line["title"], line["regions"], line["budget"]) == ("Bare", "", "")
    assert (cells["title"], cells["regions"], cells["budget"]) == ("Bare", None, None)
    assert (initiative["regions"], initiative["budget"], initiative["end"]) == ([], None, None)


@time_machine.travel("2026-11-24T08:00:00Z", tick=False)
def test_a_document_says_what_it_is(client: Client) -> None:
    InitiativeFactory.create(level="local")
    InitiativeFactory.create(level="national")

    read = document(client, "?level=local&level=lunar&page=2")

    assert read["count"] == 1
    assert read["about"] == {
        "selection": "http://testserver/initiatives/?level=local&level=lunar",
        "as_of": "2026-11-24",
        "left_out": ["level"],
        "generated_at": "2026-11-24T08:00:00Z",
        "licence": "EUPL-1.2",
        "documentation": "http://testserver/open-data/",
    }


def test_a_workbook_says_so_on_its_second_sheet(client: Client) -> None:
    content = body(client.get("/initiatives/export.xlsx?level=lunar&as_of=2016-06-21"))

    about = dict(openpyxl.load_workbook(io.BytesIO(content))["About"].values)

    assert about["selection"] == "http://testserver/initiatives/?level=lunar&as_of=2016-06-21"
    assert (about["as_of"], about["left_out"]) == ("2016-06-21", "level")


@pytest.mark.parametrize("read", [csv_lines, xlsx_lines])
def test_a_file_holds_what_the_list_shows_in_its_order(
    client: Client, read: Callable[[Client, str], Lines], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("initiatives.records.AT_FIRST", 1)
    monkeypatch.setattr("initiatives.records.AT_A_TIME", 2)
    for title in "DBEACF":
        InitiativeFactory.create(title=title, level="local")
    InitiativeFactory.create(title="elsewhere", level="national")

    lines = read(client, "?level=local")

    assert "".join(line["title"] for line in lines) == "ABCDEF"
    assert [
        row["title"] for row in document(client, "?level=local&sort=published")["initiatives"]
    ] == list("FCAEBD")


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_selection_gives_a_whole_file(client: Client, form: str) -> None:
    response = client.get(f"/initiatives/export.{form}?q=nothing")

    assert response.status_code == 200
    assert body(response)
    assert (csv_lines(client), xlsx_lines(client), document(client)["count"]) == ([], [], 0)


@time_machine.travel("2026-11-24T08:00:00Z", tick=False)
@pytest.mark.parametrize(
    ("form", "content_type"),
    [
        ("csv", "text/csv; charset=utf-8; header=present"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("json", "application/json"),
    ],
)
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_file_is_saved_under_a_name_that_tells(
    client: Client, method: str, form: str, content_type: str
) -> None:
    response = getattr(client, method)(f"/initiatives/export.{form}")

    assert response["Content-Disposition"] == (
        f'attachment; filename="clusterix-initiatives-2026-11-24.{form}"'
    )
    assert response["Content-Type"] == content_type
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert "X-Left-Out" not in response


def test_whoever_asks_for_the_head_alone_has_nothing_written(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    InitiativeFactory.create()

    response = client.head("/initiatives/export.csv?as_of=2016-06-21&level=lunar&status=x")

    assert body(response) == b""
    assert response["X-Left-Out"] == "level, status"
    assert "initiatives-as-of-2016-06-21.csv" in response["Content-Disposition"]


@pytest.mark.parametrize("form", FORMS)
def test_files_are_only_read(client: Client, form: str) -> None:
    assert client.post(f"/initiatives/export.{form}").status_code == 405


def test_more_than_a_spreadsheet_holds_is_told_before_it_begins(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FORMS, "xlsx", replace(FORMS["xlsx"], most=1))
    InitiativeFactory.create_batch(2)

    too_many = client.get("/initiatives/export.xlsx")
    fewer = client.get("/initiatives/export.xlsx?q=nothing")
    as_text = client.get("/initiatives/export.csv")

    assert too_many.status_code == 400
    assert "Narrow down, or take CSV or JSON." in too_many.content.decode()
    assert (fewer.status_code, as_text.status_code) == (200, 200)


def test_long_entries_are_fetched_a_few_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("initiatives.records.AT_FIRST", 2)
    monkeypatch.setattr("initiatives.records.LETTERS_AT_A_TIME", 100)
    initiatives = InitiativeFactory.create_batch(6, description="x" * 1_000)
    pks = [initiative.pk for initiative in initiatives]

    pieces = list(fetched(pks, public_records(date(2026, 11, 24))))

    assert [[record.pk for record in piece] for piece in pieces] == [
        pks[:2],
        pks[2:4],
        [pks[4]],
        [pks[5]],
    ]


def test_what_ceases_to_be_public_meanwhile_is_left_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("initiatives.records.AT_FIRST", 1)
    monkeypatch.setattr("initiatives.records.AT_A_TIME", 1)
    rows = [InitiativeFactory.create(title=title) for title in "ABCD"]
    pieces = iter(client.get("/initiatives/export.json"))

    begun = [next(pieces), next(pieces)]
    Initiative.objects.filter(pk=rows[3].pk).update(state="archived")
    read = json.loads(b"".join([*begun, *pieces]))

    assert [row["title"] for row in read["initiatives"]] == ["A", "B", "C"]
    assert read["count"] == 3


@pytest.mark.parametrize("form", FORMS)
def test_no_draft_no_user_and_no_hidden_organisation_is_in_a_file(form: str) -> None:
    owner: Partner = PartnerFactory.create()
    editor = member(owner, email=f"{CANARY}@agency.example")
    seen = InitiativeFactory.create(owner=owner, created_by=editor, title="Seen")
    hidden = OrganisationFactory.create(name=f"{CANARY} agency", state="draft", owner=owner)
    InvolvementFactory.create(initiative=seen, organisation=hidden)
    TransferFactory.create(initiative=seen, organisation=hidden, region=None, what_changed=CANARY)
    TransferFactory.create(
        initiative=seen,
        organisation=hidden,
        region=RegionFactory.create(code="SE"),
        stage="dropped",
    )
    for state in ("draft", "in_review", "archived"):
        InitiativeFactory.create(title=f"{CANARY} {state}", state=state, owner=owner)
    users = [None, editor, member(owner, Membership.Role.PUBLISHER), member(), secretariat()]

    for user in users:
        client = Client()
        if user:
            client.force_login(user)
        said = words(client, form)

        assert "Seen" in said
        assert "Region SE" in said
        assert CANARY not in said


@pytest.mark.parametrize("form", FORMS)
def test_user_text_stays_text(client: Client, form: str) -> None:
    formula = '=HYPERLINK("https://evil.example")'
    InitiativeFactory.create(title=formula, summary="\uff1d1+1\x0b\x1b")
    reader = {"csv": csv_lines, "xlsx": xlsx_lines}.get(form)

    (line,) = reader(client) if reader else document(client)["initiatives"]

    assert line["title"] == (f"'{formula}" if form == "csv" else formula)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_file_costs_the_same_queries_however_many_are_in_it(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int, form: str
) -> None:
    for _ in range(rows):
        initiative = InitiativeFactory.create()
        initiative.themes.add(ThemeFactory.create())
        InvolvementFactory.create(initiative=initiative)
        TransferFactory.create(initiative=initiative)

    with django_assert_num_queries(6):
        body(client.get(f"/initiatives/export.{form}"))


def test_the_language_of_the_reader_changes_nothing(client: Client, full: Initiative) -> None:
    english = csv_lines(client)

    german = csv_lines(Client(headers={"accept-language": "de"}))

    assert german == english


def test_addresses_in_a_file_lead_to_pages(client: Client, full: Initiative) -> None:
    (initiative,) = document(client)["initiatives"]

    paths = [initiative["url"], *(row["url"] for row in initiative["organisations"])]

    assert {client.get(re.sub("^http://testserver", "", path)).status_code for path in paths} == {
        200
    }
