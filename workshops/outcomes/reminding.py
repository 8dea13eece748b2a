"""Reminding those who took something on, before its day and once when it has passed.

Each outcome has a transaction of its own, which holds its row: the note that its owner was reminded
is committed with the mails, so that a worker that is killed has written both or neither, and the
second of two workers finds the note of the first.
"""

from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from workshops.models import Outcome, OutcomeQuerySet
from workshops.outcomes import letters
from workshops.outcomes.models import Reminder

NOTICE = timedelta(days=14)
"""How long before its day the owner of an outcome is reminded."""

log = structlog.stdlib.get_logger("clusterix.outcomes")


def remind(at: datetime) -> int:
    """Write to the owners of all that is due soon or overdue; how many mails that were."""
    mails = sum(
        tell(outcome, occasion, at)
        for occasion in Reminder.Occasion
        for outcome in list(waiting(occasion, at.date()).values_list("pk", flat=True))
    )
    log.info("reminders written", mails=mails)
    return mails


def waiting(occasion: str, at: date) -> OutcomeQuerySet:
    """The outcomes whose owner is to be reminded on that day and has not been."""
    is_time = {
        Reminder.Occasion.SOON: Q(due_on__range=(at, at + NOTICE)),
        Reminder.Occasion.OVERDUE: Q(due_on__lt=at),
    }
    reminders = Reminder.objects.filter(
        outcome=OuterRef("pk"), due_on=OuterRef("due_on"), occasion=occasion
    )
    owned = Outcome.objects.public().open().filter(organisation__isnull=False)
    real = owned.filter(workshop__is_example=False)
    return real.filter(is_time[Reminder.Occasion(occasion)]).exclude(Exists(reminders))


def tell(pk: int, occasion: str, at: datetime) -> int:
    """Write to the owner of an outcome unless that is not needed any more; how many mails."""
    with transaction.atomic():
        Outcome.objects.select_for_update(no_key=True).filter(pk=pk).first()
        outcomes = waiting(occasion, at.date()).select_related("workshop", "organisation__owner")
        outcome = outcomes.filter(pk=pk).first()
        if not (outcome and outcome.organisation and outcome.due_on):
            return 0
        reminder = Reminder.objects.create(
            outcome=outcome, occasion=occasion, due_on=outcome.due_on, written_at=at
        )
        return letters.remind(reminder, outcome.organisation)
