"""What the worker does about duplicates."""

from procrastinate.contrib.django import app

from people.merging.likeness import compare_all


@app.periodic(cron="17 3 * * *")
@app.task(name="merging.compare", queueing_lock="merging.compare")
def compare(timestamp: int) -> None:
    """Look for entries that may be the same."""
    compare_all()
