"""What the logs say, and what they never say."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog
from django.test import Client
from structlog.stdlib import ProcessorFormatter

from clusterix.lib import logs

CANARIES = {
    "erika.canary@example.org": "mail to erika.canary@example.org was refused",
    "Canary": 'value violates "u"\nDETAIL:  Key (name, city)=(Erika (Canary), Ulm) exists.',
    "Kanarie": "DETAIL:  Failing row contains (7, Erika Kanarie, null).",
    "q-canary": 'Not Found: "/search/?q=q-canary&page=2"',
    "s3cr3t-r3f": "Not Found: /registrations/s3cr3t-r3f/cancel/",
    "f0ll0w": "Not Found: /following/f0ll0w/unsubscribe/",
    "1nv1t3": "Not Found: /accounts/invitation/1nv1t3/",
    "ch3ck": "Not Found: /still-correct/ch3ck-1.s1gn3d/",
    "t0k3n": "Bad Request: /accounts/password/reset/key/t0k3n-1a/",
}


def formatter(*, json: bool) -> ProcessorFormatter:
    settings = dict(logs.configuration(json=json)["formatters"]["events"])
    settings.pop("()")
    return ProcessorFormatter(**settings)


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """The lines that production would log."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(json=True))
    logging.getLogger().addHandler(handler)
    structlog.contextvars.clear_contextvars()
    yield stream
    logging.getLogger().removeHandler(handler)


def test_a_line_is_json_with_its_time_level_and_logger(lines: StringIO) -> None:
    structlog.stdlib.get_logger("clusterix.test").warning("done", count=3)

    line = json.loads(lines.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "done", "level": "warning", "logger": "clusterix.test", "count": 3}


@pytest.mark.parametrize(("canary", "message"), CANARIES.items(), ids=CANARIES)
def test_nothing_personal_and_no_secret_is_logged(
    lines: StringIO, canary: str, message: str
) -> None:
    logging.getLogger("django.request").warning("%s", message)
    structlog.stdlib.get_logger("clusterix.test").warning("failed", reason=message)

    assert (len(lines.getvalue().splitlines()), canary in lines.getvalue()) == (2, False)


def test_the_text_of_an_exception_is_scrubbed_too(lines: StringIO) -> None:
    try:
        raise ValueError("unknown address erika.canary@example.org")  # noqa: TRY301
    except ValueError:
        logging.getLogger("clusterix.test").exception("failed")

    exception = json.loads(lines.getvalue())["exception"]
    assert exception.endswith("ValueError: unknown address [e-mail]")


def test_a_text_without_secrets_stays_as_it_is() -> None:
    text = "GET /initiatives/vanguard/ took 12 ms (is that slow?)"

    assert logs.scrubbed(text) == text


def test_a_developer_reads_lines_instead_of_json() -> None:
    record = logging.LogRecord("clusterix.test", logging.INFO, "", 1, "ready", (), None)

    line = formatter(json=False).format(record)

    assert (line.startswith("{"), "ready" in line) == (False, True)


@pytest.mark.django_db
def test_a_request_is_one_line_that_its_other_lines_can_be_matched_to(
    client: Client, lines: StringIO
) -> None:
    response = client.get("/registrations/s3cr3t-r3f/?email=erika.canary@example.org")

    (line,) = (
        line
        for line in map(json.loads, lines.getvalue().splitlines())
        if line["logger"] == "clusterix.request"
    )
    assert line.pop("duration_ms") >= 0
    assert line.pop("timestamp")
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "clusterix.request",
        "method": "GET",
        "path": "/registrations/[secret]/",
        "request_id": response["X-Request-ID"],
        "status": 404,
    }
    assert ("s3cr3t-r3f" in lines.getvalue(), "canary" in lines.getvalue()) == (False, False)
