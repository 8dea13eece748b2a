"""What is known of an initiative's worth: its results, what it needs, and what was learned."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusterix.lib.partial_dates import PartialDateField


class Proof(models.TextChoices):
    """What speaks for an initiative's worth to others."""

    EVIDENCE = "evidence", _("results recorded")
    ADOPTED = "adopted", _("adopted elsewhere")


class Evidence(models.Model):
    """A result as a figure: what was counted, how much, when, and who says so."""

    initiative = models.ForeignKey("Initiative", models.CASCADE, related_name="evidence")
    indicator = models.CharField(_("indicator"), max_length=160)
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    measured = PartialDateField(_("date"))
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.indicator


class Precondition(models.Model):
    """Something that must be in place before others can take the practice over."""

    initiative = models.ForeignKey("Initiative", models.CASCADE, related_name="preconditions")
    text = models.CharField(_("precondition"), max_length=300)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("precondition")
        verbose_name_plural = _("preconditions")

    def __str__(self) -> str:
        return self.text


class Lesson(models.Model):
    """What was learned, also from what failed."""

    class Kind(models.TextChoices):
        """What the lesson comes from."""

        SUCCESS = "success", _("what worked")
        FAILURE = "failure", _("what did not work")

    initiative = models.ForeignKey("Initiative", models.CASCADE, related_name="lessons")
    kind = models.CharField(_("from"), max_length=10, choices=Kind)
    text = models.CharField(_("lesson"), max_length=500)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def __str__(self) -> str:
        return self.text
