"""Two people change at once what one initiative is found by."""

from collections.abc import Callable
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from initiatives import texts
from initiatives.models import Initiative, Involvement
from people.models import Organisation
from tests.factories import InitiativeFactory, InvolvementFactory, OrganisationFactory

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]

LONG_ENOUGH = 0.3


def at_once(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Does the second while the first is done and not yet committed."""
    begun = Event()

    def overtake() -> None:
        begun.wait()
        try:
            second()
        finally:
            connection.close()

    thread = Thread(target=overtake)
    thread.start()
    with transaction.atomic():
        first()
        begun.set()
        thread.join(LONG_ENOUGH)
    thread.join()


def rename(initiative: Initiative) -> Callable[[], object]:
    """Gives the initiative another title."""
    return lambda: Initiative.objects.filter(pk=initiative.pk).update(title="Zebra")


def rename_one(organisation: Organisation) -> Callable[[], object]:
    """Gives the organisation another name."""
    return lambda: Organisation.objects.filter(pk=organisation.pk).update(name="Horse")


@pytest.mark.parametrize("title_first", [True, False])
def test_a_new_title_and_a_new_name_are_both_found(title_first: bool) -> None:
    involvement = InvolvementFactory.create()
    changes = [rename(involvement.initiative), rename_one(involvement.organisation)]

    at_once(*(changes if title_first else reversed(changes)))

    assert texts.found("zebra horse").tolist() == [involvement.initiative_id]


def test_two_new_names_of_one_initiative_are_both_found() -> None:
    initiative = InitiativeFactory.create()
    one = InvolvementFactory.create(initiative=initiative).organisation
    other = InvolvementFactory.create(initiative=initiative).organisation

    at_once(rename_one(one), lambda: Organisation.objects.filter(pk=other.pk).update(name="Zebra"))

    assert texts.found("zebra horse").tolist() == [initiative.pk]


@pytest.mark.parametrize("name_first", [True, False])
def test_who_comes_to_be_involved_is_found_by_the_new_name(name_first: bool) -> None:
    initiative = InitiativeFactory.create()
    organisation = OrganisationFactory.create(name="Before")
    changes = [
        rename_one(organisation),
        lambda: Involvement.objects.create(
            initiative=initiative, organisation=organisation, role="owner"
        ),
    ]

    at_once(*(changes if name_first else reversed(changes)))

    assert texts.found("horse").tolist() == [initiative.pk]
    assert texts.found("before").tolist() == []


@pytest.mark.parametrize("name_first", [True, False])
def test_what_becomes_public_is_found_by_the_new_name(name_first: bool) -> None:
    initiative = InitiativeFactory.create(state="draft")
    organisation = InvolvementFactory.create(initiative=initiative).organisation
    changes = [rename_one(organisation), lambda: initiative.publish(reason="ready")]

    at_once(*(changes if name_first else reversed(changes)))

    assert texts.found("horse").tolist() == [initiative.pk]
