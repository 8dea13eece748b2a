"""What was written to somebody stays known, with what became of it, until they are erased."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Membership
from clusterix.lib.personal import Subject
from clusterix.mail.models import KEPT, Message, Setback
from clusterix.mail.personal import purge_mails
from clusterix.privacy.exporting import copy
from tests.factories import RegistrationFactory, RegistrationSettingsFactory, member
from workshops.registration import letters, places, tasks
from workshops.registration.desk.selection import SelectionForm
from workshops.registration.models import Registration, RegistrationSettings, WrittenLetter

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def registration(terms: RegistrationSettings) -> Registration:
    row: Registration = RegistrationFactory.create(
        workshop=terms.workshop, email="ada@example.org", name="Ada"
    )
    return row


@pytest.fixture
def browser(client: Client, terms: RegistrationSettings) -> Client:
    client.force_login(member(terms.workshop.owner, Membership.Role.EDITOR))
    return client


def write(registration: Registration) -> Message:
    letters.confirm(registration)
    return Message.objects.latest("pk")


def kept() -> dict[str, Any]:
    fields = ("kind", "delivered_at", "failed_at", "failure")
    return dict(WrittenLetter.objects.values(*fields).get())


def setback(message: Message, kind: Setback) -> None:
    Message.objects.filter(pk=message.pk).note_setback(kind, LATER)


def test_a_letter_is_in_the_log_with_its_mail(registration: Registration) -> None:
    message = write(registration)

    row = WrittenLetter.objects.get()
    assert (row.registration, row.message, row.written_at) == (
        registration,
        message,
        message.created_at,
    )
    assert (str(row), row.fate) == (f"#{row.pk}", "not yet delivered")


def test_a_letter_that_is_undone_is_in_no_log(registration: Registration) -> None:
    with transaction.atomic():
        write(registration)
        transaction.set_rollback(True)

    assert (Message.objects.count(), WrittenLetter.objects.count()) == (0, 0)


def test_what_became_of_the_mail_is_in_the_log(registration: Registration) -> None:
    message = write(registration)

    message.note_delivery(at=NOW)

    assert kept() == {
        "kind": "registration_confirmed",
        "delivered_at": NOW,
        "failed_at": None,
        "failure": "",
    }
    assert WrittenLetter.objects.get().fate == "delivered"


def test_a_failure_that_is_tried_again_is_none(registration: Registration) -> None:
    write(registration).note_failure("ConnectionRefusedError")

    assert (kept()["delivered_at"], kept()["failed_at"], kept()["failure"]) == (None, None, "")


@pytest.mark.parametrize(
    ("kind", "failure", "fate"),
    [
        ("SMTPRecipientsRefused 550", "SMTPRecipientsRefused 550", "the address takes no mail"),
        ("SMTPDataError 554", "SMTPDataError 554", "not delivered: SMTPDataError 554"),
        ("", "refused", "not delivered: refused"),
    ],
    ids=["address", "mail", "unsaid"],
)
def test_a_mail_that_is_refused_came_back(
    registration: Registration, kind: str, failure: str, fate: str
) -> None:
    write(registration).note_refusal(kind, at=NOW)

    assert (kept()["delivered_at"], kept()["failed_at"], kept()["failure"]) == (None, NOW, failure)
    assert WrittenLetter.objects.get().fate == fate
    assert WrittenLetter.objects.came_back().count() == 1


@pytest.mark.parametrize(
    ("kind", "came_back", "unwelcome"),
    [
        (Setback.SOFT, 0, 0),
        (Setback.REJECTED, 1, 0),
        (Setback.COMPLAINT, 0, 1),
        (Setback.HARD, 1, 1),
    ],
)
def test_what_the_mail_service_reports_is_in_the_log(
    registration: Registration, kind: Setback, came_back: int, unwelcome: int
) -> None:
    message = write(registration)
    message.note_delivery(at=NOW)

    setback(message, kind)

    row = WrittenLetter.objects.get()
    assert (row.delivered_at, row.failed_at, row.failure) == (NOW, LATER, kind)
    assert row.fate == str(kind.label)
    assert WrittenLetter.objects.came_back().count() == came_back
    assert WrittenLetter.objects.unwelcome().count() == unwelcome


def test_a_delay_that_ended_is_none(registration: Registration) -> None:
    message = write(registration)
    setback(message, Setback.SOFT)
    Message.objects.filter(pk=message.pk).note_arrival(LATER)

    assert (kept()["delivered_at"], kept()["failed_at"], kept()["failure"]) == (LATER, None, "")


def test_a_late_delivery_hides_no_bounce(registration: Registration) -> None:
    message = write(registration)
    setback(message, Setback.HARD)
    Message.objects.filter(pk=message.pk).note_arrival(LATER)

    assert kept()["failure"] == "hard"


def test_other_mails_change_nothing(registration: Registration) -> None:
    mine, other = write(registration), write(registration)

    other.note_refusal("SMTPDataError 554", at=NOW)

    assert WrittenLetter.objects.get(message=mine).failure == ""


def test_the_log_outlasts_the_mail(registration: Registration) -> None:
    write(registration).note_delivery(at=NOW)

    purge_mails(NOW + KEPT + timedelta(days=1))

    row = WrittenLetter.objects.get()
    assert (Message.objects.count(), row.message, row.delivered_at) == (0, None, NOW)


def test_a_failure_has_a_moment(registration: Registration) -> None:
    write(registration)
    row = WrittenLetter.objects.get()
    row.failure = "hard"

    with pytest.raises(ValidationError, match="What came back did so at a moment"):
        row.validate_constraints()
    with pytest.raises(IntegrityError, match="writtenletter_failure_has_moment"):
        row.save()


def test_a_letter_is_of_a_known_kind(registration: Registration) -> None:
    with pytest.raises(IntegrityError, match="writtenletter_kind_known"):
        registration.letters.create(kind="x", written_at=NOW)


def test_nobody_is_thanked_twice(registration: Registration) -> None:
    thanks = {"kind": "registration_thanks", "written_at": NOW}
    registration.letters.create(**thanks)
    second = WrittenLetter(registration=registration, **thanks)

    with pytest.raises(ValidationError, match="They were thanked already"):
        second.validate_constraints()
    with pytest.raises(IntegrityError, match="writtenletter_thanks_once"):
        second.save()


def page(browser: Client, registration: Registration) -> str:
    address = f"/admin/registration/registration/{registration.pk}/change/"
    return browser.get(address).content.decode()


def test_the_organiser_sees_what_was_written_and_what_became_of_it(
    browser: Client, registration: Registration
) -> None:
    write(registration).note_refusal("SMTPRecipientsRefused 550", at=NOW)
    letters.link(registration)

    shown = page(browser, registration)

    for words in ("place confirmed", "the address takes no mail", "link sent again"):
        assert words in shown
    assert "not yet delivered" in shown


@pytest.mark.parametrize("written", [1, 3])
def test_the_page_takes_the_same_queries(
    browser: Client, registration: Registration, written: int
) -> None:
    for _ in range(written):
        write(registration)
    page(browser, registration)  # from here on the process knows its content types

    with assertNumQueries(12):
        page(browser, registration)


def test_the_desk_counts_what_came_back_and_leads_to_whom(
    browser: Client, terms: RegistrationSettings, registration: Registration
) -> None:
    write(registration).note_refusal("SMTPRecipientsRefused 550", at=NOW)
    fine = RegistrationFactory.create(workshop=terms.workshop, name="Zephyrine")
    write(fine).note_delivery(at=NOW)
    other = RegistrationFactory.create(email="ada@example.org")
    write(other).note_refusal("SMTPRecipientsRefused 550", at=NOW)
    desk = f"/admin/registration/registrationsettings/{terms.pk}/desk/"

    shown = browser.get(desk).content.decode()
    people = browser.get(f"{desk}people/?returned=on").content.decode()

    assert "1 letter came back." in shown
    assert f'href="{desk}people/?returned=on"' in shown
    assert ("1 registration<" in people, "Zephyrine" in people) == (True, False)
    assert '<input type="hidden" name="returned" value="on">' in people


def test_a_selection_of_returned_mail_says_so(terms: RegistrationSettings) -> None:
    form = SelectionForm(QueryDict("returned=on&state=confirmed"), terms=terms)

    assert form.is_valid()
    assert form.in_words() == "confirmed · Mail came back"


def test_a_desk_where_nothing_came_back_says_nothing_of_it(
    browser: Client, terms: RegistrationSettings, registration: Registration
) -> None:
    write(registration).note_delivery(at=NOW)

    shown = browser.get(f"/admin/registration/registrationsettings/{terms.pk}/desk/")

    assert "came back" not in shown.content.decode()


def test_erasure_takes_the_log_and_all_mails_about_it_along(registration: Registration) -> None:
    refused, delivered, _waiting = (write(registration) for _ in range(3))
    refused.note_refusal("SMTPDataError 554", at=NOW)
    delivered.note_delivery(at=NOW)
    elsewhere = RegistrationFactory.create(name="Bo")
    theirs = write(elsewhere)

    places.erase(registration, NOW)

    assert list(Message.objects.all()) == [theirs]
    assert list(WrittenLetter.objects.all()) == [elsewhere.letters.get()]


def test_a_mail_that_was_written_before_there_was_a_log_goes_too(
    registration: Registration,
) -> None:
    write(registration)
    WrittenLetter.objects.all().delete()

    places.erase(registration, NOW)

    assert Message.objects.count() == 0


def test_what_is_owed_about_another_registration_still_arrives(registration: Registration) -> None:
    other = RegistrationFactory.create(email="ADA@example.org")
    refused = write(other)
    refused.note_refusal("SMTPDataError 554", at=NOW)
    owed = write(other)
    write(registration)

    places.erase(registration, NOW)

    assert list(Message.objects.all()) == [owed]
    assert other.letters.count() == 2


def test_who_is_erased_in_time_leaves_no_mail_that_waits(registration: Registration) -> None:
    write(registration)
    over = NOW + timedelta(days=365)

    tasks.erase_old(over)

    assert (Message.objects.count(), WrittenLetter.objects.count()) == (0, 0)


def test_the_copy_of_what_is_held_tells_what_was_written() -> None:
    terms = RegistrationSettingsFactory.create()
    row = RegistrationFactory.create(workshop=terms.workshop, email="ada@example.org")
    write(row).note_refusal("SMTPRecipientsRefused 550", at=NOW)

    held = str(copy(Subject.of("ada@example.org"), NOW)["held"])

    assert "place confirmed" in held
    assert "SMTPRecipientsRefused 550" in held
