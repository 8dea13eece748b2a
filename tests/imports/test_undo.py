"""Taking an import back: byte for byte, but for what somebody changed or refers to since."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from clusterix.curation.batches import recording
from clusterix.curation.batches.models import ImportBatch, TouchedEntry, Undone
from clusterix.curation.batches.undoing import Undoing
from clusterix.curation.imports.writing import Order
from clusterix.curation.models import Membership, Partner
from initiatives.imports import InitiativeKind
from initiatives.models import Initiative
from people.imports import OrganisationKind
from people.merging.models import Pair
from people.models import Organisation
from tests.factories import (
    EvidenceFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    PresentationFactory,
    RegionFactory,
    ReportFactory,
    ThemeFactory,
    member,
)
from tests.imports.conftest import NOW
from tests.imports.dumps import differences, everything

MAPPING = """
key: id
source: {title: The list, url: 'https://list.example/'}
fields:
  title: name
  kind: {constant: good-practice}
  level: {constant: regional}
  summary: text
  start: from
  budget: money
  currency: {constant: EUR}
  regions: {column: where, split: ";"}
  themes: theme
  links: web
  organisations: {column: by, create: {kind: {constant: other}, region: seat}}
"""
TABLE = """id,name,text,from,money,where,theme,web,by,seat
new,Cluster school,How to,2016-06,1200.50,SE;AT,green,https://a.example/,Region Skåne,SE
old,Renamed,Changed,2017,99999999999.10,EL,green,https://b.example/,Known agency,
same,Same,Same as it was,,,,,,,
"""

Imported = Callable[..., ImportBatch]

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(partner: Partner, tmp_path: Path) -> Imported:
    """Imports a table of initiatives for the partner, and answers how it is remembered."""

    def import_text(text: str = TABLE, mapping: str = MAPPING, **wishes: Any) -> ImportBatch:
        table, rules = tmp_path / "table.csv", tmp_path / "mapping.yaml"
        table.write_text(text, encoding="utf-8")
        rules.write_text(mapping, encoding="utf-8")
        kind = wishes.pop("kind", InitiativeKind)
        order = Order(**{"partner": partner, "reason": "Imported", "at": NOW, **wishes})
        batch = recording.record(table, kind, order, rules)[1]
        assert batch
        return batch

    return import_text


@pytest.fixture
def old(partner: Partner) -> Initiative:
    """What was there before the import, with rows of every sort."""
    ThemeFactory.create(key="green")
    entry: Initiative = InitiativeFactory.create(
        owner=partner, key="old", title="As it was", state="draft", budget="12.30", currency="SEK",
        start="2001-02-03", last_verified_on=date(2020, 2, 2),
    )  # fmt: skip
    entry.regions.add(RegionFactory.create(code="SE"))
    entry.links.create(label="Kept", url="https://kept.example/")
    entry.sources.create(title="Another list", url="https://other.example/")
    OrganisationFactory.create(owner=partner, name="Known agency")
    same = {"title": "Same", "summary": "Same as it was", "kind": "good-practice"}
    InitiativeFactory.create(owner=partner, key="same", level="regional", currency="", **same)
    EvidenceFactory.create(initiative=entry)
    return entry


def undo(batch: ImportBatch, reason: str = "A mistake") -> Undone:
    """Take an import back."""
    with_row = recording.undo(batch, reason, lambda _count: None)
    assert with_row
    found: Undone = with_row.undone
    return found


def kept(done: Undone) -> dict[str, str]:
    """What stays, by name, with the reason."""
    return {entry["name"]: entry["reason"] for entry in done["examples"]}


@pytest.mark.parametrize("publish", [False, True])
def test_undoing_restores_byte_for_byte(imported: Imported, old: Initiative, publish: bool) -> None:
    before = everything()
    batch = imported(publish=publish)
    changed = differences(before, everything())

    done = undo(batch)

    assert changed >= {
        "initiatives_initiative",
        "initiatives_initiative_regions",
        "initiatives_initiative_themes",
        "initiatives_initiativelink",
        "initiatives_initiativesource",
        "initiatives_involvement",
        "people_organisation",
    }
    assert differences(before, everything()) == set()
    assert (done["deleted"], done["restored"], done["kept"]) == (2, 2, 0)


def test_the_history_says_what_was_undone_and_why(imported: Imported, old: Initiative) -> None:
    batch = imported()

    undo(batch, "A mistake")

    told = [
        (version.key, version.history_type, version.history_change_reason, version.title)
        for version in Initiative.history.filter(key__in=["old", "new"]).order_by("history_id")
    ]
    why = f"Import {batch.pk} undone: A mistake"
    assert told[-4:] == [
        ("new", "+", "Imported", "Cluster school"),
        ("old", "~", "Imported", "Renamed"),
        ("new", "-", why, "Cluster school"),
        ("old", "~", why, "As it was"),
    ]
    assert [region.region_id for region in old.history.first().regions.all()] == ["SE"]
    assert not TouchedEntry.objects.exists()


def test_what_somebody_changed_since_stays_by_name(imported: Imported, old: Initiative) -> None:
    batch = imported()
    changed = Initiative.unscoped.get(key="old")
    changed.title = "Changed by hand"
    changed.save()

    done = undo(batch)

    assert kept(done) == {"Changed by hand": "Somebody changed it since."}
    assert Initiative.unscoped.get(key="old").title == "Changed by hand"
    assert not Initiative.unscoped.filter(key="new").exists()


def test_a_row_of_an_entry_that_changed_is_a_change_too(
    imported: Imported, old: Initiative
) -> None:
    batch = imported()
    old.links.filter(url="https://b.example/").update(label="By hand")

    assert kept(undo(batch)) == {"Renamed": "Somebody changed it since."}


def test_what_somebody_deleted_since_is_named_or_simply_gone(
    imported: Imported, old: Initiative
) -> None:
    batch = imported()
    Initiative.unscoped.filter(key__in=["old", "new"]).delete()

    done = undo(batch)

    assert kept(done) == {"As it was": "Somebody deleted it since."}
    assert (done["deleted"], done["restored"]) == (1, 1)


REFERENCES: dict[str, Callable[[Initiative], object]] = {
    "presented initiative": lambda entry: PresentationFactory.create(initiative=entry),
    "evidence": lambda entry: EvidenceFactory.create(initiative=entry),
    "report from a reader": lambda entry: ReportFactory.create(entry=entry),
}


@pytest.mark.parametrize("what", REFERENCES)
def test_a_new_entry_that_others_refer_to_stays_by_name(
    imported: Imported, old: Initiative, what: str
) -> None:
    batch = imported()
    REFERENCES[what](Initiative.unscoped.get(key="new"))

    done = undo(batch)

    assert kept(done) == {
        "Cluster school": f"Something refers to it: {what}.",
        "Region Skåne": "Something refers to it: involved organisation.",
    }


def test_a_likely_duplicate_is_no_reason_to_stay(imported: Imported, old: Initiative) -> None:
    batch = imported()
    ours, other = Organisation.unscoped.order_by("pk")
    Pair.objects.create(one=ours, other=other, marks=["name"])

    assert undo(batch)["kept"] == 0


def test_an_organisation_that_the_import_made_stays_while_others_name_it(
    imported: Imported, old: Initiative
) -> None:
    batch = imported()
    made = Organisation.unscoped.get(name="Region Skåne")
    InvolvementFactory.create(organisation=made)

    assert kept(undo(batch)) == {"Region Skåne": "Something refers to it: involved organisation."}


def test_imports_are_undone_the_last_first(imported: Imported, old: Initiative) -> None:
    before = everything()
    first = imported()
    between = everything()
    second = imported(TABLE.replace("Renamed", "Renamed again").replace("green", ""))

    assert kept(Undoing(first, None).survey()) == {"Renamed again": "Somebody changed it since."}
    undo(second)
    assert differences(between, everything()) == set()
    undo(first)
    assert differences(before, everything()) == set()


@pytest.mark.parametrize("role", [Membership.Role.EDITOR, Membership.Role.PUBLISHER])
def test_nobody_undoes_what_they_may_not_change(
    imported: Imported, old: Initiative, partner: Partner, role: str
) -> None:
    batch = imported(publish=True)

    survey = Undoing(batch, member(partner, role)).survey()

    may_not = (
        {}
        if role == "publisher"
        else dict.fromkeys(
            ["Renamed", "Cluster school", "Same"], "You may not change it as it stands."
        )
    )
    assert kept(survey).items() >= may_not.items()
    assert bool(may_not) == bool(survey["kept"])


def test_a_survey_says_what_undoing_then_does(imported: Imported, old: Initiative) -> None:
    batch = imported()
    before = everything()

    survey = Undoing(batch, None).survey()

    assert differences(before, everything()) == set()
    assert survey == undo(batch)
    assert survey["deleted"] == 2


def test_where_the_database_objects_the_entry_stays_by_name(
    imported: Imported, old: Initiative
) -> None:
    batch = imported()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE batches_touchedentry SET before = jsonb_set(before, '{slug}', to_jsonb("
            "(SELECT slug FROM initiatives_initiative WHERE key = 'same')))"
            " WHERE before IS NOT NULL"
        )

    done = undo(batch)

    assert kept(done) == {
        "Renamed": "The database refuses it: something else has taken its place since."
    }
    assert done["deleted"] == 2


def test_organisations_are_taken_back_with_their_other_names(
    imported: Imported, partner: Partner
) -> None:
    OrganisationFactory.create(key="a", owner=partner).aliases.create(name="Old name", until="2001")
    before = everything()
    batch = imported(
        "id,name,also\na,New name,Another\nb,Second,B2\n",
        "key: id\nfields: {name: name, kind: {constant: cluster}, aliases: also}\n",
        kind=OrganisationKind,
    )

    assert differences(before, everything()) == {"people_organisation", "people_alias"}
    undo(batch)
    assert differences(before, everything()) == set()
