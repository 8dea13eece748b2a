"""What visitors read of experts."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Entry
from clusterix.lib.personal import Subject
from clusterix.privacy.erasing import erase
from clusterix.privacy.exporting import copy
from initiatives.comments.models import Comment
from initiatives.models import Initiative
from people.models import Person
from tests.factories import CommentFactory, PersonFactory, written

pytestmark = pytest.mark.django_db

CANARY = "kanarifagel"
PAGE = "/initiatives/vanguard/"


def test_a_comment_that_is_shown_stands_signed_before_the_sources(
    client: Client, practice: Initiative
) -> None:
    written("shown", initiative=practice, written_at=datetime(2026, 11, 3, 9, tzinfo=UTC))
    practice.sources.create(title="A report")

    page = client.get(PAGE).content.decode()

    told = page[page.index('<section id="comments">') : page.index('<section id="sources">')]
    assert "<h2>What experts say</h2>" in told
    assert "<p>It works where <em>firms</em> ask for it.</p>" in told
    assert "<strong>Lena Lind</strong>, Cluster expert, University of Lund" in told
    assert '<time class="soft" datetime="2026-11-03">3 November 2026</time>' in told


@pytest.mark.parametrize("state", ["written", "declined"])
def test_what_is_not_shown_is_read_by_no_visitor(
    client: Client, practice: Initiative, state: str
) -> None:
    written(state, initiative=practice, text=CANARY, name=CANARY)
    CommentFactory.create(initiative=practice, name=CANARY, note=CANARY)

    page = client.get(PAGE).content.decode()

    assert CANARY not in page
    assert 'id="comments"' not in page


def test_the_address_of_an_expert_is_nowhere(client: Client, practice: Initiative) -> None:
    written("shown", initiative=practice, email=f"{CANARY}@university.example")

    pages = [
        client.get(path) for path in (PAGE, "/api/v1/initiatives/vanguard/", "/search/?q=firms")
    ]

    assert not any(CANARY in page.content.decode() for page in pages)


@pytest.mark.parametrize(
    ("state", "visibility", "is_linked"),
    [
        ("published", "listed", True),
        ("published", "name", False),
        ("draft", "listed", False),
    ],
)
def test_the_name_leads_to_a_page_that_everyone_may_open(
    client: Client, practice: Initiative, state: str, visibility: str, is_linked: bool
) -> None:
    person = PersonFactory.create(
        slug="lena", state=state, visibility=Person.Visibility(visibility)
    )
    written("shown", initiative=practice, person=person)

    page = client.get(PAGE).content.decode()

    assert ('<a href="/people/lena/">Lena Lind</a>' in page) == is_linked


def test_a_signature_can_be_a_name_alone(client: Client, practice: Initiative) -> None:
    written("shown", initiative=practice, role="", organisation="")

    page = client.get(PAGE).content.decode()

    assert "<strong>Lena Lind</strong> <time" in page


def test_a_page_that_is_not_public_shows_no_comment(client: Client, practice: Initiative) -> None:
    written("shown", initiative=practice)
    Initiative.unscoped.update(state=Entry.State.ARCHIVED)

    assert client.get(PAGE).status_code == 404


def test_programs_read_what_is_shown(client: Client, practice: Initiative) -> None:
    written("written", initiative=practice, text=CANARY)
    for hour, name in ((10, "Second"), (9, "First")):
        at = datetime(2026, 11, 3, hour, tzinfo=UTC)
        written("shown", initiative=practice, name=name, written_at=at)

    record = client.get("/api/v1/initiatives/vanguard/").json()

    assert [comment["name"] for comment in record["comments"]] == ["First", "Second"]
    assert record["comments"][0] == {
        "text": "It works where *firms* ask for it.",
        "name": "First",
        "role": "Cluster expert",
        "organisation": "University of Lund",
        "written_at": "2026-11-03T09:00:00Z",
    }


@pytest.mark.parametrize("rows", [1, 3])
def test_comments_cost_the_page_one_query(client: Client, practice: Initiative, rows: int) -> None:
    for _number in range(rows):
        written("shown", initiative=practice, person=PersonFactory.create())
    client.get(PAGE)

    with assertNumQueries(18):
        client.get(PAGE)


def test_an_expert_gets_a_copy_of_what_is_held_and_it_all_goes(practice: Initiative) -> None:
    comment = written("shown", initiative=practice, email="Lena@university.example")
    comment.steps.create(kind="shown", at=timezone.now(), reason=f"Good, says {CANARY}")
    other = written(initiative=practice)
    subject = Subject.of("lena@university.example")

    told = str(copy(subject, timezone.now()))
    erase(subject, timezone.now())

    assert all(word in told for word in ("Lena Lind", "It works where", CANARY))
    assert comment.secret_hash not in told
    assert list(Comment.objects.all()) == [other]
