"""Who runs single workshops, and who is invited to."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusterix.curation.invitations.models import Invitation
from clusterix.curation.models import Partner, User


class OrganiserQuerySet(models.QuerySet["Organiser"]):
    """Who runs workshops, and who was asked to."""

    def waiting(self) -> Self:
        """Those that somebody is invited to be, who has not come yet."""
        return self.filter(user=None)

    def offered(self) -> Self:
        """Those that wait, and whose giver may still give the role."""
        return self.waiting().filter(self._giver_publishes())

    def with_offers(self) -> Self:
        """With `may_be_given`."""
        found: Self = self.annotate(may_be_given=self._giver_publishes())
        return found

    def _giver_publishes(self) -> Exists:
        givers = User.objects.publishing_for(OuterRef("workshop__owner"))
        return Exists(givers.filter(pk=OuterRef("given_by")))


class Organiser(models.Model):
    """Somebody runs one workshop for the partner that curates it, and sees nothing else of it.

    Until whoever is invited has come, the row has the invitation in place of the user; it goes with
    it, and opens nothing to anybody.
    """

    workshop = models.ForeignKey(
        "Workshop", models.CASCADE, related_name="organisers", verbose_name=_("workshop")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="organised",
        verbose_name=_("organiser"),
    )
    invitation = models.OneToOneField(
        Invitation,
        models.CASCADE,
        null=True,
        editable=False,
        related_name="organiser",
        verbose_name=_("invitation"),
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("given by"),
    )
    given_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    may_be_given: bool
    """Whoever gives the role publishes the workshop, as `with_offers` found."""

    objects = OrganiserQuerySet.as_manager()

    class Meta:
        verbose_name = _("organiser")
        verbose_name_plural = _("organisers")
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "user"],
                name="organiser_unique",
                violation_error_message=_("They organise this workshop already."),
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, invitation=None)
                | Q(user=None, invitation__isnull=False),
                name="organiser_is_there_or_invited",
            ),
        ]

    def __str__(self) -> str:
        """Names nobody: the admin's log keeps it."""
        return f"{self._meta.verbose_name}, {self.workshop}"

    @property
    def title(self) -> str:
        """What whoever is invited would run."""
        return str(self.workshop)

    @property
    def partner(self) -> Partner:
        """For whom they would run it."""
        return self.workshop.owner

    def is_offered(self) -> bool:
        """Whoever sent the invitation may still give the role."""
        return Organiser.objects.offered().filter(pk=self.pk).exists()

    def give_to(self, user: User, at: datetime) -> bool:
        """Let whoever came by the invitation run the workshop; False if that is not offered.

        Who may do that by now without this row needs it no longer.
        """
        if not self.is_offered():
            return False
        waiting = Organiser.objects.waiting().filter(pk=self.pk)
        if user.can_see(self.workshop):
            return bool(waiting.delete()[0])
        return bool(waiting.update(user=user, invitation=None, given_at=at))
