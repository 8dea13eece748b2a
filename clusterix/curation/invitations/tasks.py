"""What the worker does about invitations."""

from django.utils import timezone
from procrastinate.contrib.django import app

from clusterix.curation.invitations.handling import forget


@app.periodic(cron="17 3 * * *")
@app.task(name="invitations.forget")
def forget_invitations(timestamp: int) -> None:
    """Forget whom was written to and did not come, and who came long ago."""
    forget(timezone.now())
