"""The forms by which curators say how an outcome stands, and visitors ask for some of them."""

from collections.abc import Iterator
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.forms import PartForm
from clusterix.lib.boxes import Choice, Facet
from initiatives.models import Transfer
from people.models import Organisation
from workshops.models import Outcome, OutcomeQuerySet

MOST_OWNERS = 200
"""So many organisations can be chosen from."""


class TransferChoice(forms.ModelChoiceField[Transfer]):
    """A choice of transfers, by who takes the practice over."""

    def label_from_instance(self, obj: Transfer) -> str:
        """As much as everyone may know."""
        who = obj.adopter or gettext("(not shown)")
        return f"{who} ({obj.get_stage_display()})"


class OutcomeForm(PartForm):
    """What an outcome led to; the steps are recorded beside it."""

    entry_field = "workshop"
    transfer = TransferChoice(
        Transfer.objects.none(),
        label=_("Transfer it led to"),
        required=False,
        help_text=_("One of the transfers of the practice that it concerns."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("reason", gettext("How it stands"))
        outcome = cast("Outcome", self.instance)
        present = Q(pk=outcome.transfer_id)
        offered = Transfer.objects.public().filter(initiative=outcome.initiative_id)
        known = Transfer.objects.filter(Q(pk__in=offered.values("pk")) | present)
        field = cast("TransferChoice", self.fields["transfer"])
        field.queryset = known.select_related("initiative", "region", "organisation").order_by("pk")


def owners() -> Iterator[tuple[str, str]]:
    """The public organisations that took something on in public, by name."""
    took_on = Outcome.objects.public().values("organisation")
    organisations = Organisation.objects.filter(pk__in=took_on).by_name()
    yield from organisations.values_list("slug", "name")[:MOST_OWNERS]


class OutcomeSearch(forms.Form):
    """States and owners to find outcomes by, and whether they are overdue."""

    state = forms.MultipleChoiceField(
        label=_("State"), choices=Outcome.State.choices, required=False
    )
    overdue = forms.BooleanField(label=_("Overdue"), required=False)
    organisation = forms.MultipleChoiceField(label=_("Owner"), choices=owners, required=False)

    COLUMNS = {"state": "state", "organisation": "organisation__slug"}

    def apply(self, outcomes: OutcomeQuerySet, at: date, but: str = "") -> OutcomeQuerySet:
        """Those asked for; the facet named by `but`, and what is not understood, narrow nothing."""
        self.full_clean()
        for facet, column in self.COLUMNS.items():
            chosen = self.cleaned_data.get(facet)
            if chosen and facet != but:
                outcomes = outcomes.filter(**{f"{column}__in": chosen})
        wants_overdue = self.cleaned_data.get("overdue") and but != "overdue"
        return outcomes.overdue(at) if wants_overdue else outcomes

    def facets(self, outcomes: OutcomeQuerySet, at: date) -> list[Facet]:
        """Every question with what its answers would give."""
        choices = {
            "state": self.choices("state", outcomes, at),
            "overdue": self.when(outcomes, at),
            "organisation": self.choices("organisation", outcomes, at),
        }
        return [
            Facet(name, str(self[name].label), found, [str(error) for error in self[name].errors])
            for name, found in choices.items()
        ]

    def choices(self, facet: str, outcomes: OutcomeQuerySet, at: date) -> list[Choice]:
        """What a facet offers: its values that occur or are chosen, with their counts."""
        asked = self.apply(outcomes, at, but=facet).order_by()
        counts = dict(asked.values_list(self.COLUMNS[facet]).annotate(Count("pk")))
        options = [option.data for option in self[facet].subwidgets]
        return [
            Choice(value, option["label"], counts.get(value, 0), option["selected"])
            for option in options
            for value in [option["value"]]
            if value in counts or option["selected"]
        ]

    def when(self, outcomes: OutcomeQuerySet, at: date) -> list[Choice]:
        """The one choice among those that are late, with its count."""
        count = self.apply(outcomes, at, but="overdue").overdue(at).count()
        selected = bool(self.cleaned_data.get("overdue"))
        return [Choice("1", gettext("overdue"), count, selected)]
