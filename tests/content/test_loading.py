"""Content files become rows: all of them or nothing, twice the same as once."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest

from clusterix.content import loading
from clusterix.content.loading import RefusedError
from clusterix.curation.models import Partner
from initiatives.models import Initiative, Theme
from people.models import Organisation
from people.regions import load_regions
from tests.content.conftest import TODAY, Load
from tests.factories import (
    AliasFactory,
    OrganisationFactory,
    PartnerFactory,
)
from workshops.models import Contribution, Session, Workshop

PARTNER = """
partners:
  clusterix: {name: Secretariat, is_programme: true}
"""
SKANE = """
organisations:
  skane:
    name: Region Skåne
    kind: public-authority
    region: SE224
"""
NEXTSTEP = """
initiatives:
  nextstep:
    title: NextStep
    kind: good-practice
    level: local
    summary: Helps people to found companies.
"""
MEETING = """
workshops:
  meeting:
    title: Partner meeting
    summary: Partners meet.
    starts_on: in 60 days
    ends_on: day 2
    time_zone: Europe/Stockholm
    sessions:
      - {title: Opening, starts_at: day 1 09:30, ends_at: day 1 10:00, room: Hall}
      - {title: Visit, kind: study-visit, day: day 2}
"""


def mistakes(load: Load, text: str) -> list[tuple[int, str]]:
    """The lines and reasons for which a text is refused."""
    with pytest.raises(RefusedError) as refused:
        load(text)
    return [(mistake.line, mistake.reason) for mistake in refused.value.mistakes]


# What a file can say


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


# Days that are relative


def test_days_and_times_can_be_relative_to_the_day_of_the_load(load: Load) -> None:
    load(PARTNER + MEETING, today=date(2026, 5, 4))

    meeting = Workshop.objects.get()
    opening, visit = Session.objects.in_order()
    assert (meeting.starts_on, meeting.ends_on) == (date(2026, 7, 3), date(2026, 7, 4))
    assert opening.starts_at == datetime(2026, 7, 3, 7, 30, tzinfo=UTC)
    assert visit.day == date(2026, 7, 4)


def test_a_relative_day_stays_put_until_it_is_over(load: Load) -> None:
    load(PARTNER + MEETING, today=date(2026, 5, 4))

    report = load(PARTNER + MEETING, today=date(2026, 7, 4))

    assert report.did_nothing
    assert Workshop.objects.get().starts_on == date(2026, 7, 3)


def test_a_relative_day_that_is_over_moves_on_and_its_sessions_with_it(load: Load) -> None:
    load(PARTNER + MEETING, today=date(2026, 5, 4))
    opening = Session.objects.get(title="Opening")

    report = load(PARTNER + MEETING, today=date(2026, 7, 5))

    moved = Session.objects.get(title="Opening")
    assert Workshop.objects.get().starts_on == date(2026, 9, 3)
    assert moved.pk == opening.pk
    assert moved.starts_at == datetime(2026, 9, 3, 7, 30, tzinfo=UTC)
    assert [change.given for change in report.changes] == [("starts_on", "ends_on", "sessions")]


def test_a_date_can_lie_some_days_before_the_first(load: Load) -> None:
    text = MEETING.replace("day: day 2", "day: 7 days before")

    load(PARTNER + text, today=date(2026, 5, 4))

    assert Session.objects.get(title="Visit").day == date(2026, 6, 26)


def test_a_time_can_carry_its_own_offset(load: Load) -> None:
    text = MEETING.replace("day 1 09:30", "2026-07-03T08:30+01:00")

    load(PARTNER + text)

    opening = Session.objects.get(title="Opening")
    assert opening.starts_at == datetime(2026, 7, 3, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("relative", "calendar", "mistake"),
    [
        ("in 60 days", "9999-12-31", (10, "ends_on: “day 2” is no date or time.")),
        (
            "day 1 10:00",
            "1 day before noon",
            (13, "ends_at: “1 day before noon” is no date or time."),
        ),
    ],
)
def test_a_day_that_no_calendar_has_is_a_mistake(
    load: Load, relative: str, calendar: str, mistake: tuple[int, str]
) -> None:
    text = MEETING.replace(relative, calendar)

    found = mistakes(load, PARTNER + text)

    assert mistake in found


# Loading again


def test_the_second_load_changes_nothing(load: Load) -> None:
    text = PARTNER + SKANE + NEXTSTEP + MEETING
    load(text)
    written = {entry.pk: entry.updated_at for entry in Organisation.objects.all()}

    report = load(text)

    assert report.did_nothing
    assert report.changes == []
    assert report.unchanged == {
        "partners": 1,
        "organisations": 1,
        "initiatives": 1,
        "workshops": 1,
    }
    assert {entry.pk: entry.updated_at for entry in Organisation.objects.all()} == written


def test_a_change_in_the_file_changes_that_field_and_says_why_in_the_history(load: Load) -> None:
    load(PARTNER + SKANE)

    report = load(PARTNER + SKANE.replace("Region Skåne", "Skåne Regional Council"))

    skane = Organisation.objects.get()
    assert skane.name == "Skåne Regional Council"
    assert [(change.key, change.given) for change in report.changes] == [("skane", ("name",))]
    assert [row.history_change_reason for row in skane.history.all()] == [
        "Loaded from record.yaml",
        "Loaded from record.yaml",
    ]


def test_a_record_that_changes_can_refer_to_one_that_does_not(load: Load) -> None:
    text = "themes: {jobs: {labels: {en: Jobs}, parent: growth}, growth: {labels: {en: Growth}}}"
    load(text)

    report = load(text.replace("Jobs", "Work"))

    assert [change.key for change in report.changes] == ["jobs"]
    assert Theme.objects.get(key="jobs").parent == Theme.objects.get(key="growth")


def test_what_the_file_leaves_out_is_emptied(load: Load) -> None:
    load(f"{PARTNER}{SKANE}    city: Malmö\n")

    load(PARTNER + SKANE)

    assert Organisation.objects.get().city == ""


def test_rows_that_are_known_again_keep_their_address(load: Load) -> None:
    sessions = """
    sessions:
      - {title: Opening}
      - {title: Middle}
      - {title: End}
"""
    meeting = MEETING[: MEETING.index("    sessions")]
    load(PARTNER + meeting + sessions)
    before = {session.title: session.pk for session in Session.objects.all()}

    load(PARTNER + meeting + sessions.replace("- {title: Middle}", "- {title: New}"))

    after = {session.title: session.pk for session in Session.objects.in_order()}
    assert list(after) == ["Opening", "New", "End"]
    assert (after["Opening"], after["End"]) == (before["Opening"], before["End"])


def test_sessions_can_swap_their_times_in_one_room(load: Load) -> None:
    text = MEETING.replace(
        "{title: Visit, kind: study-visit, day: day 2}",
        "{title: Talk, starts_at: day 1 10:00, ends_at: day 1 10:30, room: Hall}",
    )
    load(PARTNER + text)
    swapped = text.replace("Opening", "X").replace("Talk", "Opening").replace("X", "Talk")

    load(PARTNER + swapped)

    assert [session.title for session in Session.objects.in_order()] == ["Talk", "Opening"]


def test_the_order_of_rows_without_an_order_does_not_matter(load: Load) -> None:
    aliases = "    aliases: [{name: Alpha}, {name: Beta}]\n"
    load(PARTNER + SKANE + aliases)

    report = load(PARTNER + SKANE + "    aliases: [{name: Beta}, {name: Alpha}]\n")

    assert report.did_nothing


def test_a_theme_taken_from_an_initiative_is_one_version_in_its_history(load: Load) -> None:
    themes = "themes: {growth: {labels: {en: Growth}}, jobs: {labels: {en: Jobs}}}\n"
    load(PARTNER + NEXTSTEP + "    themes: [growth, jobs]\n" + themes)
    versions = Initiative.history.count()

    load(PARTNER + NEXTSTEP + "    themes: [growth]\n" + themes)

    assert [theme.key for theme in Initiative.objects.get().themes.all()] == ["growth"]
    assert Initiative.history.count() == versions + 2  # its columns, then its lists


def test_a_theme_that_is_named_twice_is_one(load: Load) -> None:
    text = (
        PARTNER + NEXTSTEP + "    themes: [growth, growth]\nthemes: {growth: {labels: {en: G}}}\n"
    )
    load(text)

    report = load(text)

    assert report.did_nothing
    assert Initiative.objects.get().themes.count() == 1


# What people wrote


def test_what_people_changed_since_stays_and_is_told(load: Load) -> None:
    load(PARTNER + SKANE)
    Organisation.objects.update(name="Skåne, as people call it", city="Kristianstad")

    report = load(PARTNER + SKANE.replace("SE224", "SE22"))

    skane = Organisation.objects.get()
    assert (skane.name, skane.city) == ("Skåne, as people call it", "Kristianstad")
    assert skane.region_id == "SE22"
    assert [(change.given, change.kept) for change in report.changes] == [
        (("region",), ("name", "city"))
    ]


def test_what_people_changed_stays_however_often_it_is_loaded(load: Load) -> None:
    load(PARTNER + SKANE)
    Organisation.objects.update(name="Skåne, as people call it")
    load(PARTNER + SKANE)

    report = load(PARTNER + SKANE.replace("Region Skåne", "Skåne Regional Council"))

    assert Organisation.objects.get().name == "Skåne, as people call it"
    assert report.did_nothing
    assert [change.kept for change in report.changes] == [("name",)]


def test_a_file_that_agrees_with_people_has_the_word_again(load: Load) -> None:
    load(PARTNER + SKANE)
    Organisation.objects.update(name="Skåne")
    load(PARTNER + SKANE.replace("Region Skåne", "Skåne"))

    load(PARTNER + SKANE.replace("Region Skåne", "Skåne Regional Council"))

    assert Organisation.objects.get().name == "Skåne Regional Council"


def test_rows_that_people_added_stay(load: Load) -> None:
    load(PARTNER + SKANE + "    aliases: [{name: Alpha}]\n")
    AliasFactory.create(organisation=Organisation.objects.get(), name="Gamma")

    report = load(PARTNER + SKANE + "    aliases: [{name: Beta}]\n")

    assert {alias.name for alias in Organisation.objects.get().aliases.all()} == {"Alpha", "Gamma"}
    assert [change.kept for change in report.changes] == [("aliases",)]


def test_what_people_took_off_the_site_stays_off(load: Load) -> None:
    load(PARTNER + SKANE)
    Organisation.objects.get().archive(reason="It asked us to.")

    load(PARTNER + SKANE)

    assert not Organisation.objects.exists()


def test_entries_that_people_added_are_not_touched(load: Load) -> None:
    theirs = OrganisationFactory.create(key="theirs", name="Ours alone")

    load(PARTNER + SKANE)

    theirs.refresh_from_db()
    assert theirs.name == "Ours alone"
    assert theirs.history.count() == 1


def test_an_entry_that_people_added_under_the_same_key_keeps_what_it_says(load: Load) -> None:
    partner = PartnerFactory.create(slug="clusterix", name="Secretariat", is_programme=True)
    OrganisationFactory.create(
        key="skane", slug="skane", name="Added by people", kind="other", owner=partner
    )

    report = load(PARTNER + SKANE)

    skane = Organisation.objects.get()
    assert (skane.name, skane.kind, skane.region_id) == ("Added by people", "other", "SE224")
    assert [change.kept for change in report.changes] == [("name", "kind")]


def test_a_label_in_another_language_that_people_added_stays(load: Load) -> None:
    text = "themes: {growth: {labels: {en: Growth}}}"
    load(text)
    Theme.objects.update(labels={"en": "Growth", "sv": "Tillväxt"})

    load(text)

    assert Theme.objects.get().labels == {"en": "Growth", "sv": "Tillväxt"}


def test_what_people_deleted_comes_back(load: Load) -> None:
    load(PARTNER + SKANE)
    Organisation.objects.all().delete()

    load(PARTNER + SKANE)

    assert Organisation.objects.get().name == "Region Skåne"


# Mistakes


def test_every_mistake_of_a_file_is_told_with_its_line(load: Load) -> None:
    text = """partners:
  clusterix: {name: Secretariat, is_programme: maybe}
organisation: {}
organisations:
  skane:
    nam: Region Skåne
    kind: region
    region: SE-224
    city: [Malmö]
    last_verified_on: yesterday
  lund university:
    name: Lund University
    kind: research
    website: www.lu.se
  empty:
  skane:
    name: Again
initiatives: none
workshops:
  meeting:
    title: "Meeting\\0"
    summary: Partners meet.
    starts_on: 2016-06-31
    ends_on: day 2 at night
    time_zone: Europe/Malmö
    languages: en
    sessions:
      - Opening
      - {title: Talk, starts_at: noon}
    hosts: [skåne]
    is_example: 'true'
themes:
  growth: {labels: {en: true}}
  jobs: {labels: Jobs}
people:
  ada: {given_name: Ada, family_name: Berg, affiliations: [{role: [x]}]}
"""

    found = mistakes(load, text)

    assert found == [
        (2, "“maybe” is not what “is_programme” can hold."),
        (3, "“organisation” is no kind of record. Did you mean “organisations”?"),
        (5, "“name” is missing."),
        (6, "“nam” is no field here. Did you mean “name”?"),
        (7, "kind: Value 'region' is not a valid choice."),
        (8, "There is no region “SE-224”. Did you mean “SE224”?"),
        (9, "“city” is one value."),
        (10, "last_verified_on: “yesterday” is no date or time."),
        (
            11,
            "key: Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
        ),
        (
            11,
            "slug: Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
        ),
        (14, "website: Enter a valid URL."),
        (15, "“empty” holds no fields."),
        (16, "“skane” stands in line 5 already."),
        (18, "“initiatives” holds records, each under its key."),
        (21, "There is a sign that no text can hold."),
        (23, "starts_on: “2016-06-31” is no date or time."),
        (24, "ends_on: “day 2 at night” is no date or time."),
        (25, "time_zone: “Europe/Malmö” is no time zone."),
        (26, "This is a list."),
        (28, "A row is made of fields."),
        (29, "starts_at: “noon” is no date or time."),
        (30, "There is no organisation “skåne”. Did you mean “skane”?"),
        (31, "“true” is not what “is_example” can hold."),
        (33, "“en” is a text."),
        (34, "Give a text for each language."),
        (36, "“role” is one value."),
    ]
    assert not Partner.objects.exists()


def test_a_list_of_words_holds_words_only(load: Load) -> None:
    found = mistakes(load, PARTNER + NEXTSTEP + "    regions: [SE224, [SE]]\n")

    assert found == [(11, "This is a list of words.")]


def test_a_key_stands_in_one_file_only(load: Load, tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(PARTNER, encoding="utf-8")
    two.write_text(PARTNER, encoding="utf-8")

    with pytest.raises(RefusedError) as refused:
        loading.load([one, two], today=TODAY)

    assert str(refused.value) == f"{two}:3: “clusterix” stands in {one}:3 already."


def test_what_a_model_refuses_is_told_with_its_line(load: Load) -> None:
    text = f"""{PARTNER}
organisations:
  first: {{name: First, kind: other, slug: same}}
  second: {{name: Second, kind: other, slug: same}}
  third: {{name: Third, kind: other, esca_label: gold}}
  fourth: {{name: Fourth, kind: other, successor: third}}
initiatives:
  nextstep:
    title: NextStep
    kind: good-practice
    level: local
    summary: Helps people to found companies.
    start: 2017
    end: 2016
  other:
    title: Other
    kind: good-practice
    level: local
    summary: Refers to what is refused.
    involvements:
      - {{organisation: third, role: owner}}
    relations:
      - {{kind: part-of, related: other}}
    themes: [loop]
people:
  ada:
    family_name: Berg
    affiliations:
      - {{role: Director, start: 2017, end: 2016}}
workshops:
  meeting:
    title: Meeting
    summary: Partners meet.
    starts_on: 2016-06-21
    ends_on: 2016-06-21
    sessions:
      - {{title: One, starts_at: day 1 09:30, ends_at: day 1 10:30, room: Hall}}
      - title: Two
        starts_at: day 1 10:00
        ends_at: day 1 11:00
        room: Hall
        contributions:
          - {{person: ada}}
          - {{person: ada}}
themes:
  loop: {{labels: {{en: Loop}}, parent: pool}}
  pool: {{labels: {{en: Pool}}, parent: loop}}
  within: {{labels: {{en: Within}}, parent: pool}}
  swedish: {{labels: {{sv: Svenska}}}}
"""

    found = mistakes(load, text)

    assert found == [
        (7, "This is taken by another entry."),
        (8, "Say when the ESCA label was awarded."),
        (11, "The end lies before the start."),
        (26, "An initiative cannot relate to itself."),
        (32, "The end lies before the start."),
        (41, "The room is taken by another session at that time."),
        (49, "“loop” leads back to itself."),
        (52, "Give an English label: {“en”: “…”}."),
    ]
    assert not Partner.objects.exists()


def test_a_file_with_a_mistake_leaves_what_was_loaded_before(load: Load) -> None:
    load(PARTNER + SKANE)

    with pytest.raises(RefusedError):
        load(PARTNER + SKANE.replace("Region Skåne", "Changed") + "    nonsense: 1\n")

    assert Organisation.objects.get().name == "Region Skåne"


def test_nobody_curates_what_has_no_partner(load: Load) -> None:
    found = mistakes(load, SKANE)

    assert found == [(3, "There is no partner “clusterix”.")]


# Regions


def test_regions_are_loaded_first_and_once(tmp_path: Path, db: None) -> None:
    first = loading.load([tmp_path], today=TODAY)

    second = loading.load([tmp_path], today=TODAY)

    assert first.regions.created > 2000
    assert not first.did_nothing
    assert second.regions.created == 0
    assert second.did_nothing
    assert load_regions().created == 0
