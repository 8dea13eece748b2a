"""`manage.py load_content`: brings the database to what the content files say."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clusterix.content.loading import RefusedError, Report, load
from clusterix.content.merging import Change


class Command(BaseCommand):
    """Loads the programme's own record; what people changed since stays as they left it."""

    help = "Load content files by their keys: all of them, or nothing and a list of mistakes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, or folders of files."""
        parser.add_argument(
            "paths",
            metavar="PATH",
            nargs="*",
            type=Path,
            default=[settings.BASE_DIR / folder for folder in ("content", "content/question-sets")],
            help=(
                "a file, or a folder whose .yaml files are loaded "
                "(default: content and content/question-sets)"
            ),
        )

    def handle(self, *_args: Any, paths: list[Path], **_options: Any) -> None:
        """Load, and say what changed; CommandError lists the mistakes."""
        missing = [str(path) for path in map(Path, paths) if not Path(path).exists()]
        if missing:
            raise CommandError(f"There is no {', '.join(missing)}.")
        try:
            report = load([Path(path) for path in paths], today=timezone.localdate())
        except RefusedError as error:
            raise CommandError(f"Nothing was loaded. Put these right first:\n{error}") from error
        self.stdout.write("\n".join(lines(report)))


def lines(report: Report) -> list[str]:
    """The report in words: a line for each kind, then one for each record that changed."""
    found = []
    if report.regions.created or report.regions.changed:
        found.append(f"regions: {report.regions.created} new, {report.regions.changed} changed")
    found += [_count(report, kind) for kind in report.kinds]
    found += [_change(change) for change in report.changes if change.given and not change.is_new]
    found += [_kept(change) for change in report.changes if change.kept]
    if report.did_nothing:
        found.append("Nothing changed: all is as the files say.")
    return found


def _count(report: Report, kind: str) -> str:
    changes = [change for change in report.changes if change.kind == kind]
    new = sum(change.is_new for change in changes)
    changed = sum(change.is_needed for change in changes) - new
    same = report.unchanged[kind] + len(changes) - new - changed
    return f"{kind}: {new} new, {changed} changed, {same} unchanged"


def _change(change: Change) -> str:
    return f"changed {change.kind}/{change.key}: {', '.join(change.given)}"


def _kept(change: Change) -> str:
    return f"kept as people left it {change.kind}/{change.key}: {', '.join(change.kept)}"
