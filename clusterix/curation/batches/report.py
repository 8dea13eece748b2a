"""The report on an import, as pages show it and as a file of the rows that were refused."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from clusterix.curation.batches.looking import REASON, ROW, table_of
from clusterix.curation.batches.mapping import plan_of
from clusterix.curation.batches.models import ImportBatch, Kept, ToldRow
from clusterix.curation.models import User
from clusterix.lib.cells import BYTE_ORDER_MARK, csv_line


@dataclass(frozen=True)
class Saying:
    """Something said of a row, with the way to another entry that it speaks of."""

    text: str
    url: str


@dataclass(frozen=True)
class Line:
    """A row of the report."""

    row: ToldRow
    sayings: list[Saying]


def lines(batch: ImportBatch, rows: Sequence[ToldRow], user: User) -> list[Line]:
    """These rows, with links to entries that may be the same, where the user sees those."""
    twins = {remark["twin"] for row in rows for remark in row.remarks if remark["twin"]}
    model = batch.kind.model
    found = user.partner_entries(model).filter(key__in=twins).values_list("key", "pk")
    urls = {key: address(model._meta.label, pk) for key, pk in found}
    return [
        Line(row, [Saying(said["text"], urls.get(said["twin"], "")) for said in row.remarks])
        for row in rows
    ]


def address(label: str, pk: int) -> str:
    """Where an entry is changed."""
    return reverse(f"admin:{label.lower().replace('.', '_')}_change", args=[pk])


def kept_lines(kept: Iterable[Kept]) -> list[tuple[Kept, str]]:
    """The entries that an undoing leaves, each with its address."""
    return [(entry, address(entry["model"], entry["pk"])) for entry in kept]


def refused_rows(batch: ImportBatch) -> Iterator[str]:
    """The refused rows as CSV, as they were and with the reasons; they can be sent again."""
    reasons = {
        row.number: " ".join(remark["text"] for remark in row.remarks)
        for row in batch.told.refused()
    }
    table = table_of(batch.path, plan_of(batch).wishes)
    yield BYTE_ORDER_MARK + csv_line([str(ROW), str(REASON), *table.columns])
    for number, cells in table.rows():
        if number in reasons:
            yield csv_line([number, reasons[number], *cells])
