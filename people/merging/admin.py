"""The admin of likely duplicates, and of what was made one."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from clusterix.curation.models import Entry
from clusterix.curation.scoped import ScopedAdmin, curator
from people.merging import comparing
from people.merging.apart import tell_apart
from people.merging.forms import MergeForm
from people.merging.joining import HinderedError, merge, undo
from people.merging.links import label_of
from people.merging.models import KINDS, Merge, Pair, Twin


def address(entry: Twin) -> str:
    """Where that entry is changed."""
    return reverse(f"admin:people_{entry._meta.model_name}_change", args=[entry.pk])


class ReadAdmin(ScopedAdmin[Any]):
    """What comes to be elsewhere, and is only read here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """It comes to be elsewhere."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It stays as it is."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It stays."""
        return False


@admin.register(Pair)
class PairAdmin(ReadAdmin):
    """Entries that look like the same one; each pair leads to where the two are compared."""

    list_display = ("pair", "kind", "in_common", "likeness_in_words")
    list_display_links = None
    list_filter = ("content_type",)

    def entry_of(self, row: Any) -> Entry:
        """The first of the two."""
        entry: Entry = row.one
        return entry

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pair]:
        """Those that wait for somebody's word, the most alike first."""
        pairs = Pair.objects.likely().for_curator(curator(request)).likeliest_first()
        return pairs.select_related("content_type").prefetch_related("one", "other")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Its page is the comparison."""
        pair = self.get_object(request, unquote(object_id))
        if pair is None:
            raise Http404
        return redirect(comparison(pair.one, pair.other))

    @admin.display(description=_("entries"))
    def pair(self, pair: Pair) -> SafeString:
        """Both names, leading to the comparison."""
        return format_html('<a href="{}">{}</a>', comparison(pair.one, pair.other), pair)

    @admin.display(description=_("kind"))
    def kind(self, pair: Pair) -> str:
        """What sort of entries they are."""
        return str(self.entry_of(pair)._meta.verbose_name)

    @admin.display(description=_("in common"))
    def in_common(self, pair: Pair) -> str:
        """What makes them look like one."""
        return ", ".join(str(Pair.Mark(mark).label) for mark in pair.marks)

    @admin.display(description=_("likeness"))
    def likeness_in_words(self, pair: Pair) -> str:
        """How much of it."""
        return f"{pair.likeness:.0%}"

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's own: the comparison of two entries, and telling them apart."""
        ways = {"": self.compare_view, "apart/": require_POST(self.apart_view)}
        return [
            path(
                f"<slug:kind>/<int:one>/<int:other>/{way}",
                self.admin_site.admin_view(view),
                name=f"merging_pair_{way.strip('/') or 'compare'}",
            )
            for way, view in ways.items()
        ] + super().get_urls()

    def compare_view(self, request: HttpRequest, kind: str, one: int, other: int) -> HttpResponse:
        """Two entries side by side, and which of them stays if they are one."""
        twins = both(request, kind, one, other)
        user = curator(request)
        form = MergeForm(request.POST or None, one=twins[0], other=twins[1])
        if form.is_valid():
            try:
                done = merge(*form.pair, user, form.cleaned_data["reason"])
            except HinderedError as error:
                form.add_error(None, error.reasons)
            else:
                messages.success(request, gettext("Merged. You can undo this below."))
                return redirect("admin:merging_merge_change", done.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Are these the same?"),
            "opts": self.opts,
            "twins": [(entry, address(entry), user.can_see(entry)) for entry in twins],
            "facts": comparing.facts(*twins),
            "leading": comparing.leading(*twins),
            "form": form,
            "may_merge": all(user.can_publish(entry) for entry in twins),
            "apart_url": f"{comparison(*twins)}apart/",
        }
        return TemplateResponse(request, "admin/merging_compare.html", context)

    def apart_view(self, request: HttpRequest, kind: str, one: int, other: int) -> HttpResponse:
        """Remembers that two entries are different ones."""
        twins = both(request, kind, one, other)
        tell_apart(*twins, curator(request), timezone.now())
        messages.success(request, gettext("Remembered: these are two different ones."))
        return redirect("admin:merging_pair_changelist")


def comparison(one: Twin, other: Twin) -> str:
    """Where two entries are compared."""
    return reverse("admin:merging_pair_compare", args=[one._meta.model_name, one.pk, other.pk])


def both(request: HttpRequest, kind: str, one: int, other: int) -> tuple[Twin, Twin]:
    """Two entries that the user sees, one of which he curates; else there is no such page."""
    if kind not in KINDS or one == other:
        raise Http404
    user = curator(request)
    seen = user.linkable_entries(KINDS[kind]).choosable().select_related("owner")
    twins = get_object_or_404(seen, pk=one), get_object_or_404(seen, pk=other)
    if not any(user.can_see(entry) for entry in twins):
        raise PermissionDenied
    return twins


@admin.register(Merge)
class MergeAdmin(ReadAdmin):
    """What was made one, and may be parted again."""

    list_display = ("__str__", "reason", "merged_at", "merged_by", "undone_at")
    list_select_related = ("merged_by",)
    change_form_template = "admin/merging_merge.html"
    fields = ("reason", "merged_at", "merged_by", "undone_at", "undone_by")

    def entry_of(self, row: Any) -> Entry:
        """The entry that stayed."""
        entry: Entry = row.kept
        return entry

    def get_queryset(self, request: HttpRequest) -> QuerySet[Merge]:
        """Those of entries that the user curates, the last first."""
        merges = Merge.objects.for_curator(curator(request)).latest_first()
        return merges.prefetch_related("kept", "gone")

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's own: undoing a merge."""
        view = self.admin_site.admin_view(require_POST(self.undo_view))
        return [path("<int:pk>/undo/", view, name="merging_merge_undo"), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Shows what moved, and offers to undo it."""
        done = context["original"]
        context["twins"] = [(entry, address(entry)) for entry in (done.kept, done.gone)]
        context["moved"] = [
            (label_of(part["model"]), len(part["moved"]), len(part["twins"])) for part in done.links
        ]
        return super().render_change_form(request, context, *args, **kwargs)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Parts two entries again, or says what stands in the way."""
        done = get_object_or_404(self.get_queryset(request), pk=pk)
        try:
            undo(done, curator(request))
        except HinderedError as error:
            for reason in error.reasons:
                messages.error(request, reason)
        else:
            messages.success(request, gettext("Undone: all leads to where it led before."))
        return redirect("admin:merging_merge_change", pk)
