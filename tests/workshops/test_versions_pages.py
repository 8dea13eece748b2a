"""What visitors read of the versions of a programme."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import ScheduleVersionFactory, SessionFactory, UserFactory
from workshops.models import Session, Workshop
from workshops.versions.facts import changes, snapshot

pytestmark = pytest.mark.django_db

CHANGES = "/workshops/malmo/changes/"
JANUARY = datetime(2027, 1, 4, 23, 30, tzinfo=UTC)


def announced(workshop: Workshop, **fields: Any) -> None:
    """A version of the programme as it is now."""
    latest = workshop.versions.newest_first().first()
    now = snapshot(workshop.sessions.all())
    ScheduleVersionFactory.create(
        workshop=workshop,
        snapshot=now,
        changes=changes(latest.snapshot, now) if latest else [],
        **fields,
    )


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_change_list_has_the_newest_version_first(client: Client, malmo: Workshop) -> None:
    session = SessionFactory.create(workshop=malmo, title="Opening")
    announced(malmo, published_at=JANUARY, note="Here it is.")
    Session.objects.update(room="Foyer")
    announced(malmo, note="The hall\nis <b>flooded</b>.", published_by=UserFactory.create())

    page = text(client, CHANGES)

    assert page.index("Version 2") < page.index("Version 1")
    path = session.get_absolute_url()
    assert f'href="{path}">“Opening” is in another room: Foyer' in page
    assert "is &lt;b&gt;flooded&lt;/b&gt;." in page
    assert "Here it is." in page
    assert "5 January 2027, 00:30" in page
    assert "agency.example" not in page


def test_a_session_that_is_gone_is_named_without_a_link(client: Client, malmo: Workshop) -> None:
    SessionFactory.create(workshop=malmo, title="Opening")
    announced(malmo)
    Session.objects.all().delete()
    announced(malmo)

    page = text(client, CHANGES)

    assert "removed</span> “Opening” is no longer part of the programme" in " ".join(page.split())


def test_before_the_first_version_the_list_says_so(client: Client, malmo: Workshop) -> None:
    assert "No version of the programme has been announced yet." in text(client, CHANGES)
    assert CHANGES not in text(client, "/workshops/malmo/")


def test_the_workshops_page_names_its_version_and_leads_to_the_list(
    client: Client, malmo: Workshop
) -> None:
    SessionFactory.create(workshop=malmo)
    announced(malmo)
    announced(malmo, published_at=JANUARY)

    page = text(client, "/workshops/malmo/")

    assert "Programme version 2, published on 5 January 2027." in page
    assert f'<a href="{CHANGES}">What has changed</a>' in page


def test_sessions_that_the_last_version_changed_are_marked(client: Client, malmo: Workshop) -> None:
    opening = SessionFactory.create(workshop=malmo, title="Opening")
    SessionFactory.create(workshop=malmo, title="Panel")
    announced(malmo)
    Session.objects.filter(pk=opening.pk).update(room="Foyer", title="Welcome")
    SessionFactory.create(workshop=malmo, title="Visit")
    announced(malmo)

    page = text(client, "/workshops/malmo/")

    marks = [
        f'<span class="badge badge--{kind}">{label}</span>'
        for kind, label in (("room", "other room"), ("renamed", "renamed"), ("added", "new"))
    ]
    assert [page.count(mark) for mark in marks] == [1, 1, 1]
    assert page.count('class="badge') == 3


def test_a_mark_goes_with_the_next_version_and_a_cancelled_session_has_none(
    client: Client, malmo: Workshop
) -> None:
    SessionFactory.create(workshop=malmo, title="Panel")
    announced(malmo)
    SessionFactory.create(workshop=malmo, title="Visit")
    announced(malmo)
    Session.objects.filter(title="Visit").update(cancelled_at=JANUARY)

    before = text(client, "/workshops/malmo/")
    announced(malmo)
    after = text(client, "/workshops/malmo/")

    assert ["badge--added" in page for page in (before, after)] == [False, False]
    assert "<strong>Cancelled</strong>" in after


def test_a_former_address_leads_to_the_list(client: Client, malmo: Workshop) -> None:
    malmo.slug = "new"
    malmo.save()

    response = client.get(CHANGES)

    assert (response.status_code, response["Location"]) == (301, "/workshops/new/changes/")


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_what_is_not_public_has_no_list(client: Client, malmo: Workshop, state: str) -> None:
    SessionFactory.create(workshop=malmo)
    announced(malmo, note="Canary")
    Workshop.unscoped.update(state=state)

    response = client.get(CHANGES)

    assert response.status_code == 404
    assert b"Canary" not in response.content


def test_the_list_is_read_only(client: Client, malmo: Workshop) -> None:
    assert client.post(CHANGES).status_code == 405


def test_a_long_list_has_pages(client: Client, malmo: Workshop) -> None:
    ScheduleVersionFactory.create_batch(21, workshop=malmo)

    first, second = text(client, CHANGES), text(client, f"{CHANGES}?page=2")

    assert (first.count("<h2"), second.count("<h2")) == (20, 1)
    assert "Version 1<" in second


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    client: Client, malmo: Workshop, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for number in range(rows):
        SessionFactory.create(workshop=malmo, title=f"New {number}")
        announced(malmo)

    with django_assert_num_queries(4):
        client.get(CHANGES)
