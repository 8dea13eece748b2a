"""Erasing somebody strikes them out of the texts of others, and points at public words."""

import pytest

from clusterix.curation.models import KnownWord
from clusterix.lib.personal import STRUCK_OUT
from clusterix.mail.models import Message
from people.models import Person
from tests.factories import (
    InitiativeFactory,
    PersonFactory,
    RegistrationSettingsFactory,
    ReportFactory,
)
from tests.privacy.conftest import Run
from tests.privacy.people import EMAIL, Planted

pytestmark = pytest.mark.django_db


def test_what_the_curators_were_told_of_a_report_names_her_no_more(
    planted: Planted, run: Run
) -> None:
    run("erase_person", EMAIL)

    planted.report.refresh_from_db()
    mail = Message.objects.get(to="curator@agency.example")
    words = f"It began in 2013. Yours, {STRUCK_OUT} <{STRUCK_OUT}>"
    assert (planted.report.email, planted.report.text) == ("", words)
    assert planted.report.answer == f"Thank you, {STRUCK_OUT}"
    assert words in mail.text


def test_a_report_of_another_that_names_the_address_is_struck_through(run: Run) -> None:
    report = ReportFactory.create(text=f"Her address {EMAIL} is wrong", email="a@example.org")

    run("erase_person", EMAIL)

    report.refresh_from_db()
    assert (report.text, report.email) == (f"Her address {STRUCK_OUT} is wrong", "a@example.org")


def test_a_text_never_outgrows_its_column(run: Run) -> None:
    longest = f"{EMAIL} " * 90
    report = ReportFactory.create(text=longest[:1_994] + " a@b.c", email="other@example.org")

    run("erase_person", "a@b.cc")
    run("erase_person", EMAIL)

    report.refresh_from_db()
    assert len(report.text) <= 2_000


def test_public_words_stay_and_are_pointed_at(run: Run) -> None:
    entry = InitiativeFactory.create(summary=f"Ask {EMAIL}")

    said = run("erase_person", EMAIL).splitlines()

    assert said[0] == "Known words: 1 erased"
    assert f"Initiatives {entry.pk}: still has the address in summary" in said
    assert not KnownWord.objects.filter(shown__contains="@").exists()


def test_an_organisers_address_stays_while_participants_need_it(run: Run) -> None:
    terms = RegistrationSettingsFactory.create(contact_email=EMAIL)

    said = run("erase_person", EMAIL).splitlines()

    assert said == [
        f"Registration settings #{terms.pk}: contact email stay – participants need it: name "
        "another in the terms of registration",
        f"Registration settings {terms.pk}: still has the address in contact_email",
    ]


def test_many_rows_are_counted_rather_than_named(run: Run) -> None:
    RegistrationSettingsFactory.create_batch(23, contact_email=EMAIL)

    said = run("erase_person", EMAIL).splitlines()

    assert " and 3 more: contact email stay" in said[0]


def test_a_form_that_is_open_does_not_write_the_address_back(run: Run) -> None:
    person = PersonFactory.create(contact_email=EMAIL)
    opened = person.version

    run("erase_person", EMAIL)

    person = Person.unscoped.get(pk=person.pk)
    latest = person.history.latest()
    assert person.version != opened
    assert latest.history_change_reason == "Contact address erased on request."
