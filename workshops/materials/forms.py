"""The form by which curators give a file or a link."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from clusterix.curation.forms import LinkForm
from workshops.materials.checking import format_of
from workshops.materials.formats import SUFFIXES, Format, RefusedError
from workshops.materials.naming import download_name
from workshops.models import Material


class MaterialForm(LinkForm):
    """A row of materials: a link, or a file that takes the place of the one before."""

    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("PDF, picture or document up to 25 MB, in place of a link."),
        widget=forms.FileInput({"accept": ",".join(f".{suffix}" for suffix in SUFFIXES)}),
    )
    format: Format

    def _get_validation_exclusions(self) -> set[str]:
        of_a_file = {"file", "name", "content_type", "size", "digest"}
        return super()._get_validation_exclusions() - of_a_file

    def clean_upload(self) -> UploadedFile | None:
        """Refuses what may not be kept."""
        upload: UploadedFile | None = self.cleaned_data["upload"]
        if upload:
            try:
                self.format = format_of(upload, upload.size or 0)
            except RefusedError as error:
                raise ValidationError(str(error)) from error
        return upload

    def clean(self) -> dict[str, Any]:
        """A file that is sent is the material; a link that is typed takes the place of a file."""
        cleaned = super().clean() or self.cleaned_data
        material, upload = cast("Material", self.instance), cleaned.get("upload")
        if upload:
            name = download_name(upload.name, self.format.suffix)
            material.take(upload, name, self.format.content_type)
        elif cleaned.get("url"):
            material.drop_file()
        return cleaned
