"""Who is asked by mail whether entries are still correct, how often, and about how many."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from clusterix.curation.freshness import asking, letters, tasks
from clusterix.curation.freshness.asking import ask, ask_all
from clusterix.curation.freshness.models import Ask
from clusterix.curation.models import Membership, Partner, User
from clusterix.mail.models import Message
from tests.factories import (
    OrganisationFactory,
    PartnerFactory,
    PersonFactory,
    WorkshopFactory,
    member,
    secretariat,
)
from tests.freshness.conftest import LONG_AGO, NOW, stale

pytestmark = pytest.mark.django_db


def written() -> list[str]:
    """Whom the mails go to, and what they are about."""
    mails = Message.objects.order_by("pk")
    return [f"{mail.to}: {mail.subject}" for mail in mails]


@pytest.mark.usefixtures("publisher")
def test_those_who_publish_for_a_partner_get_one_mail_about_what_is_stale(agency: Partner) -> None:
    member(agency, Membership.Role.PUBLISHER, email="eva@agency.example")
    member(agency, email="editor@agency.example")
    member(agency, Membership.Role.PUBLISHER, email="gone@agency.example", is_active=False)
    stale(agency, "Bridges")
    stale(agency, "Ladders", last_verified_on=LONG_AGO.date() - timedelta(days=1))
    stale(agency, "Checked", last_verified_on=NOW.date() - timedelta(days=365))
    stale(agency, "Draft", state="draft")
    PersonFactory.create(owner=agency, family_name="Old", published_at=LONG_AGO)

    mails = ask_all(NOW)

    assert mails == 2
    assert written() == [
        "bo@agency.example: Still correct? 3 entries of Skåne agency",
        "eva@agency.example: Still correct? 3 entries of Skåne agency",
    ]
    for mail in Message.objects.all():
        for body in (mail.text, mail.html):
            assert "Initiative, last checked on 5 March 2024" in body
            assert "Person, last checked on 5 March 2024" in body
            assert "http://testserver/admin/" in body
            assert body.count("http://testserver/still-correct/") == 3
            assert [name for name in ("Checked", "Draft") if name in body] == []
            assert body.index("Bridges") < body.index("Ladders")
        assert "Nobody has checked these public entries of Skåne agency" in mail.text


def test_each_is_given_links_of_their_own(agency: Partner, publisher: User) -> None:
    member(agency, Membership.Role.PUBLISHER)
    stale(agency)

    ask_all(NOW)

    bos, evas = (mail.text.split("still-correct/")[1].split()[0] for mail in Message.objects.all())
    assert bos != evas
    assert f"-{publisher.pk}." in bos


def test_the_programmes_own_entries_are_for_its_secretariat() -> None:
    who = secretariat()
    programme = who.partners.get()
    member(programme, email="editor@programme.example")
    stale(programme)

    ask_all(NOW)

    assert written() == [f"{who.email}: Still correct? 1 entry of {programme}"]


def test_where_nobody_publishes_the_secretariat_is_asked(agency: Partner) -> None:
    member(agency, email="editor@agency.example")
    who = secretariat()
    stale(agency)

    ask_all(NOW)

    assert written() == [f"{who.email}: Still correct? 1 entry of Skåne agency"]


def test_where_nobody_at_all_can_answer_nothing_counts_as_asked(agency: Partner) -> None:
    stale(agency)

    mails = ask_all(NOW)

    assert (mails, Ask.objects.count()) == (0, 0)


@pytest.mark.usefixtures("publisher")
def test_a_partner_whose_entries_are_all_fresh_gets_no_mail(agency: Partner) -> None:
    OrganisationFactory.create(owner=agency, published_at=NOW - timedelta(days=729))
    WorkshopFactory.create(owner=agency, starts_on=LONG_AGO.date(), published_at=LONG_AGO)
    stale(PartnerFactory.create())

    mails = ask_all(NOW)

    assert (mails, written()) == (0, [])


@pytest.mark.usefixtures("publisher")
def test_the_same_entry_is_not_asked_about_again_for_eight_weeks(agency: Partner) -> None:
    stale(agency)

    mails = [ask_all(NOW + timedelta(days=days)) for days in (0, 1, 31, 55, 56)]

    assert mails == [1, 0, 0, 0, 1]
    assert Ask.objects.count() == 1


@pytest.mark.usefixtures("publisher")
def test_what_goes_stale_meanwhile_waits_for_the_next_month(agency: Partner) -> None:
    stale(agency, "First")
    ask_all(NOW)
    stale(agency, "Second")

    mails = [ask_all(NOW + timedelta(days=days)) for days in (6, 31)]

    assert mails == [0, 1]
    assert "Second" in Message.objects.latest("pk").text
    assert "First" not in Message.objects.latest("pk").text


@pytest.mark.usefixtures("publisher")
def test_a_letter_is_short_and_says_how_many_more_there_are(agency: Partner) -> None:
    for number in range(29):
        stale(agency, f"Number {number}")
    for days in (1, 2, 3):
        day = LONG_AGO + timedelta(days=days)
        OrganisationFactory.create(owner=agency, name=f"Later {days}", published_at=day)

    ask_all(NOW)
    text = Message.objects.get().text
    ask_all(NOW + timedelta(days=31))

    assert text.count("still-correct/") == 30
    assert "Later 1" in text
    assert "Later 2" not in text
    assert "2 more are as old. We ask about them in later letters." in text
    assert Message.objects.latest("pk").text.count("still-correct/") == 2
    assert "as old" not in Message.objects.latest("pk").text


@pytest.mark.usefixtures("publisher")
def test_names_of_entries_are_words_in_a_mail_and_nothing_else(agency: Partner) -> None:
    stale(agency, "<b>http://evil.example</b>")

    ask_all(NOW)

    mail = Message.objects.get()
    assert "<b>" not in mail.html
    assert "http://evil.example" not in mail.html + mail.text


@pytest.mark.usefixtures("publisher")
def test_that_it_was_asked_stands_or_falls_with_the_mails(
    agency: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale(agency)

    def killed(*_what: object) -> None:
        raise KeyboardInterrupt

    # As if the worker were killed between the rows and the mails.
    monkeypatch.setattr(letters, "ask", killed)
    with pytest.raises(KeyboardInterrupt):
        ask_all(NOW)
    asked = Ask.objects.count()
    monkeypatch.undo()

    assert (asked, ask_all(NOW)) == (0, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("publisher")
def test_two_workers_at_once_write_once(agency: Partner) -> None:
    stale(agency)
    start, mails = Barrier(2), []

    def worker() -> None:
        start.wait()
        mails.append(ask_all(NOW))
        connection.close()

    workers = [Thread(target=worker) for _worker in range(2)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()

    assert sorted(mails) == [0, 1]
    assert Message.objects.count() == 1


def test_a_partner_that_is_gone_by_then_is_passed_over() -> None:
    assert ask(0, NOW) == 0


@pytest.mark.usefixtures("publisher")
def test_an_entry_is_asked_about_once_at_a_time(agency: Partner) -> None:
    entry = stale(agency)
    ask_all(NOW)
    again = asking.asked(entry, agency, NOW)

    with pytest.raises(IntegrityError, match="ask_one_an_entry"), transaction.atomic():
        again.save()

    assert str(again) == "Bridges"


@pytest.mark.usefixtures("publisher")
def test_the_worker_asks_by_its_clock(agency: Partner) -> None:
    stale(agency)

    with time_machine.travel(NOW, tick=False):
        tasks.ask(0)

    assert Ask.objects.get().asked_at == NOW
