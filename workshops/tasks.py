"""What the worker does about workshops."""

from django.utils import timezone
from procrastinate.contrib.django import app

from workshops.materials import sweeping


@app.periodic(cron="*/10 * * * *")
@app.task(name="workshops.sweep_materials", queueing_lock="workshops.sweep_materials")
def sweep_materials(timestamp: int) -> None:
    """Remove the files that no material has any more."""
    sweeping.sweep(timezone.now())
