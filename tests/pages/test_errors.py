"""Pages for when something is wrong: calm, and able to stand alone."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client

ALONE = ["400.html", "403.html", "403_csrf.html", "500.html", "503.html"]


@pytest.mark.parametrize("template", ALONE)
def test_error_pages_need_neither_request_nor_database(template: str) -> None:
    html = render_to_string(template)

    assert len(re.findall(r"<h1>[^<]+</h1>", html)) == 1
    assert 'name="robots" content="noindex"' in html


@pytest.mark.django_db
def test_a_missing_page_offers_a_search(client: Client) -> None:
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert 'action="/search/"' in response.content.decode()
