"""Readers report an error: what is kept, who is told, and what does not get through."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Entry, Membership, Partner
from clusterix.curation.reports import views
from clusterix.curation.reports.handling import handle
from clusterix.curation.reports.models import Answer, Report
from clusterix.curation.reports.tasks import forget
from clusterix.lib.guarded_forms import new_form_key
from clusterix.mail.models import Message
from people.models import Person
from tests.factories import (
    InitiativeFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnerFactory,
    PersonFactory,
    ReportFactory,
    WorkshopFactory,
    member,
    secretariat,
)

pytestmark = pytest.mark.django_db

ADDRESS = "/report/initiative/vanguard/"
THANKS = f"{ADDRESS}thanks/"

Fill = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def nobody_asked_yet() -> None:
    """The limits start anew with each test."""
    cache.clear()


@pytest.fixture
def agency() -> Partner:
    partner: Partner = PartnerFactory.create(name="Skåne agency")
    return partner


@pytest.fixture
def initiative(agency: Partner) -> Any:
    return InitiativeFactory.create(slug="vanguard", title="Vanguard", owner=agency)


def fill(**others: object) -> dict[str, Any]:
    """The fields of a form that was opened a minute ago."""
    with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
        form_key = new_form_key()
    fields = {"text": "It began in 2013.", "part": "facts", "email": "reader@example.org"}
    return fields | {"form_key": form_key, "website": ""} | others


def errors(response: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = dict(response.context["form"].errors)
    return found


def recipients() -> list[str]:
    return list(Message.objects.order_by("to").values_list("to", flat=True))


# The form


def test_the_form_asks_what_is_wrong_and_where(client: Client, initiative: Any) -> None:
    response = client.get(f"{ADDRESS}?part=evidence")

    page = response.content.decode()
    form = response.context["form"]
    assert [field.name for field in form.visible_fields()] == ["text", "part", "email", "website"]
    assert '<option value="evidence" selected>Evidence</option>' in page
    assert "What you write goes to those who curate this page: Skåne agency." in page
    assert "It is erased 30 days after the answer, and after 180 days at the latest." in page
    assert response["Cache-Control"] == ("max-age=0, no-cache, no-store, must-revalidate, private")


@pytest.mark.parametrize(
    ("kind", "factory"),
    [
        ("initiative", InitiativeFactory),
        ("organisation", OrganisationFactory),
        ("person", PersonFactory),
        ("workshop", WorkshopFactory),
    ],
)
def test_the_page_of_each_kind_of_entry_leads_to_its_form(
    client: Client, kind: str, factory: Any
) -> None:
    entry = factory.create(slug="it")

    page = client.get(entry.get_absolute_url()).content.decode()
    response = client.post(f"/report/{kind}/it/", fill(part="sources"))

    assert f'<a href="/report/{kind}/it/" rel="nofollow">' in page
    assert response["Location"] == f"/report/{kind}/it/thanks/"
    assert Report.objects.get().entry == entry
    assert Report.objects.get().part_label == "Sources"


def test_what_was_sent_is_kept_and_thanked_for(client: Client, initiative: Any) -> None:
    response = client.post(ADDRESS, fill(text="  One.\r\nTwo. "))
    thanks = client.get(response["Location"])

    assert (response.status_code, response["Location"]) == (303, THANKS)
    assert "Your report on “Vanguard” is with those who curate it." in thanks.content.decode()
    report = Report.objects.get()
    assert (report.entry, report.text, report.part) == (initiative, "One.\nTwo.", "facts")
    assert (report.email, report.language, report.state) == ("reader@example.org", "en", "open")


def test_neither_part_nor_address_is_needed(client: Client, initiative: Any) -> None:
    response = client.post(ADDRESS, fill(part="", email=""))

    assert response.status_code == 303
    assert (Report.objects.get().part_label, Report.objects.get().wants_answer) == ("", False)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("text", "", "This field is required."),
        ("text", " \n ", "This field is required."),
        ("text", "x" * 2_001, "Ensure this value has at most 2000 characters (it has 2001)."),
        ("part", "owner", "Select a valid choice. owner is not one of the available choices."),
        ("email", "nobody", "Enter a valid email address."),
        ("email", "a@b.example\r\nBcc: c@d.example", "Enter a valid email address."),
    ],
)
def test_what_cannot_be_kept_is_explained_at_its_field(
    client: Client, initiative: Any, field: str, value: str, said: str
) -> None:
    response = client.post(ADDRESS, fill(**{field: value}))

    assert response.status_code == 422
    assert errors(response) == {field: [said]}
    assert not Report.objects.exists()


def test_a_line_break_counts_as_one_character(client: Client, initiative: Any) -> None:
    response = client.post(ADDRESS, fill(text="x" * 1_000 + "\r\n" + "y" * 999))

    assert response.status_code == 303


@pytest.mark.parametrize(
    "fields",
    [{"website": "https://spam.example/"}, {"form_key": "forged"}, {"form_key": ""}],
)
def test_programs_do_not_get_through(
    client: Client, initiative: Any, fields: dict[str, str]
) -> None:
    response = client.post(ADDRESS, fill(**fields))

    assert response.status_code == 422
    assert "It began in 2013." in response.content.decode()
    assert not Report.objects.exists()


def test_who_is_faster_than_a_person_is_asked_again(client: Client, initiative: Any) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        response = client.post(ADDRESS, fill(form_key=new_form_key()))

    assert errors(response) == {
        "__all__": ["That was faster than we expected. Please send it again."]
    }


def test_a_form_from_elsewhere_is_refused(initiative: Any) -> None:
    response = Client(enforce_csrf_checks=True).post(ADDRESS, fill())

    assert response.status_code == 403
    assert not Report.objects.exists()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_the_form_is_read_and_sent_only(client: Client, initiative: Any, method: str) -> None:
    assert getattr(client, method)(ADDRESS).status_code == 405


# Once


def test_the_same_form_sent_twice_is_one_report(client: Client, initiative: Any) -> None:
    member(initiative.owner)
    form = fill()

    answers = [client.post(ADDRESS, form) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [THANKS, THANKS]
    assert (Report.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.parametrize("change", [{"text": "Another."}, {"part": ""}, {"email": ""}])
def test_a_used_form_with_other_words_is_kept_and_can_be_sent_again(
    client: Client, initiative: Any, change: dict[str, str]
) -> None:
    form = fill()
    client.post(ADDRESS, form)

    refused = client.post(ADDRESS, form | change)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        again = client.post(
            ADDRESS, form | change | {"form_key": refused.context["form"].data["form_key"]}
        )

    assert refused.status_code == 409
    assert "This form was sent before." in refused.content.decode()
    assert again.status_code == 303
    assert Report.objects.count() == 2


def test_a_used_form_says_nothing_about_another_entry(client: Client, initiative: Any) -> None:
    InitiativeFactory.create(slug="pilot")
    form = fill()
    client.post(ADDRESS, form)

    response = client.post("/report/initiative/pilot/", form)

    assert response.status_code == 409
    assert [report.entry for report in Report.objects.all()] == [initiative]


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_is_one_report(initiative: Any) -> None:
    member(initiative.owner)
    form = fill()

    def send(_: int) -> str:
        try:
            return Client().post(ADDRESS, form)["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as many:
        locations = list(many.map(send, range(4)))

    assert locations == [THANKS] * 4
    assert (Report.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_mail_there_is_no_report(initiative: Any) -> None:
    member(initiative.owner)
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE mail_message ADD CONSTRAINT none_today CHECK (id < 0) NOT VALID"
        )

    try:
        response = Client(raise_request_exception=False).post(ADDRESS, fill())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE mail_message DROP CONSTRAINT none_today")

    assert response.status_code == 500
    assert not Report.objects.exists()


# How many


@pytest.mark.parametrize(
    ("limit", "second"),
    [
        ("FROM_A_CLIENT", "127.0.0.1"),
        ("ON_AN_ENTRY", "192.0.2.9"),
        ("FROM_AN_ADDRESS", "192.0.2.9"),
    ],
)
def test_many_reports_are_asked_to_wait_and_keep_their_words(
    client: Client,
    initiative: Any,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    second: str,
) -> None:
    monkeypatch.setitem(getattr(views, limit), "most", 1)
    client.post(ADDRESS, fill())

    response = client.post(
        ADDRESS, fill(text="The second.", email="Reader@example.org"), REMOTE_ADDR=second
    )

    assert (response.status_code, response["Retry-After"]) == (429, "3600")
    assert "The second." in response.content.decode()
    assert Report.objects.count() == 1


def test_readers_without_an_address_do_not_share_its_limit(
    client: Client, initiative: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(views.FROM_AN_ADDRESS, "most", 0)

    response = client.post(ADDRESS, fill(email=""))

    assert response.status_code == 303


# What is not public


def test_what_has_no_page_has_no_form(client: Client) -> None:
    InitiativeFactory.create(slug="draft", title="Canary", state=Entry.State.DRAFT)
    for visibility in (Person.Visibility.NAME_ONLY, Person.Visibility.WITHHELD):
        PersonFactory.create(slug=visibility, family_name="Canary", visibility=visibility)
    addresses = [
        f"/report/{which}/{page}"
        for which in ("initiative/draft", "person/name", "person/withheld", "person/draft")
        for page in ("", "thanks/")
    ]

    responses = [client.get(address) for address in addresses]
    responses += [client.post(address, fill(part="")) for address in addresses[::2]]

    assert {response.status_code for response in responses} == {404}
    assert "Canary" not in "".join(response.content.decode() for response in responses)
    assert not Report.objects.exists()


def test_a_former_address_leads_to_the_present_form(client: Client, initiative: Any) -> None:
    initiative.slug = "new-name"
    initiative.save()

    response = client.get(ADDRESS)

    assert (response.status_code, response["Location"]) == (301, "/report/initiative/new-name/")


# Who is told


def test_all_who_curate_the_entry_are_told_once(client: Client, initiative: Any) -> None:
    member(initiative.owner, email="editor@agency.example")
    publisher = member(initiative.owner, Membership.Role.PUBLISHER, email="pub@agency.example")
    MembershipFactory.create(user=publisher)
    member(initiative.owner, email="gone@agency.example", is_active=False)
    member(email="rival@rival.example")
    secretariat()

    client.post(ADDRESS, fill(text="See www.evil.example now.\r\n<b>It</b> began in 2013."))

    assert recipients() == ["editor@agency.example", "pub@agency.example"]
    mail = Message.objects.filter(to="pub@agency.example").get()
    report = Report.objects.get()
    assert mail.subject == "Error reported: Vanguard"
    assert f"http://testserver/admin/reports/report/{report.pk}/change/" in mail.text
    assert "The part: Facts" in mail.text
    assert "&lt;b&gt;It&lt;/b&gt; began in 2013." in mail.html
    assert "www.evil.example" not in mail.text + mail.html
    assert "reader@example" not in mail.text + mail.html


def test_where_nobody_curates_the_secretariat_is_told(client: Client, initiative: Any) -> None:
    keeper = secretariat()
    member(email="rival@rival.example")

    client.post(ADDRESS, fill())

    assert recipients() == [keeper.email]


# What became of it


def test_an_answer_closes_a_report_and_reaches_its_reader(initiative: Any) -> None:
    report, editor = ReportFactory.create(entry=initiative), member(initiative.owner)
    answer = Answer(Report.State.ANSWERED, "Corrected.\nThank you <b>.", reply=True)

    is_ours = handle(report, answer, editor, timezone.now())

    report.refresh_from_db()
    mail = Message.objects.get()
    assert is_ours
    assert (report.state, report.handled_by) == ("answered", editor)
    assert (mail.to, mail.subject) == ("reader@example.org", "Your report: Vanguard")
    assert "Corrected.\nThank you <b>." in mail.text
    assert "Thank you &lt;b&gt;." in mail.html
    assert "http://testserver/initiatives/vanguard/" in mail.text


@pytest.mark.parametrize(("email", "reply"), [("", True), ("reader@example.org", False)])
def test_nobody_is_written_to_who_did_not_ask(initiative: Any, email: str, reply: bool) -> None:
    report = ReportFactory.create(entry=initiative, email=email)

    handle(report, Answer("dismissed", "It is so.", reply), member(), timezone.now())

    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_the_first_does(initiative: Any) -> None:
    report, editors = ReportFactory.create(entry=initiative), [member() for _ in range(4)]

    def close(number: int) -> bool:
        try:
            answer = Answer("answered", f"Answer {number}", reply=True)
            return handle(report, answer, editors[number], timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as many:
        closed = list(many.map(close, range(4)))

    report.refresh_from_db()
    assert sorted(closed) == [False, False, False, True]
    assert report.answer == f"Answer {closed.index(True)}"
    assert Message.objects.count() == 1


# For how long


def test_each_night_the_addresses_are_forgotten_whose_time_has_come() -> None:
    now = timezone.now()
    closed = {"state": "answered", "answer": "Done."}
    for text, age, handled in (
        ("waits", 179, None),
        ("waited", 180, None),
        ("answered lately", 100, 29),
        ("answered", 100, 30),
    ):
        done = closed | {"handled_at": now - timedelta(days=handled)} if handled else {}
        ReportFactory.create(text=text, created_at=now - timedelta(days=age), **done)

    forget(timestamp=0)
    forget(timestamp=0)

    kept = Report.objects.exclude(email="").order_by("pk").values_list("text", flat=True)
    assert list(kept) == ["waits", "answered lately"]
    assert Report.objects.count() == 4


def test_the_privacy_page_says_so(client: Client) -> None:
    page = client.get("/privacy/").content.decode()

    assert "If you report an error" in page
    assert "30 days after the answer, and 180 days after the report at the latest" in page


# What must always be true


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"text": ""}, "report_says_something_short"),
        ({"text": "x" * 2_001}, "report_says_something_short"),
        ({"state": "answered", "answer": "Done."}, "report_handled_with_an_answer"),
        ({"state": "lost"}, "report_handled_with_an_answer"),
        ({"answer": "Done."}, "report_handled_with_an_answer"),
        ({"state": "dismissed", "handled_at": timezone.now()}, "report_handled_with_an_answer"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "report_address_is_one_word"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ReportFactory.create(**fields)


def test_one_form_is_one_row() -> None:
    key = uuid4()
    ReportFactory.create(idempotency_key=key)

    with pytest.raises(IntegrityError, match="idempotency_key"), transaction.atomic():
        ReportFactory.create(idempotency_key=key)


def test_a_report_goes_by_the_name_of_its_entry(initiative: Any) -> None:
    report = ReportFactory.create(entry=initiative, part="no-longer-a-part")

    assert (str(report), report.part_label) == ("Vanguard", "no-longer-a-part")


# Cost


@pytest.mark.parametrize("rows", [1, 3])
def test_the_form_costs_the_same_however_many_reports_there_are(
    client: Client, initiative: Any, rows: int
) -> None:
    ReportFactory.create_batch(rows, entry=initiative)

    with assertNumQueries(2):
        client.get(ADDRESS)


def test_no_word_of_a_reader_is_on_a_public_page(client: Client, initiative: Any) -> None:
    ReportFactory.create(entry=initiative, text="Canary", email="canary@example.org")

    pages = [client.get(path) for path in ("/initiatives/vanguard/", ADDRESS, THANKS)]

    found = re.findall("(?i)canary", "".join(page.content.decode() for page in pages))
    assert found == []
