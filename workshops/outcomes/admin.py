"""What was agreed, for those who answer for the workshop and those who answer for the owner."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.desk import LINES, Line, Panel
from clusterix.curation.parts import PartAdmin
from clusterix.curation.scoped import PartInline, curator
from workshops.models import Outcome, OutcomeStep
from workshops.outcomes.forms import OutcomeForm


class StepFormSet(BaseInlineFormSet[OutcomeStep, Any, Any]):
    """The log of an outcome; two steps of no known day differ by their state."""

    def clean(self) -> None:
        """Refuses a step that is there already, which Django does for known days only."""
        super().clean()
        told = [form.cleaned_data for form in self.forms if form.is_valid() and form.cleaned_data]
        steps = [(row["day"], row["state"]) for row in told if not row.get("DELETE")]
        if len(set(steps)) < len(steps):
            raise ValidationError(gettext("This step is recorded already."))


class StepInline(PartInline[OutcomeStep]):
    """The log of an outcome: whoever may record adds to it, the workshop's partner corrects it."""

    model = OutcomeStep
    formset = StepFormSet
    fields = ("day", "state", "note")
    ordering = ("day", "pk")
    extra = 1

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may say how it stands."""
        may: bool = self._parent_admin.has_change_permission(request, obj)
        return may

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What others recorded stays as it is, except for those who answer for the workshop."""
        return obj is not None and curator(request).can_change(obj.workshop)


@admin.register(Outcome)
class OutcomeAdmin(PartAdmin[Outcome]):
    """Outcomes and how they stand; what was agreed is changed with its workshop."""

    form = OutcomeForm
    list_display = ("what", "workshop", "due_on", "state")
    list_filter = ("state",)
    search_fields = ("what", "workshop__title")
    ordering = ("due_on", "pk")
    inlines = (StepInline,)
    readonly_fields = ("what", "organisation", "initiative", "due_on", "state")
    fieldsets = (
        (None, {"fields": ["workshop", "what", "organisation", "initiative", "due_on", "state"]}),
        (_("What it led to"), {"fields": ["result", "link", "transfer"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outcome]:
        """Those of the partner's workshops, and those that its organisations took on."""
        outcomes = Outcome.objects.seen_by(curator(request))
        return outcomes.select_related("workshop", "organisation").order_by(*self.ordering)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They are agreed at a workshop, and added with it."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Both partners see it."""
        user = curator(request)
        return user.is_curator if obj is None else obj.is_seen_by(user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Those who answer for the workshop or, in public, for the owner."""
        user = curator(request)
        return user.is_curator if obj is None else obj.may_be_recorded_by(user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It goes with its workshop's form."""
        return False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Each step says who recorded it."""
        for step in formset.save(commit=False):
            step.recorded_by = step.recorded_by or curator(request)
        super().save_formset(request, form, formset, change)

    def desk_panels(self, request: HttpRequest) -> list[Panel]:
        """What the partner's organisations took on and have not done."""
        taken_on = Outcome.objects.taken_on_by(curator(request)).open().soonest_first()
        rows = taken_on.select_related("workshop")[: LINES + 1]
        return [
            Panel(
                gettext("Taken on at workshops"),
                [self._line(row) for row in rows],
                gettext("Nothing that was agreed waits for your organisations."),
            )
        ]

    def _line(self, outcome: Outcome) -> Line:
        name = f"{self.admin_site.name}:workshops_outcome_change"
        url = reverse(name, args=[outcome.pk])
        return Line(str(outcome), url, outcome.get_state_display(), due_in_words(outcome))


def due_in_words(outcome: Outcome) -> str:
    """When it is due, or since when it is overdue; where no day was set, where it was agreed."""
    if outcome.due_on is None:
        return outcome.workshop.title
    words = {"day": date_format(outcome.due_on, "j F Y")}
    if outcome.due_on < timezone.localdate():
        return gettext("Overdue since %(day)s") % words
    return gettext("Due on %(day)s") % words
