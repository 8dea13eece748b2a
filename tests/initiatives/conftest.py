"""What the tests of the catalogue's pages share."""

import pytest
from django.test import Client

from initiatives.models import Initiative
from tests.initiatives.pages import Ask, Page

LIST = "/initiatives/"


@pytest.fixture
def see(client: Client) -> Ask:
    """The page that the catalogue answers a query with."""

    def answer(query: str) -> str:
        response = client.get(f"{LIST}?{query}")
        assert response.status_code == 200
        return response.content.decode()

    return answer


@pytest.fixture
def page(client: Client) -> Page:
    """The page of an initiative."""

    def shown(initiative: Initiative, query: str = "") -> str:
        response = client.get(f"{initiative.get_absolute_url()}{query}")
        assert response.status_code == 200
        return response.content.decode()

    return shown
