"""Programmes as they were announced."""

from collections import defaultdict

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from workshops.models.sessions import Session


class ScheduleVersionQuerySet(models.QuerySet["ScheduleVersion"]):
    """Versions of programmes."""

    def newest_first(self) -> "ScheduleVersionQuerySet":
        """The last published before the others."""
        return self.order_by("-number", "-pk")

    def for_pages(self) -> "ScheduleVersionQuerySet":
        """Those, without what only the next version is compared with."""
        return self.newest_first().defer("snapshot")

    def last_of_each(self) -> "ScheduleVersionQuerySet":
        """The last version of each workshop."""
        return self.for_pages().order_by("workshop", "-number").distinct("workshop")

    def knowing(self, session: Session) -> "ScheduleVersionQuerySet":
        """Those that the session is part of."""
        return self.filter(workshop=session.workshop_id, snapshot__has_key=str(session.guid))


class ScheduleVersion(models.Model):
    """A programme as it was announced: what calendars showed of it then, and what was new."""

    workshop = models.ForeignKey(
        "Workshop", models.CASCADE, related_name="versions", verbose_name=_("workshop")
    )
    number = models.PositiveIntegerField(_("number"))
    note = models.CharField(
        _("note"),
        max_length=500,
        blank=True,
        help_text=_("For everyone who comes: what is new, and why. Plain text."),
    )
    published_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    snapshot = models.JSONField(help_text="`Snapshot` of `workshops.versions.facts`.")
    changes = models.JSONField(
        help_text="A list of `Change` of `workshops.versions.facts`; empty for the first."
    )

    objects = ScheduleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme version")
        verbose_name_plural = _("programme versions")
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "number"],
                name="scheduleversion_number_unique",
                violation_error_message=_("There is a version with this number already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workshop}, {self.number}"

    @cached_property
    def kinds(self) -> dict[str, list[str]]:
        """What became of sessions with it: kinds of change by guid."""
        found = defaultdict[str, list[str]](list)
        for change in self.changes:
            found[change["guid"]].append(change["kind"])
        return dict(found)
