"""The admin of registrations: who registered for a partner's workshops, and the steps to take."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry
from clusterix.curation.scoped import ScopedAdmin, curator
from workshops.models import Workshop
from workshops.registration import places
from workshops.registration.desk.frame import address
from workshops.registration.models import (
    QuestionAnswer,
    Registration,
    RegistrationEvent,
    State,
    WrittenLetter,
    one_line,
)
from workshops.registration.models.states import CHANGEABLE
from workshops.registration.places import Answer, Outcome


class ReasonForm(forms.Form):
    """Why somebody goes before the others."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        validators=[one_line],
        help_text=_("Kept with the registration, for everyone in your team to read."),
    )


@dataclass(frozen=True)
class Step:
    """Something that an organiser can do about a registration in some state."""

    states: tuple[State, ...]
    title: str | Promise
    button: str | Promise
    told: str | Promise
    action: Callable[..., Outcome]
    takes_reason: bool = False

    def take(self, registration: Registration, form: ReasonForm | None, at: datetime) -> Outcome:
        """Do it, with the reason where one is needed."""
        reason = [form.cleaned_data["reason"]] if form else []
        return self.action(registration, *reason, at)


STEPS = {
    "approve": Step(
        (State.PENDING,),
        _("Approve this registration?"),
        _("Approve"),
        _("Approved; a mail tells them so."),
        places.approve,
    ),
    "refuse": Step(
        (State.PENDING,),
        _("Refuse this registration?"),
        _("Refuse"),
        _("Refused; a mail tells them so."),
        places.refuse,
    ),
    "prioritise": Step(
        (State.WAITING,),
        _("Have this registration go before the others who wait?"),
        _("Give priority"),
        _("First in the line from now on."),
        places.give_priority,
        takes_reason=True,
    ),
    "cancel": Step(
        CHANGEABLE,
        _("Cancel this registration?"),
        _("Cancel this registration"),
        _("Cancelled; a mail tells them so."),
        partial(places.cancel, by_organiser=True),
    ),
}


class ReadOnlyInline(admin.TabularInline[Any, Registration]):
    """Rows of a registration, to read."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the registration."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People write them, or they happen."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They stay as they are."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They stay."""
        return False


class AnswerInline(ReadOnlyInline):
    """What somebody answered to the organiser's questions."""

    model = QuestionAnswer
    fields = ("question", "words")
    readonly_fields = ("words",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """With their questions, in order."""
        return QuestionAnswer.objects.in_order()


class EventInline(ReadOnlyInline):
    """What happened to a registration."""

    model = RegistrationEvent
    fields = ("at", "kind")
    ordering = ("at", "pk")


class LetterInline(ReadOnlyInline):
    """What was written to somebody, and what became of it."""

    model = WrittenLetter
    fields = ("written_at", "kind", "fate", "delivered_at", "failed_at")
    readonly_fields = ("fate",)
    ordering = ("written_at", "pk")


class RegistrationAdmin(ScopedAdmin[Registration]):
    """Who registered for the partner's workshops: to read, to decide on, and to cancel."""

    view_on_site = False  # that address belongs to the person
    list_display = ("name", "workshop", "party_size", "organisation", "state", "created_at", "desk")
    list_filter = ("state", ("workshop", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("workshop__registration_settings",)
    search_fields = ("name", "email", "organisation")
    ordering = ("-created_at", "-pk")
    inlines = (AnswerInline, LetterInline, EventInline)
    change_form_template = "admin/registration_form.html"
    fieldsets = (
        (None, {"fields": ["workshop", "state", "party_size", "created_at", "cancelled_at"]}),
        (
            _("Who"),
            {"fields": ["name", "email", "organisation", "audience", "country", "language"]},
        ),
        (_("What we should know"), {"fields": ["needs"]}),
        (_("Waiting list"), {"fields": ["waiting_since", "has_priority", "priority_reason"]}),
        (_("Consent"), {"fields": ["consent", "consented_at", "erased_at"]}),
    )

    def entry_of(self, row: Any) -> Entry:
        """The workshop."""
        workshop: Entry = row.workshop
        return workshop

    def get_queryset(self, request: HttpRequest) -> QuerySet[Registration]:
        """Registrations for the workshops that the user sees behind the scenes."""
        workshops = curator(request).partner_entries(Workshop)
        return super().get_queryset(request).filter(workshop__in=workshops)

    @admin.display(description=_("desk"))
    def desk(self, registration: Registration) -> str:
        """The way to the desk of its workshop."""
        way = address("desk", registration.workshop.registration_settings)
        return format_html('<a href="{}">{}</a>', way, gettext("Desk"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People register themselves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People change their registrations themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was registered is cancelled, and erased in its time."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's own: the steps that an organiser can take."""
        steps = [
            path(
                f"<int:pk>/{verb}/",
                self.admin_site.admin_view(partial(self.step_view, verb=verb)),
                name=f"registration_registration_{verb}",
            )
            for verb in STEPS
        ]
        return [*steps, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Offers the steps that are possible."""
        registration = context["original"]
        possible = registration.can_change(timezone.now())
        context["steps"] = [
            (reverse(f"admin:registration_registration_{verb}", args=[registration.pk]), step)
            for verb, step in STEPS.items()
            if possible and registration.state in step.states
        ]
        return super().render_change_form(request, context, *args, **kwargs)

    def step_view(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """Asks whether to take a step, and takes it; people are told by mail."""
        step, registration = STEPS[verb], self.get_object(request, str(pk))
        if registration is None:
            raise Http404
        if registration.state not in step.states or not registration.can_change(timezone.now()):
            raise PermissionDenied
        form = ReasonForm(request.POST or None) if step.takes_reason else None
        if request.method == "POST" and (form is None or form.is_valid()):
            self._take(request, step, registration, form)
            return redirect(reverse("admin:registration_registration_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": step.title,
            "opts": self.opts,
            "original": registration,
            "step": step,
            "verb": verb,
            "form": form,
        }
        return TemplateResponse(request, "admin/registration_step.html", context)

    def _take(
        self,
        request: HttpRequest,
        step: Step,
        registration: Registration,
        form: ReasonForm | None,
    ) -> None:
        try:
            outcome = step.take(registration, form, timezone.now())
        except places.BusyError:
            messages.error(request, places.BUSY)
        else:
            self._tell(request, step, outcome)

    def _tell(self, request: HttpRequest, step: Step, outcome: Outcome) -> None:
        """What came of it."""
        if outcome.answer == Answer.FULL:
            messages.error(request, gettext("No place is left. Offer more, or a waiting list."))
        elif outcome.answer == Answer.CLOSED:
            messages.error(request, gettext("Somebody was faster: look how it stands now."))
        elif outcome.state == State.WAITING and not step.takes_reason:
            messages.warning(request, gettext("No place is left: they wait for one now."))
        else:
            messages.success(request, str(step.told))
