"""The reports of readers, for those who curate the entries they are on."""

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
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.desk import LINES, Line, Panel
from clusterix.curation.models import Entry
from clusterix.curation.reports.forms import AnswerForm
from clusterix.curation.reports.handling import handle
from clusterix.curation.reports.models import Report
from clusterix.curation.scoped import ScopedAdmin, curator

GLIMPSE = 80


@admin.register(Report)
class ReportAdmin(ScopedAdmin[Report]):
    """What readers say is wrong; who wrote it is not shown, an answer reaches them all the same."""

    list_display = ("__str__", "glimpse", "state", "created_at", "handled_by")
    list_filter = ("state",)
    list_select_related = ("handled_by",)
    search_fields = ("text",)
    change_form_template = "admin/report_form.html"
    fields = (
        "entry_link",
        "part_label",
        "text",
        "created_at",
        "wants_answer",
        "state",
        "answer",
        "handled_by",
        "handled_at",
    )
    readonly_fields = ("entry_link", "part_label", "wants_answer")

    def entry_of(self, row: Any) -> Entry:
        """The entry that the report is on."""
        entry: Entry = row.entry
        return entry

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        """Reports on entries that the user sees behind the scenes, those that wait first."""
        reports = Report.objects.on_entries_of(curator(request)).open_first()
        return reports.prefetch_related("entry")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Readers write them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What a reader wrote stays as it is."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A report is answered or dismissed."""
        return False

    @admin.display(description=_("what is wrong"))
    def glimpse(self, report: Report) -> str:
        """The beginning of what the reader wrote."""
        return Truncator(report.text).chars(GLIMPSE)

    @admin.display(description=_("entry"))
    def entry_link(self, report: Report) -> SafeString:
        """The entry, where one can change it."""
        entry = self.entry_of(report)
        name = f"{self.admin_site.name}:{entry._meta.app_label}_{entry._meta.model_name}_change"
        return format_html('<a href="{}">{}</a>', reverse(name, args=[entry.pk]), entry)

    @admin.display(description=_("part of the page"))
    def part_label(self, report: Report) -> str:
        """The heading that the reader chose."""
        return report.part_label

    @admin.display(description=_("wants an answer"), boolean=True)
    def wants_answer(self, report: Report) -> bool:
        """Whether the reader left an address."""
        return report.wants_answer

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's own: saying what became of a report."""
        view = self.admin_site.admin_view(self.answer_view)
        return [path("<int:pk>/answer/", view, name="reports_report_answer"), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Offers to answer while the report is open."""
        context["is_open"] = context["original"].state == Report.State.OPEN
        return super().render_change_form(request, context, *args, **kwargs)

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks what became of a report, and keeps it; of two who answer at once, the first does."""
        report = self.get_object(request, str(pk))
        if report is None:
            raise Http404
        if report.state != Report.State.OPEN:
            raise PermissionDenied
        form = AnswerForm(request.POST if request.method == "POST" else None, report=report)
        if form.is_valid():
            self._handle(request, report, form)
            return redirect(self._address(report))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Answer this report"),
            "opts": self.opts,
            "original": report,
            "form": form,
        }
        return TemplateResponse(request, "admin/report_answer.html", context)

    def _handle(self, request: HttpRequest, report: Report, form: AnswerForm) -> None:
        if handle(report, form.given(), curator(request), timezone.now()):
            messages.success(request, gettext("Kept. The report is off the list."))
        else:
            messages.error(request, gettext("Somebody else answered it a moment before you."))

    def _address(self, report: Report) -> str:
        return reverse(f"{self.admin_site.name}:reports_report_change", args=[report.pk])

    def desk_panels(self, request: HttpRequest) -> list[Panel]:
        """The reports that wait for somebody, the longest first."""
        waiting = Report.objects.on_entries_of(curator(request)).open().earliest_first()
        return [
            Panel(
                gettext("Reports from readers"),
                [self._line(row) for row in waiting.prefetch_related("entry")[: LINES + 1]],
                gettext("No reader reports an error."),
            )
        ]

    def _line(self, report: Report) -> Line:
        received = date_format(timezone.localtime(report.created_at), "j F Y")
        note = f"{received}, {self.glimpse(report)}"
        kind = str(self.entry_of(report)._meta.verbose_name)
        return Line(str(report), self._address(report), kind, note)
