"""Whoever answers for an entry is told once that a link in it died, by mail and on the desk."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django.asserts import assertNumQueries

from clusterix.curation.freshness import letters, tasks, telling
from clusterix.curation.freshness.models import CheckedLink
from clusterix.curation.freshness.telling import tell
from clusterix.curation.models import Membership, Partner, User
from clusterix.lib.outside import Look, Verdict
from clusterix.mail.models import Message
from initiatives.models import Initiative, InitiativeLink
from tests.factories import (
    CheckedLinkFactory,
    InitiativeFactory,
    OrganisationFactory,
    PartnerFactory,
    UserFactory,
    member,
    secretariat,
)
from tests.freshness.conftest import NOW

pytestmark = pytest.mark.django_db

LIST = "/admin/freshness/checkedlink/"
THERE = Look(Verdict.THERE, "It answers (200).")


def dead(number: int = 0, **fields: object) -> CheckedLink:
    link: CheckedLink = CheckedLinkFactory.create(
        url=f"https://dead.example/{number}", failures=3, **fields
    )
    return link


def entry(partner: Partner, link: CheckedLink, title: str = "Bridges") -> Initiative:
    row: Initiative = InitiativeFactory.create(owner=partner, title=title, website=link.url)
    return row


def written() -> list[str]:
    """Whom the mails go to, and what they are about."""
    return [f"{mail.to}: {mail.subject}" for mail in Message.objects.order_by("pk")]


@pytest.mark.usefixtures("publisher")
def test_those_who_answer_for_an_entry_get_one_mail(agency: Partner) -> None:
    rival = PartnerFactory.create(name="Rival agency")
    member(rival, Membership.Role.PUBLISHER, email="eva@rival.example")
    shared, own = dead(1), dead(2)
    ours = entry(agency, shared)
    entry(rival, shared, "Theirs")
    InitiativeLink.objects.create(initiative=ours, label="More", url=own.url)
    CheckedLinkFactory.create(url="https://doubtful.example/", failures=2)
    InitiativeFactory.create(owner=agency, website="https://doubtful.example/")

    mails = tell(NOW)

    assert mails == 2
    assert sorted(written()) == [
        "bo@agency.example: 2 dead links in entries of Skåne agency",
        "eva@rival.example: 1 dead link in entries of Rival agency",
    ]
    mail = Message.objects.get(to="bo@agency.example")
    for body in (mail.text, mail.html):
        assert body.count("Bridges") == 2
        assert "The page is not there (404)." in body
        assert f"http://testserver/admin/initiatives/initiative/{ours.pk}/change/" in body
        assert "http://testserver/admin/" in body
        assert "doubtful" not in body
        assert "Theirs" not in body


@pytest.mark.usefixtures("publisher")
def test_the_address_of_a_dead_link_is_no_link_in_the_mail(agency: Partner) -> None:
    entry(agency, dead())

    tell(NOW)

    mail = Message.objects.get()
    assert "https://dead.example" not in mail.text + mail.html
    assert "dead\u2060.example/0" in mail.text


@pytest.mark.usefixtures("publisher")
def test_it_is_told_once_and_again_only_if_it_worked_in_between(agency: Partner) -> None:
    link = dead()
    entry(agency, link)

    first, second = tell(NOW), tell(NOW)
    link.refresh_from_db()
    link.note(THERE, NOW)
    CheckedLink.objects.update(failures=3, failing_since=NOW)
    third = tell(NOW)

    assert [first, second, third] == [1, 0, 1]


def test_where_nobody_publishes_the_secretariat_is_told(agency: Partner) -> None:
    who = secretariat()
    entry(agency, dead())

    tell(NOW)

    assert written() == [f"{who.email}: 1 dead link in entries of Skåne agency"]


def test_where_nobody_can_be_told_it_stays_untold(agency: Partner) -> None:
    entry(agency, dead())

    mails = tell(NOW)

    assert mails == 0
    assert CheckedLink.objects.untold().exists()


@pytest.mark.usefixtures("publisher")
def test_what_is_in_no_public_entry_is_told_to_nobody(agency: Partner) -> None:
    InitiativeFactory.create(owner=agency, website=dead().url, state="archived")

    assert tell(NOW) == 0


@pytest.mark.usefixtures("publisher")
def test_a_mail_is_short_and_says_where_the_others_are(agency: Partner) -> None:
    for number in range(32):
        entry(agency, dead(number), f"Entry {number}")

    tell(NOW)

    mail = Message.objects.get()
    assert mail.text.count("/change/") == 30
    assert "2 more are on your desk." in mail.text


@pytest.mark.usefixtures("publisher")
def test_that_it_was_told_stands_or_falls_with_the_mails(
    agency: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry(agency, dead())

    tell_really = letters.tell

    def killed(*what: Any) -> None:
        tell_really(*what)
        raise KeyboardInterrupt

    # As if the worker were killed once the mails are written.
    monkeypatch.setattr(letters, "tell", killed)
    with pytest.raises(KeyboardInterrupt):
        tell(NOW)
    mails = Message.objects.count()
    monkeypatch.undo()

    assert (mails, telling.tell(NOW)) == (0, 1)


@pytest.mark.usefixtures("publisher")
def test_the_worker_tells_by_its_clock(agency: Partner) -> None:
    entry(agency, dead())

    with time_machine.travel(NOW, tick=False):
        tasks.tell(0)

    assert CheckedLink.objects.get().told_at == NOW


def panel(client: Client) -> list[tuple[str, str]]:
    """The lines about dead links on the desk."""
    panels = {one.title: one for one in client.get("/admin/").context["panels"]}
    return [(line.label, line.note) for line in panels["Dead links"].lines]


def test_the_desk_shows_them_to_those_who_can_correct_them(
    client: Client, agency: Partner, publisher: User
) -> None:
    entry(agency, dead(1, failing_since=NOW))
    entry(PartnerFactory.create(), dead(2), "Theirs")
    client.force_login(publisher)

    told = panel(client)

    assert told == [
        (
            "Bridges",
            "https://dead.example/1: The page is not there (404). Failing since 1 December 2026.",
        )
    ]


@pytest.mark.parametrize(("role", "seen"), [("editor", 0), ("secretariat", 2)])
def test_who_cannot_correct_them_is_not_shown_them(
    client: Client, agency: Partner, role: str, seen: int
) -> None:
    entry(agency, dead(1))
    OrganisationFactory.create(website=dead(2).url)
    client.force_login(secretariat() if role == "secretariat" else member(agency))

    told, listed = panel(client), client.get(LIST).content.decode()

    assert len(told) == seen
    assert listed.count("https://dead.example/") == seen


def test_the_list_leads_to_the_entries(client: Client, agency: Partner, publisher: User) -> None:
    link = dead()
    ours, also = entry(agency, link), entry(agency, link, "Ladders")
    entry(PartnerFactory.create(), link, "Theirs")
    client.force_login(publisher)

    page = client.get(LIST).content.decode()

    for one in (ours, also):
        assert f'<a href="/admin/initiatives/initiative/{one.pk}/change/">{one}</a>' in page
    assert "Theirs" not in page


def test_a_link_has_no_page_of_its_own(client: Client, agency: Partner, publisher: User) -> None:
    link = dead()
    entry(agency, link)
    client.force_login(publisher)

    answers = [client.get(f"{LIST}{path}") for path in ("add/", f"{link.pk}/change/")]
    deleted = client.post(f"{LIST}{link.pk}/delete/", {"post": "yes"})

    assert [answer.status_code for answer in [*answers, deleted]] == [403, 403, 403]


def test_who_is_no_curator_sees_no_list(client: Client) -> None:
    client.force_login(UserFactory.create())

    assert client.get(LIST).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_whatever_is_on_it(
    client: Client, agency: Partner, publisher: User, rows: int
) -> None:
    for number in range(rows):
        entry(agency, dead(number))
    client.force_login(publisher)
    client.get(LIST)

    with assertNumQueries(10):
        client.get(LIST)
