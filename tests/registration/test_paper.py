"""Badges and certificates, as an independent reader of PDF files finds them."""

from datetime import date, time, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from clusterix.curation.models import Membership
from tests.factories import (
    AudienceCategoryFactory,
    OrganisationFactory,
    RegionFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    WorkshopFactory,
    member,
)
from workshops.models import Workshop
from workshops.registration.codes import code_for
from workshops.registration.desk import badges, certificates, paper
from workshops.registration.models import Registration, RegistrationSettings

pytestmark = pytest.mark.django_db

HOSTILE = [
    "=HYPERLINK(1)",
    "<b>Bold</b> & \\( ) %",
    "\u202eevil\u2066 name\u200d",
    "שלום 你好 😀",
    "W" * 120,
    "A very long name of very many words " * 3,
    "e\u0301" * 40,
    "\ue000\uffff\U0010ffff",
]
SCRIPTS = "Žofie Ångström Ελένη Παπαδοπούλου Николай Ђурић Şükrü Łukasz Nguyễn"


def pages(content: bytes) -> list[str]:
    """The text of each page, on one line."""
    read = PdfReader(BytesIO(content), strict=True).pages
    return [" ".join(page.extract_text().split()) for page in read]


@pytest.fixture
def browser(client: Client, terms: RegistrationSettings) -> Client:
    client.force_login(member(terms.workshop.owner, Membership.Role.EDITOR))
    return client


def pdf(client: Client, terms: RegistrationSettings, name: str) -> Any:
    return client.get(f"/admin/registration/registrationsettings/{terms.pk}/desk/{name}")


def test_each_who_comes_has_a_badge_and_their_guests_too(
    browser: Client, terms: RegistrationSettings
) -> None:
    policy = AudienceCategoryFactory.create(labels={"en": "Policy maker"})
    row = RegistrationFactory.create(
        workshop=terms.workshop,
        name="Žofie Ångström",
        organisation="Skåne agency",
        audience=policy,
        party_size=3,
    )
    RegistrationFactory.create(workshop=terms.workshop, name="Nobody yet", state="waiting")

    response = pdf(browser, terms, "badges.pdf")

    (page,) = pages(response.content)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        f'attachment; filename="badges-{terms.workshop.slug}.pdf"'
    )
    assert page.count("Žofie Ångström") == 3
    assert page.count("Guest of Žofie Ångström") == 2
    assert page.count("Policy maker") == 1
    assert page.count("Skåne agency") == page.count(str(terms.workshop)) == 3
    assert page.count(code_for(row)) == 3
    assert ("Nobody yet" in page, row.reference in page) == (False, False)


def test_a_sheet_has_ten_badges_in_the_order_of_names(
    browser: Client, terms: RegistrationSettings
) -> None:
    RegistrationSettings.objects.filter(pk=terms.pk).update(capacity=None)
    for name in ["Åsa", *(f"Name {letter}" for letter in "ABCDEFGHI"), "Zoë"]:
        RegistrationFactory.create(workshop=terms.workshop, name=name, state="attended")

    first, second = pages(pdf(browser, terms, "badges.pdf").content)

    assert first.index("Åsa") < first.index("Name A") < first.index("Name I")
    assert ("Zoë" in first, "Zoë" in second) == (False, True)


def test_the_chosen_have_badges_whatever_their_state(
    browser: Client, terms: RegistrationSettings
) -> None:
    row = RegistrationFactory.create(workshop=terms.workshop, name="Ada", state="waiting")
    RegistrationFactory.create(workshop=terms.workshop, name="Bo")

    (page,) = pages(pdf(browser, terms, f"badges.pdf?pick={row.pk}").content)

    assert ("Ada" in page, "Bo" in page) == (True, False)


def test_a_sheet_of_nobody_is_an_empty_page(browser: Client, terms: RegistrationSettings) -> None:
    assert pages(pdf(browser, terms, "badges.pdf").content) == [""]


@pytest.mark.parametrize("file", ["badges.pdf", "certificates.pdf"])
def test_a_query_that_is_wrong_gives_no_file(
    browser: Client, terms: RegistrationSettings, file: str
) -> None:
    assert pdf(browser, terms, f"{file}?state=x").status_code == 400


def test_more_than_a_file_holds_is_said_kindly(
    browser: Client, terms: RegistrationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(badges, "MOST", 1)
    monkeypatch.setattr(certificates, "MOST", 1)
    RegistrationFactory.create_batch(2, workshop=terms.workshop, state="attended")

    answers = [pdf(browser, terms, file) for file in ("badges.pdf", "certificates.pdf")]

    assert [answer.status_code for answer in answers] == [400, 400]
    told = ["take them in parts" in answer.content.decode() for answer in answers]
    assert told == [True, True]


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_name_holds_files_are_made_of_it(
    browser: Client, terms: RegistrationSettings, name: str
) -> None:
    row = RegistrationFactory.create(
        workshop=terms.workshop, name=name[:120], organisation=(name * 5)[:200], state="attended"
    )
    Workshop.unscoped.filter(pk=terms.workshop_id).update(title=(name * 5)[:200])

    sheet = pages(pdf(browser, terms, "badges.pdf").content)
    proof = pages(pdf(browser, terms, f"certificates/{row.pk}.pdf").content)

    assert (len(sheet), len(proof)) == (1, 1)
    assert "Certificate of attendance" in proof[0]


def test_names_in_the_scripts_of_europe_can_be_drawn() -> None:
    assert paper.drawable(SCRIPTS) == SCRIPTS


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        (" two \n lines\t", "two lines"),
        ("e\u0301", "é"),
        ("\u202eab\u2066c\u200d\x07", "abc"),
        ("a😀你", "a\ufffd\ufffd"),
        ("", ""),
    ],
)
def test_signs_that_the_font_lacks_are_replaced(text: str, drawn: str) -> None:
    assert paper.drawable(text) == drawn


@pytest.mark.parametrize(
    ("text", "size", "lines"),
    [
        ("", 20, [""]),
        ("Bo", 20, ["Bo"]),
        ("Anne-Charlotte Schimmelpenninck", 12, ["Anne-Charlotte", "Schimmelpenninck"]),
        ("W" * 14, 10, ["W" * 12, "WW"]),
        ("a b " + "W" * 40, 10, ["a b", "W" * 11 + "…"]),
    ],
)
def test_text_shrinks_then_parts_then_ends(text: str, size: int, lines: list[str]) -> None:
    assert paper.fitted(text, 115, (20, 10), 2) == (size, lines)


def attended(**workshop: Any) -> Registration:
    """Somebody was there; it is over."""
    terms = RegistrationSettingsFactory.create(
        workshop=WorkshopFactory.create(
            **{"starts_on": date(2026, 5, 4), "title": "Clusters compared"} | workshop
        )
    )
    row: Registration = RegistrationFactory.create(
        workshop=terms.workshop, name="Ada Andersson", organisation="Agency", state="attended"
    )
    return row


def test_a_certificate_says_who_was_where_and_when_and_who_says_so() -> None:
    row = attended(
        start_time=time(9),
        end_time=time(16, 30),
        venue="The hall",
        city="Lund",
        region=RegionFactory.create(code="SE"),
    )

    (page,) = pages(certificates.certificates([row], "The host"))

    assert page == (
        "Certificate of attendance Ada Andersson Agency took part in Clusters compared "
        "Monday 4 May 2026, 09:00–16:30 (Europe/Brussels) 7.5 hours The hall, Lund, Sweden "
        "Organised by The host"
    )


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"start_time": time(9), "end_time": time(10)}, "1 hour"),
        ({"start_time": time(9), "end_time": time(17)}, "8 hours"),
        ({"start_time": time(9)}, ""),
        ({"start_time": time(9), "end_time": time(17), "ends_on": date(2026, 5, 5)}, ""),
    ],
)
def test_hours_are_told_where_they_are_known(fields: dict[str, Any], told: str) -> None:
    assert certificates.hours(attended(**fields).workshop) == told


def test_the_organiser_is_who_holds_it_in_public_or_else_the_partner() -> None:
    workshop = attended().workshop
    alone = certificates.organiser(workshop)
    draft = OrganisationFactory.create(name="Secret", state="draft")
    public = OrganisationFactory.create(name="Host")
    for organisation in (draft, public):
        workshop.host_rows.create(organisation=organisation)

    assert (alone, certificates.organiser(workshop)) == (str(workshop.owner), "Host")


def test_all_who_were_there_are_in_one_file(browser: Client, terms: RegistrationSettings) -> None:
    for name, state in (("Zoë", "attended"), ("Åsa", "attended"), ("Bo", "confirmed")):
        RegistrationFactory.create(workshop=terms.workshop, name=name, state=state)

    read = pages(pdf(browser, terms, "certificates.pdf").content)

    assert [("Åsa" in page, "Zoë" in page) for page in read] == [(True, False), (False, True)]


def test_without_anybody_there_is_no_file(browser: Client, terms: RegistrationSettings) -> None:
    row = RegistrationFactory.create(workshop=terms.workshop)

    response = pdf(browser, terms, "certificates.pdf")

    assert response.status_code == 400
    assert "Nobody is marked as having attended yet." in response.content.decode()
    assert pdf(browser, terms, f"certificates/{row.pk}.pdf").status_code == 404


def test_who_was_there_takes_the_certificate_from_their_page(client: Client) -> None:
    row = attended()
    address = f"{row.get_absolute_url()}certificate.pdf"

    page = client.get(row.get_absolute_url()).content.decode()
    (read,) = pages(client.get(address).content)

    assert f'href="{address}"' in page
    assert "Ada Andersson" in read
    assert client.post(address).status_code == 405


@pytest.mark.parametrize(("state", "days"), [("confirmed", 1), ("no-show", 1), ("attended", -1)])
def test_there_is_none_for_those_who_were_not_there_or_before_it_is_over(
    client: Client, state: str, days: int
) -> None:
    row = attended(starts_on=timezone.localdate() + timedelta(days=5))
    Registration.objects.update(state=state)

    with time_machine.travel(row.workshop.ends_at + timedelta(days=days), tick=False):
        page = client.get(row.get_absolute_url()).content.decode()
        file = client.get(f"{row.get_absolute_url()}certificate.pdf")

    assert ("certificate.pdf" in page, file.status_code) == (False, 404)
