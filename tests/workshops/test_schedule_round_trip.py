"""What goes out comes in again as the same."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from clusterix.content.loading import load
from tests.factories import WorkshopFactory
from tests.workshops.conftest import Take
from tests.workshops.test_schedule_export import full_session, timed
from workshops.models import Workshop

pytestmark = pytest.mark.django_db

PATHS = ["schedule.json", "schedule.xml"]
IDENTITY = {"guid", "id", "slug", "url"}


def events(client: Client, workshop: Workshop) -> list[dict[str, Any]]:
    """What is told of each session, but for its identity."""
    told = client.get(f"/workshops/{workshop.slug}/schedule.json").json()
    return [
        {name: value for name, value in event.items() if name not in IDENTITY}
        for day in told["schedule"]["conference"]["days"]
        for rows in day["rooms"].values()
        for event in rows
    ]


@pytest.mark.parametrize("path", PATHS)
def test_a_programme_changes_nothing_where_it_comes_from(
    client: Client, take: Take, malmo: Workshop, path: str
) -> None:
    full_session(malmo)
    content = client.get(f"/workshops/malmo/{path}").content

    report = take(content)

    assert [(result.outcome.value, result.remarks) for result in report.results] == [
        ("unchanged", ())
    ]


@pytest.mark.parametrize("path", PATHS)
def test_a_programme_is_the_same_in_another_workshop(
    client: Client, take: Take, malmo: Workshop, path: str
) -> None:
    full_session(malmo)
    timed(malmo, kind="break", title="Coffee")
    other = WorkshopFactory.create(
        starts_on=malmo.starts_on, ends_on=malmo.ends_on, time_zone=malmo.time_zone
    )

    take(client.get(f"/workshops/malmo/{path}").content, other)

    assert events(client, other) == events(client, malmo)


@pytest.mark.parametrize("path", PATHS)
def test_the_example_programme_comes_in_goes_out_and_comes_in_again_as_the_same(
    client: Client, take: Take, path: str
) -> None:
    folders: list[Path] = [settings.BASE_DIR / "content", settings.BASE_DIR / "content" / "example"]
    load(folders, today=date(2026, 5, 4))
    example = Workshop.objects.get(is_example=True)
    copy = WorkshopFactory.create(
        starts_on=example.starts_on, ends_on=example.ends_on, time_zone=example.time_zone
    )

    first = take(client.get(f"/workshops/{example.slug}/{path}").content, copy)
    again = take(client.get(f"/workshops/{copy.slug}/{path}").content, copy)

    assert list(first.lines())[-1] == "10 created, 0 updated, 0 unchanged, 0 refused."
    assert list(again.lines())[-1] == "0 created, 0 updated, 10 unchanged, 0 refused."
    assert events(client, copy) == events(client, example)
