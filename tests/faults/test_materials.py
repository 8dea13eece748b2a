"""A file whose upload came to nothing goes, whatever ended it; none goes that has a row."""

import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from clusterix.lib.stored_files import GRACE
from tests.factories import WorkshopFactory
from tests.faults import site
from tests.workshops.files import PDF
from workshops.materials.sweeping import sweep
from workshops.models import Material, Workshop

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]

SECONDS = 60

UPLOADS = """
import time, django
django.setup()
from django.core.files.base import ContentFile
from django.db import transaction
from workshops.models import Material, Workshop
with transaction.atomic():
    material = Material(workshop=Workshop.unscoped.get(), kind="slides", title="Slides")
    material.take(ContentFile(b"%PDF-1.7 %%EOF", "x"), "slides.pdf", "application/pdf")
    material.save()
    time.sleep(600)
"""


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def upload(workshop: Workshop) -> Material:
    material = Material(workshop=workshop, kind="slides", title="Slides")
    material.take(ContentFile(PDF, "x"), "slides.pdf", "application/pdf")
    material.save()
    return material


def upload_and_fail(workshop: Workshop) -> None:
    with transaction.atomic():
        upload(workshop)
        raise InterruptedError


def test_what_a_killed_process_was_writing_is_removed_in_the_end(media: Path) -> None:
    kept = upload(WorkshopFactory.create())
    process = site.start(
        *(sys.executable, "-c", UPLOADS),
        MEDIA_ROOT=str(media),
        DJANGO_SETTINGS_MODULE="clusterix.settings",
    )
    end = time.monotonic() + SECONDS
    while len(files_in(media)) < 2 and time.monotonic() < end:
        time.sleep(0.02)

    os.kill(process.pid, signal.SIGKILL)
    process.wait(SECONDS)
    left = len(files_in(media))
    removed = sweep(timezone.now() + GRACE + timedelta(minutes=1))

    assert (left, removed) == (2, 1)
    assert files_in(media) == [Path(kept.file.path)]
    assert Material.objects.get() == kept


def test_what_a_transaction_that_failed_had_written_is_removed_in_the_end(media: Path) -> None:
    workshop = WorkshopFactory.create()
    with pytest.raises(InterruptedError):
        upload_and_fail(workshop)

    removed = sweep(timezone.now() + GRACE + timedelta(minutes=1))

    assert (removed, files_in(media), Material.objects.count()) == (1, [], 0)
