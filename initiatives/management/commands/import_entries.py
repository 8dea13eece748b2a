"""`manage.py import_entries MODEL FILE`: entries from a table, with a report on each row."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clusterix.curation.batches.kinds import kinds
from clusterix.curation.batches.models import ImportBatch
from clusterix.curation.batches.recording import record, undo
from clusterix.curation.imports.mappings import RefusedError
from clusterix.curation.imports.results import Report
from clusterix.curation.imports.running import BusyError
from clusterix.curation.imports.tables import UnreadableError
from clusterix.curation.imports.writing import Order
from clusterix.curation.models import Partner

ALL_ROWS = 2
"""The verbosity at which rows that went in as they are have a line too."""


class Command(BaseCommand):
    """Imports a table of entries for a partner: drafts, unless they are to be published."""

    help = (
        "Import entries from a CSV, XLSX or JSON file. Rows are known again by their keys. "
        "docs/imports.md explains mapping files."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to import, how it is to be read, and for whom."""
        names = list(kinds())
        parser.add_argument(
            "model", nargs="?", choices=names, metavar="MODEL", help=" or ".join(names)
        )
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE")
        parser.add_argument("--mapping", type=Path, help="which column is which field")
        parser.add_argument(
            "--partner",
            metavar="SLUG",
            help="who owns the entries; the programme's own unless given",
        )
        parser.add_argument("--publish", action="store_true", help="make the entries public")
        parser.add_argument("--reason", help="what the history says; names the file unless given")
        parser.add_argument("--dry-run", action="store_true", help="report, and keep nothing")
        parser.add_argument(
            "--strict", action="store_true", help="keep nothing if a row is refused"
        )
        parser.add_argument(
            "--undo", type=int, metavar="NUMBER", help="take that import back instead"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import or undo; CommandError where nothing could be done."""
        if options["undo"] is not None:
            self.undo(options["undo"], options["reason"] or "By command")
        elif options["file"]:
            self.import_(options)
        else:
            raise CommandError("Say what to import: MODEL and FILE. Or --undo NUMBER.")

    def import_(self, options: dict[str, Any]) -> None:
        """Print what became of the rows."""
        file: Path = options["file"]
        order = Order(
            partner=partner(options["partner"]),
            reason=options["reason"] or f"Imported from {file.name}",
            at=timezone.now(),
            publish=options["publish"],
            dry_run=options["dry_run"],
            strict=options["strict"],
        )
        try:
            report, batch = record(file, kinds()[options["model"]], order, options["mapping"])
        except UnreadableError as error:
            raise CommandError(f"{file.name} cannot be imported. {error}") from error
        except RefusedError as error:
            raise CommandError(f"Put the mapping right first:\n{error}") from error
        except BusyError as error:
            raise CommandError(str(error)) from error
        for line in lines(report, whole=options["verbosity"] >= ALL_ROWS):
            self.stdout.write(line)
        if batch:
            self.stdout.write(f"This is import {batch.pk}: --undo {batch.pk} takes it back.")
        elif order.strict and report.refused and not order.dry_run:
            raise CommandError("Nothing was imported, because rows were refused.")
        else:
            self.stdout.write("This was a dry run: nothing was kept.")

    def undo(self, number: int, reason: str) -> None:
        """Print what became of the entries, and which of them stay."""
        batch = ImportBatch.objects.filter(pk=number).first()
        try:
            done = undo(batch, reason, lambda _count: None) if batch else None
        except BusyError as error:
            raise CommandError(str(error)) from error
        if done is None:
            raise CommandError(f"There is no import {number} that could be undone.")
        for kept in done.undone["examples"]:
            self.stdout.write(f"  {kept['name']}: {kept['reason']}")
        told = "{deleted} deleted, {restored} as before, {kept} left as they are."
        self.stdout.write(told.format_map(done.undone))


def partner(slug: str | None) -> Partner:
    """The partner of that address, or the programme's own; CommandError for none."""
    wanted = {"slug": slug} if slug else {"is_programme": True}
    found = Partner.objects.filter(**wanted).first()
    if found:
        return found
    known = ", ".join(Partner.objects.order_by("slug").values_list("slug", flat=True))
    raise CommandError(f"Say for which partner with --partner: {known or 'there is none yet'}.")


def lines(report: Report, *, whole: bool) -> Iterator[str]:
    """The report: how the file was read, rows that something is to be said of, and the total."""
    yield from report.notes
    if report.unmapped:
        yield f"Columns that were not imported: {', '.join(report.unmapped)}."
    for result in report.results:
        yield from result.lines(whole=whole)
    if report.minor and not whole:
        yield f"Texts shortened, codes renewed: {report.minor} (--verbosity 2 lists them)."
    yield f"{report.total}."
