"""`manage.py erase_person EMAIL`: forgets somebody, and says what must stay."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clusterix.privacy.erasing import erase, rehearse
from clusterix.privacy.words import lines, subject
from workshops.registration.places import BusyError


class Command(BaseCommand):
    """Erases everything that the site holds about an address; twice is as good as once."""

    help = "Erase everything held about an e-mail address, and say what stays and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose data, and whether only to tell."""
        parser.add_argument("email", metavar="EMAIL", help="in any casing")
        parser.add_argument("--dry-run", action="store_true", help="tell, and keep everything")

    def handle(self, *_args: Any, email: str, dry_run: bool, **_options: Any) -> None:
        """Erase, and say in numbers what went; CommandError where others are in the way."""
        person = subject(email)
        try:
            erasure = (rehearse if dry_run else erase)(person, timezone.now())
        except BusyError as error:
            raise CommandError(
                "Many people are registering at this moment. What was erased so far is gone: run "
                "it again for the rest."
            ) from error
        for line in lines(erasure):
            self.stdout.write(line)
        if erasure.found_nothing:
            self.stdout.write("Nothing is held about that address.")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was erased.")
