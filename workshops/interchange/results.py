"""What became of each event of a schedule, in words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from clusterix.curation.imports.results import Outcome
from workshops.interchange.understanding import Item


@dataclass(frozen=True)
class Result:
    """What became of an event: which of its fields changed, and what to say of it."""

    label: str
    outcome: Outcome
    changed: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """A line for the event and one for each remark."""
        names = f": {', '.join(self.changed)}" if self.changed else ""
        yield f"{self.label}: {self.outcome.label}{names}"
        for remark in self.remarks:
            yield f"  {remark}"


@dataclass
class Report:
    """What an import of a schedule did, or would do."""

    format: str
    notes: list[str] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many events each outcome had."""
        counts = Counter(result.outcome for result in self.results)
        return {outcome: counts[outcome] for outcome in Outcome}

    @property
    def changes_anything(self) -> bool:
        """The workshop is not as it was before."""
        counts = self.counts
        return bool(counts[Outcome.CREATED] or counts[Outcome.UPDATED])

    def lines(self) -> Iterator[str]:
        """The whole of it: how the file was read, every event, what is not in the file, counts."""
        yield _("Read as %(format)s, %(count)d events.") % {
            "format": self.format,
            "count": len(self.results),
        }
        yield from self.notes
        for result in self.results:
            yield from result.lines()
        for title in self.untouched:
            yield _("Not in the file, left as it is: “%(title)s”") % {"title": title}
        counts = (f"{count} {outcome.label}" for outcome, count in self.counts.items())
        yield f"{', '.join(counts)}."


def refused(item: Item) -> Result:
    """What became of an event that is not taken in: the reason, then what else there is to say."""
    return Result(item.label, Outcome.REFUSED, (), (item.refusal, *item.remarks))
