"""What the worker does about reports."""

from django.utils import timezone
from procrastinate.contrib.django import app

from clusterix.curation.reports.handling import forget_addresses


@app.periodic(cron="29 3 * * *")
@app.task(name="reports.forget")
def forget(timestamp: int) -> None:
    """Forget the readers whose report was answered, or has waited for too long."""
    forget_addresses(timezone.now())
