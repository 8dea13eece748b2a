"""Who gets in where: each role at each address of the matrix."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.matrix.access import MATRIX, ROLES, TOLD
from tests.matrix.world import World
from tests.test_addresses import client_of

pytestmark = pytest.mark.django_db


@contextmanager
def undone() -> Iterator[None]:
    """What happens within has not happened; also where it wants a transaction of its own."""
    within = transaction.atomic()
    within._from_testcase = True  # type: ignore[attr-defined]
    with within:
        yield
        transaction.set_rollback(True)


def letter(response: Any) -> str:
    """What somebody was told, as `TOLD` has it; a form that was not understood lets them in."""
    response.getvalue()  # which closes a file
    where = response.headers.get("Location", "").split("?")[0]
    if where in {reverse("admin:login"), reverse("account_login")}:
        return "S"
    if response.status_code == HTTPStatus.NOT_FOUND or where == reverse("admin:index"):
        return "-"
    assert response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    return {HTTPStatus.FORBIDDEN: "x", HTTPStatus.METHOD_NOT_ALLOWED: ""}.get(
        response.status_code, "O"
    )


def answer(client: Client, address: str) -> str:
    """What a look is told; who gets in by a form that is sent unseen gets in."""
    with undone():
        looked = letter(client.get(address))
    if looked == "O":
        return looked
    with undone():
        sent = letter(client.post(address, {"verb": "archive"}))
    return sent if not looked or sent == "O" else looked


def asked(role: str, name: str) -> bool:
    """All of them; operators, who are a secretariat to the code, where the two part, and at lists.

    That they are is tested in `curation/test_rights.py`.
    """
    is_apart = MATRIX[name][6] != MATRIX[name][5]
    return role != "operator" or is_apart or name.endswith("_changelist")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_in_where_the_matrix_says_and_nowhere_else(
    role: str, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    world = World()
    client = client_of(world.user(role))
    addresses = world.addresses()
    expected = {name: row[ROLES.index(role)] for name, row in MATRIX.items() if asked(role, name)}

    found = {name: answer(client, addresses[name]) for name in expected}

    assert {name: letter for name, letter in found.items() if letter != expected[name]} == {}
    assert set(expected.values()) <= set(TOLD)
