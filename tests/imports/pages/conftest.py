"""An editor at the admin's pages of imports, and how far a table can be taken there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from clusterix.curation.batches import steps
from clusterix.curation.batches.models import ImportBatch
from clusterix.curation.models import Membership, Partner, User
from tests.factories import PartnerFactory, RegionFactory, member

TABLE = (
    "Nr;Name;Short description;Country;Begin\n"
    "1;Cluster school;It teaches;SE;21.06.2016\n"
    "2;Harbour cluster;It sails;Atlantis;2017\n"
    "3;=Formula cluster;It counts;;2018\n"
)
COLUMNS = {
    "column-0": "key",
    "column-1": "title",
    "column-2": "summary",
    "column-3": "regions",
    "column-4": "start",
    "constant-kind": "platform",
    "constant-level": "local",
    "before_keys": "x-",
    "on_error": "refuse row",
}
Send = Callable[..., ImportBatch]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    """Files lie in a folder of the test's own."""
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def agency() -> Partner:
    RegionFactory.create(code="SE")
    found: Partner = PartnerFactory.create(name="Skåne agency", slug="agency")
    return found


@pytest.fixture
def editor(agency: Partner) -> User:
    return member(agency, Membership.Role.EDITOR)


@pytest.fixture
def browser(editor: User) -> Client:
    return browser_of(editor)


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(batch: ImportBatch | int, view: str = "change") -> str:
    """Where that page of an import is."""
    pk = batch if isinstance(batch, int) else batch.pk
    return reverse(f"admin:batches_importbatch_{view}", args=[pk])


@pytest.fixture
def send(agency: Partner, browser: Client) -> Send:
    """Sends a table for the agency, and has the worker read it."""

    def sent(content: str | bytes = TABLE, **told: Any) -> ImportBatch:
        data = content if isinstance(content, bytes) else content.encode()
        upload = SimpleUploadedFile(told.pop("name", "table.csv"), data)
        form = {"model": "initiatives.Initiative", "partner": agency.pk, "reason": "The list"}
        client = told.pop("client", browser)
        answer = client.post(
            reverse("admin:batches_importbatch_add"), {**form, "upload": upload, **told}
        )
        assert answer.status_code == 302, answer.content.decode()
        return worked(ImportBatch.objects.latest("pk"))

    return sent


def worked(batch: ImportBatch) -> ImportBatch:
    """The import after the worker's next step."""
    steps.work(batch.pk)
    return ImportBatch.objects.get(pk=batch.pk)


@pytest.fixture
def checked(send: Send, browser: Client) -> Send:
    """The same with its columns told and tried out."""

    def sent(content: str | bytes = TABLE, **told: Any) -> ImportBatch:
        columns = told.pop("columns", COLUMNS)
        batch = send(content, **told)
        answer = browser.post(at(batch, "columns"), columns)
        assert answer.status_code == 302, answer.content.decode()
        return worked(batch)

    return sent


@pytest.fixture
def done(checked: Send, browser: Client) -> Send:
    """The same, imported."""

    def sent(content: str | bytes = TABLE, **told: Any) -> ImportBatch:
        batch = checked(content, **told)
        browser.post(at(batch, "import"), {"checked": batch.checked})
        return worked(batch)

    return sent


def page(client: Client, address: str) -> str:
    """A page that opens."""
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()
