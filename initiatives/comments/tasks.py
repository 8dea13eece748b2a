"""What the worker does about comments."""

from django.utils import timezone
from procrastinate.contrib.django import app

from initiatives.comments.handling import forget


@app.periodic(cron="23 3 * * *")
@app.task(name="comments.forget")
def forget_comments(timestamp: int) -> None:
    """Forget whom was asked and did not answer, and what was never shown."""
    forget(timezone.now())
