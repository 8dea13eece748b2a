"""What imports hold about people: the tables that partners send can name some."""

from datetime import datetime

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clusterix.curation.batches.keeping import discard_file, forget_files, forget_former_states
from clusterix.curation.batches.models import (
    FILE_KEPT,
    UNDOABLE,
    ImportBatch,
    ToldRow,
    TouchedEntry,
)
from clusterix.lib.personal import (
    Done,
    Fate,
    Fields,
    Holding,
    Purge,
    Rows,
    Subject,
    Table,
    mentioning,
    strike_out,
)

TEXTS = ("name", "reason", "undo_reason", "problem")
FOUND = ("seen", "notes", "undone")

NOT_PERSONAL = {
    "batches.ImportBatch": "model digest encoding delimiter sheet mapping mapping_name checked",
    "batches.ToldRow": "key changed",
    "batches.TouchedEntry": "held mark",
}


def imports_of(subject: Subject) -> Rows:
    """Those in which an address stands."""
    return mentioning(ImportBatch.objects.all(), (*TEXTS, *FOUND), subject)


def rows_of(subject: Subject) -> Rows:
    """What reports say of rows in which it stands."""
    return mentioning(ToldRow.objects.all(), ("remarks",), subject)


def former_states_of(subject: Subject) -> Rows:
    """Former states of entries in which it stands."""
    return mentioning(TouchedEntry.objects.all(), ("before",), subject)


def erase(subject: Subject, _at: datetime) -> Done:
    """Strike the address out of what was said, and remove files and rows that have it."""
    with transaction.atomic():
        told = list(rows_of(subject).order_by("pk").values_list("pk", flat=True))
        former = list(former_states_of(subject).order_by("pk").values_list("pk", flat=True))
        found = list(imports_of(subject).order_by("pk").values_list("pk", flat=True))
        concerned = ImportBatch.objects.filter(pk__in=found)
        concerned |= ImportBatch.objects.filter(told__in=told)
        for batch in concerned.distinct():
            discard_file(batch)
            ImportBatch.objects.filter(pk=batch.pk).update(file="", seen={}, notes=[], undone={})
        strike_out(ImportBatch.objects.filter(pk__in=found), TEXTS, subject.pattern)
        ToldRow.objects.filter(pk__in=told).delete()
        TouchedEntry.objects.filter(pk__in=former).delete()
    return {
        "batches.ImportBatch": found,
        "batches.ToldRow": told,
        "batches.TouchedEntry": former,
    }


IMPORTS = Holding(
    name="imports",
    title=_("If a table that a partner imported has your address"),
    purpose=_(
        "Partners import lists of initiatives and organisations. The file and the report on it are "
        "kept for as long as its mistakes are being corrected, and how entries were before, so "
        "that an import can be undone (Article 6(1)(f): the interest in a correct record)."
    ),
    retention=format_lazy(
        _(
            "the file, and what the report says of single rows, for {days} days; how entries were "
            "before, for {undoable} days"
        ),
        days=FILE_KEPT.days,
        undoable=UNDOABLE.days,
    ),
    tables=(
        Table(
            "batches.ImportBatch",
            (
                Fields(" ".join(TEXTS), Fate.STRUCK_OUT, said=_("What was said of an import")),
                Fields("file", Fate.EMPTIED, said=_("The table"), is_told=False),
                Fields(" ".join(FOUND), Fate.EMPTIED, said=_("What was found in a table")),
            ),
            imports_of,
        ),
        Table(
            "batches.ToldRow",
            (Fields("remarks", Fate.DELETED, said=_("What was said of a row")),),
            rows_of,
        ),
        Table(
            "batches.TouchedEntry",
            (Fields("before", Fate.DELETED, said=_("How an entry was"), is_told=False),),
            former_states_of,
        ),
    ),
    erase=erase,
    purges=(
        Purge(
            _("files that were imported, and what was told of their rows"),
            ImportBatch.objects.with_old_files,
            forget_files,
        ),
        Purge(
            _("states of entries before imports that nobody will undo any more"),
            ImportBatch.objects.past_undoing,
            forget_former_states,
        ),
    ),
)

HOLDINGS = (IMPORTS,)
