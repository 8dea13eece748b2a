"""What peers advise."""

from typing import Self

from django.db import models
from django.db.models import Prefetch, Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from clusterix.lib import markdown
from clusterix.lib.markdown_field import MarkdownField
from people.models import Organisation, Person
from workshops.models import Outcome
from workshops.reviews.models.questions import Topic

ADVICE_BEGINNING = 120
"""So many letters of a recommendation stand beside what was agreed upon it."""


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    """What peers advise."""

    def in_order(self) -> Self:
        """As the review has them."""
        return self.order_by("position", "pk")

    def for_page(self) -> Self:
        """With who gave them and what was agreed upon them."""
        outcomes = Outcome.objects.public().for_page()
        return (
            self.in_order()
            .select_related("topic", "person", "organisation")
            .prefetch_related(Prefetch("outcomes", outcomes))
        )


class Recommendation(models.Model):
    """What peers advise a region to do; what is agreed upon it is an outcome of the workshop."""

    review = models.ForeignKey("PeerReview", models.CASCADE, related_name="recommendations")
    text = MarkdownField(_("recommendation"), help_text=_("Markdown."), max_length=2_000)
    topic = models.ForeignKey(
        Topic,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recommendations",
        verbose_name=_("topic"),
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recommendations",
        verbose_name=_("given by"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recommendations",
        verbose_name=_("or by"),
    )
    outcomes = models.ManyToManyField(
        Outcome,
        blank=True,
        related_name="recommendations",
        verbose_name=_("agreed upon it"),
        help_text=_("Outcomes of the workshop, which have owners and days."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None) | Q(organisation=None),
                name="recommendation_of_one",
                violation_error_message=_("It is given by a person or an organisation, not both."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def beginning(self) -> str:
        """As much of its words as stands beside what was agreed upon it."""
        return Truncator(markdown.plain(self.text)).chars(ADVICE_BEGINNING)

    @property
    def public_person(self) -> Person | None:
        """Who gave it, where everyone may know that person's name."""
        person = self.person
        withheld = Person.Visibility.WITHHELD
        return person if person and person.is_public and person.visibility != withheld else None

    @property
    def public_organisation(self) -> Organisation | None:
        """The organisation that gave it, where everyone may see that one."""
        organisation = self.organisation
        return organisation if organisation and organisation.is_public else None
