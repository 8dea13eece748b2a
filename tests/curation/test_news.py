"""Curators hear of what waits for them as they like: at once, once a day, or on their desk."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clusterix.curation.models import Entry, Membership, Partner, User
from clusterix.curation.news import tasks
from clusterix.curation.news.models import MailWish, Notice
from clusterix.curation.news.routing import routed
from clusterix.curation.news.telling import tell, tell_submitted, write_daily
from clusterix.lib.personal import Subject
from clusterix.mail.models import Message
from clusterix.mail.queue import Row
from clusterix.privacy.erasing import erase
from tests.factories import (
    InitiativeFactory,
    PartnerFactory,
    RegionFactory,
    ThemeFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db

WISHES = "/accounts/mails/"
ROW = Row("Something waits.", "/admin/", "Have a look.")


def test_who_said_nothing_is_written_to_at_once() -> None:
    user = UserFactory.create()

    with transaction.atomic():
        tell([user], ROW, timezone.now())

    mail = Message.objects.get()
    assert (mail.to, mail.subject) == (user.email, "Something waits.")
    assert "Have a look." in mail.text
    assert "/accounts/mails/" in mail.text
    assert "/accounts/mails/" in mail.html


def test_a_day_is_gathered_into_one_mail() -> None:
    user, other = UserFactory.create(), UserFactory.create()
    for one in (user, other):
        MailWish.objects.create(user=one, how="daily")
    now = timezone.now()
    with transaction.atomic():
        tell([user, other], ROW, now)
        tell([user], Row("x" * 500, "/admin/"), now)

    counts = [Message.objects.count(), write_daily(now), write_daily(now)]

    mail = Message.objects.get(to=user.email)
    assert counts == [0, 2, 0]
    assert mail.subject == "2 things about reviews"
    assert "Something waits. Have a look." in mail.text
    assert f"{'x' * 399}…" in mail.text


def test_who_left_or_wants_none_gets_none() -> None:
    silent, left = UserFactory.create(), UserFactory.create()
    MailWish.objects.create(user=silent, how="never")
    MailWish.objects.create(user=left, how="daily")
    with transaction.atomic():
        tell([silent, left], ROW, timezone.now())
    User.objects.filter(pk=left.pk).update(is_active=False)

    tasks.daily(0)

    assert not Message.objects.exists()
    assert not Notice.objects.exists()


@pytest.fixture
def agency() -> Partner:
    partner: Partner = PartnerFactory.create()
    return partner


def test_many_that_are_submitted_at_once_are_one_mail(agency: Partner) -> None:
    reviewer = member(agency, Membership.Role.PUBLISHER)
    author = member(agency)
    entries = [
        InitiativeFactory.create(owner=agency, title=f"Bridge {number}") for number in range(3)
    ]

    with transaction.atomic():
        tell_submitted(entries, author, timezone.now())

    mail = Message.objects.get()
    assert (mail.to, mail.subject) == (
        reviewer.email, "“Bridge 0” and 2 others wait for your review.",
    )  # fmt: skip
    assert "state__exact=in_review" in mail.text


def test_each_of_many_comes_to_its_own_reviewers_by_as_many_queries_as_one(
    agency: Partner,
) -> None:
    sweden = PartnerFactory.create(regions_reviewed=["SE"])
    water = PartnerFactory.create(themes_reviewed=["water"])
    swedish, wet, own = (
        member(partner, Membership.Role.PUBLISHER) for partner in (sweden, water, agency)
    )
    inside, about, neither = (InitiativeFactory.create(owner=agency) for _ in range(3))
    inside.regions.add(RegionFactory.create(code="SE22"))
    water_theme = ThemeFactory.create(key="water")
    for entry in (inside, about):
        entry.themes.add(water_theme)

    with CaptureQueriesContext(connection) as alone:
        (first,) = routed([inside], but=None)
    with CaptureQueriesContext(connection) as together:
        found = list(routed([inside, about, neither], but=None))

    assert found == [(inside, [swedish]), (about, [wet]), (neither, [own])]
    assert first == found[0]
    assert len(together) == len(alone) == 4


def test_who_submits_in_the_admin_has_it_told(agency: Partner) -> None:
    reviewer, author = member(agency, Membership.Role.PUBLISHER), member(agency)
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.DRAFT, title="Bridges")
    client = Client()
    client.force_login(author)
    data = {"verb": "submit", "reason": "Ready", "version": entry.version}

    client.post(f"/admin/initiatives/initiative/{entry.pk}/move/", data)

    mail = Message.objects.get()
    assert (mail.to, mail.subject) == (reviewer.email, "“Bridges” waits for your review.")
    assert f"/admin/initiatives/initiative/{entry.pk}/change/" in mail.text


def test_everyone_says_how_they_want_to_hear(client: Client) -> None:
    user = UserFactory.create()
    client.force_login(user)

    fresh = client.get(WISHES).text
    client.post(WISHES, {"how": "daily"})
    client.post(WISHES, {"how": "never"})
    wrong = client.post(WISHES, {"how": "hourly"})

    assert fresh.count("checked") == 1
    assert MailWish.objects.get(user=user).how == "never"
    assert wrong.status_code == 422


def test_a_visitor_signs_in_first(client: Client) -> None:
    assert client.get(WISHES).status_code == 302


def test_the_database_knows_the_wishes() -> None:
    with pytest.raises(IntegrityError, match="mailwish_known"), transaction.atomic():
        MailWish.objects.create(user=UserFactory.create(), how="hourly")


def test_rows_are_called_what_they_say() -> None:
    notice = Notice(text="Something waits.")

    assert [str(MailWish(how="never")), str(notice)] == [
        "no mails: I look at my desk", "Something waits.",
    ]  # fmt: skip


def test_wishes_and_notices_go_with_the_account() -> None:
    user = UserFactory.create(email="ada@example.org")
    MailWish.objects.create(user=user, how="daily")
    with transaction.atomic():
        tell([user], ROW, timezone.now())

    erase(Subject.of("ada@example.org"), timezone.now())

    assert not MailWish.objects.exists()
    assert not Notice.objects.exists()
