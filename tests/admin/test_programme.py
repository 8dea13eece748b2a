"""The page on which organisers put the sessions of a workshop into another order."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clusterix.curation.models import Partner
from tests.admin.browser import filled
from tests.admin.conftest import SignedIn
from tests.factories import ContributionFactory, PersonFactory, SessionFactory, WorkshopFactory
from workshops.models import Session, Workshop

pytestmark = pytest.mark.django_db

DAY = date(2027, 1, 21)


@pytest.fixture
def malmo(agency: Partner) -> Workshop:
    """A public workshop in Sweden."""
    workshop: Workshop = WorkshopFactory.create(
        owner=agency, title="Cluster days", time_zone="Europe/Stockholm", starts_on=DAY
    )
    return workshop


def page_of(workshop: Workshop) -> str:
    return reverse("admin:workshops_workshop_programme", args=[workshop.pk])


def timed(workshop: Workshop, title: str, hour: int, minutes: int, room: str = "Hall") -> Session:
    """A session from that hour of UTC, so many minutes long."""
    start = datetime(2027, 1, 21, hour, tzinfo=UTC)
    session: Session = SessionFactory.create(
        workshop=workshop,
        title=title,
        room=room,
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes),
    )
    return session


def untimed(workshop: Workshop, *titles: str, day: date | None = DAY) -> list[Session]:
    """Sessions of which only the order is known."""
    return [
        SessionFactory.create(workshop=workshop, title=title, day=day, position=position)
        for position, title in enumerate(titles)
    ]


def order(workshop: Workshop) -> list[str]:
    return [session.title for session in workshop.sessions.in_order()]


def shown(page: str) -> list[str]:
    """The sessions of a page in the order in which it shows them."""
    return re.findall(r"data-title>([^<]*)<", page)


def send(client: Client, workshop: Workshop, **changes: str) -> str:
    """What a browser gets that sends the page's form with these changes."""
    form = filled(client.get(page_of(workshop)), **changes)
    return client.post(page_of(workshop), form, follow=True).content.decode()


def test_the_form_of_a_workshop_leads_to_its_programme(
    signed_in: SignedIn, malmo: Workshop
) -> None:
    form = signed_in("editor").get(reverse("admin:workshops_workshop_change", args=[malmo.pk]))

    assert f'href="{page_of(malmo)}"' in form.content.decode()


def test_the_programme_stands_by_day_and_room_and_by_the_clock_of_the_place(
    signed_in: SignedIn, malmo: Workshop
) -> None:
    timed(malmo, "Evidence", 9, 30, "Room 2")
    timed(malmo, "Pilots", 8, 60)
    timed(malmo, "Funds", 10, 60)
    timed(malmo, "Walk", 12, 60, room="")
    untimed(malmo, "Dinner")
    untimed(malmo, "Some time", day=None)

    page = signed_in("publisher").get(page_of(malmo)).content.decode()

    assert shown(page) == ["Pilots", "Funds", "Evidence", "Walk", "Dinner", "Some time"]
    headings = re.findall(r"<h[23]>([^<]*)</h[23]>", page)
    assert headings == [
        *("Thursday 21 January 2027", "Hall", "Room 2", "Without a room", "Without times"),
        *("On a day that is not known", "Without times"),
    ]
    assert ">09:00</time>–10:00" in page


def test_a_workshop_without_sessions_leads_to_its_first(
    signed_in: SignedIn, malmo: Workshop
) -> None:
    page = signed_in("publisher").get(page_of(malmo)).content.decode()

    assert "There is no session yet." in page
    assert f'href="/admin/workshops/session/add/?workshop={malmo.pk}"' in page


def test_sessions_without_times_follow_one_another_as_they_are_put(
    signed_in: SignedIn, malmo: Workshop
) -> None:
    first, second, third = untimed(malmo, "One", "Two", "Three")

    page = send(
        signed_in("publisher"),
        malmo,
        save="1",
        reason="Two came late",
        **{f"place-{first.pk}": "1", f"place-{second.pk}": "3", f"place-{third.pk}": "2"},
    )

    assert "The programme is in its new order." in page
    assert order(malmo) == ["One", "Three", "Two"]
    assert malmo.history.latest().history_change_reason == "Two came late"
    assert malmo.history.count() == 2


def test_sessions_of_a_room_change_places_with_their_lengths_and_the_pauses_stay(
    signed_in: SignedIn, malmo: Workshop
) -> None:
    long = timed(malmo, "Long", 8, 90)
    short = timed(malmo, "Short", 10, 30)
    last = timed(malmo, "Last", 11, 60)

    send(
        signed_in("publisher"),
        malmo,
        save="1",
        reason="Swapped",
        **{f"place-{long.pk}": "2", f"place-{short.pk}": "1"},
    )

    found = {each.title: (each.starts_at, each.ends_at) for each in malmo.sessions.all()}
    at = datetime(2027, 1, 21, 8, tzinfo=UTC)
    assert found == {
        "Short": (at, at + timedelta(minutes=30)),
        "Long": (at + timedelta(minutes=60), at + timedelta(minutes=150)),
        "Last": (last.starts_at, last.ends_at),
    }
    assert order(malmo) == ["Short", "Long", "Last"]


@pytest.mark.parametrize(("step", "which"), [("earlier", 1), ("later", 0)])
def test_a_button_shows_another_order_and_keeps_nothing_yet(
    signed_in: SignedIn, malmo: Workshop, step: str, which: int
) -> None:
    sessions = untimed(malmo, "One", "Two", "Three")

    page = send(signed_in("publisher"), malmo, **{step: str(sessions[which].pk)})

    assert shown(page) == ["Two", "One", "Three"]
    assert order(malmo) == ["One", "Two", "Three"]


@pytest.mark.parametrize("number", ["", "x", "999999", "-1", "9" * 40])
def test_a_button_for_a_session_that_is_not_there_does_nothing(
    signed_in: SignedIn, malmo: Workshop, number: str
) -> None:
    untimed(malmo, "One", "Two")

    assert shown(send(signed_in("publisher"), malmo, earlier=number)) == ["One", "Two"]


def test_sessions_side_by_side_in_no_room_keep_their_places(
    signed_in: SignedIn, malmo: Workshop
) -> None:
    one = timed(malmo, "One", 8, 60, room="")
    timed(malmo, "Beside it", 8, 90, room="")
    untimed(malmo, "A", "B")

    page = send(
        signed_in("publisher"),
        malmo,
        check="1",
        earlier=str(one.pk),
        **{f"place-{one.pk}": "2"},
    )

    assert f'name="place-{one.pk}"' not in page
    assert shown(page) == ["One", "Beside it", "A", "B"]


def test_who_would_be_in_two_places_is_told_before_it_is_saved(
    signed_in: SignedIn, malmo: Workshop
) -> None:
    pilots, funds = timed(malmo, "Pilots", 8, 60), timed(malmo, "Funds", 9, 60)
    ada = PersonFactory.create(family_name="Berg")
    banks, dinner = timed(malmo, "Banks", 9, 60, "Room 2"), *untimed(malmo, "Dinner")
    for session in (pilots, banks, dinner):
        ContributionFactory.create(session=session, person=ada)
    client = signed_in("publisher")
    swap = {f"place-{pilots.pk}": "2", f"place-{funds.pk}": "1"}
    told = "Ada Berg takes part in “Banks” and in “Pilots” at the same time."

    checked = send(client, malmo, check="1", **swap)
    refused = send(client, malmo, save="1", reason="Swapped", **swap)
    kept = order(malmo)
    send(client, malmo, save="1", reason="Swapped", despite_clashes="on", **swap)

    assert told in checked
    assert "Dinner”" not in checked
    assert told in refused
    assert kept == ["Pilots", "Funds", "Banks", "Dinner"]
    assert order(malmo) == ["Funds", "Pilots", "Banks", "Dinner"]


def test_who_is_expected_at_another_public_workshop_is_told_too(
    signed_in: SignedIn, malmo: Workshop, rival: Partner
) -> None:
    pilots, funds = timed(malmo, "Pilots", 8, 60), timed(malmo, "Funds", 9, 60)
    person = ContributionFactory.create(session=pilots).person
    for title, state in (("Elsewhere", "published"), ("Canary", "draft")):
        workshop = WorkshopFactory.create(owner=rival, state=state)
        ContributionFactory.create(session=timed(workshop, title, 9, 60), person=person)

    page = send(signed_in("publisher"), malmo, check="1", later=str(pilots.pk))

    assert f"{person} takes part in “Elsewhere” and in “Pilots” at the same time." in page
    assert "Canary" not in page
    assert funds.title in page


def test_nobody_overwrites_unseen_what_somebody_else_changed_meanwhile(
    signed_in: SignedIn, malmo: Workshop
) -> None:
    first, _second, third = untimed(malmo, "One", "Two", "Three")
    client = signed_in("publisher")
    form = filled(client.get(page_of(malmo)), save="1", reason="Mine", **{f"place-{third.pk}": "1"})
    send(signed_in("secretariat"), malmo, save="1", reason="First", later=str(first.pk))

    stale = client.post(page_of(malmo), form)
    kept = order(malmo)
    client.post(page_of(malmo), filled(stale, save="1"))

    assert "Somebody changed this entry while you had it open." in stale.content.decode()
    assert kept == ["Two", "One", "Three"]
    assert order(malmo) == ["One", "Three", "Two"]
    told = malmo.history.order_by("history_id").values_list("history_change_reason", flat=True)
    assert list(told) == [None, "First", "Mine"]


def test_a_public_programme_changes_with_a_reason_only(
    signed_in: SignedIn, malmo: Workshop
) -> None:
    first, _second = untimed(malmo, "One", "Two")

    page = send(signed_in("publisher"), malmo, save="1", later=str(first.pk))

    assert "Say why this is changed: it is not a draft any more." in page
    assert order(malmo) == ["One", "Two"]


def test_the_programme_of_a_draft_changes_without_one(signed_in: SignedIn, malmo: Workshop) -> None:
    Workshop.unscoped.update(state="draft")
    first, _second = untimed(malmo, "One", "Two")

    send(signed_in("editor"), malmo, save="1", later=str(first.pk))

    assert order(malmo) == ["Two", "One"]


def test_an_order_that_is_as_it_was_makes_no_version(signed_in: SignedIn, malmo: Workshop) -> None:
    untimed(malmo, "One", "Two")

    page = send(signed_in("publisher"), malmo, save="1", reason="None")

    assert "Nothing was moved." in page
    assert malmo.history.count() == 1


@pytest.mark.parametrize("place", ["", "x", "0", "9" * 30, "1.5"])
def test_a_place_that_is_no_number_is_told_and_moves_nothing(
    signed_in: SignedIn, malmo: Workshop, place: str
) -> None:
    first, _second = untimed(malmo, "One", "Two")

    page = send(
        signed_in("publisher"), malmo, save="1", reason="Odd", **{f"place-{first.pk}": place}
    )

    assert "There is a problem" in page
    assert f'href="#id_place-{first.pk}"' in page
    assert order(malmo) == ["One", "Two"]


def test_an_editor_reads_a_public_programme_and_does_not_change_it(
    signed_in: SignedIn, malmo: Workshop
) -> None:
    first, _second = untimed(malmo, "One", "Two")
    client = signed_in("editor")
    page = client.get(page_of(malmo))

    refused = client.post(page_of(malmo), {"save": "1", f"place-{first.pk}": "2"})

    assert shown(page.content.decode()) == ["One", "Two"]
    assert "data-arrange" not in page.content.decode()
    assert refused.status_code == 403
    assert order(malmo) == ["One", "Two"]


@pytest.mark.parametrize("role", ["rival", "editor"])
def test_a_programme_of_others_and_one_that_there_is_not_are_alike(
    signed_in: SignedIn, malmo: Workshop, role: str
) -> None:
    client = signed_in(role)
    nothing = reverse("admin:workshops_workshop_programme", args=[10**9])
    address = page_of(malmo) if role == "rival" else nothing

    assert client.get(address).status_code == 404
    assert client.post(address, {"save": "1"}).status_code == 404


def test_who_is_not_signed_in_is_asked_to(client: Client, malmo: Workshop) -> None:
    response = client.get(page_of(malmo))

    assert response["Location"].startswith(reverse("admin:login"))


def test_an_attack_in_a_title_is_only_words(signed_in: SignedIn, malmo: Workshop) -> None:
    untimed(malmo, '"><script>alert(1)</script>', "Two")

    assert "<script>alert" not in signed_in("publisher").get(page_of(malmo)).content.decode()


@pytest.mark.parametrize("rows", [2, 5])
def test_the_page_costs_the_same_for_two_and_for_five(
    signed_in: SignedIn, malmo: Workshop, django_assert_num_queries: DjangoAssertNumQueries,
    rows: int,
) -> None:  # fmt: skip
    for hour in range(rows):
        ContributionFactory.create(session=timed(malmo, f"Talk {hour}", 8 + hour, 60))
    client = signed_in("publisher")
    form = filled(client.get(page_of(malmo)), save="1", reason="Turned around")
    form |= {name: [str(9 - int(value[0]))] for name, value in form.items() if "place-" in name}

    with django_assert_num_queries(14):
        client.post(page_of(malmo), form)

    assert order(malmo)[0] == f"Talk {rows - 1}"
