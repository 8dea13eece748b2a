"""What sessions present, and who does what in them."""

from django.apps import apps
from django.db import models
from django.db.models import F, Prefetch
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry
from initiatives.models import Initiative
from people.models import Organisation, Person


class PresentationQuerySet(models.QuerySet["Presentation"]):
    """Which session presents which initiative."""

    def public(self) -> "PresentationQuerySet":
        """Those at public workshops."""
        return self.filter(session__workshop__state=Entry.State.PUBLISHED)

    def shown_in(self, session: int) -> "PresentationQuerySet":
        """What the session of that number presents, as far as everyone may see it, in order."""
        rows = self.filter(session=session, initiative__state=Entry.State.PUBLISHED)
        initiatives = Prefetch("initiative", Initiative.unscoped.for_marks())
        return rows.order_by("position", "pk").prefetch_related(initiatives)

    def for_lists(self) -> "PresentationQuerySet":
        """With session, speakers and workshop, the latest workshop first."""
        contributions = Contribution.objects.in_order().select_related("organisation", "person")
        # By name, since workshops load their presentations: their module imports this one.
        workshops = apps.get_model("workshops", "Workshop").unscoped.for_marks()
        return (
            self.select_related("session")
            .prefetch_related(
                Prefetch("session__workshop", workshops),
                Prefetch("session__contributions", contributions),
            )
            .order_by("-session__workshop__starts_on", "session__position", "pk")
        )


class Presentation(models.Model):
    """An initiative that a session presents."""

    session = models.ForeignKey("Session", models.CASCADE, related_name="presentations")
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, related_name="presentations", verbose_name=_("initiative")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PresentationQuerySet.as_manager()

    class Meta:
        verbose_name = _("presented initiative")
        verbose_name_plural = _("presented initiatives")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "initiative"],
                name="presentation_unique",
                violation_error_message=_("The session presents this initiative already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.initiative)


class ContributionQuerySet(models.QuerySet["Contribution"]):
    """Who did what in which session."""

    def public(self) -> "ContributionQuerySet":
        """Those at public workshops by people who may be named."""
        return self.filter(
            session__workshop__state=Entry.State.PUBLISHED, person__state=Entry.State.PUBLISHED
        ).exclude(person__visibility=Person.Visibility.WITHHELD)

    def in_order(self) -> "ContributionQuerySet":
        """As the programme lists them."""
        return self.order_by("position", "pk")

    def for_names(self) -> "ContributionQuerySet":
        """With whom they name, and none of the texts about those."""
        return self.select_related("organisation", "person").defer(
            *("organisation__description", "organisation__search"),
            *("person__biography", "person__search"),
        )

    def latest_first(self) -> "ContributionQuerySet":
        """Those at the latest workshop first."""
        return self.order_by(
            "-session__workshop__starts_on", F("session__starts_at").asc(nulls_last=True),
            "session__position", "pk",
        )  # fmt: skip

    def for_lists(self) -> "ContributionQuerySet":
        """With session, workshop, person, and what the session presents."""
        presentations = Presentation.objects.order_by("position", "pk").select_related("initiative")
        return self.select_related(
            "session__workshop__region", "person", "organisation"
        ).prefetch_related(Prefetch("session__presentations", presentations))


class Contribution(models.Model):
    """What a person did in a session, and for whom they stood there at the time."""

    class Role(models.TextChoices):
        """The parts people take in a session."""

        SPEAKER = "speaker", _("speaker")
        MODERATOR = "moderator", _("moderator")
        PANELLIST = "panellist", _("panellist")
        HOST = "host", _("host")

    session = models.ForeignKey("Session", models.CASCADE, related_name="contributions")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="contributions", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.SPEAKER)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("organisation at the time"),
    )
    affiliation = models.CharField(
        _("as printed"),
        max_length=200,
        blank=True,
        help_text=_("How the programme named the role or organisation then. Empty: the name."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person", "role"],
                name="contribution_unique",
                violation_error_message=_("This person has this role already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_role_display()})"

    @property
    def public_name(self) -> str:
        """The person's name as the programme prints it."""
        return self.person.public_name

    @property
    def public_organisation(self) -> Organisation | None:
        """For whom the person stood there, unless that would tell who a withheld speaker is."""
        organisation = self.organisation
        return organisation if organisation and organisation.is_public and self.is_named else None

    @property
    def stood_for(self) -> str:
        """The affiliation at the time as the programme prints it; empty where it is not public."""
        if not self.is_named:
            return ""
        return self.affiliation or (
            self.public_organisation.name if self.public_organisation else ""
        )

    @property
    def is_named(self) -> bool:
        """The programme says who it is."""
        return self.person.is_public and self.person.visibility != Person.Visibility.WITHHELD
