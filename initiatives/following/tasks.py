"""What the worker does for those who follow a search."""

from django.utils import timezone
from procrastinate.contrib.django import app

from initiatives.following import subscriptions
from initiatives.following.sending import send_news


@app.periodic(cron="* * * * *")
@app.task(name="following.send", queueing_lock="following.send")
def send(timestamp: int) -> None:
    """Write what is new: at once, or as soon after Monday morning as a worker runs."""
    send_news(timezone.now())


@app.periodic(cron="37 * * * *")
@app.task(name="following.forget", queueing_lock="following.forget")
def forget(timestamp: int) -> None:
    """Forget the addresses that nobody confirmed, and those that take no mail any more."""
    subscriptions.forget_unconfirmed(timezone.now())
    subscriptions.forget_bounced()
