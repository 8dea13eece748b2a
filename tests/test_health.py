"""What probes learn about the site."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client, RequestFactory

from clusterix import health

LONG_AGO = datetime(2016, 6, 21, tzinfo=UTC)


def a_worker_reported(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [at])


def test_the_process_answers_without_a_database(client: Client) -> None:
    response = client.get("/healthz/")

    assert (response.status_code, response.json()) == (HTTPStatus.OK, {"process": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_a_site_whose_parts_all_work_is_ready(client: Client) -> None:
    a_worker_reported(datetime.now(UTC) - timedelta(seconds=10))

    response = client.get("/readyz/")

    parts = {"database": "ok", "migrations": "ok", "worker": "ok"}
    assert (response.status_code, response.json()) == (HTTPStatus.OK, parts)


@pytest.mark.django_db
def test_a_site_without_a_live_worker_is_not_ready(client: Client) -> None:
    a_worker_reported(LONG_AGO)

    response = client.get("/readyz/")

    parts = {"database": "ok", "migrations": "ok", "worker": "none"}
    assert (response.status_code, response.json()) == (HTTPStatus.SERVICE_UNAVAILABLE, parts)


@pytest.mark.django_db
def test_a_site_whose_database_is_behind_is_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'people'")

    response = client.get("/readyz/")

    parts = {"database": "ok", "migrations": "unapplied", "worker": "unknown"}
    assert (response.status_code, response.json()) == (HTTPStatus.SERVICE_UNAVAILABLE, parts)


@pytest.mark.parametrize("address", ["/healthz/", "/readyz/"])
def test_probes_only_ask(client: Client, address: str) -> None:
    assert client.post(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED


@pytest.mark.django_db(transaction=True)
def test_a_site_without_its_database_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()

    with monkeypatch.context() as database:
        database.setitem(connection.settings_dict, "OPTIONS", {"host": "/nowhere"})
        response = client.get("/readyz/")

    parts = {"database": "unreachable"}
    assert (response.status_code, response.json()) == (HTTPStatus.SERVICE_UNAVAILABLE, parts)


@pytest.mark.parametrize(
    ("fault", "status", "title"),
    [
        (OperationalError("gone"), 503, "We will be back in a moment"),
        (InterfaceError("closed"), 503, "We will be back in a moment"),
        (ValueError("a mistake of ours"), 500, "Something went wrong"),
    ],
)
def test_a_fault_gets_a_calm_page(fault: Exception, status: int, title: str) -> None:
    try:
        raise fault
    except type(fault):
        response = health.server_error(RequestFactory().get("/"))

    assert (response.status_code, title in response.content.decode()) == (status, True)
    assert "mistake" not in response.content.decode()
