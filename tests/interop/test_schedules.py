"""Schedules against the schemas and sample files of c3voc."""

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from jsonschema_rs import Draft6Validator
from xmlschema import XMLSchema

from tests.factories import SessionFactory, WorkshopFactory
from tests.interop.conftest import SHARED
from workshops.interchange.importing import import_schedule
from workshops.models import Workshop

pytestmark = pytest.mark.django_db

SCHEMAS = SHARED / "data" / "schemas"
SAMPLES = SHARED / "data" / "samples"
NOON = "2027-01-21T12:00:00Z"


def json_problems(content: Any) -> list[str]:
    """What in a schedule is not as the JSON schema has it."""
    schema = json.loads((SCHEMAS / "c3voc-schedule-v1.schema.json").read_text("utf-8"))
    check = Draft6Validator(schema, validate_formats=True)
    return [problem.message for problem in check.iter_errors(content)]


def xml_problems(content: bytes) -> list[str]:
    """What in a schedule is not as the XML schema has it."""
    schema = XMLSchema(SCHEMAS / "c3voc-schedule.xml.xsd")
    return [str(problem.reason) for problem in schema.iter_errors(content)]


def problems(client: Client, slug: str) -> list[str]:
    """What is wrong with either of the files of a workshop."""
    exported = client.get(f"/workshops/{slug}/schedule.json").json()
    written = client.get(f"/workshops/{slug}/schedule.xml").content
    return [*json_problems(exported), *xml_problems(written)]


def imported(sample: str, workshop: Workshop) -> list[str]:
    """What the import of a sample says, by line."""
    return list(import_schedule(workshop, SAMPLES / sample).lines())


@pytest.mark.parametrize(
    ("sample", "events", "repairs"),
    [
        ("pretalx-democon.json", 36, {"track “Phased” is new", "track “Horizontal” is new"}),
        (
            "frab-camp2019.json",
            79,
            {
                "type “performance” is not known here",
                "markup in the text was made into Markdown",
                "link “nymtech.net” read as https://nymtech.net",
                "track “Hardware & Making” is new",
                "2019-08-21 is none of the workshop's days",
                "aphotic was not known: made a draft",
            },
        ),
        (
            "invalid-example.json",
            1,
            {
                "markup in the text was made into Markdown",
                "2022-12-28 is none of the workshop's days",
                "Mänu was not known: made a draft",
            },
        ),
    ],
)
def test_all_samples_come_in_and_go_out_valid(
    client: Client, sample: str, events: int, repairs: set[str]
) -> None:
    workshop = WorkshopFactory.create(slug="sample", starts_on=date(2020, 1, 1))

    first, again = imported(sample, workshop), imported(sample, workshop)

    assert first[0] == f"Read as JSON, {events} events."
    assert repairs <= {line.strip() for line in first}
    assert first[-1] == f"{events} created, 0 updated, 0 unchanged, 0 refused."
    assert again[-1] == f"0 created, 0 updated, {events} unchanged, 0 refused."
    assert workshop.sessions.exclude(starts_at=None).count() == events
    assert problems(client, "sample") == []


@pytest.mark.parametrize("slug", ["abc", "value-chains-2027"])
def test_a_workshop_without_times_is_valid(client: Client, slug: str) -> None:
    SessionFactory.create(workshop=WorkshopFactory.create(slug=slug))

    assert problems(client, slug) == []


def test_the_check_of_xml_finds_what_is_wrong(client: Client) -> None:
    WorkshopFactory.create(slug="malmo")
    written = client.get("/workshops/malmo/schedule.xml").content

    assert xml_problems(written.replace(b"<days>1<", b"<days>one<")) != []
