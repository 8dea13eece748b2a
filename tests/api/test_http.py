"""What holds at every address of the interface for programs."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.factories import InitiativeFactory, ThemeFactory, member

pytestmark = pytest.mark.django_db

LIST = "/api/v1/initiatives/"


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """No test is limited by what another asked."""
    cache.clear()
    yield
    cache.clear()


def test_an_answer_is_not_sent_twice_to_whoever_holds_it(client: Client) -> None:
    InitiativeFactory.create()
    first = client.get(LIST)

    again = client.get(LIST, headers={"If-None-Match": first["ETag"]})
    InitiativeFactory.create()
    later = client.get(LIST, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == first["Cache-Control"] == "public, max-age=0, s-maxage=1"
    assert later.status_code == 200
    assert "Last-Modified" not in first


def test_a_page_of_another_site_may_read_and_send_nothing(client: Client) -> None:
    asked = {"Origin": "https://other.example", "Access-Control-Request-Method": "GET"}

    preflight = client.options(LIST, headers=asked)
    answer = client.get(LIST, headers={"Origin": "https://other.example"})

    assert preflight.status_code == 204
    assert preflight["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    for response in (preflight, answer):
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Access-Control-Allow-Credentials" not in response


def test_only_the_interface_is_open_to_other_sites(client: Client) -> None:
    page = client.get("/initiatives/")

    assert "Access-Control-Allow-Origin" not in page
    assert page["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("name", ["root", "initiatives", "initiatives_lines", "vocabularies"])
def test_nothing_can_be_written(client: Client, method: str, name: str) -> None:
    response = getattr(client, method)(reverse(f"api:{name}"))

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["initiatives", "initiatives_lines"])
def test_the_head_of_an_answer_can_be_asked_for(client: Client, name: str) -> None:
    InitiativeFactory.create()

    response = client.head(reverse(f"api:{name}"))

    assert (response.status_code, response.getvalue()) == (200, b"")


@pytest.mark.parametrize(
    ("address", "status", "detail"),
    [
        ("/api/v1/nothing/at/all/", 404, "There is nothing at this address."),
        ("/api/v1/people/a%0Ab/", 404, "There is nothing at this address."),
        ("/api/v1/initiatives/nobody/", 404, "There is nothing at this address."),
        ("/api/v1/initiatives/?q=" + "a" * 9_000, 414, "The address is too long."),
        ("/api/v1/initiatives/?q=%00", 400, "q contains a character that cannot be stored."),
    ],
)
def test_what_goes_wrong_is_told_as_a_problem(
    client: Client, address: str, status: int, detail: str
) -> None:
    response = client.get(address)

    told = response.json()
    assert response.status_code == told["status"] == status
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert told["detail"] == detail


GONE = "ALTER TABLE initiatives_theme RENAME TO elsewhere"
STUCK = f"""{GONE}; SET LOCAL statement_timeout = 50;
CREATE VIEW initiatives_theme AS SELECT elsewhere.* FROM elsewhere, pg_sleep(1)"""


@pytest.mark.parametrize(("damage", "status"), [(GONE, 500), (STUCK, 503)])
def test_a_fault_of_ours_is_told_as_a_problem_too(damage: str, status: int) -> None:
    ThemeFactory.create()
    client = Client(raise_request_exception=False)
    with connection.cursor() as cursor:
        cursor.execute(damage)

    response = client.get("/api/v1/vocabularies/themes/")

    assert (response.status_code, response.json()["status"]) == (status, status)
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "private, no-cache"


def test_every_wrong_value_is_named_and_an_unknown_parameter_is_not(client: Client) -> None:
    response = client.get(f"{LIST}?as_of=0000-13-99&status=nonsense&colour=red&owner__pk=1")

    assert response.status_code == 400
    assert response.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "Something that was asked was not understood.",
        "errors": [
            {
                "field": "status",
                "detail": "“nonsense” is not one of the choices, so it is left out.",
            },
            {"field": "as_of", "detail": "Write the day as year-month-day, such as 2016-06-21."},
        ],
    }


@pytest.mark.parametrize("query", ["as_of=", "level=", "level=local&level=", "page_size="])
def test_an_empty_answer_is_none(client: Client, query: str) -> None:
    response = client.get(f"{LIST}?{query}")

    assert response.status_code == 400


@pytest.mark.parametrize(
    ("accepted", "label"),
    [("", "Pilots"), ("sv", "Pilots"), ("fr, de-AT;q=0.9", "Versuche"), ("*", "Pilots")],
)
def test_labels_are_in_the_language_asked_for(
    client: Client, settings: Settings, accepted: str, label: str
) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    ThemeFactory.create(labels={"en": "Pilots", "de": "Versuche"})

    response = client.get("/api/v1/vocabularies/themes/", headers={"Accept-Language": accepted})

    assert [value["label"] for value in response.json()["values"]] == [label]
    assert "Accept-Language" in response["Vary"]


def test_whoever_signed_in_on_the_site_gets_what_everyone_gets(client: Client) -> None:
    before = client.get(LIST)
    client.force_login(member())

    after = client.get(LIST)

    assert after.content == before.content
    assert "Cookie" not in after["Vary"]
    assert not after.cookies


def test_a_client_that_asks_too_often_has_to_wait(client: Client, settings: Settings) -> None:
    settings.API_REQUESTS_A_MINUTE = 2

    answers = [client.get(LIST) for _ in range(3)]
    neighbour = client.get(LIST, REMOTE_ADDR="192.0.2.7")

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Content-Type"] == "application/problem+json"
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    assert neighbour.status_code == 200


def test_everything_at_once_can_be_asked_for_less_often(client: Client, settings: Settings) -> None:
    settings.API_REQUESTS_A_MINUTE = 60

    statuses = [client.get("/api/v1/initiatives.jsonl").status_code for _ in range(2)]

    assert statuses == [200, 429]


def test_without_its_cache_the_interface_serves_everyone(
    client: Client, settings: Settings
) -> None:
    settings.API_REQUESTS_A_MINUTE = 1
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "no_such_table",
        }
    }

    statuses = [client.get("/api/v1/").status_code for _ in range(3)]

    assert statuses == [200, 200, 200]
