"""Workshops and their parts: their words, their rules and what they let be seen."""

from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import translation

from clusterix.lib.marks import Node
from tests.factories import (
    ContributionFactory,
    InitiativeFactory,
    OrganisationFactory,
    OutcomeFactory,
    PersonFactory,
    PresentationFactory,
    RegionFactory,
    SessionFactory,
    WorkshopFactory,
)
from workshops.models import (
    Contribution,
    Host,
    Material,
    Outcome,
    Presentation,
    ScheduleVersion,
    Session,
    Workshop,
    WorkshopSource,
)
from workshops.timetable import on_now

pytestmark = pytest.mark.django_db

DAY = date(2016, 6, 21)


def at(hour: int, minute: int = 0) -> datetime:
    """A moment of the day of the workshop, in UTC."""
    return datetime(2016, 6, 21, hour, minute, tzinfo=UTC)


def test_a_workshop_does_not_end_before_its_first_day() -> None:
    workshop = WorkshopFactory.create(starts_on=DAY)
    workshop.ends_on = date(2016, 6, 20)

    with pytest.raises(ValidationError, match="The last day lies before the first"):
        workshop.validate_constraints()
    with pytest.raises(IntegrityError, match="workshop_ends_after_start"):
        workshop.save()


def test_a_workshop_of_one_day_does_not_end_before_it_starts() -> None:
    workshop = WorkshopFactory.create(starts_on=DAY, start_time=time(9))
    workshop.end_time = time(8)

    with pytest.raises(ValidationError, match="It ends before it starts"):
        workshop.validate_constraints()
    with pytest.raises(IntegrityError, match="workshop_ends_after_it_starts_that_day"):
        workshop.save()


def test_a_workshop_of_two_days_may_end_earlier_in_the_day_than_it_starts() -> None:
    workshop = WorkshopFactory.build(
        starts_on=DAY, ends_on=date(2016, 6, 22), start_time=time(13), end_time=time(12)
    )

    workshop.validate_constraints()


def test_a_time_zone_has_to_be_known() -> None:
    workshop = WorkshopFactory.build(time_zone="Europe/Malmö")

    with pytest.raises(ValidationError) as error:
        workshop.clean_fields(exclude=["owner"])

    assert error.value.message_dict == {"time_zone": ["“Europe/Malmö” is no time zone."]}
    WorkshopFactory.build(time_zone="Europe/Stockholm").clean_fields(exclude=["owner"])


def test_an_organisation_hosts_a_workshop_once() -> None:
    first = Host.objects.create(
        workshop=WorkshopFactory.create(), organisation=OrganisationFactory.create()
    )
    again = Host(workshop=first.workshop, organisation=first.organisation)

    with pytest.raises(ValidationError, match="This organisation is a host already"):
        again.validate_constraints()
    with pytest.raises(IntegrityError, match="host_unique"):
        again.save()


@pytest.mark.parametrize(
    ("starts_at", "ends_at"), [(at(10), at(9)), (at(10), at(10)), (at(10), None), (None, at(10))]
)
def test_a_session_has_start_and_end_in_that_order_or_neither(
    starts_at: datetime | None, ends_at: datetime | None
) -> None:
    session = SessionFactory.create()
    session.starts_at, session.ends_at = starts_at, ends_at

    with pytest.raises(ValidationError, match="Give start and end together"):
        session.validate_constraints()
    with pytest.raises(IntegrityError, match="session_ends_after_start"):
        session.save()


def test_two_sessions_of_one_room_do_not_overlap() -> None:
    first = SessionFactory.create(room="Main hall", starts_at=at(9), ends_at=at(10))
    second = SessionFactory.build(
        workshop=first.workshop, room="Main hall", starts_at=at(9, 30), ends_at=at(11)
    )

    with pytest.raises(ValidationError, match="The room is taken by another session at that time"):
        second.validate_constraints()
    with pytest.raises(IntegrityError, match="session_room_is_free"):
        second.save()


@pytest.mark.parametrize(
    "fields",
    [
        {"room": "Main hall", "starts_at": at(10), "ends_at": at(11)},
        {"room": "Room 2", "starts_at": at(9), "ends_at": at(10)},
        {"room": "", "starts_at": at(9), "ends_at": at(10)},
        {"room": "Main hall", "starts_at": None, "ends_at": None},
    ],
)
def test_sessions_follow_each_other_run_side_by_side_or_have_no_room(
    fields: dict[str, object],
) -> None:
    first = SessionFactory.create(room="Main hall", starts_at=at(9), ends_at=at(10))

    SessionFactory.create(workshop=first.workshop, **fields)

    assert first.workshop.sessions.count() == 2


def test_rooms_of_two_workshops_have_nothing_to_do_with_each_other() -> None:
    SessionFactory.create(room="Main hall", starts_at=at(9), ends_at=at(10))

    SessionFactory.create(room="Main hall", starts_at=at(9), ends_at=at(10))

    assert Session.objects.count() == 2


def test_a_session_presents_an_initiative_once() -> None:
    first = PresentationFactory.create()
    again = Presentation(session=first.session, initiative=first.initiative)

    with pytest.raises(ValidationError, match="The session presents this initiative already"):
        again.validate_constraints()
    with pytest.raises(IntegrityError, match="presentation_unique"):
        again.save()


def test_a_person_has_a_role_in_a_session_once() -> None:
    first = ContributionFactory.create()
    again = Contribution(session=first.session, person=first.person, role=first.role)

    with pytest.raises(ValidationError, match="This person has this role already"):
        again.validate_constraints()
    with pytest.raises(IntegrityError, match="contribution_unique"):
        again.save()


def test_upcoming_workshops_come_next_first_and_past_ones_last_first() -> None:
    past = WorkshopFactory.create(starts_on=date(2016, 5, 1))
    last = WorkshopFactory.create(starts_on=date(2016, 6, 20))
    later = WorkshopFactory.create(starts_on=date(2016, 9, 1))
    today = WorkshopFactory.create(starts_on=DAY)
    on = WorkshopFactory.create(starts_on=date(2016, 6, 20), ends_on=date(2016, 6, 22))

    assert list(Workshop.objects.upcoming(at=DAY)) == [on, today, later]
    assert list(Workshop.objects.past(at=DAY)) == [last, past]


def test_a_workshop_is_found_by_its_words_its_sessions_and_its_speakers() -> None:
    by_title = WorkshopFactory.create(title="Peer review")
    by_session = SessionFactory.create(title="Peer review in practice").workshop
    by_speaker = ContributionFactory.create(person__family_name="Peer-Review").session.workshop
    WorkshopFactory.create()

    found = list(Workshop.objects.matching("peer review"))

    assert found[0] == by_title
    assert set(found) == {by_title, by_session, by_speaker}


def test_a_workshop_is_not_found_by_a_speaker_whose_name_is_not_public() -> None:
    ContributionFactory.create(person__family_name="Canary", person__state="draft")

    assert list(Workshop.objects.matching("canary")) == []


def test_workshops_lie_within_the_regions_that_contain_theirs() -> None:
    inside = WorkshopFactory.create(region=RegionFactory.create(code="SE224"))
    WorkshopFactory.create(region=RegionFactory.create(code="SE110"))
    WorkshopFactory.create(region=None)

    assert list(Workshop.objects.within("SE22")) == [inside]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2016, 6, 21), date(2016, 6, 21), "21 June 2016"),
        (date(2016, 6, 20), date(2016, 6, 22), "20–22 June 2016"),
        (date(2016, 6, 30), date(2016, 7, 2), "30 June – 2 July 2016"),
        (date(2016, 12, 30), date(2017, 1, 2), "30 December 2016 – 2 January 2017"),
    ],
)
def test_a_workshop_tells_its_days_without_repetition(first: date, last: date, words: str) -> None:
    assert Workshop(starts_on=first, ends_on=last).dates == words


def test_a_workshop_starts_and_ends_by_the_clock_of_its_venue() -> None:
    workshop = Workshop(
        starts_on=DAY, ends_on=DAY, start_time=time(9), end_time=time(16), time_zone="Europe/Berlin"
    )

    assert workshop.starts_at == at(7)
    assert workshop.ends_at == at(14)


def test_a_workshop_without_times_lasts_whole_days_at_its_venue() -> None:
    workshop = Workshop(starts_on=DAY, ends_on=DAY, time_zone="Europe/Berlin")

    assert workshop.starts_at.isoformat() == "2016-06-21T00:00:00+02:00"
    assert workshop.ends_at.isoformat() == "2016-06-21T23:59:59.999999+02:00"
    assert not workshop.is_over(at=at(21, 59))
    assert workshop.is_over(at=at(22))


@pytest.mark.parametrize(
    ("city", "region", "place"),
    [("Malmö", "SE224", "Malmö, Sweden"), ("", "SE224", "Sweden"), ("Malmö", None, "Malmö")],
)
def test_a_place_is_told_as_far_as_it_is_known(city: str, region: str | None, place: str) -> None:
    where = RegionFactory.create(code=region) if region else None

    assert WorkshopFactory.build(city=city, region=where).place == place


def test_languages_are_named_and_unknown_ones_stand_for_themselves() -> None:
    workshop = Workshop(languages=["en", "SV", "tlh", "zz"])

    with translation.override("en"):
        assert workshop.language_names == ["English", "Swedish", "Klingon", "zz"]


def test_the_mark_of_a_workshop_shows_hosts_then_whom_speakers_stood_for() -> None:
    workshop = WorkshopFactory.create()
    second = OrganisationFactory.create(key="second", kind="research")
    first = OrganisationFactory.create(key="first", kind="public-authority")
    hidden = OrganisationFactory.create(key="hidden", state="draft")
    Host.objects.create(workshop=workshop, organisation=second, position=2)
    Host.objects.create(workshop=workshop, organisation=first, position=1)
    Host.objects.create(workshop=workshop, organisation=hidden, position=0)
    guest = OrganisationFactory.create(key="guest")
    for organisation in (guest, guest, first, hidden):
        ContributionFactory.create(session__workshop=workshop, organisation=organisation)
    ContributionFactory.create(
        session__workshop=workshop,
        organisation=OrganisationFactory.create(),
        person__visibility="withheld",
    )

    nodes = Workshop.objects.for_marks().get().mark_nodes()

    assert nodes == [
        Node("first", "public-authority", weight=1),
        Node("second", "research", weight=1),
        Node("guest", "cluster", weight=2),
    ]


def test_sessions_come_by_time_and_else_as_the_organiser_ordered_them() -> None:
    workshop = WorkshopFactory.create()
    unknown = SessionFactory.create(workshop=workshop, position=1)
    late = SessionFactory.create(workshop=workshop, starts_at=at(10), ends_at=at(11))
    before = SessionFactory.create(workshop=workshop, position=0)
    early = SessionFactory.create(workshop=workshop, starts_at=at(9), ends_at=at(10), position=5)

    assert list(workshop.sessions.in_order()) == [early, late, before, unknown]


def test_sessions_and_what_they_present_are_public_with_their_workshop() -> None:
    presentation = PresentationFactory.create()
    PresentationFactory.create(session__workshop__state="draft")

    assert list(Session.objects.public()) == [presentation.session]
    assert list(Presentation.objects.public().for_lists()) == [presentation]


def test_the_next_workshop_is_an_example_only_where_there_is_no_other() -> None:
    example = WorkshopFactory.create(is_example=True, starts_on=date(2016, 7, 1))
    assert Workshop.objects.next_one(at=DAY) == example

    real = WorkshopFactory.create(starts_on=date(2016, 10, 18))
    WorkshopFactory.create(starts_on=date(2016, 11, 1))

    assert Workshop.objects.next_one(at=DAY) == real
    assert Workshop.objects.next_one(at=date(2020, 1, 1)) is None


def test_an_example_is_not_a_real_workshop() -> None:
    real = WorkshopFactory.create()
    WorkshopFactory.create(is_example=True)

    assert list(Workshop.objects.real()) == [real]


def test_a_session_is_on_from_its_start_until_its_end() -> None:
    session = Session(starts_at=at(9), ends_at=at(10))

    assert [on_now([session], at=moment) for moment in (at(8, 59), at(9), at(9, 59), at(10))] == [
        [], [session], [session], [],
    ]  # fmt: skip
    assert on_now([Session()], at=at(9)) == []


def test_a_session_has_its_place_on_the_page_of_its_workshop() -> None:
    session = SessionFactory.create(workshop__slug="malmo")

    assert session.get_absolute_url() == f"/workshops/malmo/sessions/{session.pk}/"


def test_a_session_presents_in_public_what_is_public() -> None:
    session = SessionFactory.create()
    second = PresentationFactory.create(session=session, position=2).initiative
    first = PresentationFactory.create(session=session, position=1).initiative
    PresentationFactory.create(session=session, initiative__state="draft")

    shown = Workshop.objects.for_record().get().sessions.all()[0].public_initiatives

    assert shown == [first, second]


@pytest.mark.parametrize(
    ("fields", "name", "stood_for"),
    [
        ({}, "Ada Berg", "ESCA"),
        ({"affiliation": "Head of ESCA"}, "Ada Berg", "Head of ESCA"),
        ({"person__visibility": "name"}, "Ada Berg", "ESCA"),
        ({"organisation": None}, "Ada Berg", ""),
        ({"person__visibility": "withheld", "affiliation": "Head"}, "Speaker withheld", ""),
        ({"person__state": "draft", "affiliation": "Head"}, "Speaker withheld", ""),
    ],
)
def test_a_programme_prints_name_and_affiliation_unless_they_are_withheld(
    fields: dict[str, object], name: str, stood_for: str
) -> None:
    given = {"organisation": OrganisationFactory.create(name="ESCA"), **fields}

    contribution = ContributionFactory.create(person__family_name="Berg", **given)

    assert contribution.public_name == name
    assert contribution.stood_for == stood_for


def test_a_draft_organisation_is_not_what_somebody_is_seen_to_stand_for() -> None:
    draft = OrganisationFactory.create(state="draft")

    contribution = ContributionFactory.create(organisation=draft)

    assert contribution.public_organisation is None
    assert contribution.stood_for == ""


def test_contributions_are_public_where_workshop_and_name_are() -> None:
    shown = ContributionFactory.create()
    name_only = ContributionFactory.create(person__visibility="name")
    ContributionFactory.create(person__visibility="withheld")
    ContributionFactory.create(person__state="archived")
    ContributionFactory.create(session__workshop__state="in_review")

    assert set(Contribution.objects.public()) == {shown, name_only}


def test_contributions_come_with_the_latest_workshop_first_and_then_in_its_order() -> None:
    older = ContributionFactory.create(session__workshop__starts_on=date(2015, 1, 1))
    workshop = WorkshopFactory.create(starts_on=DAY)
    untimed = ContributionFactory.create(session__workshop=workshop)
    timed = ContributionFactory.create(
        session__workshop=workshop, session__starts_at=at(9), session__ends_at=at(10)
    )

    assert list(Contribution.objects.latest_first()) == [timed, untimed, older]


def test_outcomes_are_public_with_their_workshop_and_name_only_what_is_public() -> None:
    hidden = OutcomeFactory.create(
        organisation=OrganisationFactory.create(state="draft"),
        initiative=InitiativeFactory.create(state="draft"),
    )
    shown = OutcomeFactory.create(
        organisation=OrganisationFactory.create(), initiative=InitiativeFactory.create()
    )
    OutcomeFactory.create(workshop__state="draft")

    assert set(Outcome.objects.public()) == {hidden, shown}
    assert (hidden.public_owner, hidden.public_initiative) == (None, None)
    assert shown.public_owner == shown.organisation
    assert shown.public_initiative == shown.initiative


def test_material_belongs_to_the_workshop_or_to_one_session() -> None:
    session = SessionFactory.create()
    url = "https://example.org/"
    general = Material.objects.create(
        workshop=session.workshop, kind="photo", title="Photos", url=url
    )
    Material.objects.create(
        workshop=session.workshop, session=session, kind="slides", title="Slides", url=url
    )

    assert session.workshop.general_materials == [general]


def test_names_stand_for_rows() -> None:
    organisation = OrganisationFactory.create(name="Region Skåne")
    workshop = WorkshopFactory.create(title="Open workshop")
    session = SessionFactory.create(title="Opening", workshop=workshop)
    initiative = InitiativeFactory.create(title="NextStep")
    person = PersonFactory.create(family_name="Berg")

    rows = [
        workshop,
        Host(workshop=workshop, organisation=organisation),
        session,
        Presentation(session=session, initiative=initiative),
        Contribution(session=session, person=person),
        Material(title="Slides"),
        Outcome(what="Joint call"),
        WorkshopSource(title="Press release"),
        ScheduleVersion(workshop=workshop, number=2),
    ]

    assert [str(row) for row in rows] == [
        "Open workshop",
        "Region Skåne",
        "Opening",
        "NextStep",
        "Ada Berg (speaker)",
        "Slides",
        "Joint call",
        "Press release",
        "Open workshop, 2",
    ]
