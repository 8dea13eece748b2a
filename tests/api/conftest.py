"""How the tests ask the interface for programs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

Ask = Callable[[str], Any]


@pytest.fixture
def ask(client: Client) -> Ask:
    """What an address below /api/v1/ answers, as data."""

    def answer(address: str) -> Any:
        response = client.get(f"/api/v1/{address}")
        assert response.status_code == 200, response.content
        return response.json()

    return answer
