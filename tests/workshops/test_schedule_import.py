"""An import of a schedule changes what the file says, and nothing else."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from clusterix.curation.imports.results import Outcome
from clusterix.curation.imports.tables import UnreadableError
from clusterix.curation.models import Entry
from people.models import Person
from tests.factories import ContributionFactory, PersonFactory, SessionFactory, WorkshopFactory
from tests.workshops.conftest import GUID, Take, as_json, event
from workshops.models import Material, Session, Workshop

pytestmark = pytest.mark.django_db

OTHER = f"1{GUID[1:]}"
THIRD = f"2{GUID[1:]}"


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 1, 21, hour, minute, tzinfo=UTC)


def reasons(entry: Entry) -> list[str | None]:
    told = entry.history.order_by("history_id")
    return list(told.values_list("history_change_reason", flat=True))


def named(*names: str) -> bytes:
    """A schedule of one event with those people."""
    return as_json(event(persons=[{"name": name} for name in names]))


def speakers() -> list[Person]:
    rows = Session.objects.get().contributions.order_by("position")
    return [row.person for row in rows.select_related("person")]


def test_a_dry_run_reports_all_of_it_and_keeps_nothing(take: Take, malmo: Workshop) -> None:
    content = as_json(event(guid="", persons=[{"name": "Bo Berg"}]), event(duration="0:00"))

    tried = take(content, dry_run=True)

    kept = (Session.objects.count(), Person.unscoped.count(), malmo.history.count())
    assert kept == (0, 0, 1)
    assert list(tried.lines()) == list(take(content).lines())
    assert Session.objects.count() == 1


def test_the_same_file_again_changes_nothing(take: Take, malmo: Workshop) -> None:
    links = [{"url": "https://example.org/a", "title": "A"}]
    content = as_json(event(persons=[{"name": "Bo Berg"}], links=links, track="Policy"))
    take(content)

    again = take(content)

    assert again.results[0].outcome == Outcome.UNCHANGED
    assert (again.results[0].changed, again.results[0].remarks) == ((), ())
    assert Session.objects.get().contributions.count() == Material.objects.count() == 1
    assert reasons(malmo) == [None, "Imported from schedule"]


def test_a_session_is_known_again_by_its_guid_and_updated(take: Take, malmo: Workshop) -> None:
    session = SessionFactory.create(workshop=malmo, guid=GUID, title="Old", position=4)

    report = take(as_json(event(title="New", persons=[{"name": "Bo Berg"}])))

    session.refresh_from_db()
    assert report.results[0].changed == ("title", "room", "starts_at", "ends_at", "people")
    assert (session.title, session.room, session.position) == ("New", "Main hall", 4)
    assert session.starts_at == at(8)


def test_what_the_file_does_not_say_stays_as_it_is(take: Take, malmo: Workshop) -> None:
    session = SessionFactory.create(
        workshop=malmo,
        guid=GUID,
        kind="panel",
        abstract="Kept",
        track="Kept",
        starts_at=at(10),
        ends_at=at(11),
    )
    kept = ContributionFactory.create(session=session, role="moderator")

    report = take(as_json(event(duration="")))

    session.refresh_from_db()
    assert report.results[0].changed == ("title", "room")
    assert (session.kind, session.abstract, session.track) == ("panel", "Kept", "Kept")
    assert (session.starts_at, session.day) == (at(10), None)
    assert list(session.contributions.all()) == [kept]


def test_sessions_that_are_not_in_the_file_stay_and_are_listed(take: Take, malmo: Workshop) -> None:
    SessionFactory.create(workshop=malmo, title="Lunch")
    SessionFactory.create(title="Canary of another workshop")

    report = take(as_json(event(duration="0:00"), event(guid=OTHER)))

    assert report.untouched == ["Lunch"]
    assert list(report.lines())[-2:] == [
        "Not in the file, left as it is: “Lunch”",
        "1 created, 0 updated, 0 unchanged, 1 refused.",
    ]


def test_a_session_of_another_workshop_is_never_touched(take: Take, malmo: Workshop) -> None:
    theirs = SessionFactory.create(guid=GUID, title="Theirs")

    first, again = take(as_json(event())), take(as_json(event()))

    theirs.refresh_from_db()
    assert theirs.title == "Theirs"
    assert malmo.sessions.get().guid != theirs.guid
    assert first.results[0].remarks == (
        "guid belongs to a session of another workshop: one was made from it",
    )
    assert again.results[0].outcome == Outcome.UNCHANGED


def test_a_room_that_is_taken_is_refused(take: Take, malmo: Workshop) -> None:
    SessionFactory.create(
        workshop=malmo, title="Lunch", room="Main hall", starts_at=at(8, 30), ends_at=at(9)
    )

    report = take(
        as_json(
            event(),
            event(guid=OTHER, room="Foyer"),
            event(guid=THIRD, title="Late", room="Foyer", date="2027-01-21T09:59:00+01:00"),
        )
    )

    assert [result.remarks for result in report.results] == [
        ("The room is taken by “Lunch” at that time.",),
        (),
        ("The room is taken by “Opening” at that time.",),
    ]
    assert malmo.sessions.count() == 2


def test_sessions_can_change_places(take: Take, malmo: Workshop) -> None:
    times = {"starts_at": at(8), "ends_at": at(9)}
    SessionFactory.create(workshop=malmo, guid=GUID, room="A", title="One", **times)
    SessionFactory.create(workshop=malmo, guid=OTHER, room="B", title="Two", **times)

    report = take(as_json(event(title="One", room="B"), event(guid=OTHER, title="Two", room="A")))

    assert [result.changed for result in report.results] == [("room",), ("room",)]
    assert dict(malmo.sessions.values_list("title", "room")) == {"One": "B", "Two": "A"}
    assert malmo.sessions.filter(**times).count() == 2


def test_whoever_has_to_stay_may_be_in_the_way_of_others(take: Take, malmo: Workshop) -> None:
    times = {"starts_at": at(8), "ends_at": at(9)}
    SessionFactory.create(workshop=malmo, guid=GUID, room="A", title="One", **times)
    SessionFactory.create(workshop=malmo, room="B", title="Fixed", **times)

    report = take(as_json(event(guid=OTHER, title="Two", room="A"), event(title="One", room="B")))

    assert [result.remarks for result in report.results] == [
        ("The room is taken by “One” at that time.",),
        ("The room is taken by “Fixed” at that time.",),
    ]
    assert malmo.sessions.count() == 2


def test_people_are_known_by_their_full_names(take: Take, malmo: Workshop) -> None:
    known = [
        PersonFactory.create(given_name="Anna", family_name="van der Berg"),
        PersonFactory.create(given_name="", family_name="Cher"),
        PersonFactory.create(given_name="Bo", family_name="Ek", state="draft", owner=malmo.owner),
    ]

    report = take(named("Anna van der Berg", "Cher", "Bo Ek"))

    assert speakers() == known
    assert report.results[0].remarks == ()


def test_a_draft_of_another_partner_is_never_referred_to(take: Take, malmo: Workshop) -> None:
    theirs = PersonFactory.create(given_name="Bo", family_name="Ek", slug="bo-ek", state="draft")

    report = take(named("Bo Ek", "李"))

    ours, other = speakers()
    assert ours != theirs
    assert (ours.given_name, ours.family_name, ours.state) == ("Bo", "Ek", "draft")
    assert (ours.owner, ours.slug) == (malmo.owner, f"bo-ek-{ours.key[:8]}")
    assert (other.family_name, other.slug) == ("李", other.key[:8])
    assert reasons(ours) == ["Imported from schedule"]
    assert report.results[0].remarks == (
        "Bo Ek was not known: made a draft",
        "李 was not known: made a draft",
    )


def test_a_new_person_is_made_once_for_all_events(take: Take) -> None:
    people = [{"name": "Bo Ek"}, {"name": "Bo Ek"}]

    take(as_json(event(persons=people), event(guid=OTHER, room="Foyer", persons=people)))

    assert Person.unscoped.get().contributions.count() == 2


def test_of_several_people_of_one_name_none_is_chosen(take: Take) -> None:
    PersonFactory.create_batch(2, given_name="Bo", family_name="Ek")

    report = take(named("Bo Ek"))

    assert report.results[0].remarks == ("several people are called Bo Ek: none was added",)
    assert speakers() == []


def test_people_who_left_the_file_stay_and_new_ones_follow(take: Take) -> None:
    take(named("Al Ahl"))

    report = take(named("Bo Berg", "Cy Cruz"))

    assert report.results[0].changed == ("people",)
    assert [person.name for person in speakers()] == ["Al Ahl", "Bo Berg", "Cy Cruz"]


def test_an_import_is_a_version_of_the_workshop_with_its_reason(
    take: Take, malmo: Workshop
) -> None:
    before = malmo.updated_at
    links = [{"url": "https://example.org/a"}]
    take(as_json(event()))

    report = take(as_json(event(links=links)))

    malmo.refresh_from_db()
    assert report.results[0].changed == ("materials",)
    assert reasons(malmo) == [None, "Imported from schedule", "Imported from schedule"]
    assert malmo.updated_at > before


def test_a_file_of_refused_events_is_no_version(take: Take, malmo: Workshop) -> None:
    take(as_json(event(title="")))

    assert reasons(malmo) == [None]


def test_a_file_that_cannot_be_read_changes_nothing(take: Take, malmo: Workshop) -> None:
    with pytest.raises(UnreadableError):
        take(as_json(event())[:-1])

    assert (Session.objects.count(), malmo.history.count()) == (0, 1)


def test_what_the_database_refuses_takes_back_all_of_it(take: Take, malmo: Workshop) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE workshops_material ADD CHECK (url NOT LIKE '%canary%')")
    links: list[dict[str, Any]] = [{"url": "https://example.org/canary"}]

    with pytest.raises(Exception, match="workshops_material_url_check"):
        take(as_json(event(), event(guid=OTHER, room="Foyer", links=links)))

    assert (Session.objects.count(), malmo.history.count()) == (0, 1)


def test_events_without_a_guid_get_another_in_each_workshop(take: Take) -> None:
    elsewhere = WorkshopFactory.create(key="other")
    content = as_json(event(guid=""))

    take(content)
    take(content, elsewhere)

    one, other = Session.objects.order_by("pk")
    assert one.guid != other.guid
    assert other.workshop == elsewhere
