"""Two curators merge at once, or one merges while another links."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from clusterix.curation.models import User
from people.merging.joining import HinderedError, merge, undo
from people.merging.models import Merge
from people.models import Organisation
from tests.factories import InvolvementFactory, OrganisationFactory, secretariat

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]


def together(*deeds: Callable[[], object]) -> list[str]:
    """Does all of them at the same time; what stood in the way of some."""
    begin, hindered = Barrier(len(deeds)), list[str]()

    def do(deed: Callable[[], object]) -> None:
        begin.wait()
        try:
            deed()
        except HinderedError as error:
            hindered.append(str(error))
        finally:
            connection.close()

    threads = [Thread(target=do, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return hindered


def merging(kept: Organisation, gone: Organisation, user: User) -> Callable[[], object]:
    """Has the one become part of the other."""
    return lambda: merge(kept, gone, user, "The same")


@pytest.mark.parametrize("time", range(3))
def test_of_two_who_merge_each_way_one_does(time: int) -> None:
    one, other = OrganisationFactory.create(), OrganisationFactory.create()
    InvolvementFactory.create(organisation=one)
    InvolvementFactory.create(organisation=other)
    user = secretariat()

    hindered = together(merging(one, other, user), merging(other, one, user))

    assert len(hindered) == 1
    assert Organisation.objects.get().involvements.count() == 2


@pytest.mark.parametrize("time", range(3))
def test_of_two_who_undo_a_merge_one_does(time: int) -> None:
    one, other = OrganisationFactory.create(), OrganisationFactory.create()
    InvolvementFactory.create(organisation=other)
    user = secretariat()
    done = merge(one, other, user, "The same")

    hindered = together(lambda: undo(done, user), lambda: undo(done, user))

    assert hindered == ["This was undone already."]
    assert other.involvements.count() == 1
    assert Merge.objects.standing().count() == 0


def test_a_merge_that_is_cut_off_leaves_all_as_it_was() -> None:
    one, other = OrganisationFactory.create(), OrganisationFactory.create()
    InvolvementFactory.create(organisation=other)
    user = secretariat()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE merging_merge RENAME TO merging_gone")

    with pytest.raises(Exception, match="merging_merge"):
        merge(one, other, user, "The same")

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE merging_gone RENAME TO merging_merge")
    assert Organisation.objects.count() == 2
    assert other.involvements.count() == 1
