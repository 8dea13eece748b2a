"""The rows that entries of many kinds have: sources, and links to elsewhere."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """Where a fact was seen. Claims about the same thing that differ stand side by side."""

    about = models.CharField(
        _("about"),
        max_length=120,
        blank=True,
        help_text=_("The fact it supports, such as “start”. Empty: the entry as a whole."),
    )
    claim = models.CharField(
        _("what it says"),
        max_length=500,
        blank=True,
        help_text=_("Needed where sources differ, so that both can be read side by side."),
    )
    url = models.URLField(_("link"), max_length=500, blank=True)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    accessed_on = models.DateField(_("seen on"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.title


class Link(models.Model):
    """A page elsewhere that readers of an entry may want."""

    label = models.CharField(_("label"), max_length=120)
    url = models.URLField(_("link"), max_length=500)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return self.label
