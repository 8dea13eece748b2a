"""The mails that remind those who curate an organisation of what it took on."""

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from clusterix.curation.reports.letters import curators
from clusterix.mail.queue import Letter, queue_mail
from people.models import Organisation
from workshops.outcomes.models import Reminder


def remind(reminder: Reminder, owner: Organisation) -> int:
    """Write to each who curates the owner of what was agreed; how many that were.

    Organisations have no address of their own here, and people's addresses are private.
    """
    with override(settings.LANGUAGE_CODE):
        letters = [letter(reminder, owner, to=user.email) for user in curators(owner.owner)]
        for each in letters:
            queue_mail(each)
    return len(letters)


def letter(reminder: Reminder, owner: Organisation, to: str) -> Letter:
    """The mail to one of them."""
    outcome = reminder.outcome
    is_overdue = reminder.occasion == Reminder.Occasion.OVERDUE
    words = {
        "what": outcome.what,
        "owner": owner.name,
        "workshop": outcome.workshop.title,
        "due": date_format(reminder.due_on, "j F Y"),
        "is_overdue": "yes" if is_overdue else "",
    }
    subject = _("Overdue since %(due)s: %(what)s") if is_overdue else _("Due on %(due)s: %(what)s")
    return Letter(
        to=to,
        subject=subject % words,
        template="outcome_reminder",
        words=words,
        paths={
            "outcome_url": reverse("admin:workshops_outcome_change", args=[outcome.pk]),
            "workshop_url": outcome.workshop.get_absolute_url(),
        },
    )
