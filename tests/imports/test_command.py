"""`manage.py import_entries`."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clusterix.curation.batches.models import ImportBatch
from clusterix.curation.models import Partner
from initiatives.models import Initiative
from people.models import Alias, Organisation, OrganisationSource
from tests.factories import OrganisationFactory, PartnerFactory, RegionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def programme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Partner:
    """The programme's own partner, in a folder with an empty table."""
    monkeypatch.chdir(tmp_path)
    found: Partner = PartnerFactory.create(slug="clusterix", is_programme=True)
    return found


def said(model: str, table: str, *options: str, **values: object) -> list[str]:
    """What the command prints about a table, by line."""
    Path("table.csv").write_text(table, encoding="utf-8")
    out = StringIO()
    call_command("import_entries", model, "table.csv", *options, stdout=out, **values)
    return out.getvalue().splitlines()


ORGANISATIONS = "key;name;kind;region;aliases;remark\nskane;Region Skåne;public authority;SE;RS;!\n"


def test_a_table_with_the_names_of_fields_needs_no_mapping(programme: Partner) -> None:
    RegionFactory.create(code="SE")

    lines = said("people.Organisation", ORGANISATIONS)

    skane, batch = Organisation.unscoped.get(), ImportBatch.objects.get()
    assert lines == [
        "Read as UTF-8, with a semicolon between cells.",
        "Columns that were not imported: remark.",
        "1 created, 0 updated, 0 unchanged, 0 refused.",
        f"This is import {batch.pk}: --undo {batch.pk} takes it back.",
    ]
    assert (skane.key, skane.name, skane.kind) == ("skane", "Region Skåne", "public-authority")
    assert (skane.region_id, skane.owner, skane.state) == ("SE", programme, "draft")
    assert [(alias.name, alias.kind) for alias in Alias.objects.all()] == [("RS", "other")]


def test_the_verbosity_decides_whether_every_row_has_a_line() -> None:
    table = "key,title,kind,level,summary\na,A,platform,local,B\n"

    lines = said("initiatives.Initiative", table, verbosity=2)

    assert "Row 2, a: created" in lines


def test_the_reason_names_the_file_unless_given() -> None:
    table = "key,title,kind,level,summary\na,A,platform,local,B\n"
    said("initiatives.Initiative", table)

    said("initiatives.Initiative", table.replace("B", "C"), "--reason", "Spring cleaning")

    reasons = Initiative.history.order_by("history_id")
    assert list(reasons.values_list("history_change_reason", flat=True)) == [
        "Imported from table.csv",
        "Spring cleaning",
    ]


def test_a_dry_run_says_so() -> None:
    table = "key,title,kind,level,summary\na,A,platform,local,B\n"

    lines = said("initiatives.Initiative", table, "--dry-run", "--publish")

    assert lines[-2:] == [
        "1 created, 0 updated, 0 unchanged, 0 refused.",
        "This was a dry run: nothing was kept.",
    ]
    assert not Initiative.unscoped.exists()


def test_a_strict_import_with_a_refused_row_is_an_error() -> None:
    table = "key,title,kind,level,summary\na,A,platform,local,B\nb,,platform,local,B\n"

    with pytest.raises(CommandError, match="Nothing was imported, because rows were refused"):
        said("initiatives.Initiative", table, "--strict")

    assert not Initiative.unscoped.exists()


def test_texts_that_were_shortened_are_counted() -> None:
    Path("map.yaml").write_text(
        "key: id\nfields: {title: {column: name, too_long: cut}, kind: {constant: platform},"
        " level: {constant: local}, summary: name}\n",
        encoding="utf-8",
    )

    lines = said("initiatives.Initiative", f"id,name\n1,{'word ' * 50}\n", "--mapping", "map.yaml")

    assert lines[-3] == "Texts shortened, codes renewed: 1 (--verbosity 2 lists them)."


def test_entries_belong_to_the_partner_that_is_named() -> None:
    agency = PartnerFactory.create(slug="agency")

    said("people.Organisation", ORGANISATIONS.replace("SE", ""), "--partner", "agency")

    assert Organisation.unscoped.get().owner == agency


def test_a_partner_that_there_is_not_is_an_error_that_names_those_there_are() -> None:
    with pytest.raises(CommandError, match=r"^Say for which partner with --partner: clusterix\.$"):
        said("people.Organisation", ORGANISATIONS, "--partner", "nobody")


def test_without_any_partner_there_is_nobody_to_import_for() -> None:
    Partner.objects.all().delete()

    with pytest.raises(CommandError, match="there is none yet"):
        said("people.Organisation", ORGANISATIONS)


def test_a_file_that_is_no_table_is_an_error_in_words() -> None:
    with pytest.raises(CommandError) as refused:
        said("people.Organisation", "")

    assert str(refused.value) == "table.csv cannot be imported. The first row names no column."


def test_a_mapping_with_mistakes_is_an_error_that_names_their_lines() -> None:
    Path("map.yaml").write_text("key: id\nfields: {nam: name, kind: sort}\n", encoding="utf-8")

    with pytest.raises(CommandError) as refused:
        said("people.Organisation", "id,name\n1,A\n", "--mapping", "map.yaml")

    assert str(refused.value).splitlines() == [
        "Put the mapping right first:",
        "map.yaml:2: “nam” is nothing that is known here. Did you mean “name”?",
    ]


def test_the_source_of_a_mapping_stands_with_each_organisation() -> None:
    Path("map.yaml").write_text(
        "key: id\nsource: {title: A list, url: 'https://list.example/'}\n"
        "fields:\n  name: name\n  kind: {constant: cluster}\n"
        "  aliases: {column: once, role: former}\n",
        encoding="utf-8",
    )

    said("people.Organisation", "id,name,once\n1,A,Old A\n", "--mapping", "map.yaml")

    assert str(OrganisationSource.objects.get()) == "A list"
    assert Alias.objects.get().kind == Alias.Kind.FORMER


def test_organisations_of_the_same_name_in_the_same_country_are_pointed_out() -> None:
    sweden = RegionFactory.create(code="SE")
    OrganisationFactory.create(key="other", name="REGION SKANE", region=sweden)

    lines = said("people.Organisation", ORGANISATIONS)

    assert "  name: “Region Skåne”: “other” is called so too: perhaps it is the same." in lines


def undone(number: int, *options: str) -> list[str]:
    """What the command prints about taking an import back, by line."""
    out = StringIO()
    call_command("import_entries", "--undo", str(number), *options, stdout=out)
    return out.getvalue().splitlines()


def test_an_import_is_taken_back_by_its_number() -> None:
    RegionFactory.create(code="SE")
    said("people.Organisation", ORGANISATIONS)
    batch = ImportBatch.objects.get()

    lines = undone(batch.pk, "--reason", "The wrong list")

    assert lines == ["1 deleted, 0 as before, 0 left as they are."]
    assert not Organisation.unscoped.exists()
    last = Organisation.history.order_by("history_id").last()
    assert (last.history_type, last.history_change_reason) == (
        "-",
        f"Import {batch.pk} undone: The wrong list",
    )


def test_what_stays_is_named_with_the_reason() -> None:
    RegionFactory.create(code="SE")
    said("people.Organisation", ORGANISATIONS)
    Organisation.unscoped.get().because("Corrected").save()

    lines = undone(ImportBatch.objects.get().pk)

    assert lines == [
        "  Region Skåne: Somebody changed it since.",
        "0 deleted, 0 as before, 1 left as they are.",
    ]


@pytest.mark.parametrize("times", [0, 1])
def test_what_was_undone_or_never_was_cannot_be_undone(times: int) -> None:
    RegionFactory.create(code="SE")
    said("people.Organisation", ORGANISATIONS)
    batch = ImportBatch.objects.get()
    number = batch.pk if times else batch.pk + 1
    for _time in range(times):
        undone(number)

    with pytest.raises(CommandError, match=f"^There is no import {number} that could be undone"):
        undone(number)


def test_without_a_file_or_a_number_the_command_says_what_it_needs() -> None:
    with pytest.raises(CommandError, match="MODEL and FILE"):
        call_command("import_entries")


def test_a_dry_run_leaves_no_import_behind() -> None:
    said(
        "initiatives.Initiative",
        "key,title,kind,level,summary\na,A,platform,local,B\n",
        "--dry-run",
    )

    assert not ImportBatch.objects.exists()
