"""The programme's own record: what `content/` holds, and that its pages lead to each other."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from clusterix.content.loading import load
from clusterix.curation.models import Entry, Partner
from initiatives.models import (
    Ecosystem,
    Initiative,
    InitiativeSource,
    Involvement,
    TargetGroup,
    Theme,
)
from people.models import Affiliation, Alias, Organisation, OrganisationSource, Person
from workshops.models import Contribution, Outcome, Presentation, Session, Workshop
from workshops.registration.models import RegistrationSettings

FOLDERS = [
    settings.BASE_DIR / folder for folder in ("content", "content/question-sets", "content/example")
]
TODAY = date(2026, 5, 4)
DAY = date(2016, 6, 21)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("record")]


@pytest.fixture(scope="module")
def record(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The record and the example, loaded once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(FOLDERS, today=TODAY)
        yield
        transaction.set_rollback(True)


def test_the_record_is_loaded_whole() -> None:
    counts = {
        model.__name__: model._base_manager.count()
        for model in (
            *(Partner, Theme, Ecosystem, TargetGroup),
            *(Organisation, Person, Initiative, Workshop, Session),
        )
    }

    assert counts == {
        "Partner": 11,
        "Theme": 26,
        "Ecosystem": 14,
        "TargetGroup": 7,
        "Organisation": 25,
        "Person": 7,
        "Initiative": 25,
        "Workshop": 9,
        "Session": 19,
    }


def test_the_second_load_changes_nothing() -> None:
    report = load(FOLDERS, today=TODAY)

    assert report.did_nothing
    assert report.changes == []


# The open workshop of 21 June 2016


def test_the_workshop_of_2016_has_its_seven_inputs_in_order_and_no_times() -> None:
    workshop = Workshop.objects.get(key="open-workshop-2016")

    sessions = list(workshop.sessions.in_order())

    assert (workshop.starts_on, workshop.ends_on, workshop.venue) == (DAY, DAY, "")
    assert [session.title for session in sessions] == [
        "A methodology for cluster policy peer review",
        "The Vanguard Initiative: new growth through smart specialisation",
        "Platforms for connecting clusters and for policy learning",
        "Three innovation agencies design support for SMEs in cross-border value chains",
        "Sweden\u2019s Cross-Cluster Support Programme",
        "Sony Mobile NextStep",
        "Two regional initiatives of Skåne",
    ]
    assert {(session.starts_at, session.ends_at) for session in sessions} == {(None, None)}


def test_the_speakers_of_2016_stand_there_as_the_day_printed_them() -> None:
    spoken = Contribution.objects.filter(session__workshop__key="open-workshop-2016")

    printed = {
        row.person.name: (row.affiliation, row.organisation and row.organisation.display_name)
        for row in spoken.select_related("person", "organisation")
    }

    assert printed == {
        "Gerd Meier zu Köcker": ("European Cluster Observatory and ESCA", "ESCA"),
        "Michael Johnsson": ("Skåne European Office, Brussels", "Skåne European Office"),
        "Lucia Seel": ("International Cluster Expert", None),
        "Annie Renders": ("Flanders Innovation & Entrepreneurship", "VLAIO"),
        "Cecilia Johansson": ("Tillväxtverket", "Tillväxtverket"),
        "Torben Hede": ("Head of the Sony Mobile NextStep Start-up Program", "Sony Mobile"),
        "Lennart Svensson": ("Region Skåne", "Region Skåne"),
    }


def test_every_speaker_held_an_affiliation_on_the_day() -> None:
    held = Affiliation.objects.public().at(DAY).values_list("person__key", flat=True)

    assert set(held) == set(Person.objects.values_list("key", flat=True))


def test_the_catalogue_as_it_stood_that_day_has_all_states() -> None:
    presented = Initiative.objects.filter(presentations__session__workshop__starts_on=DAY)

    states = {initiative.key: initiative.status(DAY).value for initiative in presented}

    assert states == {
        "vanguard-initiative": "running",
        "european-cluster-collaboration-platform": "running",
        "sony-mobile-nextstep": "running",
        "interreg-europe-policy-learning-platform": "upcoming",
        "cross-cluster-support-programme": "upcoming",
        "mobile-health-initiative": "upcoming",
        "sme-value-chains": "ended",
        "cluster-policy-peer-review": "unknown",
        "food-cross-cluster-project": "unknown",
    }


# Each item of the report: found, and linked to the session, person and organisation it came with

ITEMS = [
    ("peer review", "cluster-policy-peer-review", "gerd-meier-zu-kocker", "esca"),
    ("Vanguard", "vanguard-initiative", "michael-johnsson", "vanguard-initiative"),
    (
        "European Cluster Collaboration Platform",
        "european-cluster-collaboration-platform",
        "lucia-seel",
        "european-commission",
    ),
    (
        "Policy Learning Platforms",
        "interreg-europe-policy-learning-platform",
        "lucia-seel",
        "interreg-europe",
    ),
    ("SME value chains", "sme-value-chains", "annie-renders", "vlaio"),
    (
        "Cross-Cluster Support",
        "cross-cluster-support-programme",
        "cecilia-johansson",
        "tillvaxtverket",
    ),
    ("NextStep", "sony-mobile-nextstep", "torben-hede", "sony-mobile"),
    ("Mobile Health", "mobile-health-initiative", "lennart-svensson", "region-skane"),
    ("Food cross-cluster", "food-cross-cluster-project", "lennart-svensson", "region-skane"),
]


@pytest.mark.parametrize(("words", "key", "person", "organisation"), ITEMS)
def test_each_item_of_the_report_is_found_and_leads_to_what_it_came_with(
    client: Client, words: str, key: str, person: str, organisation: str
) -> None:
    session = Session.objects.get(presentations__initiative__key=key)

    found = client.get("/search/", {"q": words}).content.decode()
    page = client.get(f"/initiatives/{key}/").content.decode()

    assert f'href="/initiatives/{key}/"' in found
    assert f'href="{session.get_absolute_url()}"' in page
    assert f'href="/people/{person}/"' in page
    assert f'href="/organisations/{organisation}/"' in page


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("European Cluster Observatory", "/initiatives/european-cluster-observatory/"),
        ("ESCA", "/initiatives/esca-labels/"),
        ("ESCA", "/organisations/esca/"),
        ("Enterprise Flanders", "/organisations/vlaio/"),
        ("TIS innovation park", "/organisations/idm-suedtirol/"),
        ("Meier zu Kocker", "/people/gerd-meier-zu-kocker/"),
        ("Malmö", "/workshops/open-workshop-malmo-2016/"),
        ("CLUSTERIX 2.0", "/initiatives/clusterix-2-0/"),
    ],
)
def test_what_else_the_report_names_is_found(client: Client, words: str, address: str) -> None:
    page = client.get("/search/", {"q": words}).content.decode()

    assert f'href="{address}"' in page


# The programme


def test_the_programme_has_its_eleven_partners_and_who_leads_them() -> None:
    rows = Involvement.objects.filter(initiative__key="clusterix-2-0").order_by("position")

    parts = [(row.organisation.display_name, row.role) for row in rows]

    assert parts == [
        ("ecoplus", "coordinator"),
        ("IDM", "partner"),
        ("West-Pannon", "partner"),
        ("INMA", "partner"),
        ("Lund University", "partner"),
        ("RDA Ostrava", "partner"),
        ("Region of Southern Denmark", "partner"),
        ("Regional Council of Auvergne-Rhône-Alpes", "partner"),
        ("VLAIO", "partner"),
        ("ADR Nord-Est", "partner"),
        ("Region Skåne", "partner"),
        ("Interreg Europe", "funder"),
    ]


def test_sources_that_contradict_each_other_stand_side_by_side() -> None:
    targets = InitiativeSource.objects.filter(
        initiative__key="clusterix-2-0", about__startswith="target"
    )
    lists = OrganisationSource.objects.filter(organisation__key="lund-university")

    assert [source.claim for source in targets.order_by("position")] == [
        "81 policy learning events",
        "32 policy learning events",
    ]
    assert [(source.about, source.publisher) for source in lists.order_by("position")] == [
        ("partner of CLUSTERIX 2.0", "West-Pannon"),
        ("partner of CLUSTERIX 2.0", "European Cluster Collaboration Platform"),
        ("partner of CLUSTERIX 2.0", "Region Skåne"),
    ]


def test_organisations_keep_the_names_they_had() -> None:
    former = Alias.objects.filter(kind="former").values_list("organisation__key", "name")

    assert set(former) == {
        ("idm-suedtirol", "TIS innovation park"),
        ("vlaio", "Enterprise Flanders"),
        ("auvergne-rhone-alpes", "Regional Council of Auvergne"),
    }


def test_the_meetings_are_where_and_when_they_were() -> None:
    meetings = Workshop.objects.filter(is_example=False).order_by("starts_on", "key")

    listed = [
        (row.starts_on.isoformat(), row.ends_on.isoformat(), row.city, row.region_id)
        for row in meetings
    ]

    assert listed == [
        ("2016-06-20", "2016-06-22", "Malmö", "SE224"),
        ("2016-06-21", "2016-06-21", "Malmö", "SE224"),
        ("2016-10-18", "2016-10-20", "Ostrava", "CZ080"),
        ("2017-11-22", "2017-11-23", "Bucharest", "RO321"),
        ("2018-03-01", "2018-03-01", "Győr", "HU221"),
        ("2018-05-23", "2018-05-24", "Clermont-Ferrand", "FRK14"),
        ("2020-10-15", "2020-10-15", "", None),
    ]


def test_the_recommendations_are_an_outcome_that_was_reached() -> None:
    outcome = Outcome.objects.get(workshop__is_example=False)

    assert outcome.what == "Publish the policy recommendations of CLUSTERIX 2.0"
    assert outcome.state == Outcome.State.DONE
    assert outcome.initiative == Initiative.objects.get(key="clusterix-2-0")


def test_a_meeting_whose_year_is_inferred_is_a_draft(client: Client) -> None:
    response = client.get("/workshops/stakeholder-meeting-flanders-2020/")

    assert Workshop.unscoped.get(key="stakeholder-meeting-2020-03").state == Entry.State.DRAFT
    assert response.status_code == 404


def test_everything_that_is_public_says_where_it_was_seen() -> None:
    entries = [
        *Organisation.objects.all(),
        *Person.objects.all(),
        *Initiative.objects.all(),
        *Workshop.objects.filter(is_example=False),
    ]

    without = [entry for entry in entries if not entry.sources.exists()]

    assert without == []


def test_every_initiative_has_a_theme_and_somebody_it_is_for() -> None:
    bare = Initiative.objects.filter(themes=None) | Initiative.objects.filter(target_groups=None)

    assert not bare.exists()


def test_every_public_page_of_the_record_opens(client: Client) -> None:
    entries = [
        *Organisation.objects.all(),
        *Person.objects.all(),
        *Initiative.objects.all(),
        *Workshop.objects.all(),
    ]

    answers = {entry.get_absolute_url(): client.get(entry.get_absolute_url()) for entry in entries}

    assert len(answers) == len(entries)
    assert {answer.status_code for answer in answers.values()} == {200}


# The example


def test_the_example_is_marked_and_takes_registrations() -> None:
    example = Workshop.objects.get(is_example=True)
    terms = RegistrationSettings.objects.get()
    noon = datetime(2026, 5, 4, 12, tzinfo=ZoneInfo("Europe/Brussels"))

    status = terms.status(noon)

    assert example.title.startswith("Example:")
    assert example.starts_on == date(2026, 7, 3)
    assert example.format == Workshop.Format.HYBRID
    assert terms.workshop == example
    assert terms.capacity == 64
    assert status == RegistrationSettings.Status.OPEN
    assert terms.closes_at == datetime(2026, 7, 2, 18, tzinfo=example.zone)


def test_the_example_has_breaks_and_sessions_in_parallel() -> None:
    sessions = list(Session.objects.filter(workshop__is_example=True))

    starts = [session.starts_at for session in sessions]

    assert len(sessions) == 10
    assert len(set(starts)) == 8
    assert sum(session.kind == Session.Kind.BREAK for session in sessions) == 2
    assert {session.room for session in sessions} == {
        *("Main hall", "Foyer", "Room A", "Room B", "Entrance")
    }


def test_the_example_puts_no_words_into_real_peoples_mouths() -> None:
    example = {"session__workshop__is_example": True}

    assert not Contribution.objects.filter(**example).exists()
    assert not Presentation.objects.filter(**example).exists()
