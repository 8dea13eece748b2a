import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.asserts import assertNumQueries

from clusterix.mail.queue import File
from tests.mail.conftest import Write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def development(settings: Settings) -> None:
    settings.DEBUG = True


def test_the_outbox_lists_mails_with_their_text_and_files(client: Client, write: Write) -> None:
    delivered, refused, waiting = (write(name) for name in ("Ada", "Bo", "Cleo"))
    delivered.note_delivery(at=delivered.created_at)
    refused.note_refusal("SMTPRecipientsRefused 550", at=refused.created_at)

    response = client.get("/outbox/")

    assert list(response.context["mails"]) == [waiting, refused, delivered]
    page = response.content.decode()
    assert "Dear Cleo, see" in page
    assert "SMTPRecipientsRefused 550" in page
    assert [page.count(word) for word in ("delivered", "refused", "waiting")] == [1, 1, 1]


def test_an_empty_outbox_says_so(client: Client) -> None:
    response = client.get("/outbox/")

    assert "No mail yet." in response.content.decode()


@pytest.mark.parametrize("mails", [1, 3])
def test_the_outbox_takes_two_queries(client: Client, write: Write, mails: int) -> None:
    for _ in range(mails):
        write(files=[File("a", "text/plain", b"c"), File("b", "text/plain", b"d")])

    with assertNumQueries(2):
        client.get("/outbox/")


def test_user_text_does_not_run_in_the_outbox(client: Client, write: Write) -> None:
    write(name="<script>alert(1)</script>")

    response = client.get("/outbox/")

    assert "<script>alert" not in response.content.decode()


def test_a_mails_html_is_shown_in_a_sandbox(client: Client, write: Write) -> None:
    message = write()

    response = client.get(f"/outbox/{message.pk}/html/")

    assert response.content.decode() == message.html
    assert response["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    )


def test_a_file_is_handed_out_as_an_attachment(client: Client, write: Write) -> None:
    message = write(files=[File("workshop.ics", "text/calendar", b"BEGIN:VCALENDAR")])

    response = client.get(f"/outbox/files/{message.attachments.get().pk}/")

    assert response.content == b"BEGIN:VCALENDAR"
    assert response["Content-Type"] == "text/calendar"
    assert response["Content-Disposition"] == 'attachment; filename="workshop.ics"'
    assert response["X-Content-Type-Options"] == "nosniff"


ADDRESSES = ["/outbox/", "/outbox/{message}/html/", "/outbox/files/{file}/"]


@pytest.fixture
def addresses(write: Write) -> list[str]:
    message = write(files=[File("a", "text/plain", b"c")])
    file = message.attachments.get().pk
    return [address.format(message=message.pk, file=file) for address in ADDRESSES]


def test_there_is_no_outbox_outside_of_development(
    client: Client, settings: Settings, addresses: list[str]
) -> None:
    settings.DEBUG = False

    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


def test_there_is_no_outbox_for_other_machines(client: Client, addresses: list[str]) -> None:
    answers = [client.get(address, REMOTE_ADDR="192.0.2.7").status_code for address in addresses]

    assert answers == [404, 404, 404]


def test_nothing_is_posted_to_the_outbox(client: Client, addresses: list[str]) -> None:
    assert [client.post(address).status_code for address in addresses] == [405, 405, 405]


def test_unknown_mails_and_files_are_not_found(client: Client) -> None:
    missing = ["/outbox/999999/html/", "/outbox/files/999999/"]

    assert [client.get(address).status_code for address in missing] == [404, 404]
