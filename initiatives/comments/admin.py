"""The comments of experts, for those who may publish the initiatives they are on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from clusterix.curation.admin import SecretariatAdmin
from clusterix.curation.desk import LINES, Line, Panel
from clusterix.curation.models import User
from clusterix.curation.scoped import LinkChoices, curator
from initiatives.comments import handling
from initiatives.comments.forms import CommentInvitationForm, DecisionForm
from initiatives.comments.models import Comment
from people.models import Person

ASKED = ("initiative", "name", "role", "organisation", "email", "person", "note")
BECAME = ("state", "invited_by", "expires_at", "written_at", "text")


@admin.register(Comment)
class CommentAdmin(LinkChoices[Comment], SecretariatAdmin[Comment]):
    """Publishers invite to their partner's initiatives, the secretariat to all."""

    form = CommentInvitationForm
    change_form_template = "admin/comment_form.html"
    autocomplete_fields = ("initiative", "person")
    list_display = ("name", "initiative", "state", "made_at", "written_at")
    list_filter = ("state",)
    list_select_related = ("initiative",)
    search_fields = ("name", "initiative__title")
    ordering = ("-made_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        """Those on initiatives that the user may publish."""
        rows = Comment.objects.of_partners_of(curator(request))
        return rows.select_related("initiative", "invited_by").order_by(*self.ordering)

    def offered(self, request: HttpRequest, link: Any, kind: Any) -> QuerySet[Any]:
        """Experts comment on what is public, and are asked by those who publish it."""
        entries = super().offered(request, link, kind)
        if link.name != "initiative":
            return entries
        own: QuerySet[Any] = kind.objects.filter(owner__in=curator(request).managed_partners())
        return own

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever publishes for a partner."""
        return curator(request).manages_members

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Those who may publish the initiative."""
        user = curator(request)
        return user.manages_members if obj is None else user.can_publish(obj.initiative)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Those who may publish an initiative."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The words are those of the expert."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is withdrawn, declined or hidden; the rest is forgotten by itself."""
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is asked for; afterwards what became of it. A hidden person stays unnamed."""
        if obj is None:
            return ASKED
        seen = curator(request).linkable_entries(Person).filter(pk=obj.person_id).exists()
        return [name for name in (*ASKED, *BECAME) if name != "person" or seen]

    def save_model(self, request: HttpRequest, obj: Comment, form: Any, change: bool) -> None:
        """Sends the invitation."""
        handling.send(obj, curator(request), timezone.now())

    # The comment's own log has what Django would log beside it.

    def log_addition(self, *_what: Any) -> None:  # type: ignore[override]
        """Nothing."""

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's own: sending again, withdrawing, and deciding about what is written."""
        again = self.admin_site.admin_view(require_POST(self.again_view))
        withdraw = self.admin_site.admin_view(require_POST(self.withdraw_view))
        decide = self.admin_site.admin_view(self.decide_view)
        return [
            path("<int:pk>/again/", again, name="comments_comment_again"),
            path("<int:pk>/withdraw/", withdraw, name="comments_comment_withdraw"),
            path("<int:pk>/decide/", decide, name="comments_comment_decide"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Offers what can still be done about it, and tells what was done."""
        original: Comment | None = context["original"]
        if original is not None:
            context |= {
                "is_pending": original.is_pending,
                "is_unanswered": original.state == Comment.State.INVITED,
                "is_to_decide": original.state in DecisionForm.VERBS,
                "steps": original.steps.select_related("by").order_by("at", "pk"),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Writes once more."""
        return self._do(request, pk, handling.send_again, gettext("The invitation is on its way."))

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Closes the invitation."""
        return self._do(request, pk, handling.withdraw, gettext("The link does not work any more."))

    def _do(
        self, request: HttpRequest, pk: int, what: Callable[[int, User, datetime], bool], done: str
    ) -> HttpResponse:
        if not self.get_queryset(request).filter(pk=pk).exists():
            raise Http404
        if what(pk, curator(request), timezone.now()):
            messages.success(request, done)
        else:
            messages.error(request, gettext("The expert answered, or it was closed before."))
        return redirect(self._address(pk))

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks what becomes of a comment; of two who decide at once, the first does."""
        comment = self.get_queryset(request).filter(pk=pk).first()
        if comment is None:
            raise Http404
        if comment.state not in DecisionForm.VERBS:
            raise PermissionDenied
        form = DecisionForm(request.POST if request.method == "POST" else None, comment=comment)
        if form.is_valid():
            decide = handling.DECISIONS[form.cleaned_data["verb"]]
            if decide(pk, curator(request), form.cleaned_data["reason"], timezone.now()):
                messages.success(request, gettext("Kept, with your reason."))
            else:
                messages.error(
                    request,
                    gettext("It changed a moment before, or the initiative is not public."),
                )
            return redirect(self._address(pk))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("What becomes of this comment"),
            "opts": self.opts,
            "original": comment,
            "form": form,
        }
        return TemplateResponse(request, "admin/comment_decide.html", context)

    def _address(self, pk: int) -> str:
        return reverse(f"{self.admin_site.name}:comments_comment_change", args=[pk])

    def desk_panels(self, request: HttpRequest) -> list[Panel]:
        """The comments that wait to be shown, for those who may show them."""
        if not self.has_module_permission(request):
            return []
        waiting = Comment.objects.of_partners_of(curator(request)).waiting()
        return [
            Panel(
                gettext("Comments of experts"),
                [self._line(row) for row in waiting.select_related("initiative")[: LINES + 1]],
                gettext("No comment waits to be shown."),
            )
        ]

    def _line(self, comment: Comment) -> Line:
        written = date_format(timezone.localtime(comment.written_at), "j F Y")
        return Line(str(comment), self._address(comment.pk), str(comment.initiative), written)
