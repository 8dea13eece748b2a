"""The first look into a file: its columns, a few of its rows, how many there are."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from clusterix.curation.batches.models import ImportBatch, Seen
from clusterix.curation.imports.files import opened
from clusterix.curation.imports.tables import Table, Wishes
from clusterix.lib.cells import unharmed

SAMPLE_ROWS = 2
LONGEST_SAMPLE = 120
PIECE = 1_000_000
ROW = _("Row")
REASON = _("Why it was refused")
"""The columns that a file of refused rows has beside its own."""


def table_of(path: Path, wishes: Wishes) -> Table:
    """The table in a file; one of refused rows as it was before those were sent out."""
    table = opened(path, wishes)
    if str(REASON) not in table.columns:
        return table
    kept = [
        place for place, name in enumerate(table.columns) if name not in {str(REASON), str(ROW)}
    ]

    def rows() -> Iterator[tuple[int, list[str]]]:
        for number, cells in table.rows():
            yield number, [unharmed(cells[place]) for place in kept]

    return replace(table, columns=tuple(table.columns[place] for place in kept), read=rows)


def look(batch: ImportBatch) -> None:
    """Note what is in the file; UnreadableError says why nothing can be."""
    wishes = Wishes(batch.encoding, batch.delimiter, batch.sheet)
    table = table_of(batch.path, wishes)
    samples = []
    count = 0
    for _number, cells in table.rows():
        count += 1
        if count <= SAMPLE_ROWS:
            samples.append([" ".join(cell.split())[:LONGEST_SAMPLE] for cell in cells])
    batch.seen = Seen(columns=list(table.columns), samples=samples, notes=list(table.notes))
    batch.rows = count


def digest_of(path: Path) -> str:
    """What tells the content of a file from all others."""
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()
