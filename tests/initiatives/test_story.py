import re
from datetime import date

import pytest
from django.test import Client

from initiatives.models import Relation
from people.models import Person
from tests.factories import (
    ContributionFactory,
    EvidenceFactory,
    InitiativeFactory,
    OrganisationFactory,
    OutcomeFactory,
    OutcomeStepFactory,
    PersonFactory,
    PresentationFactory,
    RegionFactory,
    SessionFactory,
    TransferFactory,
    WorkshopFactory,
)
from tests.initiatives.pages import Page, section

pytestmark = [pytest.mark.django_db]


def test_an_acronym_that_the_title_has_is_not_repeated(page: Page) -> None:
    initiative = InitiativeFactory.create(title="ESCA labels", acronym="ESCA")

    assert "page-head__acronym" not in page(initiative)


def test_the_story_is_told_in_order_with_an_outline(page: Page) -> None:
    initiative = InitiativeFactory.create(
        title="Vanguard", acronym="VI", problem="Too **small**.", how_it_works="Four phases."
    )
    initiative.preconditions.create(text="A mandate", position=2)
    initiative.preconditions.create(text="A strategy", position=1)
    initiative.lessons.create(kind="failure", text="Do not wait.")

    html = page(initiative)

    outline = re.findall(r'<li><a href="#([^"]*)">(.*?)</a></li>', html)
    assert outline == [
        ("problem", "The problem"),
        ("how-it-works", "How it works"),
        ("preconditions", "What must be in place"),
        ("lessons", "Lessons"),
    ]
    assert "<strong>small</strong>" in html
    assert section(html, "preconditions") == "What must be in place A strategy A mandate"
    assert section(html, "lessons") == "Lessons What did not work Do not wait."
    assert 'Vanguard <span class="page-head__acronym">VI</span></h1>' in html


def test_one_part_needs_no_outline(page: Page) -> None:
    html = page(InitiativeFactory.create(problem="Too small."))

    assert 'class="outline"' not in html


def test_evidence_shows_figures_dates_and_sources(page: Page) -> None:
    initiative = InitiativeFactory.create()
    EvidenceFactory.create(
        initiative=initiative, indicator="Members", value=35, unit="regions", measured="2018",
        source_url="https://source.example/", position=2,
    )  # fmt: skip
    EvidenceFactory.create(
        initiative=initiative, indicator="Founders", value=7, unit="regions", position=1
    )

    html = page(initiative)

    assert section(html, "evidence") == (
        "Evidence Indicator Value When Source Founders 7 regions "
        "Members 35 regions 2018 source : Members"
    )
    assert re.findall(r'<rect width="(\d+)"', html) == ["20", "100"]


def test_those_who_took_it_over_stand_on_a_line_in_time(page: Page) -> None:
    initiative = InitiativeFactory.create()
    region = RegionFactory.create(code="RO21", name="Nord-Est")
    agency = OrganisationFactory.create(name="Agency")
    for adopter in (
        {"region": region, "organisation": None, "date": "2017", "stage": "adapting",
         "what_changed": "Uses it for food.", "link": "https://region.example/"},
        {"organisation": agency, "date": "2015", "link": "javascript:alert(1)"},
    ):  # fmt: skip
        TransferFactory.create(initiative=initiative, **adopter)

    html = page(initiative)

    assert section(html, "adoption") == (
        "Taken over by 2015 Agency adopted 2017 Nord-Est adapting source : Nord-Est "
        "Uses it for food."
    )
    assert '<a href="/regions/RO21/">Nord-Est</a>' in html
    assert "javascript:" not in html


def test_sessions_that_presented_it_tell_who_spoke_for_whom(page: Page) -> None:
    initiative = InitiativeFactory.create()
    agency = OrganisationFactory.create(name="Skåne European Office")
    workshops = [
        WorkshopFactory.create(title="Ostrava", starts_on=date(2018, 10, 3), slug="ostrava"),
        WorkshopFactory.create(title="Malmö", starts_on=date(2016, 6, 21), slug="malmo"),
    ]
    for workshop in workshops:
        session = SessionFactory.create(workshop=workshop, title=f"Talk in {workshop.title}")
        PresentationFactory.create(session=session, initiative=initiative)
    speaker = PersonFactory.create(given_name="Michael", family_name="Johnsson", slug="michael")
    ContributionFactory.create(session=session, person=speaker, organisation=agency)
    unlisted = PersonFactory.create(
        given_name="Una", family_name="Listed", visibility=Person.Visibility.NAME_ONLY
    )
    ContributionFactory.create(session=session, person=unlisted, position=1)

    html = page(initiative)

    assert section(html, "presented") == (
        "Presented at 3 October 2018 Ostrava Talk in Ostrava 21 June 2016 Malmö Talk in Malmö "
        "Michael Johnsson , Skåne European Office Una Listed"
    )
    assert f'href="/workshops/malmo/sessions/{session.pk}/"' in html
    assert '<a href="/people/michael/">Michael Johnsson</a>' in html
    assert "<li>Una Listed</li>" in html


def test_outcomes_of_workshops_that_concern_it_are_shown(page: Page) -> None:
    initiative = InitiativeFactory.create()
    workshop = WorkshopFactory.create(title="Malmö", slug="malmo", starts_on=date(2016, 6, 21))
    outcome = OutcomeFactory.create(
        initiative=initiative, workshop=workshop, what="Joint call", result="Published."
    )
    OutcomeStepFactory.create(outcome=outcome, state="done", day=date(2016, 10, 18))

    html = page(initiative)

    assert section(html, "outcomes") == (
        "What was agreed about it Joint call done Malmö "
        "agreed 21 June 2016 done 18 October 2016 Published."
    )


def test_outcomes_are_told_as_of_the_day_that_the_reader_chose(client: Client) -> None:
    initiative = InitiativeFactory.create()
    workshop = WorkshopFactory.create(title="Malmö", starts_on=date(2016, 6, 21))
    outcome = OutcomeFactory.create(
        initiative=initiative, workshop=workshop, what="Joint call", due_on=date(2016, 10, 1)
    )
    OutcomeStepFactory.create(outcome=outcome, state="done", day=date(2016, 10, 18))

    html = client.get(initiative.get_absolute_url(), {"as_of": "2016-10-02"}).content.decode()

    assert section(html, "outcomes") == (
        "What was agreed about it Joint call agreed overdue Malmö "
        "agreed 21 June 2016 overdue since 1 October 2016"
    )


def test_a_policy_tells_which_agreement_changed_it(page: Page) -> None:
    policy = InitiativeFactory.create(kind="policy-instrument", title="Regional programme")
    OutcomeFactory.create(instrument=policy, what="Joint call")

    html = page(policy)

    assert "Joint call" in section(html, "outcomes")
    assert f'It changed a policy: <a href="{policy.get_absolute_url()}">Regional programme' in html


def test_related_initiatives_are_linked_from_both_sides(page: Page) -> None:
    network = InitiativeFactory.create(title="Vanguard")
    pilot = InitiativeFactory.create(title="Pilot", slug="pilot")
    Relation.objects.create(initiative=pilot, kind=Relation.Kind.PART_OF, related=network)

    texts = [section(page(network), "related"), section(page(pilot), "related")]

    assert texts == [
        "Related Includes Pilot Compare Pilot",
        "Related Is part of Vanguard Compare Vanguard",
    ]


def test_sources_that_contradict_each_other_stand_side_by_side(page: Page) -> None:
    initiative = InitiativeFactory.create()
    initiative.sources.create(title="Report", about="members", claim="35 regions", position=1)
    initiative.sources.create(title="Platform", about="members", claim="33 regions", position=2)
    initiative.sources.create(title="About page", position=3)

    assert section(page(initiative), "sources") == (
        "Sources Sources differ: members 35 regions Report 33 regions Platform About page"
    )


def test_what_was_yet_to_come_on_a_day_is_told_apart(page: Page) -> None:
    initiative = InitiativeFactory.create()
    for name, when in (("Before", "2015"), ("After", "2017"), ("Sometime", None)):
        adopter = OrganisationFactory.create(name=name)
        TransferFactory.create(initiative=initiative, organisation=adopter, date=when)

    html = page(initiative, "?as_of=2016-06-21")

    assert section(html, "adoption") == (
        "Taken over by 2015 Before adopted 2017 After adopted after the day shown "
        "date not known Sometime adopted"
    )


def test_what_worked_and_what_did_not_are_told_by_word_and_sign(page: Page) -> None:
    initiative = InitiativeFactory.create()
    initiative.lessons.create(kind="success", text="Begin early.")
    initiative.lessons.create(kind="failure", text="Do not wait.", position=1)

    html = page(initiative)

    assert section(html, "lessons") == (
        "Lessons What worked Begin early. What did not work Do not wait."
    )
    assert re.findall(r"icon--(check|close)", html) == ["check", "close"]
