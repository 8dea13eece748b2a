"""`manage.py load_boundaries`: region shapes from an official NUTS GeoJSON."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people.boundaries import ATTRIBUTION, RefusedError, load_boundaries
from people.models import Boundary


class Command(BaseCommand):
    """Gives the map the regions of the countries that a file has."""

    help = "Load the shapes of regions from a NUTS GeoJSON in EPSG:4326: all of them, or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and whom to name under the map."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--attribution",
            default=ATTRIBUTION,
            help=f"what stands under the map as its source (default: {ATTRIBUTION})",
        )

    def handle(self, *_args: Any, file: Path, attribution: str, **_options: Any) -> None:
        """Load, and say what changed; CommandError lists the mistakes."""
        longest = Boundary._meta.get_field("attribution").max_length or 0
        if len(attribution) > longest:
            raise CommandError(f"The attribution has more than {longest} characters.")
        if not Path(file).is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            report = load_boundaries(Path(file), attribution)
        except RefusedError as error:
            raise CommandError(f"Nothing was loaded. Put these right first:\n{error}") from error
        self.stdout.write(
            f"boundaries: {report.created} new, {report.changed} changed, "
            f"{report.unchanged} unchanged, {report.removed} removed"
        )
        if report.beyond:
            self.stdout.write(f"beyond the map of Europe: {', '.join(report.beyond)}")
