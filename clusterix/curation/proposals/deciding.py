"""Where proposals are made, revised and decided: the rows and the mails that tell, or neither."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clusterix.curation.forms import REASON_LENGTH
from clusterix.curation.models import Entry, User
from clusterix.curation.proposals import documents, letters
from clusterix.curation.proposals.documents import Draft, Piece
from clusterix.curation.proposals.models import TIME_TO_DECIDE, ExpertRequest, Proposal, Step

State = Proposal.State


class TooLateError(Exception):
    """It was revised, decided or withdrawn meanwhile, or the entry is not public any more."""


class ConflictError(Exception):
    """The entry moved on in what the proposal changes."""


@dataclass(frozen=True)
class Decision:
    """Who decides about which revision, and what they say; an expert by name, for who asked."""

    seen: str
    by: User
    comment: str = ""
    name: str = ""


def propose(entry: Entry, author: User, draft: Draft, at: datetime) -> Proposal:
    """Keep a change beside the entry, and tell those who decide."""
    with transaction.atomic():
        proposal = Proposal.objects.create(
            content_type=ContentType.objects.get_for_model(entry),
            object_id=entry.pk,
            author=author,
            reason=draft.reason,
            base=draft.base,
            proposed=draft.proposed,
            made_at=at,
            revised_at=at,
            due_on=timezone.localdate(at) + TIME_TO_DECIDE,
        )
        proposal.note(Step.Kind.PROPOSED, at, by=author, comment=draft.reason)
        letters.tell_reviewers(proposal, at)
    return proposal


def revise(pk: int, by: User, draft: Draft, at: datetime) -> None:
    """Keep what is proposed now, for a new decision. Raises TooLateError."""
    with transaction.atomic():
        proposal, _entry = _held(pk, *Proposal.OPEN)
        was_returned = proposal.state == State.RETURNED
        proposal.base, proposal.proposed = draft.base, draft.proposed
        proposal.reason = draft.reason
        proposal.state, proposal.revised_at = State.WAITING, at
        proposal.save()
        proposal.note(Step.Kind.REVISED, at, by=by, comment=draft.reason)
        if was_returned:
            letters.tell_reviewers(proposal, at)


def settle(pk: int, by: User, kept: Iterable[Piece], at: datetime) -> None:
    """Bring it to what is live: of what both changed, the `kept` pieces stay as they are live.

    Raises TooLateError.
    """
    with transaction.atomic():
        proposal, entry = _held(pk, *Proposal.OPEN)
        base, proposed = proposal.documents
        live = documents.read(entry, documents.shape_of(proposed))
        proposal.proposed = documents.settled(base, proposed, live, kept)
        proposal.base, proposal.revised_at = live, at
        proposal.save()
        proposal.note(Step.Kind.REVISED, at, by=by, comment=_("Brought to what is live."))


def approve(pk: int, decision: Decision, at: datetime) -> None:
    """Make it live, all of it or nothing. Raises TooLateError, ConflictError, ImpossibleError."""
    with transaction.atomic():
        proposal, entry = _read(pk, decision.seen)
        base, proposed = proposal.documents
        live = documents.read(entry, documents.shape_of(proposed))
        merged = documents.merge(base, proposed, live)
        if merged.conflicts:
            raise ConflictError
        documents.write(entry, proposed, merged.changes)
        entry.by(proposal.author).because(told(proposal)).save()
        _end(proposal, State.APPROVED, Step.Kind.APPROVED, decision, at)


def told(proposal: Proposal) -> str:
    """What the history says of the version that a proposal became."""
    words = {"reason": proposal.reason, "number": proposal.pk}
    whole = _("%(reason)s (proposal %(number)s)") % words
    return whole if len(whole) <= REASON_LENGTH else proposal.reason


def send_back(pk: int, decision: Decision, at: datetime) -> None:
    """Ask its author for changes. Raises TooLateError."""
    with transaction.atomic():
        proposal, _entry = _read(pk, decision.seen)
        _end(proposal, State.RETURNED, Step.Kind.RETURNED, decision, at)


def decline(pk: int, decision: Decision, at: datetime) -> None:
    """Leave the entry as it is. Raises TooLateError."""
    with transaction.atomic():
        proposal, _entry = _read(pk, decision.seen)
        _end(proposal, State.DECLINED, Step.Kind.DECLINED, decision, at)


DECISIONS: Mapping[str, Callable[[int, Decision, datetime], None]] = {
    "approve": approve,
    "send_back": send_back,
    "decline": decline,
}


def withdraw(pk: int, at: datetime, by: User) -> None:
    """Its author, or a colleague, does not want it any more. Raises TooLateError."""
    with transaction.atomic():
        proposal, _entry = _held(pk, *Proposal.OPEN)
        proposal.state = State.WITHDRAWN
        proposal.save()
        proposal.note(Step.Kind.WITHDRAWN, at, by=by)


def set_due(pk: int, due_on: date) -> None:
    """Say by when it is to be decided; it is reminded of anew. Raises TooLateError."""
    with transaction.atomic():
        proposal, _entry = _held(pk, *Proposal.OPEN)
        proposal.due_on, proposal.reminded_at = due_on, None
        proposal.save()


def ask(request: ExpertRequest, at: datetime) -> None:
    """Have an expert decide, by a link that works once. Raises TooLateError."""
    with transaction.atomic():
        proposal, _entry = _held(request.proposal_id, State.WAITING)
        secret = request.open(at)
        request.save()
        proposal.note(Step.Kind.ASKED, at, by=request.asked_by, name=request.name)
        letters.ask(request, secret)


def answer(request: ExpertRequest, said: Mapping[str, str], at: datetime) -> None:
    """Decide as an expert; of several at once by one link the first does.

    It counts as long as whoever asked may still decide. Raises as the decisions do.
    """
    with transaction.atomic():
        held = ExpertRequest.objects.open(at).select_for_update(of=("self",)).filter(pk=request.pk)
        found = held.select_related("proposal", "asked_by").first()
        if found is None or not found.is_backed:
            raise TooLateError
        decision = Decision(said["seen"], found.asked_by, said["comment"], found.name)
        DECISIONS[said["decision"]](found.proposal_id, decision, at)
        found.answered_at = at
        found.save()


def forget_requests(at: datetime) -> int:
    """Forget whom was asked, once the link is over; how many those were."""
    return ExpertRequest.objects.to_forget(at).delete()[0]


def _held(pk: int, *states: str) -> tuple[Proposal, Entry]:
    """The proposal and its entry, held against everybody else."""
    found = Proposal.objects.select_for_update().filter(pk=pk, state__in=states).first()
    if found is None:
        raise TooLateError
    entries = found.kind.unscoped.public().select_for_update(no_key=True)
    entry: Entry | None = entries.filter(pk=found.object_id).first()
    if entry is None:
        raise TooLateError
    return found, entry


def _read(pk: int, seen: str) -> tuple[Proposal, Entry]:
    """The same of one that waits, if it is as it was when somebody read it."""
    proposal, entry = _held(pk, State.WAITING)
    if proposal.revision != seen:
        raise TooLateError
    return proposal, entry


def _end(proposal: Proposal, state: str, kind: Step.Kind, decision: Decision, at: datetime) -> None:
    proposal.state = state
    proposal.save()
    said = {"name": decision.name, "comment": decision.comment}
    proposal.note(kind, at, by=decision.by, **said)
    letters.tell_author(proposal, kind, decision.comment, at)
