"""One change to many entries at once, with one reason: all that may be changed, and no others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.forms import REASON_LENGTH, VERBS
from clusterix.curation.history import unrecorded
from clusterix.curation.models import Entry
from clusterix.curation.news.telling import tell_submitted
from clusterix.curation.recording import record
from clusterix.curation.scoped import curator

MOST_AT_ONCE = 1_000
"""As many as are changed within the time of a request."""
MOST_TOLD = 10
NO_STEP = ("", _("No step: only change what is said below"))


class EntriesAdmin(Protocol):
    """The admin of a kind of entry, as far as it is needed here."""

    admin_site: AdminSite

    @property
    def opts(self) -> Any:
        """What Django knows of the kind."""

    @property
    def changed_together(self) -> tuple[str, ...]:
        """The fields that are set for many entries at once."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list as the request narrows it down."""

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        """The entries that the user sees."""

    def verbs(self, request: HttpRequest, entry: Entry) -> list[str]:
        """The steps that the user may take with an entry."""


class ManyForm(forms.Form):
    """What happens to the entries that are ticked, and why."""

    verb = forms.ChoiceField(label=_("Next step"), widget=forms.RadioSelect, required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_LENGTH, help_text=_("Kept in the history of each.")
    )

    def __init__(
        self, *args: Any, steps: Sequence[tuple[str, Any]], columns: Sequence[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["verb"]).choices = [NO_STEP, *steps]
        self.columns = {column.name: column for column in columns}
        for name, column in self.columns.items():
            self.fields[name] = _field_for(column)
        self.order_fields(["verb", *self.columns, "reason"])

    def clean(self) -> dict[str, Any]:
        """Something is to happen."""
        told = cast("dict[str, Any]", super().clean())
        if not self.errors and not (told["verb"] or self.changes()):
            raise ValidationError(_("Choose a step, or say what is to be changed."))
        return told

    def changes(self) -> dict[str, Any]:
        """What is to be set, by field; of choices of many what is to be added."""
        return {name: self.cleaned_data[name] for name in self.columns if self.cleaned_data[name]}


def _field_for(column: Any) -> forms.Field:
    if column.many_to_many:
        return forms.ModelMultipleChoiceField(
            column.related_model.objects.in_order(),
            label=_("Add to %(name)s") % {"name": column.verbose_name},
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
    choices = [("", _("As it is")), *column.flatchoices]
    label = capfirst(column.verbose_name)
    return forms.ChoiceField(label=label, choices=choices, required=False)


def many_page(admin: EntriesAdmin, request: HttpRequest) -> HttpResponse:
    """The entries of the list as it is narrowed down, to change those that are ticked."""
    try:
        listed = admin.get_changelist_instance(request)
    except IncorrectLookupParameters:
        return redirect(request.path)
    data = request.POST if request.method == "POST" else None
    columns = [admin.opts.get_field(name) for name in admin.changed_together]
    form = ManyForm(data, steps=list(VERBS.items()), columns=columns)
    ticked = {int(pk) for pk in request.POST.getlist("pk") if re.fullmatch("[0-9]{1,18}", pk)}
    if data is not None and not ticked:
        form.add_error(None, gettext("Tick the entries that are meant."))
    if form.is_valid():
        tell(request, change_all(admin, request, sorted(ticked), form))
        return redirect(request.get_full_path())
    context = {
        **admin.admin_site.each_context(request),
        "title": gettext("Change many"),
        "opts": admin.opts,
        "form": form,
        "entries": listed.queryset.select_related("owner")[:MOST_AT_ONCE],
        "ticked": ticked,
        "total": listed.result_count,
        "most": MOST_AT_ONCE,
    }
    return TemplateResponse(request, "admin/many.html", context)


@dataclass
class Outcome:
    """How many entries were changed, and why others were not."""

    changed: list[Entry] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def tell(request: HttpRequest, outcome: Outcome) -> None:
    """Say how many were changed, and why others were not."""
    count = len(outcome.changed)
    done = ngettext("%(count)s entry changed.", "%(count)s entries changed.", count)
    messages.success(request, done % {"count": count})
    for words in outcome.refused[:MOST_TOLD]:
        messages.warning(request, words)
    if len(outcome.refused) > MOST_TOLD:
        more = gettext("%(count)s entries were left as they are in all.")
        messages.warning(request, more % {"count": len(outcome.refused)})


def change_all(
    admin: EntriesAdmin, request: HttpRequest, pks: Sequence[int], form: ManyForm
) -> Outcome:
    """Do what the form says to each of the entries; one that refuses keeps no other from it."""
    outcome, verb = Outcome(), form.cleaned_data["verb"]
    with transaction.atomic():
        entries = admin.get_queryset(request).filter(pk__in=pks).order_by("pk")
        for entry in entries.select_for_update(no_key=True, of=("self",)):
            try:
                with transaction.atomic(), unrecorded(entry):
                    _change(admin, request, entry, form)
            except ValidationError as error:
                outcome.refused.append(f"{entry}: {' '.join(error.messages)}")
            else:
                outcome.changed.append(entry)
        reason = form.cleaned_data["reason"]
        record(entries.model, outcome.changed, curator(request), reason, is_update=True)
        if verb == "submit" and outcome.changed:
            tell_submitted(outcome.changed, curator(request), timezone.now())
    return outcome


def _change(admin: EntriesAdmin, request: HttpRequest, entry: Entry, form: ManyForm) -> None:
    verb, changes = form.cleaned_data["verb"], form.changes()
    if verb and verb not in admin.verbs(request, entry):
        raise ValidationError(gettext("This step is not open to you."))
    if changes:
        if not curator(request).can_change(entry):
            raise ValidationError(gettext("You may not change it as it stands."))
        _set(entry, changes, form)
    if verb:
        getattr(entry, verb)(reason=form.cleaned_data["reason"])


def _set(entry: Entry, changes: dict[str, Any], form: ManyForm) -> None:
    many = {name for name in changes if form.columns[name].many_to_many}
    for name in changes.keys() - many:
        setattr(entry, name, changes[name])
    entry.full_clean(validate_unique=False, validate_constraints=False)
    entry.save()
    for name in many:
        getattr(entry, name).add(*changes[name])
