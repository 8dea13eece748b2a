"""The privacy page says what the registry says, and therefore what is done."""

import html
import re

import pytest
from django.test import Client
from pytest_django.asserts import assertNumQueries

from clusterix.privacy.page import everything
from clusterix.privacy.registry import HOLDINGS, declarations
from tests.factories import RegistrationFactory


@pytest.fixture
def page(client: Client, db: None) -> str:
    """What a visitor reads."""
    return html.unescape(client.get("/privacy/").content.decode())


def test_each_holding_says_why_and_for_how_long(page: str) -> None:
    missing = [
        holding.name
        for holding in HOLDINGS
        if not (
            f'<h2 id="{holding.name}">{holding.title}</h2>' in page
            and f"How long: {holding.retention}." in page
            and str(holding.purpose)[1:] in page
        )
    ]

    assert missing == []


def test_each_personal_field_stands_in_a_row_with_its_purpose(page: str) -> None:
    rows = [row for said in everything() for row in said.rows]
    shown = re.findall(r'<th scope="row">(.*?)</th>\s*<td>(.*?)</td>', page)

    assert shown == [(row.fields, str(row.purpose) or "as said above") for row in rows]
    assert len({declared.group for declared in declarations()}) >= len(rows)


def test_the_times_are_those_that_the_worker_keeps(page: str) -> None:
    for words in (
        "730 at the longest",
        "3 days where you do not confirm it",
        "30 days after the answer, and 180 days after the report at the latest",
        "until 30 days after a mail was delivered",
        "365 days",
    ):
        assert words in page


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_database_nothing(client: Client, rows: int) -> None:
    RegistrationFactory.create_batch(rows)

    with assertNumQueries(0):
        client.get("/privacy/")
