"""The organiser's page of a letter: write, look at it as it arrives, keep it or go back."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Membership, User
from clusterix.lib.guarded_forms import new_form_key
from clusterix.mail.models import Message, Setback
from tests.factories import LetterTextFactory, RegistrationFactory, member
from workshops.registration import letters
from workshops.registration.desk import wording
from workshops.registration.models import (
    LetterKind,
    LetterText,
    Offer,
    Registration,
    RegistrationSettings,
    WrittenLetter,
)
from workshops.registration.models.letters import WORDED

pytestmark = pytest.mark.django_db

Fields = dict[str, Any]
Go = Callable[..., str]


@pytest.fixture
def organiser(terms: RegistrationSettings) -> User:
    return member(terms.workshop.owner, Membership.Role.EDITOR, email="org@agency.example")


@pytest.fixture
def browser(client: Client, organiser: User) -> Client:
    client.force_login(organiser)
    return client


@pytest.fixture
def address(terms: RegistrationSettings) -> Callable[..., str]:
    def where(kind: str = "registration_confirmed", language: str = "en") -> str:
        desk = f"/admin/registration/registrationsettings/{terms.pk}/desk"
        return f"{desk}/letters/{kind}/{language}/"

    return where


@pytest.fixture
def show(browser: Client, address: Callable[..., str]) -> Go:
    """Opens the page of a letter."""
    return lambda kind="registration_confirmed": browser.get(address(kind)).content.decode()


@pytest.fixture
def press(browser: Client, address: Callable[..., str]) -> Go:
    """Fills the form in on what is stored, or on another version, and presses a button."""

    def pressed(button: str, kind: str = "registration_confirmed", **fields: object) -> str:
        opened = browser.get(address(kind)).content.decode()
        told = {"version": shown_version(opened), "subject": "", "text": "", button: "1"}
        return browser.post(address(kind), told | fields, follow=True).content.decode()

    return pressed


def shown_version(page: str) -> str:
    found = re.search('name="version" value="([^"]*)"', page)
    return found[1] if found else ""


def framed(page: str) -> str:
    """The HTML of the letter, as the frame in the page has it."""
    found = re.search('srcdoc="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


def test_the_list_tells_whose_words_each_letter_opens_with(
    browser: Client, terms: RegistrationSettings, organiser: User
) -> None:
    LetterTextFactory.create(terms=terms, changed_by=organiser)
    LetterTextFactory.create(kind="registration_waiting")

    page = browser.get(f"/admin/registration/registrationsettings/{terms.pk}/desk/letters/")

    text = page.content.decode()
    assert (text.count("<td>ours</td>"), text.count("<strong>yours</strong>")) == (12, 1)
    assert "org@agency.example" in text
    assert text.count("/letters/registration_") == len(WORDED)


@pytest.mark.parametrize("texts", [1, 3])
def test_the_list_takes_the_same_queries(
    browser: Client, terms: RegistrationSettings, organiser: User, texts: int
) -> None:
    for kind in WORDED[:texts]:
        LetterTextFactory.create(terms=terms, kind=kind, changed_by=organiser)
    address = f"/admin/registration/registrationsettings/{terms.pk}/desk/letters/"

    with assertNumQueries(7):
        browser.get(address)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries(
    browser: Client, terms: RegistrationSettings, address: Callable[..., str], rows: int
) -> None:
    RegistrationFactory.create_batch(rows, workshop=terms.workshop)

    with assertNumQueries(14):
        browser.get(address())


def test_the_terms_and_the_desk_lead_to_the_letters(
    browser: Client, terms: RegistrationSettings
) -> None:
    base = f"/admin/registration/registrationsettings/{terms.pk}"

    pages = [browser.get(f"{base}/{page}").content.decode() for page in ("change/", "desk/")]

    assert all(f'href="{base}/desk/letters/"' in page for page in pages)


def test_the_page_shows_the_letter_to_the_latest_registration(
    terms: RegistrationSettings, show: Go
) -> None:
    RegistrationFactory.create(workshop=terms.workshop, name="Ada Early")
    RegistrationFactory.create(workshop=terms.workshop, name="Waits Long", state="waiting")
    row = RegistrationFactory.create(workshop=terms.workshop, name="Åsa <b>Late</b>")

    page = show()

    assert "Dear Åsa &lt;b&gt;Late&lt;/b&gt;," in framed(page)
    assert "Waits Long" not in page
    assert (row.reference in page, "/registrations/example/" in page) == (False, True)
    assert "{name}" in page
    assert "<code>{position}</code>" not in page
    assert Message.objects.count() == 0


@pytest.mark.parametrize("kind", WORDED)
def test_every_letter_can_be_looked_at_before_anybody_registered_even_if_all_is_full(
    terms: RegistrationSettings, show: Go, kind: LetterKind
) -> None:
    RegistrationFactory.create(workshop=terms.workshop, name="Zephyrine", state="no-show")
    RegistrationSettings.objects.filter(pk=terms.pk).update(capacity=1)

    page = show(kind.value)

    shown = "Zephyrine" if kind == LetterKind.LINK else "Ada Example"
    assert f"Dear {shown}," in framed(page)
    counts = [Registration.objects.count(), Offer.objects.count(), WrittenLetter.objects.count()]
    assert counts == [1, 0, 0]


STATES = {
    LetterKind.ADDRESS: "unconfirmed",
    LetterKind.PENDING: "pending",
    LetterKind.WAITING: "waiting",
    LetterKind.OFFER: "offered",
    LetterKind.THANKS: "attended",
}


@pytest.mark.parametrize("kind", STATES)
def test_what_is_looked_at_is_what_is_sent(
    terms: RegistrationSettings, show: Go, kind: LetterKind
) -> None:
    row = RegistrationFactory.create(workshop=terms.workshop, state=STATES[kind])
    now = timezone.now()
    row.offers.create(made_at=now, expires_at=now + timedelta(hours=9))
    LetterTextFactory.create(terms=terms, kind=kind, subject="To {name}", text="At {where}")

    page = show(kind.value)
    letters.send(row, kind)

    sent = Message.objects.get()
    assert framed(page).strip() == sent.html.replace(row.reference, "example").strip()
    assert html.escape(sent.subject) in page


def test_an_offered_registration_without_an_open_offer_is_no_example(
    terms: RegistrationSettings, show: Go
) -> None:
    RegistrationFactory.create(workshop=terms.workshop, state="offered", name="Zephyrine")

    assert "Zephyrine" not in show("registration_offer")


def test_words_are_looked_at_without_being_kept(terms: RegistrationSettings, press: Go) -> None:
    RegistrationFactory.create(workshop=terms.workshop, name="Ada")
    bo = RegistrationFactory.create(workshop=terms.workshop, name="Bo")

    page = press("look", subject="Hello {name}", text="Come to {workshop}.", example=str(bo.pk))

    assert "<strong>Hello Bo</strong>" in page
    assert f"<p>Come to {terms.workshop.title}.</p>" in framed(page)
    assert "There is a place for you." in page  # our words, beside it
    assert LetterText.objects.count() == 0


def test_words_are_kept_and_sent_from_now_on(
    terms: RegistrationSettings, press: Go, organiser: User
) -> None:
    page = press("save", subject="Hello", text="Come.\n\nBring a pen.")

    row = LetterText.objects.get()
    assert "It is sent like this now." in page
    assert (row.terms, row.kind, row.language) == (terms, "registration_confirmed", "en")
    assert (row.subject, row.changed_by) == ("Hello", organiser)
    letters.confirm(RegistrationFactory.create(workshop=terms.workshop))
    assert "Come.\n\nBring a pen." in Message.objects.get().text


def test_kept_words_can_be_changed_and_given_up(terms: RegistrationSettings, press: Go) -> None:
    LetterTextFactory.create(terms=terms)

    press("save", text="Other.")
    changed = LetterText.objects.get().text
    page = press("ours")

    assert (changed, LetterText.objects.count()) == ("Other.", 0)
    assert "It opens with our words again." in page


def test_to_go_back_where_nothing_is_kept_does_no_harm(press: Go) -> None:
    assert "It opens with our words again." in press("ours", text="{nonsense}")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": "{nmae}"}, "Not known here: {nmae}. You can use {name}"),
        ({"subject": "{name.__class__}"}, "Not known here: {name.__class__}."),
        ({"text": "{0} {name"}, "Not known here: {0}."),
        ({"text": "{name"}, "A brace stands alone."),
        ({}, "Write a subject or words, or go back to ours."),
        ({"subject": 151 * "x"}, "at most 150 characters"),
        ({"text": 4_001 * "x"}, "at most 4000 characters"),
        ({"subject": "a\u0085b"}, "Write this on one line"),
        ({"text": "x", "example": "7"}, "7 is not one of the available choices"),
    ],
    ids=["unknown", "attribute", "number", "brace", "empty", "subject", "text", "line", "example"],
)
@pytest.mark.parametrize("button", ["save", "look"])
def test_what_is_wrong_is_said_and_not_kept(
    press: Go, button: str, fields: Fields, told: str
) -> None:
    page = press(button, **fields)

    assert told in html.unescape(page)
    assert LetterText.objects.count() == 0


def test_a_registration_of_another_workshop_is_no_example(press: Go) -> None:
    foreign = RegistrationFactory.create(name="Zephyrine")

    page = press("look", text="x", example=str(foreign.pk))

    assert "is not one of the available choices" in page
    assert "Zephyrine" not in page


@pytest.mark.parametrize("button", ["save", "ours"])
@pytest.mark.parametrize("theirs", ["changed", "written", "given up"])
def test_nobody_overwrites_what_somebody_else_wrote_meanwhile(
    terms: RegistrationSettings, press: Go, button: str, theirs: str
) -> None:
    version = ""
    if theirs != "written":
        row = LetterTextFactory.create(terms=terms)
        version = row.changed_at.isoformat()
    if theirs == "given up":
        LetterText.objects.all().delete()
    elif theirs == "changed":
        LetterText.objects.get().save()
    else:
        LetterTextFactory.create(terms=terms)
    before = list(LetterText.objects.values())

    page = press(button, text="Mine.", version=version)

    assert "Somebody else changed this letter while you had it open." in page
    assert "Mine.</textarea>" in page
    assert list(LetterText.objects.values()) == before
    again = press(button, text="Mine.", version=shown_version(page))
    assert "Somebody else" not in again


def test_of_two_who_write_first_at_once_one_is_told(
    terms: RegistrationSettings, organiser: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = wording.text_for(terms, LetterKind.LINK, "en")
    form = wording.WordingForm({"text": "Mine."}, instance=row)
    assert form.is_valid()
    save, asked = LetterText.save, {"terms": terms, "kind": row.kind, "language": "en"}

    def late(text: LetterText, **options: Any) -> None:
        LetterText.objects.bulk_create([LetterText(**asked, text="Theirs.")])
        save(text, **options)

    monkeypatch.setattr(LetterText, "save", late)

    assert wording.save(form, organiser) is False


@pytest.mark.parametrize(
    ("kind", "language"),
    [("organiser_note", "en"), ("x", "en"), ("registration_link", "xx")],
)
def test_other_letters_have_no_page(
    browser: Client, address: Callable[..., str], kind: str, language: str
) -> None:
    assert browser.get(address(kind, language)).status_code == 404
    assert browser.post(address(kind, language)).status_code == 404


def test_a_letter_is_not_put(browser: Client, address: Callable[..., str]) -> None:
    assert browser.put(address()).status_code == 405


def test_each_language_has_its_words(
    settings: Settings, browser: Client, address: Callable[..., str], terms: RegistrationSettings
) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    LetterTextFactory.create(terms=terms, language="de", text="Schön, dass Sie kommen.")

    pages = [browser.get(address(language=code)).content.decode() for code in ("en", "de")]

    assert ["Schön" in page for page in pages] == [False, True]


def test_hostile_words_run_nowhere_on_the_page(press: Go) -> None:
    hostile = '"><script>alert(1)</script><a href="https://evil.example">x</a>'

    page = press("look", subject=hostile, text=hostile)

    assert "<script>alert" not in page
    assert "<script" not in framed(page)
    assert 'href="https://evil.example"' not in page
    assert 'href="https://evil.example"' not in framed(page)


def test_the_frame_runs_nothing_and_the_policy_allows_its_one_style(
    browser: Client, address: Callable[..., str]
) -> None:
    response = browser.get(address())

    letter = framed(response.content.decode())
    policy = response["Content-Security-Policy"].split("; ")
    assert '<iframe class="preview__frame" sandbox srcdoc=' in response.content.decode()
    assert f"style-src 'self' {wording.style_source(letter)}" in policy
    assert not any("unsafe-inline" in directive for directive in policy)
    assert (letter.count("<style"), " style=" in letter) == (1, False)


def test_mails_to_many_leave_out_where_mail_came_back_and_say_so(
    browser: Client, terms: RegistrationSettings
) -> None:
    fine = RegistrationFactory.create(workshop=terms.workshop, name="Fine")
    for name, setback in (("Gone", Setback.HARD), ("Cross", Setback.COMPLAINT)):
        email = f"{name.lower()}@example.org"
        RegistrationFactory.create(workshop=terms.workshop, name=name, email=email)
        letters.confirm(RegistrationFactory.create(email=email.upper()))
        mail = Message.objects.latest("pk")
        Message.objects.filter(pk=mail.pk).note_setback(setback, timezone.now())
    address = f"/admin/registration/registrationsettings/{terms.pk}/desk/mail/"
    with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
        key = new_form_key()
    told = {"state": ["confirmed"], "subject": "S", "text": "T", "form_key": key, "look": "1"}

    page = browser.post(address, told).content.decode()

    assert "This goes to 1 address" in page
    assert f"To {fine.name}, for example:" in page
    assert "2 registrations are left out: mail to their addresses came back" in page


def test_what_is_owed_goes_on_to_an_address_that_takes_no_mail(
    terms: RegistrationSettings,
) -> None:
    row = RegistrationFactory.create(workshop=terms.workshop)
    letters.confirm(row)
    Message.objects.all().note_setback(Setback.HARD, timezone.now())

    letters.changed(row)

    assert Message.objects.to(row.email).count() == 2
