"""Inviting experts, and deciding what is shown."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Entry
from clusterix.mail.models import Message
from initiatives.comments import handling
from initiatives.comments.models import Comment, CommentStep
from initiatives.models import Initiative
from tests.admin.browser import filled
from tests.comments.conftest import Browse
from tests.factories import CommentFactory, InitiativeFactory, PersonFactory, written

pytestmark = pytest.mark.django_db

LIST = "/admin/comments/comment/"
ADD = f"{LIST}add/"
CANARY = "kanarifagel"


def change(comment: Comment, view: str = "change") -> str:
    return f"{LIST}{comment.pk}/{view}/"


def ask(client: Client, practice: Initiative, **others: str) -> Any:
    words = {"name": "Lena Lind", "email": "lena@university.example", "note": "You saw it."}
    form = filled(client.get(ADD), initiative=str(practice.pk), **(words | others))
    return client.post(ADD, form)


@pytest.mark.parametrize("role", ["publisher", "secretariat"])
def test_whoever_may_publish_invites(
    client: Client, browse: Browse, practice: Initiative, role: str
) -> None:
    response = ask(browse(role), practice)

    comment, mail = Comment.objects.get(), Message.objects.get()
    link = re.search(r"/comments/[^/\s]+/", mail.text)
    assert response.status_code == 302
    assert (mail.to, mail.subject) == ("lena@university.example", "Your view of “Vanguard”")
    assert "You saw it." in mail.text
    assert link
    assert client.get(link.group()).status_code == 200
    assert comment.secret_hash not in mail.text
    assert comment.steps.get().kind == "invited"


@pytest.mark.parametrize(
    ("role", "state", "is_offered"),
    [
        ("publisher", "published", True),
        ("editor", "published", False),
        ("publisher", "draft", False),
    ],
)
def test_the_form_of_an_initiative_leads_to_an_invitation(
    browse: Browse, practice: Initiative, role: str, state: str, is_offered: bool
) -> None:
    Initiative.unscoped.update(state=Entry.State(state))
    address = f"{ADD}?initiative={practice.pk}"

    page = browse(role).get(f"/admin/initiatives/initiative/{practice.pk}/change/")

    assert (f'href="{address}"' in page.content.decode()) == is_offered


def test_an_invitation_that_comes_from_there_names_the_initiative(
    browse: Browse, practice: Initiative
) -> None:
    page = browse("publisher").get(f"{ADD}?initiative={practice.pk}").content.decode()

    assert "Vanguard</option>" in page


@pytest.mark.parametrize("role", ["editor", "rival"])
def test_nobody_else_sees_or_invites(browse: Browse, practice: Initiative, role: str) -> None:
    comment = written(initiative=practice, name=CANARY, text=CANARY, email=f"{CANARY}@x.example")
    client = browse(role)

    pages = [
        client.get(path, follow=True)
        for path in (
            "/admin/",
            LIST,
            f"{LIST}?q={CANARY}",
            change(comment),
            change(comment, "decide"),
        )
    ]
    posted = [
        client.post(change(comment, view), {"verb": "show", "reason": "x"})
        for view in ("again", "withdraw", "decide")
    ]

    comment.refresh_from_db()
    assert not any(f"{CANARY}<" in page.content.decode() for page in pages)
    assert not any(f"{CANARY}@" in page.content.decode() for page in pages)
    assert {response.status_code for response in posted} <= {403, 404}
    assert comment.state == "written"
    assert not Message.objects.exists()


def test_a_rival_does_not_invite_to_what_others_publish(
    browse: Browse, practice: Initiative
) -> None:
    response = ask(browse("rival"), practice)

    assert response.status_code == 200
    assert "initiative" in response.context["adminform"].form.errors
    assert not Comment.objects.exists()


def test_an_editor_does_not_invite(browse: Browse) -> None:
    assert browse("editor").get(ADD).status_code == 403


def test_a_draft_is_not_commented_on(browse: Browse, practice: Initiative) -> None:
    draft = InitiativeFactory.create(owner=practice.owner, state=Entry.State.DRAFT)

    response = ask(browse("publisher"), draft)

    assert "initiative" in response.context["adminform"].form.errors


def test_nobody_is_asked_twice_at_a_time(browse: Browse, practice: Initiative) -> None:
    client = browse("publisher")
    ask(client, practice)

    again = ask(client, practice, email="LENA@university.example")

    assert "invited already" in again.content.decode()
    assert Comment.objects.count() == Message.objects.count() == 1


def test_a_person_of_the_directory_can_be_named(browse: Browse, practice: Initiative) -> None:
    person = PersonFactory.create(given_name="Lena", family_name="Lind")
    client = browse("publisher")

    ask(client, practice, person=str(person.pk))

    comment = Comment.objects.get()
    assert comment.person == person
    assert "field-person" in client.get(change(comment)).content.decode()


def test_a_person_that_one_may_not_see_is_not_named(browse: Browse, practice: Initiative) -> None:
    hidden = PersonFactory.create(family_name=CANARY, state=Entry.State.DRAFT)
    comment = CommentFactory.create(initiative=practice, person=hidden)

    page = browse("publisher").get(change(comment)).content.decode()

    assert CANARY not in page


def test_sent_again_the_link_is_a_new_one(browse: Browse, practice: Initiative) -> None:
    comment = CommentFactory.create(initiative=practice)

    response = browse("publisher").post(change(comment, "again"), follow=True)

    before = comment.secret_hash
    comment.refresh_from_db()
    assert "The invitation is on its way." in response.content.decode()
    assert comment.secret_hash != before
    assert Message.objects.get().to == comment.email
    assert comment.steps.get().kind == "sent-again"


def test_withdrawn_the_link_is_closed(browse: Browse, practice: Initiative) -> None:
    comment = CommentFactory.create(initiative=practice)
    client = browse("publisher")

    client.post(change(comment, "withdraw"))
    late = [client.post(change(comment, view), follow=True) for view in ("again", "withdraw")]

    comment.refresh_from_db()
    assert comment.state == "withdrawn"
    assert all("closed before" in page.content.decode() for page in late)
    assert not Message.objects.exists()


def test_what_is_written_is_shown_with_a_reason_and_the_expert_hears_of_it(
    browse: Browse, practice: Initiative
) -> None:
    comment = written(initiative=practice)
    client = browse("publisher")

    page = client.get(change(comment, "decide")).content.decode()
    client.post(change(comment, "decide"), {"verb": "show", "reason": "To the point."})
    log = client.get(change(comment)).content.decode()

    comment.refresh_from_db()
    mail = Message.objects.get()
    step = comment.steps.select_related("by").get()
    assert "<em>firms</em>" in page
    assert comment.state == "shown"
    assert (mail.to, mail.subject) == (comment.email, "Your comment is shown: Vanguard")
    assert "/initiatives/vanguard/#comments" in mail.text
    assert (step.kind, step.reason, bool(step.by)) == ("shown", "To the point.", True)
    assert "To the point." in log


def test_what_is_shown_is_hidden_again_and_can_be_shown_once_more(
    browse: Browse, practice: Initiative
) -> None:
    comment = written("shown", initiative=practice)
    client = browse("publisher")

    client.post(change(comment, "decide"), {"verb": "hide", "reason": "A figure is wrong."})
    comment.refresh_from_db()
    hidden = comment.state
    client.post(change(comment, "decide"), {"verb": "show", "reason": "It was corrected."})

    comment.refresh_from_db()
    kinds = comment.steps.order_by("pk").values_list("kind", flat=True)
    assert (hidden, comment.state) == ("written", "shown")
    assert list(kinds) == ["hidden", "shown"]


def test_what_is_declined_goes_back_with_a_word(browse: Browse, practice: Initiative) -> None:
    comment = written(initiative=practice)

    browse("publisher").post(
        change(comment, "decide"), {"verb": "decline", "reason": "It is about another practice."}
    )

    comment.refresh_from_db()
    mail = Message.objects.get()
    assert comment.state == "declined"
    assert comment.closed_at
    assert mail.to == comment.email
    assert "It is about another practice." in mail.text
    assert comment.text in mail.text


@pytest.mark.parametrize(
    ("state", "verb"), [("written", "hide"), ("shown", "show"), ("shown", "decline")]
)
def test_only_what_its_state_allows_is_decided(
    browse: Browse, practice: Initiative, state: str, verb: str
) -> None:
    comment = written(state, initiative=practice)

    page = browse("publisher").post(change(comment, "decide"), {"verb": verb, "reason": "x"})

    comment.refresh_from_db()
    assert "verb" in page.context["form"].errors
    assert comment.state == state


def test_a_decision_says_why(browse: Browse, practice: Initiative) -> None:
    comment = written(initiative=practice)

    page = browse("publisher").post(change(comment, "decide"), {"verb": "show", "reason": " "})

    assert list(page.context["form"].errors) == ["reason"]


@pytest.mark.parametrize("state", ["invited", "declined", "withdrawn"])
def test_what_is_closed_or_not_yet_written_is_not_decided(
    browse: Browse, practice: Initiative, state: str
) -> None:
    comment = written(state, initiative=practice)
    client = browse("publisher")

    assert client.get(change(comment, "decide")).status_code == 403
    assert f'{change(comment, "decide")}"' not in client.get(change(comment)).content.decode()


def test_what_is_not_public_shows_no_comment(browse: Browse, practice: Initiative) -> None:
    comment = written(initiative=practice)
    Initiative.unscoped.update(state=Entry.State.ARCHIVED)

    page = browse("publisher").post(
        change(comment, "decide"), {"verb": "show", "reason": "x"}, follow=True
    )

    comment.refresh_from_db()
    assert "the initiative is not public" in page.content.decode()
    assert comment.state == "written"


@pytest.mark.parametrize("verb", ["show", "hide", "decline"])
def test_who_decides_second_changes_nothing(
    practice: Initiative, browse: Browse, verb: str
) -> None:
    comment = CommentFactory.create(initiative=practice)
    by = comment.invited_by

    done = handling.DECISIONS[verb](comment.pk, by, "Late", timezone.now())

    assert not done
    assert not CommentStep.objects.exists()


@pytest.mark.parametrize("view", ["delete", "change"])
def test_the_words_of_an_expert_stay_as_they_are(
    browse: Browse, practice: Initiative, view: str
) -> None:
    comment = written(initiative=practice)

    response = browse("secretariat").post(change(comment, view), {"post": "yes", "name": "x"})

    comment.refresh_from_db()
    assert response.status_code == 403
    assert comment.name == "Lena Lind"


def test_a_comment_that_there_is_not_is_not_found(browse: Browse) -> None:
    client = browse("publisher")

    statuses = {
        client.post(f"{LIST}999/{view}/").status_code for view in ("again", "withdraw", "decide")
    }

    assert statuses == {404}


def test_the_desk_tells_publishers_what_waits(browse: Browse, practice: Initiative) -> None:
    written(initiative=practice)
    written("shown", initiative=practice)
    written(initiative=InitiativeFactory.create(), name=CANARY)

    panels = {
        role: {panel.title: panel for panel in browse(role).get("/admin/").context["panels"]}
        for role in ("publisher", "editor")
    }

    waiting = panels["publisher"]["Comments of experts"]
    assert [(line.label, line.kind) for line in waiting.lines] == [("Lena Lind", "Vanguard")]
    assert "Comments of experts" not in panels["editor"]


def test_rows_are_called_by_who_signs_and_what_was_done(practice: Initiative) -> None:
    comment = written(initiative=practice)
    step = comment.steps.create(kind="hidden", at=timezone.now(), reason="x")

    assert [str(comment), str(step)] == ["Lena Lind", "hidden"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_comment_and_for_three(
    browse: Browse, practice: Initiative, rows: int
) -> None:
    for _number in range(rows):
        written(initiative=practice)
    client = browse("publisher")
    client.get(LIST)

    with assertNumQueries(8):
        client.get(LIST)
