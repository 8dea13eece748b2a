"""One click from a mail says that an entry is still correct, in the name of who got the mail."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from pytest_django.asserts import assertNumQueries

from clusterix.curation.freshness.asking import ask_all
from clusterix.curation.freshness.models import OPEN_FOR
from clusterix.curation.models import Membership, Partner, User
from clusterix.mail.models import Message
from initiatives.models import Initiative
from tests.factories import PartnerFactory, PersonFactory, member
from tests.freshness.conftest import LONG_AGO, NOW, stale

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=3)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Three days after the mail."""
    with time_machine.travel(LATER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def entry(agency: Partner) -> Initiative:
    return stale(agency)


@pytest.fixture
def link(entry: Initiative, publisher: User) -> str:
    """What the publisher's mail leads to."""
    assert entry.owner in publisher.partners.all()
    return links()[0]


def links() -> list[str]:
    """The links in the mails that are written now."""
    ask_all(NOW)
    return [
        path
        for mail in Message.objects.order_by("pk")
        for path in re.findall(r"http://testserver(/still-correct/\S+)", mail.text)
    ]


def stored(entry: Initiative) -> Initiative:
    found: Initiative = Initiative.unscoped.get(pk=entry.pk)
    return found


def press(client: Client, link: str, **data: str) -> Any:
    """The button on the page as it was opened."""
    page = client.get(link).content.decode()
    shown = re.search(r'name="version" value="([^"]+)"', page)
    return client.post(link, {"version": shown[1] if shown else ""} | data)


def test_the_link_shows_the_entry_and_changes_nothing(
    client: Client, link: str, entry: Initiative
) -> None:
    before = stored(entry).version

    head, page = client.head(link), client.get(link)

    text = page.content.decode()
    assert (head.status_code, page.status_code) == (200, 200)
    for told in (
        "Bridges",
        f'href="{entry.get_absolute_url()}"',
        f'href="/admin/initiatives/initiative/{entry.pk}/change/"',
        "under the name of Bo Ek",
        "curated by Skåne agency",
    ):
        assert told in text
    assert "after we wrote" not in text
    assert stored(entry).version == before
    assert Initiative.history.count() == 1


def test_the_page_is_kept_nowhere(client: Client, link: str) -> None:
    page = client.get(link)

    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "strict-origin"
    assert page["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page.content.decode()


def test_the_button_makes_a_version_in_the_name_of_the_member(
    client: Client, link: str, entry: Initiative, publisher: User
) -> None:
    response = press(client, link)
    page = client.get(response["Location"])

    version = Initiative.history.filter(id=entry.pk).latest()
    assert response.status_code == 303
    assert stored(entry).last_verified_on == LATER.date()
    assert version.history_user == publisher
    assert version.history_change_reason == "Still correct"
    assert "This was checked on 4 December 2026." in page.content.decode()


def test_pressed_twice_it_is_one_check(client: Client, link: str, entry: Initiative) -> None:
    press(client, link)
    count = Initiative.history.filter(id=entry.pk).count()

    again = press(client, link)

    assert again.status_code == 200
    assert "Nothing else is to be done." in again.content.decode()
    assert Initiative.history.filter(id=entry.pk).count() == count


def test_it_takes_no_sign_in_and_no_other_member(
    client: Client, link: str, entry: Initiative, publisher: User
) -> None:
    client.force_login(member(entry.owner))

    press(client, link)

    assert Initiative.history.filter(id=entry.pk).latest().history_user == publisher


def test_what_changed_since_the_letter_is_said_and_asked_again(
    client: Client, link: str, entry: Initiative, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(hours=1))
    stored(entry).because("A new address").save()

    page = client.get(link).content.decode()
    pressed = press(client, link)

    assert "This was changed on 4 December 2026, 07:23, after we wrote." in page
    assert pressed.status_code == 303
    assert stored(entry).last_verified_on == LATER.date()


@pytest.mark.parametrize("version", ["", "2016-06-21", "\x7f"], ids=["none", "old", "strange"])
def test_what_changed_under_the_reader_is_not_confirmed_unread(
    client: Client, link: str, entry: Initiative, version: str, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(hours=1))
    stored(entry).because("A new address").save()

    response = press(client, link, version=version)

    assert response.status_code == 409
    assert "after we wrote" in response.content.decode()
    assert stored(entry).last_verified_on is None


def test_what_a_colleague_checked_is_not_asked_again(
    client: Client, agency: Partner, entry: Initiative, publisher: User
) -> None:
    member(agency, Membership.Role.PUBLISHER)
    bos, evas = links()
    press(client, bos)

    page = client.get(evas)

    assert page.status_code == 200
    assert "This was checked on 4 December 2026." in page.content.decode()
    assert Initiative.history.filter(history_user=publisher, id=entry.pk).count() == 1


ENDS: dict[str, Callable[[Initiative, User], Any]] = {
    "archived": lambda entry, _user: stored(entry).archive(reason="Over"),
    "not theirs": lambda _entry, _user: Initiative.unscoped.update(owner=PartnerFactory.create()),
    "no publisher": lambda _entry, user: user.memberships.update(role=Membership.Role.EDITOR),
    "closed account": lambda _entry, user: User.objects.filter(pk=user.pk).update(is_active=False),
    "deleted account": lambda _entry, user: user.delete(),
}


def is_not_open(client: Client, link: str, entry: Initiative) -> None:
    """The one calm answer, which tells nothing and does nothing."""
    pages = [client.get(link), client.post(link, {"version": stored(entry).version})]

    assert [page.status_code for page in pages] == [404, 404]
    for page in pages:
        assert "This link is not open" in page.content.decode()
        assert "Bridges" not in page.content.decode()
    assert stored(entry).last_verified_on is None


@pytest.mark.parametrize("end", ENDS)
def test_who_may_not_answer_any_more_gets_a_calm_answer(
    client: Client, link: str, entry: Initiative, publisher: User, end: str
) -> None:
    ENDS[end](entry, publisher)

    is_not_open(client, link, entry)


def test_a_link_ends(
    client: Client, link: str, entry: Initiative, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW + OPEN_FOR)

    is_not_open(client, link, entry)


def test_no_link_is_made_by_hand(client: Client, link: str, entry: Initiative) -> None:
    other = member(entry.owner, Membership.Role.PUBLISHER)
    forged = re.sub(r"-\d+\.", f"-{other.pk}.", link)

    for made_up in (forged, "/still-correct/anything/"):
        is_not_open(client, made_up, entry)


def test_a_link_of_an_earlier_letter_is_over(client: Client, link: str, entry: Initiative) -> None:
    ask_all(NOW + OPEN_FOR)

    assert client.get(link).status_code == 404
    assert entry.last_verified_on is None


def test_whoever_has_no_page_has_no_link_to_one(
    client: Client, agency: Partner, publisher: User
) -> None:
    person = PersonFactory.create(owner=agency, published_at=LONG_AGO, visibility="name")
    assert publisher.can_publish(person)

    page = client.get(links()[0]).content.decode()

    assert "Person ·" in page
    assert "The public page" not in page


def test_who_opens_links_too_often_waits(client: Client, link: str) -> None:
    for _attempt in range(300):
        client.post("/still-correct/anything/")

    response = client.get(link)

    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    assert "Wait an hour" in response.content.decode()


def test_other_methods_are_refused(client: Client, link: str) -> None:
    assert client.delete(link).status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_it_takes_the_same_queries_whatever_else_was_asked(
    client: Client, agency: Partner, publisher: User, rows: int
) -> None:
    for number in range(rows):
        stale(agency, f"Number {number}")
    here = links()[0]
    assert publisher.is_active
    client.get(here)

    with assertNumQueries(5):
        client.get(here)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_make_one_version(link: str, entry: Initiative) -> None:
    start, statuses, version = Barrier(2), [], stored(entry).version

    def tab() -> None:
        start.wait()
        statuses.append(Client().post(link, {"version": version}).status_code)
        connection.close()

    tabs = [Thread(target=tab) for _tab in range(2)]
    for thread in tabs:
        thread.start()
    for thread in tabs:
        thread.join()

    assert sorted(statuses) == [200, 303]
    assert (
        Initiative.history.filter(id=entry.pk, history_change_reason="Still correct").count() == 1
    )
