"""What every request passes."""

from http import HTTPStatus
from uuid import UUID

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from clusterix.lib import middleware

FORM = "application/x-www-form-urlencoded"
ADDRESS = "/healthz/"


def address_seen(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.META["REMOTE_ADDR"])


def locate(forwarded: str) -> str:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    return middleware.locate(address_seen)(request).content.decode()


def test_a_request_gets_an_id(client: Client) -> None:
    response = client.get(ADDRESS, headers={"X-Request-ID": "from-a-stranger"})

    assert UUID(response["X-Request-ID"])


def test_the_id_of_a_proxy_of_ours_is_kept(client: Client, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1

    response = client.get(ADDRESS, headers={"X-Request-ID": "0123456789abcdef"})

    assert response["X-Request-ID"] == "0123456789abcdef"


def test_an_id_that_could_forge_log_lines_is_replaced(client: Client, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1

    response = client.get(ADDRESS, headers={"X-Request-ID": 'abc" "level": "none'})

    assert UUID(response["X-Request-ID"])


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "198.51.100.7", "10.0.0.1"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7", "203.0.113.9"),
        (2, "198.51.100.7", "10.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "not an address", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_the_clients_address_comes_from_configured_proxies_only(
    settings: Settings, proxies: int, forwarded: str, seen: str
) -> None:
    settings.TRUSTED_PROXIES = proxies

    assert locate(forwarded) == seen


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/initiatives/%00/", 400, "The address contains a character that cannot be stored."),
        ("/?q=%00", 400, "q contains a character that cannot be stored."),
        ("/?%00=a", 400, "The address contains a character that cannot be stored."),
        ("/?q=%FF", 400, "The part of the address after the question mark is not valid UTF-8."),
        ("/?q=%ED%A0%80", 400, "is not valid UTF-8."),
        ("/?q=" + "a" * 2_049, 400, "The value of “q” is too long."),
        ("/?" + "&".join(["a=1"] * 201), 400, "The address has too many parameters."),
        ("/?q=" + "a" * 8_200, 414, "The address is too long."),
        ("/?q=" + "a" * 100_000, 414, "The address is too long."),
        ("/" + "a" * 2_049, 414, "The address is too long."),
    ],
)
def test_an_address_outside_of_its_bounds_is_refused_with_the_reason(
    client: Client, path: str, status: int, reason: str
) -> None:
    response = client.get(path)

    assert (response.status_code, reason in response.content.decode()) == (status, True)


@pytest.mark.parametrize(
    ("body", "content_type", "status", "reason"),
    [
        ("name=a%00b", FORM, 400, "name contains a character that cannot be stored."),
        ("a=1&" * 2_001, FORM, 413, "The form has too much in it."),
        ("a=" + "b" * 2_700_000, FORM, 413, "The form has too much in it."),
        ("a=1", f"{FORM}; charset=utf-7", 415, "Text has to be sent as UTF-8."),
        (
            "a=1",
            "multipart/form-data; boundary=x; charset=hex",
            415,
            "Text has to be sent as UTF-8.",
        ),
        ("a=1", "multipart/form-data", 400, "The form arrived damaged. Please send it again."),
    ],
    ids=["nul", "fields", "size", "charset", "no text charset", "no boundary"],
)
def test_a_form_outside_of_its_bounds_is_refused_with_the_reason(
    client: Client, body: str, content_type: str, status: int, reason: str
) -> None:
    response = client.generic("POST", ADDRESS, body, content_type)

    assert (response.status_code, reason in response.content.decode()) == (status, True)


def test_a_body_that_says_it_is_huge_is_not_read(client: Client) -> None:
    response = client.post(ADDRESS, "a=1", content_type=FORM, CONTENT_LENGTH="99999999999")

    assert response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize(("length", "status"), [("", 405), ("many", 400), ("-1", 400)])
def test_a_damaged_length_is_no_fault(client: Client, length: str, status: int) -> None:
    response = client.post(ADDRESS, "a=1", content_type=FORM, CONTENT_LENGTH=length)

    assert response.status_code == status


def test_text_in_any_script_passes(client: Client) -> None:
    response = client.get(ADDRESS, {"q": "Ångström 東京 🙂", "page": "2"})

    assert response.status_code == HTTPStatus.OK


def test_answers_open_nothing_to_other_sites(client: Client) -> None:
    response = client.get(ADDRESS)

    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert "camera=()" in response["Permissions-Policy"].split(", ")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
