"""The words that find initiatives."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from initiatives.models.initiatives import Initiative


class InitiativeWords(models.Model):
    """The words that find a public initiative; the database keeps them, whatever writes the rest.

    Its own, and the names of the public organisations involved. A narrow table, so that the many
    that a common word finds are read at once.
    """

    initiative = models.OneToOneField(
        Initiative, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="words"
    )
    title = SearchVectorField()
    document = SearchVectorField()

    class Meta:
        verbose_name = _("words of an initiative")
        verbose_name_plural = _("words of initiatives")
        indexes = [
            GinIndex(fields=["title"], name="initiative_words_title"),
            GinIndex(fields=["document"], name="initiative_words_document"),
        ]

    def __str__(self) -> str:
        return str(self.initiative_id)
