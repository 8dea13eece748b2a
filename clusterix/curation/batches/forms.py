"""The forms by which curators send a table, say what its columns are, and take an import back."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from clusterix.curation.batches import mapping
from clusterix.curation.batches.kinds import kinds
from clusterix.curation.batches.models import ImportBatch
from clusterix.curation.forms import REASON_LENGTH
from clusterix.curation.imports.delimited import DELIMITERS
from clusterix.curation.imports.encodings import ALPHABETS
from clusterix.curation.imports.files import OLD_OFFICE
from clusterix.curation.imports.mappings import REFUSE, SKIP, RefusedError, parsed
from clusterix.curation.imports.tables import Wishes
from clusterix.curation.models import Partner, User
from clusterix.lib import tree

MOST_UPLOADED = 25_000_000
"""What a request may carry; the command reads larger files."""
LONGEST_PREFIX = 40
NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"\x1f\x8b", b"7z\xbc\xaf")
ENCODINGS = ("utf-8", "utf-16", *ALPHABETS)
YAML = ".yaml,.yml,application/yaml"


class UploadForm(forms.ModelForm[ImportBatch]):
    """A table, what its rows are, for whom and why they are imported."""

    upload = forms.FileField(
        label=_("File"),
        help_text=_("CSV, Excel (.xlsx) or JSON, up to 25 MB and 60,000 rows."),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx,.json,.jsonl"}),
    )
    model = forms.ChoiceField(label=_("What are its rows?"))
    publish = forms.BooleanField(
        label=_("Make the entries public"),
        required=False,
        help_text=_("Otherwise new ones are drafts, and others stay what they are."),
    )

    class Meta:
        model = ImportBatch
        fields = ("model", "partner", "reason", "publish")
        help_texts = {"reason": _("The history of each entry will say it.")}

    field_order = ("upload", "model", "partner", "reason", "publish")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        offered = [
            (label, capfirst(kind.model._meta.verbose_name_plural))
            for label, kind in kinds().items()
        ]
        cast("forms.ChoiceField", self.fields["model"]).choices = offered
        partners = user.own_partners()
        field = cast("forms.ModelChoiceField[Partner]", self.fields["partner"])
        field.queryset, field.empty_label = partners, None
        field.initial = partners.first()

    def clean_upload(self) -> UploadedFile:
        """Refuses at once what is no table, whatever it is called; the rest is looked at later."""
        upload = cast("UploadedFile", self.cleaned_data["upload"])
        if (upload.size or 0) > MOST_UPLOADED:
            raise ValidationError(_("It is larger than 25 MB. Divide it into several files."))
        head = upload.read(8)
        upload.seek(0)
        if head.startswith(OLD_OFFICE):
            raise ValidationError(
                _("It is an old or a locked spreadsheet. Save it as .xlsx without a password.")
            )
        if head.startswith(NO_TABLES):
            raise ValidationError(_("This is no table. Give a CSV, XLSX or JSON file."))
        return upload

    def clean(self) -> dict[str, Any]:
        """Only those who publish for a partner import what is public at once."""
        cleaned = super().clean() or self.cleaned_data
        partner = cleaned.get("partner")
        if cleaned.get("publish") and partner and not may_publish(self.user, partner):
            self.add_error("publish", _("You may not publish for this partner."))
        return cleaned


def may_publish(user: User, partner: Partner) -> bool:
    """Whether the user publishes entries of that partner."""
    publishing = user.memberships.filter(partner=partner, role="publisher")
    return user.is_secretariat or publishing.exists()


class WishesForm(forms.Form):
    """How a file is to be read, where what was found out is wrong."""

    encoding = forms.ChoiceField(label=_("Encoding"), required=False)
    delimiter = forms.ChoiceField(label=_("Between cells"), required=False)
    sheet = forms.CharField(label=_("Sheet"), required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found_out = ("", _("found out from the file"))
        encoding = cast("forms.ChoiceField", self.fields["encoding"])
        encoding.choices = [found_out, *((name, name.upper()) for name in ENCODINGS)]
        delimiter = cast("forms.ChoiceField", self.fields["delimiter"])
        delimiter.choices = [found_out, *((name, name) for name in DELIMITERS.values())]


class MappingFileForm(forms.Form):
    """A mapping file that somebody has."""

    mapping_file = forms.FileField(
        label=_("Mapping file"),
        widget=forms.FileInput({"accept": YAML}),
        help_text=_("In YAML, as docs/imports.md explains it."),
    )

    def __init__(self, *args: Any, batch: ImportBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch

    def clean_mapping_file(self) -> tuple[str, str]:
        """Its text and its name; every mistake with its line."""
        upload = cast("UploadedFile", self.cleaned_data["mapping_file"])
        if (upload.size or 0) > tree.MAX_BYTES:
            raise ValidationError(_("It is larger than a mapping file can be."))
        content, name = upload.read(), upload.name or "mapping"
        try:
            plan = parsed(content, name, self.batch.kind.fields())
            plan.check(self.batch.seen["columns"])
        except RefusedError as error:
            raise ValidationError([str(mistake) for mistake in error.mistakes]) from error
        return content.decode(), name


class ColumnsForm(forms.Form):
    """Which column is which field, and what holds for every row."""

    before_keys = forms.SlugField(
        label=_("Before each key"),
        required=False,
        max_length=LONGEST_PREFIX,
        help_text=_("Keys such as 1, 2, 3 need something before them that no other list has."),
    )
    on_error = forms.ChoiceField(
        label=_("If a value cannot be read"),
        choices=[(REFUSE, _("leave the row out")), (SKIP, _("leave the value out"))],
    )

    def __init__(self, *args: Any, batch: ImportBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch
        self.columns: list[str] = batch.seen["columns"]
        self.labels = mapping.labels(batch.kind)
        choices = [("", _("leave out")), *self.labels.items()]
        for place, column in enumerate(self.columns):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=column, required=False, choices=choices
            )
        for name, values in mapping.choosable(batch.kind).items():
            self.fields[f"constant-{name}"] = forms.ChoiceField(
                label=_("%(field)s of every row") % {"field": self.labels[name]},
                required=False,
                choices=[("", _("as the table says")), *values],
            )

    def propose(self, choices: mapping.Choices) -> None:
        """Show these choices first."""
        self.initial = {"before_keys": choices.prefix, "on_error": choices.on_error}
        for place, column in enumerate(self.columns):
            self.initial[f"column-{place}"] = choices.fields.get(column, "")
        for name, value in choices.constants.items():
            self.initial[f"constant-{name}"] = value

    def samples(self) -> Iterator[tuple[BoundField, list[str]]]:
        """Each column with what stands in it in the first rows."""
        rows = self.batch.seen["samples"]
        for place, _column in enumerate(self.columns):
            yield self[f"column-{place}"], [row[place] for row in rows if row[place]]

    def others(self) -> Iterator[BoundField]:
        """The fields that are about no single column."""
        return (self[name] for name in self.fields if not name.startswith("column-"))

    def clean(self) -> dict[str, Any]:
        """Each field has one column at most, and what an entry needs is there."""
        cleaned = super().clean() or self.cleaned_data
        found = self.choices()
        names = list(found.fields.values())
        for place, column in enumerate(self.columns):
            name = found.fields.get(column, "")
            if name and names.index(name) != list(found.fields).index(column):
                reason = _("Two columns cannot both be “%(field)s”.")
                self.add_error(f"column-{place}", reason % {"field": self.labels[name]})
        lacking = mapping.missing(self.batch.kind, names, found.constants)
        if lacking:
            self.add_error(
                None, _("Say which column it is: %(fields)s.") % {"fields": ", ".join(lacking)}
            )
        return cleaned

    def choices(self) -> mapping.Choices:
        """What was chosen."""
        told = self.cleaned_data
        columns = {
            column: told.get(f"column-{place}", "") for place, column in enumerate(self.columns)
        }
        fields = {column: name for column, name in columns.items() if name}
        constants = {
            name: told[f"constant-{name}"]
            for name in mapping.choosable(self.batch.kind)
            if told.get(f"constant-{name}") and name not in fields.values()
        }
        on_error = told.get("on_error") or REFUSE
        return mapping.Choices(fields, constants, told.get("before_keys", ""), on_error)

    def as_file(self) -> str:
        """The same as the text of a mapping file."""
        batch = self.batch
        wishes = Wishes(batch.encoding, batch.delimiter, batch.sheet)
        return self.choices().as_file(batch.kind, wishes)


class ImportForm(forms.Form):
    """Somebody has read the report, and wants what it says."""

    checked = forms.CharField(widget=forms.HiddenInput, max_length=64)


class UndoForm(forms.Form):
    """Why an import is taken back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        help_text=_("Kept in the history of each entry that becomes what it was."),
    )
