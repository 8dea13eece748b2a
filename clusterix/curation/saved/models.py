"""What somebody narrows a list of entries down to, under a name."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_QUERY = 1_000


class SavedFilter(models.Model):
    """A filter, search and order of a list of entries; nobody sees it but who keeps it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters")
    kind = models.CharField(max_length=60, help_text=_("The kind of entry: “people.person”."))
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=LONGEST_QUERY)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "name"], name="saved_filter_name"),
        ]

    def __str__(self) -> str:
        return self.name
