"""A workshop to import schedules into, and how."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from pytest_django import Settings

from tests.factories import MaterialFactory, WorkshopFactory
from tests.workshops.files import PDF
from workshops.interchange.importing import import_schedule
from workshops.interchange.results import Report
from workshops.models import Material, Workshop

Take = Callable[..., Report]
Kept = Callable[..., Material]
GUID = "7a0fc001-e587-47e1-b378-b6ec7e666337"


def event(**fields: Any) -> dict[str, Any]:
    """An event that needs no repair, except for what is given."""
    return {
        "guid": GUID,
        "title": "Opening",
        "date": "2027-01-21T09:00:00+01:00",
        "duration": "01:00",
    } | fields


def as_json(*events: Any, **conference: Any) -> bytes:
    """A schedule of those events, all on one day."""
    day = {"date": "2027-01-21", "rooms": {"Main hall": list(events)}}
    return json.dumps({"schedule": {"conference": {"days": [day]} | conference}}).encode()


@pytest.fixture
def malmo() -> Workshop:
    """A workshop of two days in Sweden."""
    workshop: Workshop = WorkshopFactory.create(
        key="malmo-2027",
        slug="malmo",
        time_zone="Europe/Stockholm",
        starts_on=date(2027, 1, 21),
        ends_on=date(2027, 1, 22),
    )
    return workshop


@pytest.fixture
def take(tmp_path: Path, malmo: Workshop) -> Take:
    """Imports a file with that content, into that workshop unless another is given."""

    def take_in(content: bytes, workshop: Workshop = malmo, *, dry_run: bool = False) -> Report:
        file = tmp_path / "schedule"
        file.write_bytes(content)
        return import_schedule(workshop, file, dry_run=dry_run)

    return take_in


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    """A folder for uploaded files, of the test alone."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def kept(media: Path) -> Kept:
    """Keeps a file as material of a workshop, a public one unless another is given."""

    def keep(content: bytes = PDF, name: str = "Slides.pdf", **fields: Any) -> Material:
        material: Material = MaterialFactory.build(url="", **fields)
        material.workshop = fields.get("workshop") or WorkshopFactory.create(slug="malmo")
        material.take(ContentFile(content, "../Canary.exe"), name, "application/pdf")
        material.save()
        assert media in Path(material.file.path).parents
        return material

    return keep
