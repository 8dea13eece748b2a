"""What the logs say: events, request ids and places in the code, never who a person is."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SCRUBS = (
    (re.compile(r"[^\s@<>\"'(=,;:]+@[^\s@<>\"'),;:]+"), "[e-mail]"),
    (re.compile(r"((?:^|[\s\"'/])[^\s\"'?]*/[^\s\"'?]*)\?[^\s\"']+"), r"\1?[query]"),
    (
        re.compile(
            r"(/(?:registrations|following|offers|accounts/invitation|still-correct|reset/key)/)[^/\s\"'?]+"
        ),
        r"\1[secret]",
    ),
    (re.compile(r"(Key \([^)]*\)=)\(.*\)"), r"\1([values])"),
    (re.compile(r"(Failing row contains )\(.*\)"), r"\1([values])"),
)


def configuration(*, json: bool) -> dict[str, Any]:
    """Answer Django's LOGGING: JSON lines for machines, or readable lines for a developer."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "events": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    scrub,
                    renderer,
                ],
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "events"}},
        "root": {"handlers": ["stderr"], "level": logging.INFO},
        # Django's own handlers would print a second line, and mail the details to administrators.
        "loggers": {
            "django": {"handlers": [], "level": logging.INFO, "propagate": True},
            "django.server": {"handlers": [], "level": logging.WARNING, "propagate": True},
            # It would tell at each command, and at each test, which tasks there are.
            "procrastinate.blueprints": {"level": logging.WARNING},
            "procrastinate.periodic": {"level": logging.WARNING},
        },
    }


def scrub(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take out of an event's texts what could tell who a person is or open their page."""
    return {
        name: scrubbed(value) if isinstance(value, str) else value for name, value in event.items()
    }


def scrubbed(text: str) -> str:
    """Answer a text without e-mail addresses, query strings, secret links and rows' values."""
    for pattern, replacement in SCRUBS:
        text = pattern.sub(replacement, text)
    return text
