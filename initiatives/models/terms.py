"""The vocabularies by which initiatives are told apart: topics, ecosystems, whom they are for."""

from collections.abc import Iterable

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Term


class Theme(Term):
    """A topic of cluster policy; may lie within a wider one."""

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("within"),
    )

    class Meta(Term.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")

    @property
    def url(self) -> str:
        """The initiatives on it, in the catalogue."""
        return f"{reverse('initiatives:list')}?theme={self.key}"

    @staticmethod
    def with_narrower(themes: Iterable["Theme"]) -> dict[str, set[int]]:
        """By each theme's key, that theme and all within it; give all themes there are."""
        by_pk = {theme.pk: theme for theme in themes}
        narrower: dict[str, set[int]] = {theme.key: set() for theme in by_pk.values()}
        for theme in by_pk.values():
            wider: Theme | None = theme
            while wider and theme.pk not in narrower[wider.key]:
                narrower[wider.key].add(theme.pk)
                wider = by_pk[wider.parent_id] if wider.parent_id else None
        return narrower


class Ecosystem(Term):
    """One of the European Union's industrial ecosystems."""

    class Meta(Term.Meta):
        verbose_name = _("industrial ecosystem")
        verbose_name_plural = _("industrial ecosystems")

    @property
    def url(self) -> str:
        """The initiatives in it, in the catalogue."""
        return f"{reverse('initiatives:list')}?ecosystem={self.key}"


class TargetGroup(Term):
    """Whom an initiative is for."""

    class Meta(Term.Meta):
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")

    @property
    def url(self) -> str:
        """The initiatives for them, in the catalogue."""
        return f"{reverse('initiatives:list')}?target={self.key}"
