"""An import from the file to its undoing: what it is told, what it says, and what it did."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypedDict
from uuid import uuid4

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.batches.kinds import kinds
from clusterix.curation.forms import REASON_LENGTH
from clusterix.curation.imports.kinds import Kind
from clusterix.curation.imports.results import Outcome
from clusterix.curation.models import Partner, User

FOLDER = "imports"
LONGEST_NAME = 120
FILE_KEPT = timedelta(days=30)
"""How long the file is kept, and what the report says of single rows."""
UNDOABLE = timedelta(days=365)
"""How long an import can be undone."""


def new_path(_batch: object, _original: str) -> str:
    """Where a new file lies: nothing of it or its sender is in the path."""
    name = uuid4().hex
    return f"{FOLDER}/{name[:2]}/{name}"


class Seen(TypedDict):
    """What a look into the file found."""

    columns: list[str]
    samples: list[list[str]]
    """The first rows."""
    notes: list[str]


class Kept(TypedDict):
    """An entry that an undoing left as it is."""

    name: str
    model: str
    pk: int
    reason: str


class Undone(TypedDict):
    """What became of the entries that an import had touched."""

    restored: int
    deleted: int
    kept: int
    examples: list[Kept]


class BatchQuerySet(models.QuerySet["ImportBatch"]):
    """Which imports."""

    def for_curator(self, user: User) -> "BatchQuerySet":
        """Those for partners that the user belongs to."""
        return self.filter(partner__in=user.own_partners())

    def latest_first(self) -> "BatchQuerySet":
        """The last first."""
        return self.order_by("-created_at", "-pk")

    def in_work(self) -> "BatchQuerySet":
        """Those that wait for the worker, or that it is at."""
        return self.filter(state__in=WORK)

    def with_mapping(self, batch: "ImportBatch") -> "BatchQuerySet":
        """Those of the same partner and kind of entry that say what their columns are."""
        same = {"partner": batch.partner_id, "model": batch.model}
        return self.filter(**same).exclude(mapping="").exclude(pk=batch.pk).latest_first()

    def with_old_files(self, at: datetime) -> "BatchQuerySet":
        """Those whose file and rows have been kept for long enough."""
        told = ToldRow.objects.filter(batch=models.OuterRef("pk"))
        return self.filter(~Q(file="") | models.Exists(told), created_at__lt=at - FILE_KEPT)

    def past_undoing(self, at: datetime) -> "BatchQuerySet":
        """Those that nobody will undo any more, with what that would take."""
        held = TouchedEntry.objects.filter(batch=models.OuterRef("pk"))
        return self.filter(models.Exists(held), created_at__lt=at - UNDOABLE)


class ImportBatch(models.Model):
    """A table that somebody imports for a partner."""

    class State(models.TextChoices):
        """Where it stands; in the states that end in “…” the worker has it."""

        READING = "reading", _("being read…")
        UPLOADED = "uploaded", _("uploaded")
        CHECKING = "checking", _("being checked…")
        CHECKED = "checked", _("checked")
        RUNNING = "running", _("being imported…")
        DONE = "done", _("imported")
        UNDOING = "undoing", _("being undone…")
        UNDONE = "undone", _("undone")
        FAILED = "failed", _("not imported")

    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="+", verbose_name=_("for the partner")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("sent"))
    finished_at = models.DateTimeField(_("imported"), null=True, blank=True)
    model = models.CharField(_("what the rows are"), max_length=60)
    file = models.FileField(upload_to=new_path, blank=True, max_length=100)
    name = models.CharField(_("file"), max_length=LONGEST_NAME)
    digest = models.CharField(max_length=64, blank=True)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    delimiter = models.CharField(_("between cells"), max_length=20, blank=True)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    seen = models.JSONField(default=dict, blank=True)
    mapping = models.TextField(blank=True)
    mapping_name = models.CharField(max_length=LONGEST_NAME, blank=True)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH)
    publish = models.BooleanField(_("publish"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.READING)
    problem = models.TextField(blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    notes = models.JSONField(default=list, blank=True)
    checked = models.CharField(max_length=64, blank=True)
    undo_reason = models.CharField(_("reason to undo it"), max_length=REASON_LENGTH, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone = models.JSONField(default=dict, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        *("reading", "uploaded", "checking", "checked", "running"),
                        *("done", "undoing", "undone", "failed"),
                    ]
                ),
                name="importbatch_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "undoing", "undone"])
                | Q(finished_at__isnull=False),
                name="importbatch_done_has_date",
                violation_error_message=_("What was imported has the time of it."),
            ),
            models.CheckConstraint(
                condition=~Q(state="undone") | Q(undone_at__isnull=False) & ~Q(undo_reason=""),
                name="importbatch_undone_has_reason",
                violation_error_message=_("Say why it is undone."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="importbatch_has_reason",
                violation_error_message=_("Say why these entries are imported."),
            ),
        ]
        indexes = [models.Index(fields=["partner", "-created_at"], name="importbatch_latest")]

    def __str__(self) -> str:
        return gettext("Import %(number)s: %(name)s") % {"number": self.pk, "name": self.name}

    @property
    def kind(self) -> type[Kind]:
        """The kind of entry that its rows become."""
        return kinds()[self.model]

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return Path(self.file.path)

    @property
    def is_in_work(self) -> bool:
        """The worker has it, or will."""
        return self.state in WORK

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many rows each outcome had, in words."""
        return [(str(outcome.label), getattr(self, outcome.value)) for outcome in Outcome]

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return min(100, 100 * self.rows_done // self.rows) if self.rows else 0

    def count(self, counts: dict[Outcome, int]) -> None:
        """Keep how many rows each outcome had."""
        for outcome, number in counts.items():
            setattr(self, outcome.value, number)


WORK = (
    ImportBatch.State.READING,
    ImportBatch.State.CHECKING,
    ImportBatch.State.RUNNING,
    ImportBatch.State.UNDOING,
)
"""The states in which the worker has something to do."""


class ToldRowQuerySet(models.QuerySet["ToldRow"]):
    """Which rows of a report."""

    def refused(self) -> "ToldRowQuerySet":
        """Those that do not go in."""
        return self.filter(outcome=Outcome.REFUSED)

    def in_order(self) -> "ToldRowQuerySet":
        """As they stand in the file."""
        return self.order_by("number")


class ToldRow(models.Model):
    """A row of which there is something to say: why it is refused, what of it changes."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="told")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome)
    changed = models.JSONField(default=list, blank=True)
    remarks = models.JSONField(default=list, blank=True)

    objects = ToldRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="toldrow_unique"),
        ]

    def __str__(self) -> str:
        return gettext("Row %(row)d") % {"row": self.number}

    @property
    def label(self) -> str:
        """What becomes of it."""
        return str(Outcome(self.outcome).label)


class TouchedEntry(models.Model):
    """An entry that an import made or changed, and what undoing that takes.

    `before` is the entry's row as it was, and `held` the keys of the rows that belonged to it; both
    are empty for an entry that is new. The mark tells the state that the import left from later
    ones.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="touched")
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    before: Any = models.JSONField(null=True)
    held: Any = models.JSONField(null=True)
    mark = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("entry of an import")
        verbose_name_plural = _("entries of an import")
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "content_type", "object_id"], name="touchedentry_unique"
            ),
            models.CheckConstraint(
                condition=Q(before__isnull=True, held__isnull=True)
                | Q(before__isnull=False, held__isnull=False),
                name="touchedentry_before_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.content_type_id} {self.object_id}"
