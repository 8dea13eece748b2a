"""What people agree to when they register, and what they say they are."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Term


class AudienceCategory(Term):
    """What a participant is to the programme: a cluster organisation, a policy maker and so on."""

    class Meta(Term.Meta):
        verbose_name = _("audience category")
        verbose_name_plural = _("audience categories")


class ConsentText(models.Model):
    """What people agree to when they register. A text never changes; a change is a new version."""

    version = models.SlugField(_("version"), max_length=40, unique=True)
    text = models.TextField(_("text"), max_length=2_000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")

    def __str__(self) -> str:
        return self.version

    def clean(self) -> None:
        """What people agreed to stays what they read; a trigger holds everyone to it."""
        kept = ConsentText.objects.filter(pk=self.pk).first()
        if kept and (kept.version, kept.text) != (self.version, self.text):
            raise ValidationError(
                _("A consent text does not change. Write a new version beside it."), code="kept"
            )
