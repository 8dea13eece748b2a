"""`manage.py import_schedule WORKSHOP FILE`: a programme from a schedule file or a calendar."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clusterix.curation.imports.running import BusyError
from clusterix.curation.imports.tables import UnreadableError
from workshops.interchange.importing import import_schedule
from workshops.models import Workshop


class Command(BaseCommand):
    """Takes the events of a file into the programme of a workshop that is there already."""

    help = (
        "Import sessions from a schedule (c3voc, frab or pretalx: JSON or XML) or from iCalendar. "
        "Sessions are known again by their guids. docs/schedules.md explains what is read how."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and from what."""
        parser.add_argument("workshop", metavar="WORKSHOP", help="its address (slug) or key")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="report, and keep nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print what became of the events; CommandError where nothing could be imported."""
        file: Path = options["file"]
        try:
            report = import_schedule(
                workshop(options["workshop"]), file, dry_run=options["dry_run"]
            )
        except UnreadableError as error:
            raise CommandError(f"{file.name} cannot be imported. {error}") from error
        except BusyError as error:
            raise CommandError(str(error)) from error
        for line in report.lines():
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("This was a dry run: nothing was kept.")


def workshop(name: str) -> Workshop:
    """The workshop of that address, or else of that key; CommandError for none."""
    for field in ("slug", "key"):
        found: Workshop | None = Workshop.unscoped.filter(**{field: name}).first()
        if found:
            return found
    raise CommandError(f"There is no workshop with the address or key “{name}”.")
