"""What the worker does about the catalogue."""

from procrastinate.contrib.django import app

from initiatives.index import changes


@app.periodic(cron="41 * * * *")
@app.task(name="initiatives.forget_changes")
def forget_changes(timestamp: int) -> None:
    """Delete the notes of changes that every process has seen long ago."""
    changes.forget()
