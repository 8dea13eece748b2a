"""The organiser's desk: who reaches it, what it tells, and what it takes."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Partner, User
from tests.admin.conftest import SignedIn
from tests.factories import (
    AudienceCategoryFactory,
    QuestionFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    WorkshopFactory,
)
from workshops.registration.desk import charts, counts
from workshops.registration.desk.charts import Day
from workshops.registration.models import Registration, RegistrationSettings

pytestmark = pytest.mark.django_db

VIEWS = (
    "desk",
    "desk_people",
    "desk_add",
    "desk_mail",
    "desk_letters",
    "desk_letter",
    "desk_export",
    "desk_badges",
    "desk_attendance",
    "desk_certificates",
    "desk_certificate",
)
FURTHER = {"desk_export": ["csv"], "desk_letter": ["registration_confirmed", "en"]}

Address = Callable[..., str]


@pytest.fixture
def terms(agency: Partner) -> RegistrationSettings:
    workshop = WorkshopFactory.create(owner=agency, title="Ours")
    made = RegistrationSettingsFactory.create(workshop=workshop)
    return RegistrationSettings.objects.get(pk=made.pk)


@pytest.fixture
def address(terms: RegistrationSettings) -> Address:
    def where(view: str = "desk", *args: object) -> str:
        name = f"admin:registration_registrationsettings_{view}"
        return reverse(name, args=[terms.pk, *args, *FURTHER.get(view, [])])

    return where


@pytest.fixture
def attended(terms: RegistrationSettings) -> Registration:
    row: Registration = RegistrationFactory.create(workshop=terms.workshop, state="attended")
    return row


ROLES = {
    "editor": 200,
    "publisher": 200,
    "secretariat": 200,
    "operator": 200,
    "rival": 404,
    "nobody's": 302,
    "visitor": 302,
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("view", VIEWS)
def test_the_desk_opens_for_those_who_see_the_workshop_behind_the_scenes(
    signed_in: SignedIn, address: Address, attended: Registration, view: str, role: str
) -> None:
    further = [attended.pk] if view == "desk_certificate" else []

    response = signed_in(role).get(address(view, *further))

    assert response.status_code == ROLES[role]
    assert (b"Bo Berg" in response.getvalue()) == (
        ROLES[role] == 200
        and view in {"desk_people", "desk_export", "desk_attendance", "desk_letter"}
    )


@pytest.mark.parametrize("view", ["desk_add", "desk_mail", "desk_letter"])
def test_a_rival_cannot_write_either(signed_in: SignedIn, address: Address, view: str) -> None:
    assert signed_in("rival").post(address(view), {}).status_code == 404


@pytest.mark.parametrize("view", sorted(set(VIEWS) - {"desk_add", "desk_mail", "desk_letter"}))
def test_what_only_shows_takes_no_post(
    signed_in: SignedIn, terms: RegistrationSettings, address: Address, view: str
) -> None:
    further = [1] if view == "desk_certificate" else []

    assert signed_in("editor").post(address(view, *further)).status_code == 405


@pytest.mark.parametrize("view", ["desk", "desk_people", "desk_export"])
def test_terms_that_do_not_exist_have_no_desk(signed_in: SignedIn, view: str) -> None:
    name = f"admin:registration_registrationsettings_{view}"

    response = signed_in("editor").get(reverse(name, args=[10**30, *FURTHER.get(view, [])]))

    assert response.status_code == 404


def test_a_desk_tells_nothing_of_another_workshop(
    signed_in: SignedIn, terms: RegistrationSettings, address: Address
) -> None:
    other = RegistrationFactory.create(name="Zephyrine", organisation="Zephyrine", needs="x")
    mine = RegistrationFactory.create(workshop=terms.workshop)
    client = signed_in("secretariat")

    shown = [
        client.get(f"{address(view)}?pick={other.pk}&pick={mine.pk}").getvalue()
        for view in ("desk", "desk_people", "desk_mail", "desk_export", "desk_attendance")
    ]
    theirs = client.get(address("desk_certificate", other.pk)).status_code

    assert [b"Zephyrine" in page for page in shown] == [False] * 5
    assert theirs == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_take_as_many_queries_for_many_rows_as_for_one(
    client: Client, terms: RegistrationSettings, address: Address, editor: User, rows: int
) -> None:
    question = QuestionFactory.create(terms=terms)
    for number in range(rows):
        audience = AudienceCategoryFactory.create()
        for state in ("confirmed", "waiting", "cancelled", "attended"):
            row = RegistrationFactory.create(
                workshop=terms.workshop,
                state=state,
                audience=audience,
                cancelled_at=timezone.now() if state == "cancelled" else None,
                created_at=timezone.now() - timedelta(days=number),
            )
            row.answers.create(question=question, text="none")
    client.force_login(editor)

    for view, queries in TAKEN.items():
        with assertNumQueries(queries):
            client.get(address(view)).getvalue()


TAKEN = {
    "desk": 18,
    "desk_people": 9,
    "desk_add": 9,
    "desk_mail": 7,
    "desk_attendance": 8,
    "desk_badges": 7,
    "desk_certificates": 9,
    "desk_export": 9,
}


def test_the_desk_is_reached_from_terms_workshop_and_lists(
    signed_in: SignedIn, terms: RegistrationSettings, address: Address
) -> None:
    RegistrationFactory.create(workshop=terms.workshop)
    pages = [
        "/admin/registration/registrationsettings/",
        f"/admin/registration/registrationsettings/{terms.pk}/change/",
        f"/admin/workshops/workshop/{terms.workshop_id}/change/",
        "/admin/registration/registration/",
    ]
    client = signed_in("publisher")

    found = [f'href="{address()}"' in client.get(page).content.decode() for page in pages]

    assert found == [True] * 4


def test_a_workshop_without_registration_has_no_way_to_a_desk(
    signed_in: SignedIn, agency: Partner
) -> None:
    workshop = WorkshopFactory.create(owner=agency)

    page = signed_in("editor").get(f"/admin/workshops/workshop/{workshop.pk}/change/")

    assert "Registration desk" not in page.content.decode()


def test_numbers_are_told_in_words_with_ways_to_the_rows(
    signed_in: SignedIn, terms: RegistrationSettings, address: Address
) -> None:
    RegistrationFactory.create(workshop=terms.workshop, party_size=3, country="SE")
    RegistrationFactory.create(workshop=terms.workshop, state="waiting")

    text = signed_in("editor").get(address()).content.decode()

    assert "3 of 10 places are taken, 7 left." in text
    assert (
        f'<a href="{address("desk_people")}?state=confirmed"><strong>3</strong> confirmed' in text
    )
    assert '<a href="people/?country=SE&amp;state=' in text
    assert "1 registration waits though there is no waiting list any more" in " ".join(text.split())


def test_a_desk_without_registrations_says_so(signed_in: SignedIn, address: Address) -> None:
    text = signed_in("editor").get(address()).content.decode()

    assert "Nobody has registered yet." in text
    assert '<svg class="curve"' not in text


@pytest.fixture
def counted(terms: RegistrationSettings) -> list[counts.Group]:
    """Two confirmed of a category, one of none, one erased that waits and one that cancelled."""
    policy = AudienceCategoryFactory.create(labels={"en": "Policy"})
    for fields in (
        {"audience": policy, "country": "SE", "party_size": 2},
        {"audience": policy, "country": "HU"},
        {"country": "SE"},
        {"state": "waiting", "country": "HU", "party_size": 4},
        {"state": "cancelled", "cancelled_at": timezone.now(), "country": "IT"},
    ):
        RegistrationFactory.create(workshop=terms.workshop, **fields)
    Registration.objects.get(state="waiting").erase(timezone.now())
    return counts.groups(terms.workshop)


def test_states_are_counted_those_without_anybody_too(counted: list[counts.Group]) -> None:
    told = [(row.label, row.registrations, row.people) for row in counts.by_state(counted)]

    assert told == [
        ("waiting for approval", 0, 0),
        ("confirmed", 3, 4),
        ("on the waiting list", 1, 4),
        ("offered a place", 0, 0),
        ("cancelled", 1, 1),
        ("attended", 0, 0),
    ]


def test_categories_and_countries_compare_with_the_largest(counted: list[counts.Group]) -> None:
    categories = [(row.label, row.people, row.share) for row in counts.by_category(counted)]
    countries = [(row.label, row.people, row.share) for row in counts.by_country(counted)]

    assert categories == [("not said", 5, 100), ("Policy", 3, 60)]
    assert countries == [("Hungary", 5, 100), ("Sweden", 3, 60)]


@pytest.mark.parametrize(
    ("capacity", "words"),
    [
        (None, "4 places are taken; there are as many as people want."),
        (1, "4 of 1 place is taken, 0 left."),
        (10, "4 of 10 places are taken, 6 left."),
    ],
)
def test_places_in_words(
    terms: RegistrationSettings, counted: list[counts.Group], capacity: int | None, words: str
) -> None:
    terms.capacity = capacity

    assert counts.in_words(terms, counted) == words


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 5, day, hour, tzinfo=ZoneInfo("Europe/Brussels"))


def test_days_go_by_the_clock_of_the_place_and_know_who_gave_up(
    terms: RegistrationSettings,
) -> None:
    def registered(day: datetime, **fields: Any) -> Registration:
        row: Registration = RegistrationFactory.create(
            workshop=terms.workshop, created_at=day, **fields
        )
        return row

    registered(at(1, 0), party_size=3)
    registered(at(2, 23))
    registered(at(2), state="cancelled", cancelled_at=at(4))
    registered(at(2), state="declined").events.create(kind="refused", at=at(5))
    registered(at(2), state="expired")

    assert charts.days(terms.workshop) == [
        Day(date(2026, 5, 1), 3),
        Day(date(2026, 5, 2), 6),
        Day(date(2026, 5, 4), 5),
        Day(date(2026, 5, 5), 4),
    ]


def test_the_picture_says_the_same_in_words() -> None:
    days = [Day(date(2026, 5, 1), 1), Day(date(2026, 5, 3), 4)]

    with_line = charts.picture(days, 10, at(4))
    without = charts.picture(days, None, at(4))

    assert (
        'aria-label="4 people are registered, the first since 1 May 2026; there are 10 places."'
        in (with_line)
    )
    assert 'd="M0 100V91.30H500.00V65.22H1000.00V65.22"' in with_line
    assert "curve__capacity" in with_line
    assert 'aria-label="4 people are registered, the first since 1 May 2026."' in without
    assert "curve__capacity" not in without
    assert "style" not in with_line


def test_the_list_narrows_down(
    signed_in: SignedIn, terms: RegistrationSettings, address: Address
) -> None:
    policy = AudienceCategoryFactory.create()
    for name, fields in {
        "Žofie": {"audience": policy, "country": "CZ", "state": "waiting"},
        "Bengt": {"organisation": "Skåne", "email": "b@example.org"},
        "Erased": {},
    }.items():
        RegistrationFactory.create(workshop=terms.workshop, name=name, **fields)
    Registration.objects.get(name="Erased").erase(timezone.now())
    client = signed_in("editor")

    def found(query: str) -> list[str]:
        text = client.get(address("desk_people") + query).content.decode()
        return [name for name in ("Žofie", "Bengt") if f">{name}</a>" in text]

    first = Registration.objects.get(name="Bengt")
    assert {query: found(query) for query in EXPECTED_BY_QUERY} == EXPECTED_BY_QUERY
    assert found(f"?audience={policy.pk}") == ["Žofie"]
    assert found(f"?audience={policy.pk}&audience=none") == ["Žofie", "Bengt"]
    assert found(f"?pick={first.pk}&state=waiting") == ["Bengt"]


EXPECTED_BY_QUERY = {
    "": ["Žofie", "Bengt"],
    "?q=zofie": ["Žofie"],
    "?q=SKANE": ["Bengt"],
    "?q=B@EXAMPLE": ["Bengt"],
    "?state=waiting": ["Žofie"],
    "?state=waiting&state=confirmed": ["Žofie", "Bengt"],
    "?audience=none": ["Bengt"],
    "?country=CZ": ["Žofie"],
    "?country=none": ["Bengt"],
    "?state=nonsense": [],
    "?pick=x": [],
    "?pick=" + "9" * 40: [],
    "?q=" + "x" * 300: [],
    "?page=99": ["Žofie", "Bengt"],
}


def test_what_was_asked_for_goes_along_with_what_is_ticked(
    signed_in: SignedIn, terms: RegistrationSettings, address: Address
) -> None:
    RegistrationFactory.create(workshop=terms.workshop, country="SE", name='<b>"Bo"')

    page = signed_in("editor").get(
        address("desk_people"),
        {"q": '"bo"', "state": "confirmed", "audience": "none", "country": "SE"},
    )

    text = page.content.decode()
    assert '<input type="hidden" name="q" value="&quot;bo&quot;">' in text
    assert '<input type="hidden" name="state" value="confirmed">' in text
    assert '<input type="hidden" name="audience" value="none">' in text
    assert '<input type="hidden" name="country" value="SE">' in text
    assert '<b>"Bo"' not in text


def test_a_long_list_has_pages(
    signed_in: SignedIn, terms: RegistrationSettings, address: Address
) -> None:
    RegistrationFactory.create_batch(101, workshop=terms.workshop, state="declined")
    client = signed_in("editor")

    first = client.get(address("desk_people") + "?state=declined").content.decode()
    second = client.get(address("desk_people") + "?page=2").content.decode()

    assert ("Page 1 of 2" in first, 'href="?state=declined&amp;page=2"' in first) == (True, True)
    assert (second.count('name="pick"'), 'href="?page=1"' in second) == (1, True)


def test_the_list_at_the_door_goes_by_letters_and_marks_needs(
    signed_in: SignedIn, terms: RegistrationSettings, address: Address
) -> None:
    people: dict[str, dict[str, Any]] = {
        "Zoë": {},
        "Åsa": {"needs": "step-free", "party_size": 2},
        "Bo": {"state": "attended"},
        "Waiting": {"state": "waiting"},
    }
    for name, fields in people.items():
        RegistrationFactory.create(workshop=terms.workshop, name=name, **fields)
    client = signed_in("editor")

    text = client.get(address("desk_attendance")).content.decode()
    wrong = client.get(address("desk_attendance") + "?state=nonsense")

    names = [part.split("<")[0] for part in text.split('<th scope="row">')[1:]]
    assert names == ["Åsa", "Bo", "Zoë"]
    assert (text.count("●"), "step-free" in text) == (1, False)
    assert wrong.status_code == 400


def test_where_nobody_is_expected_the_list_says_so(signed_in: SignedIn, address: Address) -> None:
    assert "Nobody is expected yet." in (
        signed_in("editor").get(address("desk_attendance")).content.decode()
    )
