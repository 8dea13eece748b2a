"""Users, and the partners that they curate for."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models.entries import E, Entry, EntryQuerySet
from clusterix.curation.models.scopes import Scope


class UserManager(BaseUserManager["User"]):
    """Makes users, who are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who may sign in with that address; without a password only by resetting it."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An operator, to whom nothing is closed."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def publishing_for(self, partner: Any) -> "models.QuerySet[User]":
        """Those with an open account of whom `can_publish` is true for the partner's entries.

        The partner may be the column of an outer query; nobody comes twice only within `Exists`.
        """
        may = Q(is_superuser=True) | Q(memberships__role=Membership.Role.SECRETARIAT)
        may |= Q(memberships__role=Membership.Role.PUBLISHER, memberships__partner=partner)
        return self.filter(may, is_active=True)


class User(AbstractUser):
    """Somebody who signs in: a member of one or more partners, or an operator."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()  # type: ignore[assignment,misc]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("Somebody with this e-mail address exists already."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @property
    def is_secretariat(self) -> bool:
        """May review and publish anyone's entries (operators may too)."""
        return self.is_superuser or Membership.Role.SECRETARIAT in self._roles.values()

    @property
    def is_curator(self) -> bool:
        """Works behind the scenes: for a partner, on a workshop, or as an operator."""
        return self.is_superuser or bool(self._roles) or bool(self._organised)

    @property
    def may_begin(self) -> bool:
        """May begin entries: for some partner."""
        return self.is_secretariat or bool(self._roles)

    def can_steer(self, entry: Entry) -> bool:
        """May hand the entry on, say whose it is, or delete a draft: belongs to its partner."""
        return self.is_secretariat or entry.owner_id in self._roles

    def is_organiser(self, entry: Entry) -> bool:
        """Runs this one entry for its partner, without belonging to it."""
        return entry.has_organisers and entry.pk in self._organised

    def can_publish(self, entry: Entry) -> bool:
        """May make the entry public, and answers for it afterwards."""
        return self.is_secretariat or entry.owner_id in self.publishes_for

    def can_see(self, entry: Entry) -> bool:
        """May open the entry behind the scenes."""
        return self.can_steer(entry) or self.is_organiser(entry)

    def can_review(self, entry: Entry) -> bool:
        """May decide about the entry while it is in review: as its publisher, or by its scope."""
        if entry.state != Entry.State.IN_REVIEW:
            return False
        return self.can_publish(entry) or self.is_routed(entry)

    def is_routed(self, entry: Entry) -> bool:
        """What is submitted about the entry comes to this user by a scope."""
        kind = type(entry)
        mine: EntryQuerySet[Entry] = kind.unscoped.filter(pk=entry.pk)
        return bool(self.scope) and mine.in_scope(self.scope).exists()

    def can_change(self, entry: Entry) -> bool:
        """May edit the entry as it stands: the partner's drafts, all one publishes or organises."""
        if entry.state == Entry.State.DRAFT:
            return self.can_see(entry)
        return self.can_publish(entry) or self.is_organiser(entry)

    def own_partners(self) -> "models.QuerySet[Partner]":
        """The partners that this user may create entries for, by name."""
        partners = Partner.objects.order_by("name")
        return partners if self.is_secretariat else partners.filter(pk__in=list(self._roles))

    @property
    def manages_members(self) -> bool:
        """Answers for the members of some partner."""
        return self.is_secretariat or bool(self.publishes_for)

    def manages(self, partner: int) -> bool:
        """Answers for the members of that partner."""
        return self.is_secretariat or partner in self.publishes_for

    def managed_partners(self) -> "models.QuerySet[Partner]":
        """The partners whose members this user answers for, by name."""
        partners = Partner.objects.order_by("name")
        return partners if self.is_secretariat else partners.filter(pk__in=self.publishes_for)

    def partner_entries(self, model: type[E]) -> EntryQuerySet[E]:
        """The entries of that kind that this user may see behind the scenes."""
        entries: EntryQuerySet[E] = model.unscoped.all()
        return entries if self.is_secretariat else entries.filter(self._own(model))

    def changeable_entries(self, model: type[E]) -> EntryQuerySet[E]:
        """Those of that kind of which `can_change` is true."""
        entries = self.partner_entries(model)
        if self.is_secretariat:
            return entries
        may = Q(state=Entry.State.DRAFT) | Q(owner__in=self.publishes_for)
        return entries.filter(may | self._of_organiser(model))

    def drafts(self, model: type[E]) -> EntryQuerySet[E]:
        """Those of that kind that this user began and has not handed on."""
        return self.partner_entries(model).filter(state=Entry.State.DRAFT, created_by=self)

    def visible_entries(self, model: type[E]) -> EntryQuerySet[E]:
        """Those of the user's partners, and those in review that come to the user by a scope."""
        if self.is_secretariat or not self.scope:
            return self.partner_entries(model)
        entries: EntryQuerySet[E] = model.unscoped.all()
        routed = Q(state=Entry.State.IN_REVIEW, pk__in=entries.in_scope(self.scope).values("pk"))
        return entries.filter(self._own(model) | routed)

    def publishable_entries(self, model: type[E]) -> EntryQuerySet[E]:
        """Those of that kind that wait for review by this user."""
        waiting = self.visible_entries(model).filter(state=Entry.State.IN_REVIEW)
        if self.is_secretariat:
            return waiting
        mine = Q(owner__in=self.publishes_for)
        if self.scope:
            mine |= Q(pk__in=model.unscoped.in_scope(self.scope).values("pk"))
        return waiting.filter(mine)

    def linkable_entries(self, model: type[E]) -> EntryQuerySet[E]:
        """Those of that kind that this user's entries may refer to: anyone's public ones too."""
        entries: EntryQuerySet[E] = model.unscoped.all()
        if self.is_secretariat:
            return entries
        return entries.filter(Q(state=Entry.State.PUBLISHED) | self._own(model))

    def _own(self, model: type[E]) -> Q:
        """What is true of those of that kind that this user works on."""
        return Q(owner__in=list(self._roles)) | self._of_organiser(model)

    def _of_organiser(self, model: type[E]) -> Q:
        """What is true of those of that kind that this user organises."""
        if not model.has_organisers:
            return Q(pk__in=[])
        rows: Any = self.organised  # of a higher app
        return Q(pk__in=rows.values("workshop"))

    @cached_property
    def _organised(self) -> frozenset[int]:
        """The workshops that the user organises, by their numbers; read once a request."""
        rows: Any = self.organised  # of a higher app
        return frozenset(rows.values_list("workshop", flat=True))

    @cached_property
    def _memberships(self) -> "list[tuple[int, str, list[str], list[str]]]":
        """Partner, role, and what the partner reviews; read once a request."""
        what = ("partner", "role", "partner__regions_reviewed", "partner__themes_reviewed")
        return list(self.memberships.values_list(*what))

    @property
    def _roles(self) -> dict[int, str]:
        """The user's role by partner."""
        return {partner: role for partner, role, _regions, _themes in self._memberships}

    @property
    def publishes_for(self) -> list[int]:
        """The partners for which the user's role is to publish."""
        return [pk for pk, role in self._roles.items() if role == Membership.Role.PUBLISHER]

    @property
    def scope(self) -> Scope:
        """What the partners review for which the user's role is to publish."""
        mine = [row for row in self._memberships if row[1] == Membership.Role.PUBLISHER]
        return Scope(
            frozenset(code for row in mine for code in row[2]),
            frozenset(key for row in mine for key in row[3]),
        )


class Partner(models.Model):
    """A team that curates: a cluster organisation, an agency or a managing authority."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    is_programme = models.BooleanField(
        _("the programme's own partner"),
        default=False,
        help_text=_("Its members can be given the secretariat's role."),
    )
    regions_reviewed = ArrayField(
        models.CharField(max_length=5),
        verbose_name=_("reviews for these regions"),
        default=list,
        db_default=Value([], ArrayField(models.CharField(max_length=5))),
        blank=True,
        help_text=_(
            "NUTS codes with commas between them, such as “SE, DK01”: what others submit about "
            "these regions, or about any place in them, comes to this partner's publishers."
        ),
    )
    themes_reviewed = ArrayField(
        models.SlugField(max_length=80),
        verbose_name=_("reviews for these themes"),
        default=list,
        db_default=Value([], ArrayField(models.CharField(max_length=80))),
        blank=True,
        help_text=_("Keys of themes, with commas between them."),
    )
    members: "models.ManyToManyField[User, Membership]" = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="partners"
    )

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.UniqueConstraint(
                fields=["is_programme"],
                condition=Q(is_programme=True),
                name="partner_one_programme",
                violation_error_message=_("Another partner is the programme's own already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """What a user may do for a partner."""

    class Role(models.TextChoices):
        """Editors draft and propose, publishers also publish, the secretariat does so for all."""

        EDITOR = "editor", _("editor")
        PUBLISHER = "publisher", _("publisher")
        SECRETARIAT = "secretariat", _("secretariat")

    partner = models.ForeignKey(
        Partner, models.CASCADE, related_name="memberships", verbose_name=_("partner")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("user"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "user"],
                name="membership_unique",
                violation_error_message=_("This user is a member of this partner already."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=["editor", "publisher", "secretariat"]),
                name="membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.partner} ({self.get_role_display()})"

    def clean(self) -> None:
        """Only the programme's own partner has a secretariat."""
        is_secretariat = self.role == self.Role.SECRETARIAT
        if is_secretariat and self.partner_id and not self.partner.is_programme:
            raise ValidationError(
                {"role": _("Only members of the programme's own partner can be its secretariat.")}
            )
