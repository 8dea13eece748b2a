"""The mails about reports: to those who curate an entry, and to the reader who wrote."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from clusterix.curation.models import Membership, Partner, User
from clusterix.curation.reports.models import Report
from clusterix.mail.queue import Letter, queue_mail


def tell_curators(report: Report, entry: Any) -> None:
    """Write to each who curates the entry; where nobody does, to the secretariat."""
    with override(settings.LANGUAGE_CODE):
        for user in curators(entry.owner):
            queue_mail(
                Letter(
                    to=user.email,
                    subject=_("Error reported: %(entry)s") % {"entry": entry},
                    template="report_received",
                    words={"entry": str(entry), "part": report.part_label, "text": report.text},
                    paths={
                        "report_url": reverse("admin:reports_report_change", args=[report.pk]),
                        "entry_url": entry.get_absolute_url(),
                    },
                )
            )


def curators(partner: Partner) -> "QuerySet[User]":
    """Those who can do something about the partner's entries."""
    users = User.objects.filter(is_active=True).order_by("pk").distinct()
    members = users.filter(memberships__partner=partner)
    secretariat = users.filter(memberships__role=Membership.Role.SECRETARIAT)
    return members if members.exists() else secretariat


def answer(report: Report) -> None:
    """Write to the reader what became of the report, in the language of the form."""
    entry: Any = report.entry
    with override(report.language):
        queue_mail(
            Letter(
                to=report.email,
                subject=_("Your report: %(entry)s") % {"entry": entry},
                template="report_answered",
                words={"entry": str(entry), "text": report.text, "answer": report.answer},
                paths={"entry_url": entry.get_absolute_url(), "privacy_url": reverse("privacy")},
            )
        )
