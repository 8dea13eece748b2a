"""Ada, who belongs to a partner, and how she signs in."""

import pytest
from django.http import HttpResponse
from django.test import Client

from clusterix.curation.models import User
from tests.factories import member

PASSWORD = "a long way to Malmö"


@pytest.fixture
def ada() -> User:
    user = member(email="ada@agency.example")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, password: str = PASSWORD, **data: str) -> HttpResponse:
    form = {"login": "ada@agency.example", "password": password} | data
    return client.post("/accounts/login/", form)  # type: ignore[return-value]
