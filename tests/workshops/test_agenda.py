"""Programmes that a process remembers: never older than what is written, and nothing of drafts."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from initiatives.models import Initiative, Involvement
from people.models import Organisation, Person
from tests.factories import (
    ContributionFactory,
    InvolvementFactory,
    OrganisationFactory,
    PersonFactory,
    PresentationFactory,
    SessionFactory,
)
from workshops import agenda
from workshops.agenda_html import known_session, known_table
from workshops.models import Contribution, Material, Presentation, Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> Session:
    """A session with one of everything that a page tells of it."""
    made: Session = SessionFactory.create(workshop__slug="malmo", title="Lighthouse")
    body = OrganisationFactory.create(name="ESCA", slug="esca")
    ada = PersonFactory.create(given_name="Ada", family_name="Berg", slug="ada-berg")
    ContributionFactory.create(session=made, person=ada, organisation=body)
    shown = PresentationFactory.create(session=made, initiative__title="Vanguard").initiative
    InvolvementFactory.create(initiative=shown, organisation__kind="cluster", role="owner")
    Material.objects.create(
        workshop=made.workshop, session=made, kind="slides", title="Slides", url="https://a.example"
    )
    return made


def page() -> str:
    return Client().get("/workshops/malmo/").content.decode()


WRITTEN: dict[str, Callable[[], Any]] = {
    "Harbour": lambda: Session.objects.update(title="Harbour"),
    "harbour-room": lambda: Session.objects.update(room="harbour-room"),
    "harbour-as-printed": lambda: Contribution.objects.update(affiliation="harbour-as-printed"),
    "Grace Berg": lambda: Person.objects.update(given_name="Grace"),
    "/people/harbour/": lambda: Person.objects.update(slug="harbour"),
    "Harbour Board": lambda: Organisation.objects.filter(slug="esca").update(name="Harbour Board"),
    "Harbour initiative": lambda: Initiative.objects.update(title="Harbour initiative"),
    "Harbour slides": lambda: Material.objects.update(title="Harbour slides"),
    "Speaker withheld": lambda: Person.objects.update(visibility="withheld"),
}


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("words", WRITTEN)
def test_what_is_written_shows_at_once(words: str) -> None:
    before = page()
    WRITTEN[words]()

    after = page()

    assert (words in before, words in after) == (False, True)


GONE: dict[str, tuple[str, Callable[[], Any]]] = {
    "a session": ("Lighthouse", lambda: Session.objects.all().delete()),
    "a contribution": ("Ada Berg", lambda: Contribution.objects.all().delete()),
    "a person withheld": ("Ada Berg", lambda: Person.objects.update(visibility="withheld")),
    "a person withdrawn": ("Ada Berg", lambda: Person.objects.update(state="archived")),
    "a page unlisted": ("/people/ada-berg/", lambda: Person.objects.update(visibility="name")),
    "an organisation": ("ESCA", lambda: Organisation.objects.update(state="draft")),
    "a presentation": ("Vanguard", lambda: Presentation.objects.all().delete()),
    "an initiative": ("Vanguard", lambda: Initiative.objects.update(state="draft")),
    "a material": ("Slides", lambda: Material.objects.all().delete()),
}


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("what", GONE)
def test_what_is_withdrawn_is_gone_at_once(what: str) -> None:
    words, withdraw = GONE[what]
    before = page()
    withdraw()

    after = page()

    assert (words in before, words in after) == (True, False)


def involved(session: Session) -> list[tuple[str, str]]:
    """The roles and kinds of organisations that the mark of a session is drawn from."""
    [item] = agenda.programme(session.workshop).sessions
    return [(part.role, part.kind) for part in item.presented[0].parts]


def test_a_mark_follows_who_is_involved(session: Session) -> None:
    before = involved(session)
    Organisation.objects.filter(kind="cluster").update(kind="eu-body")
    of_another_kind = involved(session)
    Involvement.objects.update(role="partner")
    in_another_role = involved(session)
    Involvement.objects.all().delete()

    assert (before, of_another_kind) == ([("owner", "cluster")], [("owner", "eu-body")])
    assert (in_another_role, involved(session)) == ([("partner", "eu-body")], [])


def test_a_programme_is_made_once_for_as_long_as_it_is_the_same(
    session: Session, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    known = agenda.programme(session.workshop)

    with django_assert_num_queries(1):
        again = agenda.programme(session.workshop)

    assert again is known


def test_only_what_was_written_is_made_anew(session: Session) -> None:
    other = SessionFactory.create(workshop=session.workshop, position=2)
    first, second = agenda.programme(session.workshop).sessions
    Session.objects.filter(pk=other.pk).update(title="Harbour")

    same, changed = agenda.programme(session.workshop).sessions

    assert same is first
    assert (changed is second, changed.title) == (False, "Harbour")


def test_what_is_taken_back_is_not_remembered(session: Session) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        Session.objects.update(title="Canary")
        during = page()
        cursor.execute("ROLLBACK TO SAVEPOINT before")
    Session.objects.update(title="Harbour")

    after = page()

    assert ("Canary" in during, "Canary" in after, "Harbour" in after) == (True, False, True)


def test_a_preview_is_made_for_itself_alone(session: Session) -> None:
    workshop = session.workshop
    workshop.is_previewed = True
    sizes = [kept.cache_info().currsize for kept in KEPT]

    one, other = agenda.programme(workshop), agenda.programme(workshop)

    assert one.sessions[0] is not other.sessions[0]
    assert [kept.cache_info().currsize for kept in KEPT] == sizes


KEPT = (agenda.known_item, agenda.known_programme, known_session, known_table)


def test_a_session_of_an_own_day_and_time_is_as_the_row_has_it(session: Session) -> None:
    now = timezone.now()
    fields = {
        "day": date(2027, 1, 21),
        "starts_at": now,
        "ends_at": now + timedelta(hours=1),
        "kind": Session.Kind.PANEL,
        "cancelled_at": now,
        "cancelled_because": "Snow",
        "track": "Money & more",
    }
    Session.objects.update(**fields)

    [item] = agenda.programme(session.workshop).sessions

    assert (item.day, item.starts_at, item.ends_at) == (
        fields["day"],
        fields["starts_at"],
        fields["ends_at"],
    )
    assert isinstance(item.starts_at, datetime)
    assert (item.kind, item.is_cancelled, item.cancelled_because) == ("panel", True, "Snow")
    assert item.answers["track"] == {"money-more": "Money & more"}
    assert str(item.guid) == str(session.guid)
