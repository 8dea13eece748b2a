"""`manage.py purge_personal_data`: lets go of what may not be kept any longer."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from clusterix.privacy.purging import due, purge
from clusterix.privacy.words import counted


class Command(BaseCommand):
    """Does at once what the worker does each night or hour."""

    help = "Erase all personal data whose retention is over; the worker does the same by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether only to tell."""
        parser.add_argument("--dry-run", action="store_true", help="tell, and keep everything")

    def handle(self, *_args: Any, dry_run: bool, **_options: Any) -> None:
        """Say how much of what is over, and let it go."""
        now = timezone.now()
        found = due(now) if dry_run else purge(now)
        for line in counted(found, "due" if dry_run else "erased"):
            self.stdout.write(line)
        if dry_run:
            self.stdout.write("This was a dry run: nothing was erased.")
