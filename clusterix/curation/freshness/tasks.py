"""What the worker does so that nothing rots unnoticed."""

from django.utils import timezone
from procrastinate.contrib.django import app

from clusterix.curation.freshness import asking, looking, telling


@app.periodic(cron="23 6 1-7 * *")
@app.task(name="freshness.ask", queueing_lock="freshness.ask")
def ask(timestamp: int) -> None:
    """Write in the first week of a month; a day without a worker is made up for on the next."""
    asking.ask_all(timezone.now())


@app.periodic(cron="47 0 * * *")
@app.task(name="freshness.collect", queueing_lock="freshness.collect")
def collect(timestamp: int) -> None:
    """Find the links of public entries before the night's looks."""
    looking.collect()


@app.periodic(cron="*/2 1-4 * * *")
@app.task(name="freshness.look", queueing_lock="freshness.look")
def look(timestamp: int) -> None:
    """Look at a few links every two minutes of the night."""
    looking.look_around(timezone.now())


@app.periodic(cron="53 6 * * *")
@app.task(name="freshness.tell", queueing_lock="freshness.tell")
def tell(timestamp: int) -> None:
    """Tell in the morning of links that died."""
    telling.tell(timezone.now())
