"""Registrations as files for their organisers: whole, harmless, and written while they are sent."""

import csv
import tracemalloc
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from tests.factories import (
    AudienceCategoryFactory,
    QuestionFactory,
    RegistrationFactory,
    member,
)
from workshops.registration.desk import exporting
from workshops.registration.models import Registration, RegistrationSettings
from workshops.registration.models.registrations import RegistrationQuerySet

pytestmark = pytest.mark.django_db

FORMULAS = ("=1+1", "+1", "-1", "@x", "\t=1", " =1", '"=1')


@pytest.fixture
def browser(client: Client, terms: RegistrationSettings) -> Client:
    client.force_login(member(terms.workshop.owner))
    return client


def file(client: Client, terms: RegistrationSettings, name: str) -> Any:
    return client.get(f"/admin/registration/registrationsettings/{terms.pk}/desk/{name}")


def lines(client: Client, terms: RegistrationSettings, query: str = "") -> list[dict[str, str]]:
    """What a program reads in the file of comma-separated values."""
    text = file(client, terms, f"export.csv{query}").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_a_file_has_all_that_is_known_and_answers_as_columns(
    browser: Client, terms: RegistrationSettings
) -> None:
    diet = QuestionFactory.create(terms=terms, text="Diet?", position=1)
    visit = QuestionFactory.create(terms=terms, text="Visit?", kind="yes-no", position=2)
    at = datetime(2026, 5, 1, 23, 30, tzinfo=ZoneInfo("UTC"))
    row = RegistrationFactory.create(
        workshop=terms.workshop,
        name="Žofie",
        email="zofie@example.org",
        organisation="Agency, Ltd",
        audience=AudienceCategoryFactory.create(labels={"en": "Policy"}),
        country="CZ",
        party_size=2,
        needs="A ramp\nand tea",
        created_at=at,
    )
    row.answers.create(question=diet, text="none")
    row.answers.create(question=visit, text="yes")

    assert lines(browser, terms) == [
        {
            "number": str(row.pk),
            "state": "confirmed",
            "name": "Žofie",
            "email": "zofie@example.org",
            "organisation": "Agency, Ltd",
            "category": "Policy",
            "country": "Czechia",
            "people": "2",
            "needs": "A ramp\nand tea",
            "language": "en",
            "registered": "2026-05-02 01:30",
            "cancelled": "",
            "waiting_since": "",
            "priority": "",
            "consent": terms.consent.version,
            "Diet?": "none",
            "Visit?": "Yes",
        }
    ]


def test_a_file_is_a_download_that_nobody_keeps(
    browser: Client, terms: RegistrationSettings
) -> None:
    response = file(browser, terms, "export.csv")
    head = browser.head(response.request["PATH_INFO"])

    name = f"registrations-{terms.workshop.slug}-{timezone.localdate()}.csv"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "no-store" in response["Cache-Control"]
    assert (head["Content-Type"], head.getvalue()) == (response["Content-Type"], b"")


@pytest.mark.parametrize(("query", "status"), [("export.pdf", 404), ("export.csv?state=x", 400)])
def test_what_is_not_understood_is_no_file(
    browser: Client, terms: RegistrationSettings, query: str, status: int
) -> None:
    assert file(browser, terms, query).status_code == status


def test_no_cell_is_a_formula(browser: Client, terms: RegistrationSettings) -> None:
    for formula in FORMULAS:
        question = QuestionFactory.create(terms=terms, text=f"{formula}?")
        row = RegistrationFactory.create(
            workshop=terms.workshop, name=formula.strip(), needs=f"x\n{formula}"
        )
        row.answers.create(question=question, text=formula)

    text = file(browser, terms, "export.csv").getvalue().decode("utf-8-sig")
    sheet = load_workbook(BytesIO(file(browser, terms, "export.xlsx").getvalue())).active

    cells = [part for line in csv.reader(StringIO(text)) for part in line]
    parts = [part for cell in cells for part in cell.replace("\t", "\n").split("\n")]
    assert [part for part in parts if part.lstrip(' "')[:1] in set("=+-@")] == []
    kinds = {cell.data_type for line in sheet.iter_rows() for cell in line}
    assert kinds == {"s", "n"}
    assert sheet["C2"].value == "=1+1"


def test_questions_with_one_name_have_columns_of_their_own(
    browser: Client, terms: RegistrationSettings
) -> None:
    for text in ("Diet?", "Diet?", "name"):
        QuestionFactory.create(terms=terms, text=text)
    RegistrationFactory.create(workshop=terms.workshop)

    columns = list(lines(browser, terms)[0])

    assert columns == [*exporting.COLUMNS, "Diet?", "Diet? (2)", "name (2)"]


def test_only_the_selection_is_taken_and_nobody_who_was_erased(
    browser: Client, terms: RegistrationSettings
) -> None:
    RegistrationFactory.create(workshop=terms.workshop, name="Ada")
    waits = RegistrationFactory.create(workshop=terms.workshop, name="Bo", state="waiting")
    RegistrationFactory.create(workshop=terms.workshop).erase(timezone.now())

    told = [
        [line["name"] for line in lines(browser, terms, query)]
        for query in ("", "?state=waiting", f"?pick={waits.pk}")
    ]

    assert told == [["Ada", "Bo"], ["Bo"], ["Bo"]]


def test_who_is_erased_while_the_file_is_written_is_left_out(terms: RegistrationSettings) -> None:
    row = RegistrationFactory.create(workshop=terms.workshop)
    pieces = exporting.csv_file(exporting.Taken(terms, Registration.objects.all()))
    begun = [next(pieces), next(pieces)]
    row.erase(timezone.now())

    assert (len(begun), list(pieces)) == (2, [b""])


@pytest.fixture
def many(terms: RegistrationSettings) -> RegistrationQuerySet:
    """Four thousand, each with much to say."""
    now = timezone.now()
    Registration.objects.bulk_create(
        Registration(
            workshop=terms.workshop,
            state="declined",
            name="N" * 100,
            email=f"n{number}@example.org",
            needs="x" * 900,
            language="en",
            consent=terms.consent,
            consented_at=now,
            created_at=now,
            idempotency_key=uuid4(),
        )
        for number in range(4_000)
    )
    return Registration.objects.filter(workshop=terms.workshop)


def test_four_times_as_many_registrations_take_no_more_memory(
    terms: RegistrationSettings, many: RegistrationQuerySet
) -> None:
    def most_memory(write: Any, rows: RegistrationQuerySet) -> int:
        tracemalloc.start()
        written = sum(map(len, write(exporting.Taken(terms, rows))))
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert written > 1_000
        return most

    first, some = (Registration.objects.filter(pk__in=many[:count]) for count in (1, 1_000))
    for write in (exporting.csv_file, exporting.xlsx_file):
        most_memory(write, first)  # what is read once by each process

        assert most_memory(write, many) < 1.5 * most_memory(write, some)


def test_columns_are_explained() -> None:
    page = (Path(__file__).parents[2] / "docs" / "registration.md").read_text()

    assert [column for column in exporting.COLUMNS if f"`{column}`" not in page] == []
