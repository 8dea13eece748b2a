"""An expert writes by a secret link, without an account."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from clusterix.curation.models import Entry, Membership
from clusterix.lib import limits
from clusterix.lib.secret_links import hashed
from clusterix.mail.models import Message
from initiatives.comments import tasks, views
from initiatives.comments.handling import Words, write
from initiatives.comments.models import Comment
from initiatives.models import Initiative
from tests.factories import CommentFactory, member, written

pytestmark = pytest.mark.django_db

HERE = "/comments/open-sesame/"


@pytest.fixture
def asked(practice: Initiative) -> Comment:
    comment: Comment = CommentFactory.create(
        initiative=practice,
        secret_hash=hashed("open-sesame"),
        invited_by=member(practice.owner, Membership.Role.PUBLISHER, email="bo@agency.example"),
        note="You saw it in Lund.",
    )
    return comment


def filled(**changes: str) -> dict[str, str]:
    """The form as an expert would send it."""
    return {
        "text": "It works where *firms* ask for it.",
        "name": "Lena Lind",
        "role": "Professor",
        "organisation": "University of Lund",
        "consent": "on",
    } | changes


def test_the_link_shows_what_it_is_about_and_asks_for_no_account(
    client: Client, asked: Comment
) -> None:
    response = client.get(HERE)

    page = response.content.decode()
    assert "Vanguard" in page
    assert "You saw it in Lund." in page
    assert 'value="Lena Lind"' in page
    assert asked.email not in page
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "strict-origin"


def test_what_is_sent_is_kept_and_shown_as_it_will_stand(client: Client, asked: Comment) -> None:
    response = client.post(HERE, filled())

    asked.refresh_from_db()
    page = client.get(HERE).content.decode()
    assert (response.status_code, response["Location"]) == (303, HERE)
    assert "<em>firms</em>" in page
    assert "Professor, University of Lund" in page
    assert (asked.state, asked.text) == ("written", "It works where *firms* ask for it.")
    assert asked.consented_at
    assert asked.steps.get().kind == "written"


def test_whoever_invited_hears_of_it_once(client: Client, asked: Comment) -> None:
    for text in ("First.", "First.", "Second."):
        client.post(HERE, filled(text=text))

    mail = Message.objects.get()
    asked.refresh_from_db()
    kinds = asked.steps.order_by("pk").values_list("kind", flat=True)
    assert (mail.to, mail.subject) == ("bo@agency.example", "An expert commented: Vanguard")
    assert f"/admin/comments/comment/{asked.pk}/change/" in mail.text
    assert "Lena" not in mail.text
    assert asked.text == "Second."
    assert list(kinds) == ["written", "corrected"]


@pytest.mark.parametrize("gone", ["deleted", "closed"])
def test_where_the_inviter_is_gone_the_curators_hear_of_it(
    client: Client, asked: Comment, gone: str
) -> None:
    inviter = asked.invited_by
    assert inviter
    member(asked.initiative.owner, email="editor@agency.example")
    if gone == "deleted":
        inviter.delete()
    else:
        type(inviter).objects.filter(pk=inviter.pk).update(is_active=False)

    page = client.get(HERE).content.decode()
    client.post(HERE, filled())

    assert "You saw it in Lund." in page
    assert [mail.to for mail in Message.objects.all()] == ["editor@agency.example"]


@pytest.mark.parametrize("missing", ["text", "name", "consent"])
def test_a_comment_has_words_a_name_and_a_consent(
    client: Client, asked: Comment, missing: str
) -> None:
    response = client.post(HERE, filled(**{missing: ""}))

    asked.refresh_from_db()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [missing]
    assert asked.state == "invited"
    assert not Message.objects.exists()


def test_what_was_typed_is_kept_where_something_is_missing(client: Client, asked: Comment) -> None:
    page = client.post(HERE, filled(consent="", text="Long and good.")).content.decode()

    assert "Long and good." in page


def test_no_word_runs(client: Client, asked: Comment) -> None:
    script = "<script>alert(1)</script>"

    client.post(HERE, filled(text=script, name=script, role=script))

    assert script not in client.get(HERE).content.decode()


def over(comment: Comment, how: str) -> None:
    """Has the link be over in that way."""
    now = timezone.now()
    ends: dict[str, dict[str, Any]] = {
        "expired": {"made_at": now - timedelta(days=31), "expires_at": now - timedelta(days=1)},
        "withdrawn": {"state": "withdrawn", "closed_at": now},
        "declined": {"state": "declined", "closed_at": now},
        "shown": {"state": "shown", "text": "x", "written_at": now, "consented_at": now},
        "replaced": {"secret_hash": hashed("another")},
    }
    Comment.objects.filter(pk=comment.pk).update(**ends[how])


@pytest.mark.parametrize("how", ["expired", "withdrawn", "declined", "shown", "replaced"])
def test_a_link_that_is_over_answers_like_one_that_never_was(
    client: Client, asked: Comment, how: str
) -> None:
    over(asked, how)

    responses = [client.get(HERE), client.post(HERE, filled()), client.get("/comments/never/")]

    pages = [response.content.decode() for response in responses]
    assert [response.status_code for response in responses] == [404] * 3
    assert all("This link is not open" in page for page in pages)
    assert not any("Vanguard" in page for page in pages)


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_only_public_initiatives_are_commented_on(
    client: Client, asked: Comment, state: str
) -> None:
    Initiative.unscoped.update(state=Entry.State(state))

    assert client.get(HERE).status_code == client.post(HERE, filled()).status_code == 404


def test_a_link_that_ends_while_one_writes_takes_nothing(
    client: Client, asked: Comment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(comment: Comment, words: Words, at: object) -> bool:
        over(comment, "withdrawn")
        return write(comment, words, timezone.now())

    monkeypatch.setattr(views, "write", meanwhile)

    response = client.post(HERE, filled())

    asked.refresh_from_db()
    assert response.status_code == 404
    assert asked.text == ""


def test_guessing_is_slowed_down(
    client: Client, asked: Comment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "is_within", lambda *_args, **_kwargs: False)

    response = client.get(HERE)

    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    assert "Too many attempts" in response.content.decode()


def test_other_methods_are_refused(client: Client, asked: Comment) -> None:
    assert client.put(HERE).status_code == 405


def test_the_database_keeps_one_pending_invitation_of_an_address(asked: Comment) -> None:
    with pytest.raises(IntegrityError, match="comment_one_pending"), transaction.atomic():
        CommentFactory.create(initiative=asked.initiative, email=asked.email.upper())

    over(asked, "shown")
    CommentFactory.create(initiative=asked.initiative, email=asked.email)


@pytest.mark.parametrize("state", ["written", "shown"])
def test_nothing_is_written_or_shown_without_consent(practice: Initiative, state: str) -> None:
    with pytest.raises(IntegrityError, match="comment_is_written_and_agreed_to"):
        written(state, initiative=practice, consented_at=None)


def test_the_worker_forgets_what_was_never_shown(practice: Initiative) -> None:
    now = timezone.now()

    def ago(days: int) -> object:
        return now - timedelta(days=days)

    for days, kept in ((61, False), (59, True)):
        CommentFactory.create(name=f"asked {kept}", initiative=practice, made_at=ago(days))
    for days, kept in ((31, False), (29, True)):
        for state in ("declined", "withdrawn"):
            written(state, name=f"{state} {kept}", initiative=practice, closed_at=ago(days))
    for days, kept in ((366, False), (364, True)):
        written(name=f"written {kept}", initiative=practice, written_at=ago(days))
        written("shown", name=f"shown {kept}", initiative=practice, written_at=ago(days))

    tasks.forget_comments(0)

    left = set(Comment.objects.values_list("name", flat=True))
    assert left == {
        *("asked True", "declined True", "withdrawn True", "written True"),
        *("shown True", "shown False"),
    }
