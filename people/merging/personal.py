"""What merging holds about people: what was moved when two records became one."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusterix.lib.personal import Fate, Fields, Holding, Rows, Subject, Table
from people.merging.models import Merge, of_kind
from people.personal import RECORD, persons_of

NOT_PERSONAL = {"merging.Pair": "marks"}


def merges_of(subject: Subject) -> Rows:
    """The merges of a record whose private contact address it is."""
    persons = persons_of(subject).values("pk")
    return Merge.objects.filter(of_kind("person"), Q(kept_id__in=persons) | Q(gone_id__in=persons))


MERGES = Holding(
    name="merges",
    title=_("If there were two records of you"),
    purpose=_("What was taken over from the one into the other is kept, so that it can be undone."),
    retention=_("as long as the record"),
    tables=(
        Table(
            "merging.Merge",
            (
                Fields(
                    "reason record",
                    Fate.KEPT,
                    because=RECORD,
                    said=_("The reason, and what was moved"),
                ),
            ),
            merges_of,
        ),
    ),
)

HOLDINGS = (MERGES,)
