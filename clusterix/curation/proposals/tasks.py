"""What the worker does about proposals."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from clusterix.curation.proposals import letters
from clusterix.curation.proposals.deciding import forget_requests
from clusterix.curation.proposals.models import Proposal


@app.periodic(cron="20 5 * * *")
@app.task(name="proposals.daily")
def daily(timestamp: int) -> None:
    """Remind of what is due, and forget experts whose time is over."""
    now = timezone.now()
    remind(now)
    forget_requests(now)


def remind(at: datetime) -> int:
    """Remind those who decide of what is due, once for each; how many those were."""
    with transaction.atomic():
        due = Proposal.objects.to_remind_of(timezone.localdate(at)).order_by("pk")
        held = list(due.select_for_update(of=("self",), skip_locked=True))
        for proposal in held:
            letters.remind(proposal, at)
        Proposal.objects.filter(pk__in=[row.pk for row in held]).update(reminded_at=at)
    return len(held)
