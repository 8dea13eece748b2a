"""Two who give new entries the same address at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.admin.browser import Data, Page, filled
from tests.factories import OrganisationFactory, member
from tests.locks import wait_until_somebody_waits

ADD = "/admin/people/organisation/add/"
SECONDS = 60


def save(client: Client, data: Data) -> Page:
    """Send the form on a connection of its own, as another process would."""
    try:
        return client.post(ADD, data)
    finally:
        connection.close()


@pytest.mark.alone
@pytest.mark.django_db(transaction=True)
def test_the_second_is_told_at_the_field_and_keeps_what_was_typed(client: Client) -> None:
    client.force_login(member())
    data = filled(client.get(ADD), name="Medicon Valley", slug="medicon", kind="cluster")

    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            OrganisationFactory.create(slug="medicon")
            answer = elsewhere.submit(save, client, data)
            wait_until_somebody_waits()
        page = answer.result(SECONDS)

    assert page.status_code == HTTPStatus.OK
    assert "This is taken by another entry." in page.content.decode()
    assert "Medicon Valley" in page.content.decode()
