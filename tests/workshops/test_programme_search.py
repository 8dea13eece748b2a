"""A programme narrowed down by track, kind and speaker."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import ContributionFactory, PersonFactory, SessionFactory, WorkshopFactory
from tests.workshops.pages import fill, words
from workshops.models import Session, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def malmo() -> Workshop:
    """A workshop with two talks about money, one of them by Ada Berg, and a panel about people."""
    workshop: Workshop = WorkshopFactory.create(slug="malmo", time_zone="Europe/Stockholm")
    ada = PersonFactory.create(slug="ada-berg", family_name="Berg")
    for position, (title, kind, track) in enumerate(
        [
            ("Funds", "talk", "Money & more"),
            ("Banks", "talk", "Money & more"),
            ("Skills", "panel", "People"),
        ]
    ):
        session = SessionFactory.create(
            workshop=workshop, title=title, kind=kind, track=track, position=position
        )
        if title == "Funds":
            ContributionFactory.create(session=session, person=ada)
    return workshop


def asked(client: Client, query: str = "", **headers: str) -> str:
    return words(client.get(f"/workshops/malmo/?{query}", headers=headers).content.decode())


def titles(page: str) -> list[str]:
    """The sessions that the programme of a page shows, in order."""
    return re.findall(r'class="session__title"[^>]*><a [^>]*>([^<]*)<', page)


def facet(page: str, name: str) -> list[tuple[str, str, bool]]:
    """The choices of a facet: value, count, and whether it is chosen."""
    boxes = re.findall(
        rf'name="{name}" id="[^"]*" value="([^"]*)"( checked)?><span>[^<]*</span>'
        r'<span class="facet__count">([0-9]+)<',
        page,
    )
    return [(value, count, bool(checked)) for value, checked, count in boxes]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Funds", "Banks", "Skills"]),
        ("track=money-more", ["Funds", "Banks"]),
        ("kind=panel", ["Skills"]),
        ("speaker=ada-berg", ["Funds"]),
        ("track=money-more&track=people", ["Funds", "Banks", "Skills"]),
        ("track=money-more&speaker=ada-berg", ["Funds"]),
    ],
)
def test_answers_to_a_question_add_up_and_questions_narrow_down(
    client: Client, malmo: Workshop, query: str, shown: list[str]
) -> None:
    assert titles(asked(client, query)) == shown


def test_each_answer_says_how_many_sessions_it_would_give(client: Client, malmo: Workshop) -> None:
    page = asked(client, "track=people")

    assert facet(page, "track") == [("money-more", "2", False), ("people", "1", True)]
    assert facet(page, "kind") == [("panel", "1", False), ("talk", "0", False)]


def test_a_question_with_one_answer_is_not_asked(client: Client, malmo: Workshop) -> None:
    Session.objects.update(track="")

    page = asked(client)

    assert facet(page, "track") == facet(page, "speaker") == []
    assert len(facet(page, "kind")) == 2


def test_a_programme_with_nothing_to_choose_from_asks_nothing(client: Client) -> None:
    SessionFactory.create(workshop__slug="malmo", title="Only one")

    page = asked(client)

    assert titles(page) == ["Only one"]
    assert 'class="narrow"' not in page
    assert "htmx-2.min" not in page


def test_what_is_chosen_is_taken_back_one_by_one(client: Client, malmo: Workshop) -> None:
    page = asked(client, "track=money-more&track=people&kind=talk")

    assert "<strong>2</strong> of 3 sessions" in page
    assert '<a class="chip chip--filter" href="?track=people&amp;kind=talk">' in page
    assert '<a class="chip chip--filter" href="?track=money-more&amp;track=people">' in page
    assert '<a class="catalogue__clear" href="/workshops/malmo/">' in page
    assert "<details open>" in page


def test_where_nothing_fits_it_says_what_to_drop(client: Client, malmo: Workshop) -> None:
    page = asked(client, "track=people&speaker=ada-berg&kind=talk")
    two = asked(client, "track=people&speaker=ada-berg")

    assert titles(page) == []
    assert "Nothing fits all of that" in page
    assert (
        '<a href="?speaker=ada-berg&amp;kind=talk">Without People</a> '
        '<span class="soft">gives 1 session</span>'
    ) in page
    assert "Without Ada Berg" not in page
    assert two.index("Without") < two.index("Without Ada Berg")


@pytest.mark.parametrize("name", ["track", "kind", "speaker"])
def test_an_answer_that_does_not_occur_is_told_at_its_question_and_narrows_nothing(
    client: Client, malmo: Workshop, name: str
) -> None:
    response = client.get("/workshops/malmo/", {name: ["nonsense", "<script>"]})

    page = words(response.content.decode())
    assert response.status_code == 200
    assert f'id="{name}_error"' in page
    assert titles(page) == ["Funds", "Banks", "Skills"]
    assert "<script>." not in page


def test_nobody_is_found_by_a_name_that_is_withheld(client: Client, malmo: Workshop) -> None:
    for fields in ({"visibility": "withheld"}, {"state": "draft"}):
        person = PersonFactory.create(family_name="Canary", **fields)
        ContributionFactory.create(session=malmo.sessions.in_order()[0], person=person)

    page = asked(client, f"speaker={person.slug}")

    assert "Canary" not in page
    assert titles(page) == ["Funds", "Banks", "Skills"]


def test_who_has_a_name_and_no_page_is_found_by_the_name(client: Client, malmo: Workshop) -> None:
    ContributionFactory.create(
        session=malmo.sessions.get(title="Banks"),
        person=PersonFactory.create(slug="secret", family_name="Öberg", visibility="name"),
    )

    page = asked(client, "speaker=ada-öberg")

    assert titles(page) == ["Banks"]
    assert "secret" not in page


def test_a_track_of_signs_alone_is_no_answer(client: Client, malmo: Workshop) -> None:
    SessionFactory.create(workshop=malmo, track="???")

    assert [value for value, *_ in facet(asked(client), "track")] == ["money-more", "people"]


def test_htmx_gets_the_programme_alone(client: Client, malmo: Workshop) -> None:
    response = client.get("/workshops/malmo/?kind=panel", headers={"HX-Request": "true"})

    page = words(response.content.decode())
    assert titles(page) == ["Skills"]
    assert "<h1" not in page
    assert "<details open>" in page
    assert 'id="said" role="status" hx-swap-oob="innerHTML"> <strong>1</strong> of 3' in page
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("rows", [1, 3])
def test_narrowing_down_costs_no_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    fill(WorkshopFactory.create(slug="malmo"), rows)

    with django_assert_num_queries(16):
        client.get("/workshops/malmo/?kind=talk&kind=panel")


def hour(start: int) -> dict[str, datetime]:
    """An hour of the day in Malmö in UTC."""
    return {
        "starts_at": datetime(2027, 1, 21, start, tzinfo=UTC),
        "ends_at": datetime(2027, 1, 21, start + 1, tzinfo=UTC),
    }


@time_machine.travel("2027-01-21 08:30+00:00")
def test_a_workshop_says_what_comes_next(client: Client, malmo: Workshop) -> None:
    soon = SessionFactory.create(workshop=malmo, title="Lunch", room="Foyer", **hour(11))
    SessionFactory.create(workshop=malmo, title="Walk", room="Garden", **hour(11))
    SessionFactory.create(workshop=malmo, title="Dinner", **hour(18))

    page = asked(client)

    notice = page[page.index('id="up-next"') : page.index('id="programme"')]
    assert f'<a href="{soon.get_absolute_url()}" lang="en">Lunch</a>' in notice
    assert "Foyer, from 12:00" in notice
    assert "Walk" in notice
    assert "Dinner" not in notice
    assert 'id="on-now"' not in page


@time_machine.travel("2027-01-20 08:30+00:00")
def test_the_day_before_nothing_is_called_next(client: Client, malmo: Workshop) -> None:
    SessionFactory.create(workshop=malmo, **hour(11))

    assert "Now and next" not in asked(client)
