"""Proposals in the admin: made in the form of their entry, read as differences, decided."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from clusterix.curation.desk import LINES, Line, Panel
from clusterix.curation.models import Entry, User
from clusterix.curation.proposals import deciding
from clusterix.curation.proposals.deciding import ConflictError, Decision, TooLateError
from clusterix.curation.proposals.documents import Draft, ImpossibleError
from clusterix.curation.proposals.forms import (
    ConflictForm,
    DecisionForm,
    DueForm,
    ExpertForm,
)
from clusterix.curation.proposals.letters import address
from clusterix.curation.proposals.models import Proposal
from clusterix.curation.proposals.proposing import drafted
from clusterix.curation.proposals.reading import Reading, read
from clusterix.curation.scoped import ScopedAdmin, curator

TOO_LATE = _("Somebody revised, decided or withdrew it meanwhile. Look at it again.")


@admin.register(Proposal)
class ProposalAdmin(ScopedAdmin[Proposal]):
    """Changes to live entries that somebody proposed."""

    list_display = ("__str__", "reason", "author", "state", "due_on", "made_at")
    list_filter = ("state",)
    list_select_related = ("author", "content_type")
    search_fields = ("reason",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        """Those on entries that the user curates or reviews, the most urgent first."""
        proposals = Proposal.objects.on_entries_for(curator(request)).most_urgent_first()
        return proposals.defer("base", "proposed").prefetch_related("entry")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who has no part in it does not find it in the first place."""
        return curator(request).is_curator

    def has_add_permission(self, request: HttpRequest) -> bool:
        """It is made in the form of its entry."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is revised in the form of its entry."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is declined or withdrawn."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's own: making, revising, reading and deciding."""
        views = {
            "change/": require_safe(self.read_view),
            "revise/": self.revise_view,
            "decide/": require_POST(self.decide_view),
            "settle/": require_POST(self.settle_view),
            "due/": require_POST(self.due_view),
            "ask/": require_POST(self.ask_view),
            "withdraw/": require_POST(self.withdraw_view),
        }
        own = [
            path(
                f"<int:pk>/{way}",
                self.admin_site.admin_view(view),
                name=f"proposals_proposal_{way.strip('/')}",
            )
            for way, view in views.items()
        ]
        propose = self.admin_site.admin_view(self.propose_view)
        to_entry = "propose/<str:app_label>/<str:model_name>/<int:pk>/"
        return [
            path(to_entry, propose, name="proposals_proposal_propose"),
            *own,
            *super().get_urls(),
        ]

    def propose_view(
        self, request: HttpRequest, app_label: str, model_name: str, pk: int
    ) -> HttpResponse:
        """The form of an entry, whose change is kept beside it."""
        user = curator(request)
        entry = get_object_or_404(_changeable(user, app_label, model_name), pk=pk)
        answer = drafted(request, entry, self.admin_site)
        if isinstance(answer, HttpResponse):
            return answer
        if answer.base == answer.proposed:
            messages.warning(request, gettext("Nothing was changed, so nothing is proposed."))
            return redirect(request.path)
        proposal = deciding.propose(entry, user, answer, timezone.now())
        messages.success(
            request, gettext("Proposed. The page stays as it is until it is approved.")
        )
        return redirect(address(proposal))

    def revise_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The same form, filled in as it is proposed."""
        proposal, user = self._proposal(request, pk), curator(request)
        if not proposal.may_revise(user):
            raise PermissionDenied
        if read(proposal, user).conflicts:
            messages.warning(request, gettext("Settle the conflicts first."))
            return redirect(address(proposal))
        try:
            answer = drafted(request, proposal.subject, self.admin_site, proposal)
            if isinstance(answer, Draft):
                deciding.revise(pk, user, answer, timezone.now())
                messages.success(request, gettext("Kept, and it waits for a decision."))
        except ImpossibleError as error:
            messages.error(request, str(error))
        except TooLateError:
            messages.error(request, TOO_LATE)
        else:
            if isinstance(answer, HttpResponse):
                return answer
        return redirect(address(proposal))

    def read_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is proposed, beside what is live, and what one can do about it."""
        proposal = self._proposal(request, pk)
        return self._page(request, proposal, read(proposal, curator(request)))

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Approves, asks for changes or declines."""
        proposal, user = self._proposal(request, pk), curator(request)
        if not proposal.may_decide(user):
            raise PermissionDenied
        form = DecisionForm(request.POST, proposal=proposal)
        if not form.is_valid():
            return self._page(request, proposal, read(proposal, user), decision_form=form)
        told = form.cleaned_data
        decide = deciding.DECISIONS[told["decision"]]
        try:
            decide(pk, Decision(told["seen"], user, told["comment"]), timezone.now())
        except (TooLateError, ConflictError, ImpossibleError) as error:
            messages.error(request, refusal(error))
        else:
            messages.success(request, gettext("Decided, and its author is told."))
        return redirect(address(proposal))

    def settle_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Says of each conflict which side holds."""
        proposal, user = self._proposal(request, pk), curator(request)
        if not (proposal.may_revise(user) or proposal.may_decide(user)):
            raise PermissionDenied
        reading = read(proposal, user)
        form = ConflictForm(request.POST, conflicts=reading.conflicts)
        if not form.is_valid():
            return self._page(request, proposal, reading, conflict_form=form)
        try:
            deciding.settle(pk, user, form.kept(), timezone.now())
        except TooLateError:
            messages.error(request, TOO_LATE)
        return redirect(address(proposal))

    def due_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Says by when it is to be decided."""
        proposal = self._proposal(request, pk)
        form = DueForm(request.POST, instance=proposal)
        if not form.is_valid():
            fresh = self._proposal(request, pk)
            return self._page(request, fresh, read(fresh, curator(request)), due_form=form)
        try:
            deciding.set_due(pk, form.cleaned_data["due_on"])
        except TooLateError:
            messages.error(request, TOO_LATE)
        return redirect(address(proposal))

    def ask_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Has an expert decide, by a link."""
        proposal, user = self._proposal(request, pk), curator(request)
        if not proposal.may_decide(user):
            raise PermissionDenied
        form = ExpertForm(request.POST)
        if not form.is_valid():
            return self._page(request, proposal, read(proposal, user), expert_form=form)
        asked = form.save(commit=False)
        asked.proposal, asked.asked_by = proposal, user
        try:
            deciding.ask(asked, timezone.now())
        except TooLateError:
            messages.error(request, TOO_LATE)
        else:
            told = gettext("%(name)s gets a link by mail, which works once.") % {"name": asked.name}
            messages.success(request, told)
        return redirect(address(proposal))

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Its author, or a colleague, does not want it any more."""
        proposal, user = self._proposal(request, pk), curator(request)
        if not user.can_see(proposal.subject):
            raise PermissionDenied
        try:
            deciding.withdraw(pk, timezone.now(), user)
        except TooLateError:
            messages.error(request, TOO_LATE)
        return redirect(address(proposal))

    def desk_panels(self, request: HttpRequest) -> list[Panel]:
        """What the user decides about, and what the user's own proposals wait for."""
        user = curator(request)
        shown = Proposal.objects.defer("base", "proposed").prefetch_related("entry")
        mine = shown.open().filter(author=user).most_urgent_first()
        to_decide = shown.decidable_by(user).most_urgent_first()
        return [
            Panel(
                gettext("Proposals to decide"),
                [self._line(row) for row in to_decide[: LINES + 1]],
                gettext("No proposal waits for you."),
            ),
            Panel(
                gettext("My proposals"),
                [self._line(row) for row in mine[: LINES + 1]],
                gettext("No proposal of yours is open."),
            ),
        ]

    def lines_beside(self, request: HttpRequest, entry: Entry) -> list[Line]:
        """Who wants what to be different in that entry, by the day it is due."""
        if not entry.is_public:
            return []
        open_here = Proposal.objects.on_entries_for(curator(request)).on(entry).open()
        shown = open_here.defer("base", "proposed").select_related("author").most_urgent_first()
        return [self._line_beside(proposal) for proposal in shown]

    def _line_beside(self, proposal: Proposal) -> Line:
        told = gettext("%(who)s, due on %(day)s, %(state)s") % {
            "who": proposal.author or gettext("somebody who left"),
            "day": date_format(proposal.due_on, "j F Y"),
            "state": proposal.get_state_display(),
        }
        return Line(proposal.reason, address(proposal), gettext("Proposal"), told)

    def _line(self, proposal: Proposal) -> Line:
        due = date_format(proposal.due_on, "j F Y")
        note = gettext("%(state)s, due on %(day)s") % {
            "state": proposal.get_state_display(),
            "day": due,
        }
        kind = str(proposal.kind._meta.verbose_name)
        return Line(str(proposal), address(proposal), kind, note)

    def _proposal(self, request: HttpRequest, pk: int) -> Proposal:
        """One on an entry that the user curates or reviews; for others there is none."""
        proposals = Proposal.objects.on_entries_for(curator(request))
        return get_object_or_404(proposals.select_related("author", "content_type"), pk=pk)

    def _page(
        self, request: HttpRequest, proposal: Proposal, reading: Reading, **forms: Any
    ) -> HttpResponse:
        user = curator(request)
        fresh = {
            "decision_form": DecisionForm(proposal=proposal),
            "conflict_form": ConflictForm(conflicts=reading.conflicts),
            "due_form": DueForm(instance=proposal),
            "expert_form": ExpertForm(),
        }
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Proposal for %(entry)s") % {"entry": proposal.entry},
            "opts": self.opts,
            "original": proposal,
            "proposal": proposal,
            "reading": reading,
            "steps": proposal.steps.select_related("by").order_by("at", "pk"),
            "may_decide": proposal.waits and proposal.may_decide(user),
            "may_revise": proposal.may_revise(user),
            "may_see_entry": user.can_see(proposal.subject),
            **fresh,
            **forms,
        }
        return TemplateResponse(request, "admin/proposals/proposal.html", context)


def refusal(error: Exception) -> str:
    """Why a decision did not count, in words."""
    if isinstance(error, ConflictError):
        return gettext("The page has moved on in what is proposed. Settle the conflicts first.")
    return str(error) if isinstance(error, ImpossibleError) else str(TOO_LATE)


def _changeable(user: User, app_label: str, model_name: str) -> QuerySet[Any]:
    """The public entries of a kind that the user may propose changes to."""
    for kind in Entry.__subclasses__():
        if (kind._meta.app_label, kind._meta.model_name) == (app_label, model_name):
            return user.partner_entries(kind).public().choosable()
    raise Http404
