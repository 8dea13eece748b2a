"""The page of the admin on which organisers put the sessions of a workshop into another order."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.entries import EntryAdmin
from clusterix.curation.forms import REASON_LENGTH, reopen
from clusterix.curation.models import Entry
from workshops import arranging
from workshops.models import Contribution, Session, Workshop

STEPS = {"earlier": -1.5, "later": 1.5}
"""How far a button moves a session among whole numbers: past its neighbour."""


class ArrangementForm(forms.Form):
    """A programme in the order that it is put into, shown before it is kept."""

    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=REASON_LENGTH,
        required=False,
        help_text=_("Kept in the history. Needed once an entry has left the state of a draft."),
    )
    despite_clashes = forms.BooleanField(
        label=_("Save although somebody would be in two places at once"), required=False
    )
    version = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, workshop: Workshop) -> None:
        super().__init__(data, initial={"version": workshop.version})
        self.workshop = workshop
        people = Contribution.objects.in_order().select_related("person")
        sessions = workshop.sessions.taking_place().in_order()
        sessions = sessions.prefetch_related(Prefetch("contributions", people))
        self.arranged = list(arranging.stretches(sessions, workshop.zone))
        self.order = arranging.in_order(self.arranged)
        self.times = {session: session.starts_at for session in self.order}
        self.moved: list[Session] = []
        self.clashes: list[str] = []
        self.has_moved = False
        for stretch in self.arranged:
            for session in stretch.sessions if stretch.can_move else ():
                self.fields[f"place-{session.pk}"] = forms.IntegerField(
                    label=str(session), min_value=1, max_value=9_999
                )

    def clean(self) -> dict[str, Any]:
        """Puts the sessions into the order asked for, and holds what is to be kept to the rules."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            self.put({name: place for name, place in cleaned.items() if name.startswith("place-")})
        if cleaned.get("version") != self.workshop.version:
            reopen(self, self.workshop.version)
            raise ValidationError(
                _(
                    "Somebody changed this entry while you had it open. The order below is yours. "
                    "Compare it with the history, then save again to have it your way."
                ),
                code="stale",
            )
        if "save" in self.data:
            self.hold_to_the_rules(cleaned)
        return cleaned

    def put(self, given: dict[str, int]) -> None:
        """Arrange the sessions by these places, one of them perhaps a step further."""
        before = self.order
        places: dict[int, float] = {
            int(name.removeprefix("place-")): place for name, place in given.items()
        }
        for step, distance in STEPS.items():
            number = self.data.get(step, "")
            if f"place-{number}" in given:
                places[int(number)] += distance
        self.arranged = [stretch.put(places) for stretch in self.arranged]
        self.order = arranging.in_order(self.arranged)
        self.has_moved = self.order != before
        self.moved = [each for each in self.order if self.times[each] != each.starts_at]
        self.clashes = arranging.clashes(self.workshop, self.order, self.moved)

    def hold_to_the_rules(self, cleaned: dict[str, Any]) -> None:
        """Refuse what changes nothing, has no reason, or puts somebody in two places unseen."""
        if self.errors:
            return
        if not self.has_moved:
            self.add_error(None, _("Nothing was moved."))
        if self.clashes and not cleaned["despite_clashes"]:
            self.add_error("despite_clashes", self.clashes)
        if self.workshop.state != Entry.State.DRAFT and not cleaned["reason"]:
            self.add_error("reason", _("Say why this is changed: it is not a draft any more."))

    def save(self) -> None:
        """Keep the order; that is a version of the workshop."""
        arranging.save(self.order, self.moved)
        self.workshop.because(self.cleaned_data["reason"]).save()


def programme_page(
    admin: EntryAdmin[Workshop], request: HttpRequest, object_id: str
) -> HttpResponse:
    """The programme of a workshop by day and room, to be put into another order."""
    with transaction.atomic():
        workshop = admin.get_object(request, unquote(object_id))
        if workshop is None:
            raise Http404
        may_change = admin.has_change_permission(request, workshop)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        form = ArrangementForm(request.POST if request.method == "POST" else None, workshop)
        if form.is_valid() and "save" in request.POST:
            form.save()
            messages.success(request, gettext("The programme is in its new order."))
            return redirect(admin.address("programme", workshop))
    context = {
        **admin.admin_site.each_context(request),
        "title": gettext("Programme: %(workshop)s") % {"workshop": workshop},
        "opts": admin.opts,
        "original": workshop,
        "form": form,
        "may_change": may_change,
    }
    return TemplateResponse(request, "admin/workshop_programme.html", context)
