"""What reports hold about the readers who wrote them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clusterix.curation.reports.handling import forget_addresses
from clusterix.curation.reports.models import ADDRESS_KEPT, ADDRESS_KEPT_ONCE_HANDLED, Report
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
from clusterix.mail.models import Message
from clusterix.mail.personal import TEXTS as MAIL_TEXTS

TEXTS = ("text", "answer")

NOT_PERSONAL = {"reports.Report": "part language idempotency_key"}


def reports_of(subject: Subject) -> Rows:
    """Those to be answered to an address."""
    return Report.objects.filter(subject.written_in("email"))


def erase(subject: Subject, _at: datetime) -> Done:
    """Forget the address, and strike it and the reader's names out of what they wrote.

    The curators' mails quote a report, so it is struck out of them as well.
    """
    with transaction.atomic():
        mine = [row.pk for row in reports_of(subject).select_for_update().order_by("pk")]
        strike_out(Report.objects.filter(pk__in=mine), TEXTS, subject.name_pattern)
        strike_out(quoting(mine), MAIL_TEXTS, subject.name_pattern)
        Report.objects.filter(pk__in=mine).update(email="")
        told = mentioning(Report.objects.all(), TEXTS, subject)
        others = strike_out(told, TEXTS, subject.pattern)
    return {"reports.Report": mine + others}


def quoting(reports: Sequence[int]) -> Rows:
    """The mails that tell curators of these reports."""
    paths = (reverse("admin:reports_report_change", args=[pk]) for pk in reports)
    quoted = Q(pk__in=[])
    for path in paths:
        quoted |= Q(text__contains=path)
    return Message.objects.filter(quoted)


REPORTS = Holding(
    name="reports",
    title=_("If you report an error"),
    purpose=_(
        "Those who curate the page can correct it (Article 6(1)(f): the interest in a correct "
        "public record). They and the programme’s secretariat read what you write, on this site "
        "and by mail. Your address is shown to nobody."
    ),
    retention=format_lazy(
        _(
            "your address until {handled} days after the answer, and {unanswered} days after the "
            "report at the latest; your words stay with the entry as a record of why it was "
            "changed, without your address"
        ),
        handled=ADDRESS_KEPT_ONCE_HANDLED.days,
        unanswered=ADDRESS_KEPT.days,
    ),
    tables=(
        Table(
            "reports.Report",
            (
                Fields(
                    "email",
                    Fate.EMPTIED,
                    _(
                        "to send you the answer and nothing else; kept only if you give it, by "
                        "your consent (Article 6(1)(a))"
                    ),
                ),
                Fields("text", Fate.STRUCK_OUT, _("to know what is wrong")),
                Fields("answer", Fate.STRUCK_OUT, _("to know what became of it")),
            ),
            reports_of,
        ),
    ),
    erase=erase,
    purges=(
        Purge(
            _("addresses of readers whose report was handled or waited for too long"),
            Report.objects.to_forget,
            forget_addresses,
        ),
    ),
)

HOLDINGS = (REPORTS,)
