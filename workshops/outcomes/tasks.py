"""What the worker does about outcomes."""

from django.utils import timezone
from procrastinate.contrib.django import app

from workshops.outcomes import reminding


@app.periodic(cron="7 6 * * *")
@app.task(name="outcomes.remind", queueing_lock="outcomes.remind")
def remind(timestamp: int) -> None:
    """Remind owners in the morning; what a day without a worker left is made up for on the next."""
    reminding.remind(timezone.now())
