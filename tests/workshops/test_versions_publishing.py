"""Publishing the next version of a programme, as far as it concerns nobody but the programme."""

from datetime import UTC, datetime

import pytest

from tests.factories import SessionFactory, UserFactory
from workshops.models import ScheduleVersion, Session, Workshop
from workshops.versions.publishing import Order, RefusedError, pending, publish

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 1, 5, 12, tzinfo=UTC)


def published(workshop: Workshop) -> ScheduleVersion:
    """The next version, by somebody who has just read the workshop."""
    seen = Workshop.unscoped.get(pk=workshop.pk).version
    return publish(Order(workshop.pk, seen, "", UserFactory.create()), NOW)


def test_without_sessions_there_is_nothing_to_announce(malmo: Workshop) -> None:
    with pytest.raises(RefusedError, match="has no sessions yet"):
        published(malmo)


def test_what_is_pending_is_what_the_next_version_announces(malmo: Workshop) -> None:
    SessionFactory.create(workshop=malmo)
    before_the_first = pending(malmo)
    published(malmo)
    Session.objects.update(room="Foyer")

    waiting = pending(malmo)
    version = published(malmo)

    assert before_the_first == []
    assert waiting == version.changes
    assert [change["kind"] for change in waiting] == ["room"]
    assert pending(malmo) == []


def test_versions_are_numbered_and_each_knows_the_programme_of_its_time(malmo: Workshop) -> None:
    session = SessionFactory.create(workshop=malmo, title="Opening")

    first = published(malmo)
    Session.objects.update(title="Welcome")
    second = published(malmo)

    told = [(row.number, row.snapshot[str(session.guid)]["title"]) for row in (first, second)]
    assert told == [(1, "Opening"), (2, "Welcome")]
    assert list(ScheduleVersion.objects.knowing(session).newest_first()) == [second, first]


def test_the_last_of_all_sessions_can_go(malmo: Workshop) -> None:
    SessionFactory.create(workshop=malmo)
    published(malmo)
    Session.objects.all().delete()

    version = published(malmo)

    assert [change["kind"] for change in version.changes] == ["removed"]
    assert version.snapshot == {}
