"""The regions of Europe, and the shapes that the map draws of them."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry
from clusterix.lib import search
from clusterix.lib.countries import country_name
from people.models.organisations import Organisation


class RegionQuerySet(models.QuerySet["Region"]):
    """The regions of Europe."""

    def current(self) -> "RegionQuerySet":
        """Those of the present NUTS version."""
        return self.filter(is_retired=False)

    def matching(self, text: str) -> "RegionQuerySet":
        """Those found by name or code, the larger first."""
        return self.filter(search.finds(F("search"), text)).order_by("level", "code")

    def within(self, code: str) -> "RegionQuerySet":
        """The region of that code and all that lie in it (a NUTS code begins with its parent's)."""
        return self.filter(code__startswith=code)

    def containing(self, code: str) -> "RegionQuerySet":
        """The region of that code and all it lies in, the largest first."""
        return self.filter(code__in=[code[:end] for end in range(2, len(code) + 1)]).order_by(
            "level"
        )

    def reached_by(self, organisation: Organisation) -> "RegionQuerySet":
        """Where an organisation sits, and where its public initiatives take place."""
        of_its_initiatives = Q(
            initiatives__state=Entry.State.PUBLISHED, initiatives__organisations=organisation
        )
        return self.filter(of_its_initiatives | Q(pk=organisation.region_id)).distinct()

    def in_order(self) -> "RegionQuerySet":
        """As NUTS lists them."""
        return self.order_by("code")

    def of_division(self, country: str, level: int) -> "RegionQuerySet":
        """Those of one level that a country is divided into."""
        return self.filter(country=country, level=level)

    def with_boundaries(self) -> "RegionQuerySet":
        """With their shapes; those that are out of use only where they have one."""
        in_sight = Q(is_retired=False) | Q(boundary__isnull=False)
        return self.filter(in_sight).select_related("boundary").in_order()

    def levels_with_boundaries(self, country: str) -> "models.QuerySet[Region, int]":
        """The levels below a country whose regions have shapes, the coarsest first."""
        drawn = self.filter(country=country, level__gt=0, boundary__isnull=False)
        return drawn.order_by("level").values_list("level", flat=True).distinct()


class Region(models.Model):
    """A territorial unit of the NUTS classification, from country (level 0) to level 3."""

    class Level(models.IntegerChoices):
        """The levels of NUTS; 0 is the country."""

        COUNTRY = 0, _("country")
        MAJOR = 1, _("major region")
        BASIC = 2, _("region")
        SMALL = 3, _("small region")

    code = models.CharField(_("NUTS code"), max_length=5, primary_key=True)
    version = models.PositiveSmallIntegerField(
        _("NUTS version"), help_text=_("The year of the last classification that has the code.")
    )
    name = models.CharField(_("name"), max_length=200)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    country = models.CharField(_("country"), max_length=2, db_index=True)
    is_retired = models.BooleanField(_("no longer in use"), default=False)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("now part of"),
    )
    search = models.GeneratedField(
        expression=search.vector(a="name code"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z]{2}[A-Z0-9]{0,3}$"),
                name="region_code_form",
                violation_error_message=_("A NUTS code is a country and up to three signs."),
            ),
            models.CheckConstraint(
                condition=Q(code__startswith=F("country")), name="region_lies_in_its_country"
            ),
            models.CheckConstraint(
                condition=Q(level=0, parent=None) | Q(level__gt=0, parent__isnull=False),
                name="region_country_has_no_parent",
            ),
        ]
        indexes = [GinIndex(fields=["search"], name="region_search")]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """The region's page."""
        return reverse("regions:detail", args=[self.code])

    @property
    def label(self) -> str:
        """The name of a country in the active language; that of a region as it calls itself."""
        return country_name(self.country) if self.level == self.Level.COUNTRY else self.name

    @property
    def country_label(self) -> str:
        """The country's name in the active language."""
        return country_name(self.country)


class Boundary(models.Model):
    """The shape of a region as the map draws it, and whom the map has to name for it.

    All shapes of a country's regions of one level stand on the same grid.
    """

    region = models.OneToOneField(Region, models.CASCADE, primary_key=True, related_name="boundary")
    path = models.TextField(_("outline"))
    west = models.IntegerField()
    north = models.IntegerField()
    east = models.IntegerField()
    south = models.IntegerField()
    attribution = models.CharField(_("attribution"), max_length=300)

    class Meta:
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")
        constraints = [
            models.CheckConstraint(
                condition=Q(path__regex=r"^[-0-9Mlz ]+$"),
                name="boundary_is_an_outline",
                violation_error_message=_("An outline has moves, lines and numbers only."),
            ),
            models.CheckConstraint(
                condition=Q(west__lte=F("east"), north__lte=F("south")),
                name="boundary_box_is_one",
                violation_error_message=_("West lies before east, and north before south."),
            ),
        ]

    def __str__(self) -> str:
        return self.region_id
