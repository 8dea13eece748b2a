"""Content files become rows: what a file can say, and the classification that comes first."""

from decimal import Decimal
from pathlib import Path
from textwrap import dedent

from clusterix.content import loading
from initiatives.models import Initiative, Theme
from people.models import Organisation
from people.regions import load_regions
from tests.content.conftest import TODAY, Load
from tests.content.records import NEXTSTEP, PARTNER, SKANE
from workshops.models import Contribution, Session, Workshop


def test_a_record_becomes_a_published_entry_of_the_programmes_own_partner(load: Load) -> None:
    report = load(PARTNER + SKANE)

    skane = Organisation.objects.get()
    assert (skane.key, skane.slug, skane.name) == ("skane", "skane", "Region Skåne")
    assert (skane.owner.slug, skane.region_id, skane.language) == ("clusterix", "SE224", "en")
    assert skane.published_at is not None
    assert [(change.key, change.is_new) for change in report.changes] == [
        ("clusterix", True),
        ("skane", True),
    ]


def test_a_draft_stays_a_draft_until_the_file_publishes_it(load: Load) -> None:
    draft = f"{PARTNER}{SKANE}    state: draft\n"
    load(draft)

    before = Organisation.objects.count()
    load(PARTNER + SKANE)

    assert before == 0
    assert Organisation.objects.get().published_at is not None


def test_an_initiative_has_its_figures_lists_and_relations(load: Load) -> None:
    load(
        PARTNER
        + SKANE
        + NEXTSTEP
        + """
    start: 2015
    end: 2016-22
    budget: 1500000.50
    currency: EUR
    regions: [SE224]
    themes: [start-ups, growth]
    involvements:
      - {organisation: skane, role: owner}
    evidence:
      - {indicator: Companies founded, value: 29, measured: 2016-03}
    preconditions: [A large company that lets people go]
    relations:
      - {kind: part-of, related: programme}
  programme:
    title: Growth programme
    kind: programme
    level: regional
    summary: Makes regions grow.
themes:
  growth: {labels: {en: Growth, sv: Tillväxt}}
  start-ups: {labels: {en: Start-ups}, parent: growth}
"""
    )

    nextstep = Initiative.objects.get(key="nextstep")
    assert (str(nextstep.start), str(nextstep.end)) == ("2015", "summer 2016")
    assert (nextstep.budget, nextstep.currency) == (Decimal("1500000.50"), "EUR")
    assert [theme.key for theme in nextstep.themes.order_by("position")] == ["growth", "start-ups"]
    assert [str(row) for row in nextstep.involvements.all()] == ["Region Skåne (owner)"]
    assert [(row.indicator, row.value) for row in nextstep.evidence.all()] == [
        ("Companies founded", Decimal(29))
    ]
    assert [row.text for row in nextstep.preconditions.all()] == [
        "A large company that lets people go"
    ]
    assert [str(row) for row in nextstep.relations.all()] == ["is part of Growth programme"]
    assert Theme.objects.get(key="start-ups").parent == Theme.objects.get(key="growth")


def test_a_workshop_has_its_sessions_in_order_with_who_spoke_and_what_about(load: Load) -> None:
    load(
        PARTNER
        + SKANE
        + NEXTSTEP
        + """
people:
  ada: {given_name: Ada, family_name: Berg}
workshops:
  meeting:
    title: Meeting
    summary: Partners meet.
    starts_on: 2016-06-21
    ends_on: 2016-06-21
    languages: [en, sv]
    hosts: [skane]
    sessions:
      - title: Zoom in
        contributions:
          - {person: ada, organisation: skane, affiliation: Skåne}
        presents: [nextstep]
      - title: A last word
"""
    )

    meeting = Workshop.objects.get()
    sessions = list(Session.objects.in_order())
    assert meeting.languages == ["en", "sv"]
    assert [host.name for host in meeting.hosts.all()] == ["Region Skåne"]
    assert [session.title for session in sessions] == ["Zoom in", "A last word"]
    assert [session.starts_at for session in sessions] == [None, None]
    assert [str(row) for row in sessions[0].presents.all()] == ["NextStep"]
    assert [row.affiliation for row in Contribution.objects.all()] == ["Skåne"]


def test_an_organisation_can_be_continued_by_one_that_stands_further_down(load: Load) -> None:
    load(
        PARTNER
        + """
organisations:
  old: {name: Old agency, kind: eu-body, successor: new}
  new: {name: New agency, kind: eu-body}
"""
    )

    assert Organisation.objects.get(key="old").successor == Organisation.objects.get(key="new")


def test_files_of_a_folder_refer_to_each_other_and_to_what_was_loaded_before(
    load: Load, tmp_path: Path
) -> None:
    load(PARTNER)
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "a.yaml").write_text(dedent(SKANE) + "    successor: later\n", encoding="utf-8")
    (folder / "b.yaml").write_text(
        "organisations: {later: {name: Later, kind: other}}", encoding="utf-8"
    )
    (folder / "notes.txt").write_text("not read", encoding="utf-8")

    loading.load([folder], today=TODAY)

    assert Organisation.objects.get(key="skane").successor == Organisation.objects.get(key="later")


# Regions


def test_regions_are_loaded_first_and_once(tmp_path: Path, db: None) -> None:
    first = loading.load([tmp_path], today=TODAY)

    second = loading.load([tmp_path], today=TODAY)

    assert first.regions.created > 2000
    assert not first.did_nothing
    assert second.regions.created == 0
    assert second.did_nothing
    assert load_regions().created == 0
