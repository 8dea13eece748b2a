"""What proposals hold about people: experts who were asked, and whoever is named in an entry."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clusterix.curation.proposals.deciding import forget_requests
from clusterix.curation.proposals.models import TIME_TO_ANSWER, ExpertRequest, Proposal, Step
from clusterix.lib.personal import (
    Done,
    Fate,
    Fields,
    Holding,
    Purge,
    Rows,
    Subject,
    Table,
    mentioning,
    strike_out,
)

DOCUMENTS = ("reason", "base", "proposed")
TEXTS = ("name", "comment")

NOT_PERSONAL = {"proposals.ExpertRequest": "secret_hash"}


def requests_to(subject: Subject) -> Rows:
    """Those that were sent to an address."""
    return ExpertRequest.objects.filter(subject.written_in("email"))


def names_of(subject: Subject) -> Iterable[str]:
    """What the experts were called that were asked at an address."""
    return requests_to(subject).values_list("name", flat=True)


def steps_of(subject: Subject) -> Rows:
    """Lines of the log in which the address stands, or one of the names as the expert's."""
    told = mentioning(Step.objects.all(), TEXTS, subject).values("pk")
    return Step.objects.filter(Q(pk__in=told) | Q(name__in=sorted(subject.names)))


def proposals_of(subject: Subject) -> Rows:
    """Those in which an address stands."""
    return mentioning(Proposal.objects.all(), DOCUMENTS, subject)


def erase(subject: Subject, _at: datetime) -> Done:
    """Take requests and what mentions the address away, and strike out who decided."""
    done: Done = {}
    with transaction.atomic():
        done["proposals.Step"] = strike_out(steps_of(subject), TEXTS, subject.name_pattern)
        for label, rows in (
            ("proposals.ExpertRequest", requests_to(subject)),
            ("proposals.Proposal", proposals_of(subject)),
        ):
            done[label] = list(rows.order_by("pk").values_list("pk", flat=True))
            rows.model.objects.filter(pk__in=done[label]).delete()
    return done


PROPOSALS = Holding(
    name="proposals",
    title=_("If you decide as an expert, or a change that somebody proposes names you"),
    purpose=_(
        "Changes to the record wait beside it until somebody decides who knows the matter "
        "(Article 6(1)(f): the interest in a correct record)."
    ),
    retention=format_lazy(
        _(
            "your address for {days} days; your name with the decision, and what was proposed, "
            "as long as the record"
        ),
        days=TIME_TO_ANSWER.days,
    ),
    tables=(
        Table(
            "proposals.ExpertRequest",
            (
                Fields("email", Fate.DELETED, _("to write to you once")),
                Fields("name", Fate.DELETED, _("to say who was asked")),
            ),
            requests_to,
        ),
        Table(
            "proposals.Step",
            (Fields(" ".join(TEXTS), Fate.STRUCK_OUT, _("to say who decided what, and why")),),
            steps_of,
        ),
        Table(
            "proposals.Proposal",
            (Fields(" ".join(DOCUMENTS), Fate.DELETED, said=_("What somebody proposed")),),
            proposals_of,
        ),
    ),
    erase=erase,
    names=names_of,
    purges=(
        Purge(
            _("addresses of experts whose link is over"),
            ExpertRequest.objects.to_forget,
            forget_requests,
        ),
    ),
)

HOLDINGS = (PROPOSALS,)
