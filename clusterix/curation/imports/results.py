"""What became of each row of an import, in words."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SHOWN = 80
MOST_REMARKS = 20


class Outcome(models.TextChoices):
    """What can become of a row."""

    CREATED = "created", gettext_lazy("created")
    UPDATED = "updated", gettext_lazy("updated")
    UNCHANGED = "unchanged", gettext_lazy("unchanged")
    REFUSED = "refused", gettext_lazy("refused")


@dataclass(frozen=True)
class Remark:
    """Something to say about a value of a row: why it was left out or refused.

    Minor is what the mapping asked for, such as a text that was made shorter. A twin is the key of
    another entry that may be the same.
    """

    column: str
    value: str
    reason: str
    is_minor: bool = False
    twin: str = ""

    def __str__(self) -> str:
        value = f"{self.value[: SHOWN - 1]}…" if len(self.value) > SHOWN else self.value
        place = f"{self.column}: " if self.column else ""
        quoted = f"“{' '.join(value.split())}”: " if value else ""
        return f"{place}{quoted}{self.reason}"


@dataclass(frozen=True)
class Result:
    """What became of a row: of which entry, which fields of it changed, and what to say of it."""

    number: int
    key: str
    outcome: Outcome
    changed: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def lines(self, *, whole: bool) -> list[str]:
        """In words: a line for the row and one for each remark; `whole` with the minor ones.

        Rows of which nothing is to be said have lines only where all is wanted.
        """
        remarks = [remark for remark in self.remarks if whole or not remark.is_minor]
        if not (whole or remarks or self.changed):
            return []
        row = _("Row %(row)d") % {"row": self.number}
        names = f": {', '.join(self.changed)}" if self.changed else ""
        line = f"{row}, {self.key or '–'}: {Outcome(self.outcome).label}{names}"
        return [line, *(f"  {remark}" for remark in remarks)]


@dataclass
class Report:
    """What an import did, or would do."""

    notes: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()
    results: list[Result] = field(default_factory=list)
    is_kept: bool = False

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows each outcome had."""
        counts = Counter(result.outcome for result in self.results)
        return {outcome: counts[outcome] for outcome in Outcome}

    @property
    def refused(self) -> int:
        """How many rows were refused."""
        return self.counts[Outcome.REFUSED]

    @property
    def minor(self) -> int:
        """How many remarks are minor."""
        return sum(remark.is_minor for result in self.results for remark in result.remarks)

    @property
    def total(self) -> str:
        """All of it in one line."""
        return ", ".join(f"{count} {outcome.label}" for outcome, count in self.counts.items())
