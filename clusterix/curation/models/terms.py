"""The values of vocabularies, and the words that public texts have."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class TermQuerySet(models.QuerySet[Any]):
    """The values of a vocabulary."""

    def in_order(self) -> "TermQuerySet":
        """As the vocabulary orders them."""
        return self.order_by("position", "key")


class Term(models.Model):
    """A value of a controlled vocabulary, with a label in each language."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    labels = models.JSONField(
        _("labels"),
        help_text=_("One for each language, English at least: {“en”: “Smart specialisation”}."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = TermQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(labels__has_key="en"),
                name="%(class)s_has_english_label",
                violation_error_message=_("Give an English label: {“en”: “…”}."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """In the active language, or else in English."""
        labels: dict[str, str] = self.labels
        return labels.get(get_language() or "en") or labels["en"]


class KnownWord(models.Model):
    """A word that public texts have or had, to tell people who mistype it.

    The database adds words as entries become public; whoever offers one makes sure that it still
    finds something. Two writers at once may both add a word, so that neither waits for the other.
    """

    shown = models.CharField(_("word"), max_length=40)
    plain = models.CharField(_("without accents"), max_length=80)

    class Meta:
        verbose_name = _("known word")
        verbose_name_plural = _("known words")
        indexes = [
            models.Index(fields=["shown"], name="known_word_shown"),
            GinIndex(fields=["plain"], opclasses=["gin_trgm_ops"], name="known_word_plain"),
        ]

    def __str__(self) -> str:
        return self.shown
