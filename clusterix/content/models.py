"""What the loader wrote, remembered to tell its own words from those that people wrote since."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Loaded(models.Model):
    """A record that came from a content file: for each field, a digest of what the file said.

    Digests are enough to compare, and keep no second copy of what is said about a person.
    """

    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("key"), max_length=100)
    digests = models.JSONField(_("digests"), default=dict)
    loaded_at = models.DateTimeField(_("loaded"), auto_now=True)

    class Meta:
        verbose_name = _("loaded record")
        verbose_name_plural = _("loaded records")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="loaded_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"
