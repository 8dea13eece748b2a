"""The form of a published entry in which a change is proposed rather than made.

It is the form that the admin of the entry has. What it saves is read back as a document, and then
all of it is undone: so the database itself says what the change would make of the entry.
"""

from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.options import InlineModelAdmin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from clusterix.curation.entries import EntryAdmin
from clusterix.curation.models import Entry
from clusterix.curation.proposals import documents
from clusterix.curation.proposals.documents import Draft, Shape
from clusterix.curation.proposals.models import Proposal
from clusterix.curation.scoped import PartInline, curator

Inlines = list[type[InlineModelAdmin[Any, Any]]]


class Proposing(EntryAdmin[Entry]):
    """The admin of a kind of entry, for members who propose; mixed with that kind's own admin."""

    change_form_template = "admin/proposals/propose.html"
    reason: str | None = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """What is public of the user's partners."""
        return curator(request).partner_entries(self.model).public().choosable()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The partner's members."""
        return True

    has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody proposes that an entry goes: it is archived."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whose it is, and what is nobody's but the partner's, is changed by publishers."""
        return [*super().get_readonly_fields(request, obj), *self.unproposed]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Inlines:
        """Those whose rows are values alone, with the rights of this form."""
        return [
            type(inline.__name__, (inline,), {"parent_admin": self})
            for inline in super().get_inlines(request, obj)
            if issubclass(inline, PartInline) and inline.is_proposable
        ]

    def shape(self, request: HttpRequest, entry: Entry) -> Shape:
        """What this form can change of the entry."""
        columns = {field.name for field in (*self.opts.fields, *self.opts.many_to_many)}
        formsets: list[Any] = [
            inline.get_formset(request, entry)
            for inline in self.get_inline_instances(request, entry)
        ]
        return Shape(
            tuple(
                n for n in self.get_form(request, entry, change=True).base_fields if n in columns
            ),
            {one.model._meta.label: (one.fk.name, tuple(one.form.base_fields)) for one in formsets},
        )

    def save_model(self, request: HttpRequest, obj: Entry, form: Any, change: bool) -> None:
        """Keeps the reason."""
        super().save_model(request, obj, form, change)
        self.reason = form.cleaned_data["reason"]

    def response_change(self, request: HttpRequest, obj: Entry) -> HttpResponse:
        """The caller answers."""
        return HttpResponse()

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Says what the form is for."""
        told = gettext("Propose a change to %(entry)s") % {"entry": context["original"]}
        context |= {"title": told, "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)


@cache
def proposing(own: type[EntryAdmin[Any]]) -> type[Proposing]:
    """The admin that proposes, for entries that have that admin."""
    return type(f"Proposing{own.__name__}", (Proposing, own), {})


def drafted(
    request: HttpRequest, entry: Entry, site: AdminSite, proposal: Proposal | None = None
) -> HttpResponse | Draft:
    """The form for the entry, as somebody proposed it already; or what was typed in it.

    The proposal has no conflict with what is live. Raises ImpossibleError where it cannot be shown.
    """
    kind = type(entry)
    form: Any = proposing(type(site.get_model_admin(kind)))(kind, site)
    with transaction.atomic():
        live = kind.unscoped.select_for_update(no_key=True).get(pk=entry.pk)
        shape = form.shape(request, live)
        base = documents.read(live, shape)
        if proposal:
            _put_forward(proposal, live)
        response: Any = form.changeform_view(request, str(entry.pk))
        proposed = documents.read(live, shape)
        if hasattr(response, "render"):
            response.render()
        transaction.set_rollback(True)
    return response if form.reason is None else Draft(base, proposed, form.reason)


def _put_forward(proposal: Proposal, live: Entry) -> None:
    """Make the entry what is proposed; its version tells of both, so no form is stale unseen."""
    mark: datetime = max(live.updated_at, proposal.revised_at)
    base, proposed = proposal.documents
    merged = documents.merge(base, proposed, documents.read(live, documents.shape_of(proposed)))
    documents.write(live, proposed, merged.changes)
    type(live).unscoped.filter(pk=live.pk).update(updated_at=mark)
