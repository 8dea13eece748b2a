"""A file with mistakes is refused as a whole, each mistake with its line."""

from pathlib import Path

import pytest

from clusterix.content import loading
from clusterix.content.loading import RefusedError
from clusterix.curation.models import Partner
from people.models import Organisation
from tests.content.conftest import TODAY, Load
from tests.content.records import NEXTSTEP, PARTNER, SKANE, mistakes


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
