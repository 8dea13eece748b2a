"""What becomes of comments: the row, its log and the mail that tells of it, or none of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clusterix.curation.models import User
from initiatives.comments import letters
from initiatives.comments.models import Comment, CommentStep

State, Kind = Comment.State, CommentStep.Kind


@dataclass(frozen=True)
class Words:
    """What an expert says, and how it is signed."""

    name: str
    role: str
    organisation: str
    text: str


def send(comment: Comment, by: User, at: datetime) -> None:
    """Invite an expert."""
    with transaction.atomic():
        comment.invited_by = by
        secret = comment.renew(at)
        comment.save()
        note(comment, Kind.INVITED, by, at)
        letters.invite(comment, secret)


def send_again(pk: int, by: User, at: datetime) -> bool:
    """Write once more, with a new link that ends the old one; False if it is too late."""
    with transaction.atomic():
        comment = held(pk, Comment.PENDING)
        if comment is None:
            return False
        secret = comment.renew(at)
        comment.save()
        note(comment, Kind.SENT_AGAIN, by, at)
        letters.invite(comment, secret)
    return True


def withdraw(pk: int, by: User, at: datetime) -> bool:
    """Close an invitation that nobody answered; False if it is too late."""
    with transaction.atomic():
        comment = held(pk, [State.INVITED])
        if comment is None:
            return False
        comment.state, comment.closed_at = State.WITHDRAWN, at
        comment.save()
        note(comment, Kind.WITHDRAWN, by, at)
    return True


def write(comment: Comment, words: Words, at: datetime) -> bool:
    """Keep what the expert wrote or corrected; False if the link was over in the meantime.

    Who invited hears of it the first time. The same words sent twice are kept once.
    """
    with transaction.atomic():
        rows = Comment.objects.open(at).filter(secret_hash=comment.secret_hash)
        written = rows.select_for_update(of=("self",)).select_related("initiative__owner").first()
        if written is None:
            return False
        before = Words(written.name, written.role, written.organisation, written.text)
        is_first = written.state == State.INVITED
        if is_first or words != before:
            written.name, written.role = words.name, words.role
            written.organisation, written.text = words.organisation, words.text
            written.state, written.written_at = State.WRITTEN, at
            written.consented_at = at
            written.save()
            note(written, Kind.WRITTEN if is_first else Kind.CORRECTED, None, at)
        if is_first:
            letters.arrived(written)
    return True


def show(pk: int, by: User, reason: str, at: datetime) -> bool:
    """Have a comment stand on its page; False if it does not wait for that, or there is no page."""
    with transaction.atomic():
        comment = held(pk, [State.WRITTEN])
        if comment is None or not comment.initiative.is_public:
            return False
        comment.state = State.SHOWN
        comment.save()
        note(comment, Kind.SHOWN, by, at, reason)
        letters.shown(comment)
    return True


def hide(pk: int, by: User, reason: str, at: datetime) -> bool:
    """Take a comment off its page; it waits again, and its author may correct it."""
    with transaction.atomic():
        comment = held(pk, [State.SHOWN])
        if comment is None:
            return False
        comment.state = State.WRITTEN
        comment.save()
        note(comment, Kind.HIDDEN, by, at, reason)
    return True


def decline(pk: int, by: User, reason: str, at: datetime) -> bool:
    """Close a comment that will not be shown, with a word to its author."""
    with transaction.atomic():
        comment = held(pk, [State.WRITTEN])
        if comment is None:
            return False
        comment.state, comment.closed_at = State.DECLINED, at
        comment.save()
        note(comment, Kind.DECLINED, by, at, reason)
        letters.declined(comment, reason)
    return True


DECISIONS = {"show": show, "hide": hide, "decline": decline}


def held(pk: int, states: Iterable[str]) -> Comment | None:
    """The comment for as long as the transaction lasts, if it is in one of these states."""
    rows = Comment.objects.filter(pk=pk, state__in=list(states)).select_related("initiative")
    return rows.select_for_update(of=("self",)).first()


def note(comment: Comment, kind: str, by: User | None, at: datetime, reason: str = "") -> None:
    """Add a line to the log."""
    CommentStep.objects.create(comment=comment, kind=kind, at=at, by=by, reason=reason)


def forget(at: datetime) -> int:
    """Delete what was never shown and whose time is over; how many comments those were."""
    _all, by_model = Comment.objects.to_forget(at).delete()
    return by_model.get(Comment._meta.label, 0)
