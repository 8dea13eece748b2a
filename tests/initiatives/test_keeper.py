"""The index is renewed in the background, as a whole, and never keeps anybody waiting."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from threading import Barrier, Thread
from time import monotonic, sleep

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django import Settings

from clusterix.curation.models import Partner
from clusterix.lib.bits import every
from initiatives.index import changes
from initiatives.index.catalogue import Catalogue
from initiatives.index.keeper import Keeper, keeper
from initiatives.models import Initiative
from initiatives.tasks import forget_changes
from tests.factories import (
    EvidenceFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    PartnerFactory,
    RegionFactory,
    ThemeFactory,
)

committed = pytest.mark.django_db(transaction=True)

PATIENCE = 20


@pytest.fixture
def watched(settings: Settings) -> Iterator[Keeper]:
    """An index that is looked after as on a live site."""
    settings.CATALOGUE_MAY_LAG = 0.02
    keeper.end()
    yield keeper
    keeper.end()


def titles(catalogue: Catalogue) -> set[str]:
    """The initiatives in an index."""
    found = Initiative.objects.filter(pk__in=catalogue.keys.ids.tolist())
    return set(found.values_list("title", flat=True))


def eventually(happened: Callable[[], bool]) -> bool:
    """Whether it happens before patience ends."""
    until = monotonic() + PATIENCE
    while monotonic() < until:
        if happened():
            return True
        sleep(0.01)
    return False


def other_connection() -> "psycopg.Connection[tuple[object, ...]]":
    """Somebody else at work on the same database."""
    params = connection.get_connection_params()
    known = {
        name: params[name]
        for name in ("host", "port", "user", "password", "dbname")
        if params.get(name)
    }
    return psycopg.connect(**known)


def rename(other: "psycopg.Connection[tuple[object, ...]]", pk: int, title: str) -> None:
    """Change an initiative past everything that Django would notice."""
    other.execute("UPDATE initiatives_initiative SET title = %s WHERE id = %s", (title, pk))


@contextmanager
def hidden_notes() -> Iterator[None]:
    """Have the database fail whoever looks for changes."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE initiatives_change RENAME TO hidden")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE hidden RENAME TO initiatives_change")


# What an index has not seen


@committed
def test_an_index_is_renewed_only_when_something_changed() -> None:
    InitiativeFactory.create(title="A")
    first = keeper.current()

    again = keeper.current()
    Partner.objects.update(name="Another name")
    still = keeper.current()
    InitiativeFactory.create(title="B")
    renewed = keeper.current()

    assert first is again is still
    assert titles(renewed) == {"A", "B"}


@committed
@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.themes.add(ThemeFactory.create()),
        lambda entry: entry.regions.add(RegionFactory.create()),
        lambda entry: EvidenceFactory.create(initiative=entry),
        lambda entry: InvolvementFactory.create(initiative=entry),
        lambda _entry: OrganisationFactory.create(),
        lambda entry: entry.delete(),
    ],
)
def test_whatever_the_index_is_built_of_makes_it_stale(
    change: Callable[[Initiative], object],
) -> None:
    entry = InitiativeFactory.create()
    before = keeper.current()

    change(entry)

    assert keeper.current() is not before


@committed
def test_a_change_that_is_committed_after_a_later_one_is_not_missed() -> None:
    slow, quick = (InitiativeFactory.create(title=title) for title in ("slow", "quick"))
    with other_connection() as first, other_connection() as second:
        rename(first, slow.pk, "slow, changed")
        rename(second, quick.pk, "quick, changed")
        second.commit()
        between = keeper.current()
        unchanged = keeper.current()
        first.commit()

    after = keeper.current()

    assert between is unchanged is not after


@committed
def test_what_is_rolled_back_changes_nothing() -> None:
    entry = InitiativeFactory.create()
    before = keeper.current()
    with other_connection() as other:
        rename(other, entry.pk, "never")
        other.rollback()

    assert keeper.current() is before


@committed
def test_nobody_waits_for_a_long_import() -> None:
    entry, other_entry = InitiativeFactory.create(), InitiativeFactory.create()
    with other_connection() as importing, other_connection() as editing:
        rename(importing, entry.pk, "imported")
        editing.execute("SET lock_timeout = '2s'")
        rename(editing, other_entry.pk, "edited")
        editing.commit()
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        assert titles(keeper.current()) == {"edited", entry.title}


@committed
def test_what_a_transaction_wrote_it_finds_itself_and_nobody_else() -> None:
    InitiativeFactory.create(title="A")
    before = keeper.current()

    with suppress(ZeroDivisionError), transaction.atomic():
        InitiativeFactory.create(title="B")
        own = titles(keeper.current())
        raise ZeroDivisionError

    assert own == {"A", "B"}
    assert keeper.current() is before


@committed
def test_notes_of_changes_are_deleted_a_day_after_all_could_see_them() -> None:
    InitiativeFactory.create()

    def notes(moved: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE initiatives_change SET seen_at = seen_at - interval '{moved}'")
            forget_changes(0)
            cursor.execute("SELECT count(*) FROM initiatives_change")
            return int(cursor.fetchone()[0])

    assert notes("0 days") >= 1
    assert notes("23 hours") >= 1
    assert notes("2 hours") == 0


@committed
def test_an_index_that_nobody_looked_at_for_long_is_built_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = keeper.current()
    monkeypatch.setattr(keeper, "looked_at", keeper.looked_at - 3_601)

    assert keeper.renewed() is not before
    assert keeper.renewed() is keeper.renewed()


@pytest.mark.django_db
def test_notes_that_a_restored_dump_brought_from_another_server_are_no_news() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        seen = cursor.fetchone()[0]
        cursor.execute("INSERT INTO initiatives_change (xid) VALUES ('4000000000000')")

    assert not changes.look(seen).has_news


# While it is renewed


@committed
def test_a_change_shows_soon_and_nobody_has_to_ask_twice(watched: Keeper) -> None:
    InitiativeFactory.create(title="A")
    first = watched.current()

    InitiativeFactory.create(title="B")

    assert titles(first) == {"A"}
    assert eventually(lambda: titles(watched.current()) == {"A", "B"})


@committed
def test_an_index_that_nobody_looked_after_is_renewed_before_it_is_given(watched: Keeper) -> None:
    InitiativeFactory.create(title="A")
    watched.fresh()
    InitiativeFactory.create(title="B")

    assert titles(watched.current()) == {"A", "B"}


@committed
def test_who_comes_first_waits_for_one_build_with_all_others(watched: Keeper) -> None:
    InitiativeFactory.create()
    start = Barrier(8)
    got: list[Catalogue] = []

    def ask() -> None:
        start.wait()
        got.append(watched.current())
        connection.close()

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 8
    assert len({id(catalogue) for catalogue in got}) == 1


@committed
def test_requests_go_on_with_whole_indexes_while_they_are_renewed(
    watched: Keeper, client: Client
) -> None:
    owner = PartnerFactory.create()
    InitiativeFactory.create_batch(4, level="local", owner=owner)
    watched.current()
    done = False
    sizes = []

    def write() -> None:
        for _ in range(15):
            with transaction.atomic():
                InitiativeFactory.create_batch(2, level="local", owner=owner)
                InitiativeFactory.create_batch(2, level="european", owner=owner)
        connection.close()

    writer = Thread(target=write)
    writer.start()
    while writer.is_alive() or not done:
        done = not writer.is_alive()
        catalogue = watched.current()
        levels = catalogue.questions["level"]
        counts = levels.column.counts(every(catalogue.size)).tolist()
        sizes.append((catalogue.size, counts[0], counts[5]))
        assert client.get("/initiatives/?level=local").status_code == 200

    assert all(size == european + local for size, european, local in sizes)
    assert all(local == european + 4 for _size, european, local in sizes)
    assert all(earlier <= later for earlier, later in pairwise(sizes))


@committed
def test_a_connection_that_is_cut_is_no_end(
    watched: Keeper, caplog: pytest.LogCaptureFixture
) -> None:
    InitiativeFactory.create(title="A")
    watched.current()
    with other_connection() as other:
        other.autocommit = True
        assert eventually(
            lambda: bool(
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE query LIKE '%%initiatives_change%%' AND pid NOT IN"
                    " (pg_backend_pid(), %s)",
                    (connection.connection.info.backend_pid,),
                ).fetchall()
            )
        )

    InitiativeFactory.create(title="B")

    assert eventually(lambda: titles(watched.current()) == {"A", "B"})
    assert caplog.text.count("The catalogue cannot be read") <= 1


@committed
def test_an_accident_of_the_watcher_is_followed_by_another_watcher(watched: Keeper) -> None:
    watched.current()
    first = watched.watcher
    assert first
    watched.ended.set()
    first.join()
    watched.ended.clear()

    watched.current()

    assert watched.watcher is not first
    assert watched.watcher
    assert watched.watcher.is_alive()


@committed
def test_a_failure_is_logged_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    another = Keeper()
    another.renewed()

    with hidden_notes():
        well = [another.renewed_quietly(was_well=True), another.renewed_quietly(was_well=False)]

    assert well == [False, False]
    assert caplog.text.count("The catalogue cannot be read") == 1
    assert another.renewed_quietly(was_well=False)
