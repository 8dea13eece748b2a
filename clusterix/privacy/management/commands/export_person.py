"""`manage.py export_person EMAIL`: a copy of everything that is held about somebody."""

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from clusterix.privacy.exporting import copy
from clusterix.privacy.words import subject

FOR_ME_ALONE = 0o600


class Command(BaseCommand):
    """Answers who asks what the site holds about them."""

    help = "Print everything held about an e-mail address as JSON; it fails where that is nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose data, and where to write it."""
        parser.add_argument("email", metavar="EMAIL", help="in any casing")
        parser.add_argument(
            "--output", metavar="FILE", type=Path, help="a new file, which only you can read"
        )

    def handle(self, *_args: Any, email: str, output: Path | None, **_options: Any) -> None:
        """Print or write the copy; CommandError where nothing is held."""
        found = copy(subject(email), timezone.now())
        if not (found["held"] or found["mentioned"]):
            raise CommandError("Nothing is held about that address.")
        text = json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        if output is None:
            self.stdout.write(text)
            return
        write(Path(output), text)
        self.stdout.write(f"Written to {output}. Delete it once it was handed over.")


def write(path: Path, text: str) -> None:
    """Write a file that is not there yet, for its owner alone; CommandError where that fails."""
    try:
        place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FOR_ME_ALONE)
    except (OSError, ValueError) as error:
        raise CommandError(f"The file cannot be written: {error}") from error
    with os.fdopen(place, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
