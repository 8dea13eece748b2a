"""The report of a trial: counts, reasons, and the refused rows as a file."""

import pytest
from django.test import Client

from clusterix.curation.batches import steps
from clusterix.curation.models import Partner
from initiatives.models import Initiative
from tests.factories import InitiativeFactory
from tests.imports.pages.conftest import COLUMNS, TABLE, Send, at, page, worked

pytestmark = pytest.mark.django_db


def test_the_report_counts_and_names_row_column_value_and_reason(
    checked: Send, browser: Client
) -> None:
    shown = page(browser, at(checked()))

    assert "<dt>created</dt><dd>2</dd>" in shown
    assert "Country: “Atlantis”: No country or region is known by this name or code." in shown
    assert "Import all but the refused rows" in shown


def test_a_likely_duplicate_is_flagged_with_a_link(
    checked: Send, browser: Client, agency: Partner
) -> None:
    other = InitiativeFactory.create(title="Cluster School", key="other", owner=agency)
    theirs = InitiativeFactory.create(title="Harbour cluster", key="theirs")

    shown = page(browser, at(checked(TABLE.replace("Atlantis", ""))))

    assert "“other” is called so too: perhaps it is the same." in shown
    assert f'href="/admin/initiatives/initiative/{other.pk}/change/"' in shown
    assert "“theirs” is called so too" in shown
    assert f'href="/admin/initiatives/initiative/{theirs.pk}/change/"' not in shown


def test_refused_rows_come_as_a_file_to_correct_and_send_again(
    checked: Send, browser: Client
) -> None:
    table = TABLE.replace(";;2018", ";Atlantis;2018").replace("It counts", "-- It\ncounts")
    batch = checked(table.replace("-- It\ncounts", '"-- It\ncounts"'))

    file = browser.get(at(batch, "refused_csv"))

    text = file.getvalue().decode("utf-8-sig")
    why = "Country: “Atlantis”: No country or region is known by this name or code."
    assert text.splitlines()[:2] == [
        '"Row","Why it was refused","Nr","Name","Short description","Country","Begin"',
        f'3,"{why}","2","Harbour cluster","It sails","Atlantis","2017"',
    ]
    assert '"\'=Formula cluster","\'-- It' in text
    assert file["Content-Disposition"] == f'attachment; filename="refused-{batch.pk}.csv"'

    again = checked(text.replace('"Atlantis"', '"SE"'))

    assert dict(again.counts)["created"] == 2
    browser.post(at(again, "import"), {"checked": again.checked})
    worked(again)
    formula = Initiative.unscoped.get(key="x-3")
    assert (formula.title, formula.summary) == ("=Formula cluster", "-- It\ncounts")


def test_a_table_without_refused_rows_has_no_such_file(checked: Send, browser: Client) -> None:
    batch = checked(TABLE.replace("Atlantis", "SE"))

    assert browser.get(at(batch, "refused_csv")).status_code == 404
    assert "Import these" in page(browser, at(batch))


def test_a_long_report_has_pages_and_can_be_narrowed_down(checked: Send, browser: Client) -> None:
    rows = "".join(f"{n};Name {n};Text;Atlantis;2017\n" for n in range(120))
    batch = checked(TABLE.splitlines(keepends=True)[0] + rows)

    first, last = page(browser, at(batch)), page(browser, f"{at(batch)}?p=3&only=refused")

    assert "Page 1 of 3" in first
    assert "Page 3 of 3" in last
    assert '?p=2&amp;only=refused"' in last
    assert "All rows with something to say" in last


def test_of_too_many_rows_the_refused_ones_are_told_first(
    checked: Send, monkeypatch: pytest.MonkeyPatch, agency: Partner
) -> None:
    monkeypatch.setattr(steps, "MOST_TOLD", 1)
    InitiativeFactory.create(title="Cluster School", key="other", owner=agency)

    batch = checked()

    assert [row.number for row in batch.told.all()] == [3]
    assert str(batch.told.get()) == "Row 3"
    assert "Of 2 rows with something to say, the first 1 are listed." in batch.notes


def test_columns_that_are_left_out_are_named(checked: Send) -> None:
    batch = checked(columns={**COLUMNS, "column-3": ""})

    assert "Columns that are left out: Country." in batch.notes
