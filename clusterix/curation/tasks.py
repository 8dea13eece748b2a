"""What the worker does about accounts."""

from django.utils import timezone
from procrastinate.contrib.django import app

from clusterix.curation.personal import forget_log, forget_places, forget_sessions


@app.periodic(cron="41 3 * * *")
@app.task(name="accounts.forget")
def forget(timestamp: int) -> None:
    """Delete sessions that have ended, and what the admin need not remember any longer."""
    now = timezone.now()
    forget_sessions(now)
    forget_places(now)
    forget_log(now)
