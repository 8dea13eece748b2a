"""What there is to read or watch from workshops."""

import hashlib
import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.core.files import File
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from workshops.materials.naming import new_path


class MaterialQuerySet(models.QuerySet["Material"]):
    """What there is to read or watch."""

    def in_order(self) -> "MaterialQuerySet":
        """As the organiser ordered it, with the workshop, whose address files have."""
        return self.select_related("workshop").order_by("position", "pk")

    def files(self) -> "MaterialQuerySet":
        """Those that are kept here."""
        return self.exclude(file="")


class Material(models.Model):
    """Something to read or watch from a workshop or one of its sessions: a file, or a link."""

    class Kind(models.TextChoices):
        """What it is."""

        SLIDES = "slides", _("slides")
        PAPER = "paper", _("paper")
        RECORDING = "recording", _("recording")
        PHOTO = "photo", _("photo")
        PAGE = "page", _("web page")

    workshop = models.ForeignKey("Workshop", models.CASCADE, related_name="materials")
    session = models.ForeignKey(
        "Session", models.CASCADE, null=True, blank=True, related_name="materials"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("link"), max_length=500, blank=True)
    licence = models.CharField(
        _("licence"), max_length=80, blank=True, help_text=_("Such as CC BY 4.0.")
    )
    reference = models.UUIDField(
        _("name in addresses"),
        unique=True,
        default=uuid.uuid4,
        db_default=RandomUUID(),
        editable=False,
    )
    file = models.FileField(
        _("file"), upload_to=new_path, blank=True, default="", db_default="", editable=False
    )
    name = models.CharField(
        _("file name"), max_length=100, blank=True, default="", db_default="", editable=False
    )
    content_type = models.CharField(
        _("format"), max_length=100, blank=True, default="", db_default="", editable=False
    )
    size = models.PositiveIntegerField(_("bytes"), default=0, db_default=0, editable=False)
    digest = models.CharField(
        _("SHA-256"), max_length=64, blank=True, default="", db_default="", editable=False
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        constraints = [
            models.CheckConstraint(
                condition=(Q(file="", name="", content_type="", size=0, digest="") & ~Q(url=""))
                | (
                    Q(url="", size__gt=0, digest__regex=r"^[0-9a-f]{64}$")
                    & ~Q(file="")
                    & ~Q(name="")
                    & ~Q(content_type="")
                ),
                name="material_file_or_link",
                violation_error_message=_("Give a file or a link, one of the two."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def address(self) -> str:
        """Where it is found: elsewhere, or under the workshop's own address."""
        return self.url or reverse("workshops:material", args=[self.workshop.slug, self.reference])

    @property
    def web_address(self) -> str:
        """The whole address, for those who read it elsewhere."""
        return self.url or f"{settings.SITE_URL}{self.address}"

    @property
    def suffix(self) -> str:
        """How the name of its file ends, such as “PDF”; empty for a link."""
        return self.name.rpartition(".")[2].upper()

    def take(self, content: File[bytes], name: str, content_type: str) -> None:
        """Becomes that file, which was checked; it is written once the row is saved."""
        self.file = content
        self.name, self.content_type, self.size = name, content_type, content.size
        content.seek(0)
        self.digest = hashlib.file_digest(content, "sha256").hexdigest()

    def drop_file(self) -> None:
        """Is a link from now on; the worker removes the file."""
        self.file = self.name = self.content_type = self.digest = ""
        self.size = 0
