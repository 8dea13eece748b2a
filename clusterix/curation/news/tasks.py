"""What the worker does about news."""

from django.utils import timezone
from procrastinate.contrib.django import app

from clusterix.curation.news.telling import write_daily


@app.periodic(cron="30 5 * * *")
@app.task(name="news.daily")
def daily(timestamp: int) -> None:
    """Write the daily mails."""
    write_daily(timezone.now())
