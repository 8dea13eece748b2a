"""That the schema is complete, and that the interface does what it says."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings

from clusterix.wsgi import application
from tests.api.conftest import Ask
from tests.factories import (
    ContributionFactory,
    EvidenceFactory,
    InitiativeFactory,
    InvolvementFactory,
    OutcomeFactory,
    ParticipantFactory,
    PeerReviewFactory,
    PresentationFactory,
    RecommendationFactory,
    RegionFactory,
    SessionFactory,
    ThemeFactory,
    TransferFactory,
    answered,
)

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "10"))
"""How many random questions each address is asked; before a release, thousands."""

EXPECTATIONS = schemathesis.Config.from_dict(
    {
        "seed": 20160621,
        "checks": {
            # The schema cannot list what the database holds: which cursors, countries and themes.
            "positive_data_acceptance": {"expected-statuses": [200, 301, 400, 404]},
            "negative_data_rejection": {"expected-statuses": [400, 404, 405, 414]},
        },
    }
)


def test_the_schema_is_valid_and_says_everything(tmp_path: Path) -> None:
    file = tmp_path / "schema.yml"

    call_command("spectacular", validate=True, fail_on_warn=True, file=str(file))

    assert file.read_text().startswith("openapi: 3.1.1")


def test_every_operation_says_how_it_can_fail(ask: Ask) -> None:
    schema = ask("schema/")

    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    assert len(operations) == 17
    for operation in operations:
        assert operation["description"]
        assert set(operation["responses"]) >= {"200", "304", "400", "404", "429", "503"}
        assert all(parameter["description"] for parameter in operation.get("parameters", []))


@pytest.fixture
def record() -> None:
    """One of everything to read."""
    practice = InitiativeFactory.create(slug="practice", start="2013", end="2016-23")
    practice.regions.add(RegionFactory.create(code="SE22"))
    practice.themes.add(ThemeFactory.create(key="smart-specialisation"))
    InvolvementFactory.create(initiative=practice)
    EvidenceFactory.create(initiative=practice)
    TransferFactory.create(initiative=practice)
    practice.relations.create(kind="part-of", related=InitiativeFactory.create())
    session = SessionFactory.create()
    PresentationFactory.create(session=session, initiative=practice)
    ContributionFactory.create(session=session)
    outcome = OutcomeFactory.create(workshop=session.workshop, initiative=practice)
    review = PeerReviewFactory.create(workshop=session.workshop)
    answered(review)
    ParticipantFactory.create(review=review)
    RecommendationFactory.create(review=review).outcomes.add(outcome)


interface = schemathesis.openapi.from_wsgi("/api/v1/schema/", app=application, config=EXPECTATIONS)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The site keeps the connection of the test, whose transaction holds the rows."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("record", "one_connection")
@interface.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_the_interface_does_what_its_schema_says(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate()
