"""The mails about proposals: to those who decide, to those who proposed, to experts."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from clusterix.curation.models import User
from clusterix.curation.news.routing import reviewers_of
from clusterix.curation.news.telling import tell
from clusterix.curation.proposals.models import ExpertRequest, Proposal, Step
from clusterix.mail.queue import Letter, Row, queue_mail


def address(proposal: Proposal) -> str:
    """Where a proposal is read."""
    return reverse("admin:proposals_proposal_change", args=[proposal.pk])


def _deciders(proposal: Proposal) -> list[User]:
    return reviewers_of(proposal.subject, but=proposal.author_id)


def tell_reviewers(proposal: Proposal, at: datetime) -> None:
    """Tell those who decide, all but its author, that it waits."""
    with override(settings.LANGUAGE_CODE):
        text = _("A change to “%(entry)s” waits for your decision.") % {"entry": proposal.entry}
        tell(_deciders(proposal), Row(text, address(proposal), proposal.reason), at)


def remind(proposal: Proposal, at: datetime) -> None:
    """Tell those who decide, all but its author, that it is due."""
    with override(settings.LANGUAGE_CODE):
        text = _("A change to “%(entry)s” was to be decided by %(day)s.") % {
            "entry": proposal.entry,
            "day": date_format(proposal.due_on, "j F Y"),
        }
        tell(_deciders(proposal), Row(text, address(proposal), proposal.reason), at)


def tell_author(proposal: Proposal, kind: str, comment: str, at: datetime) -> None:
    """Tell whoever proposed it what was decided."""
    with override(settings.LANGUAGE_CODE):
        words = {
            Step.Kind.APPROVED: _("Your change to “%(entry)s” is live."),
            Step.Kind.RETURNED: _("Changes to your proposal for “%(entry)s” are asked for."),
            Step.Kind.DECLINED: _("Your change to “%(entry)s” was declined."),
        }[Step.Kind(kind)]
        authors = [proposal.author] if proposal.author and proposal.author.is_active else []
        tell(authors, Row(words % {"entry": proposal.entry}, address(proposal), comment), at)


def ask(request: ExpertRequest, secret: str) -> None:
    """Write to an expert, with the link that is theirs alone."""
    with override(settings.LANGUAGE_CODE):
        entry = request.proposal.entry
        letter = Letter(
            to=request.email,
            subject=_("Your opinion on a change: %(entry)s") % {"entry": entry},
            template="review_request",
            words={
                "name": request.name,
                "asked_by": str(request.asked_by),
                "entry": str(entry),
                "reason": request.proposal.reason,
                "until": date_format(request.expires_at, "j F Y"),
            },
            paths={"link": reverse("proposals:expert", args=[secret])},
        )
        queue_mail(letter)
