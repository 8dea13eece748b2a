"""The admin of imports: from the file to the report, to the entries, and back."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from clusterix.curation.batches import asking, keeping, mapping, report
from clusterix.curation.batches.forms import (
    ColumnsForm,
    ImportForm,
    MappingFileForm,
    UndoForm,
    UploadForm,
    WishesForm,
)
from clusterix.curation.batches.models import ImportBatch
from clusterix.curation.batches.undoing import Undoing
from clusterix.curation.scoped import ScopedAdmin, curator
from clusterix.lib import htmx

ROWS_A_PAGE = 50
State = ImportBatch.State


@admin.register(ImportBatch)
class ImportBatchAdmin(ScopedAdmin[ImportBatch]):
    """What was imported for the user's partners, and what is about to be."""

    list_display = ("name", "kind_label", "partner", "state", "in_numbers", "created_at")
    list_filter = ("state",)
    list_select_related = ("partner",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportBatch]:
        """Those for the user's partners, the last first."""
        batches = ImportBatch.objects.for_curator(curator(request)).latest_first()
        return batches.defer("seen", "mapping", "undone", "notes")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who is not of the partner does not find it in the first place."""
        return curator(request).is_curator

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It goes its own way, step by step."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was imported is undone; what was not is discarded."""
        return False

    @admin.display(description=_("rows"))
    def kind_label(self, batch: ImportBatch) -> str:
        """What its rows are."""
        return str(batch.kind.model._meta.verbose_name_plural)

    @admin.display(description=_("created · updated · unchanged · refused"))
    def in_numbers(self, batch: ImportBatch) -> str:
        """How many rows each outcome had."""
        return " · ".join(str(number) for _label, number in batch.counts)

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's own: the steps of an import."""
        views = {
            "columns/": self.columns_view,
            "again/": require_POST(self.again_view),
            "mapping/": require_POST(self.mapping_view),
            "mapping.yaml": require_safe(self.mapping_file_view),
            "refused.csv": require_safe(self.refused_view),
            "import/": require_POST(self.import_view),
            "undo/": self.undo_view,
            "discard/": require_POST(self.discard_view),
            "change/": require_safe(self.batch_view),
        }
        return [
            path(f"<int:pk>/{way}", self.admin_site.admin_view(view), name=name_of(way))
            for way, view in views.items()
        ] + super().get_urls()

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Takes a file and has it read."""
        user = curator(request)
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None, user=user)
        if form.is_valid():
            batch = asking.receive(form.save(commit=False), form.cleaned_data["upload"], user)
            return redirect(address(batch))
        context = {"title": gettext("Import a table"), "form": form}
        return self._page(request, "upload", None, context)

    def batch_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Where an import stands: how far it is, what its report says, what to do next."""
        batch = self._batch(request, pk)
        told = batch.told.refused() if request.GET.get("only") == "refused" else batch.told.all()
        page = Paginator(told.in_order(), ROWS_A_PAGE).get_page(request.GET.get("p"))
        context = {
            "title": batch,
            "kind_label": capfirst(self.kind_label(batch)),
            "page": page,
            "lines": report.lines(batch, list(page), curator(request)),
            "form": ImportForm(initial={"checked": batch.checked}),
            "is_open": batch.state in asking.OPEN,
            "kept": report.kept_lines(batch.undone.get("examples", [])),
        }
        told_all = {**self._frame(request, batch), **context}
        response = htmx.render(request, "admin/batches/batch.html", told_all, partial="progress")
        if htmx.wants_part(request) and not batch.is_in_work:
            response.headers["HX-Refresh"] = "true"
        return response

    def columns_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks which column is which field, and has that tried out."""
        batch = self._open(request, pk)
        form = ColumnsForm(request.POST or None, batch=batch)
        if form.is_valid():
            asking.ask_to_check(batch, form.as_file(), "mapping.yaml")
            return redirect(address(batch))
        form.propose(mapping.proposed(batch))
        return self._columns_page(request, batch, form=form)

    def mapping_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Takes a mapping file, and has it tried out."""
        batch = self._open(request, pk)
        upload = MappingFileForm(request.POST, request.FILES, batch=batch)
        if upload.is_valid():
            asking.ask_to_check(batch, *upload.cleaned_data["mapping_file"])
            return redirect(address(batch))
        return self._columns_page(request, batch, upload=upload)

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Has the file read otherwise than was found out."""
        batch = self._batch(request, pk)
        wishes = WishesForm(request.POST)
        if wishes.is_valid():
            asking.ask_to_read(batch, **wishes.cleaned_data)
            return redirect(address(batch))
        return self._columns_page(request, self._open(request, pk), wishes=wishes)

    def _columns_page(self, request: HttpRequest, batch: ImportBatch, **forms: Any) -> HttpResponse:
        """The page on columns, with forms that came back or fresh ones."""
        form = ColumnsForm(batch=batch)
        form.propose(mapping.proposed(batch))
        fresh = {
            "form": form,
            "upload": MappingFileForm(batch=batch),
            "wishes": WishesForm(initial=wishes_of(batch)),
        }
        other = None if batch.mapping else mapping.remembered(batch)
        context = {"title": gettext("What are its columns?"), "other": other, **fresh, **forms}
        return self._page(request, "columns", batch, context)

    def mapping_file_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The mapping as a file."""
        batch = self._batch(request, pk)
        if not batch.mapping:
            raise Http404
        headers = {"Content-Disposition": f'attachment; filename="mapping-{batch.pk}.yaml"'}
        return HttpResponse(batch.mapping, content_type="application/yaml", headers=headers)

    def refused_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """The rows that were refused, with the reasons, to be corrected and sent again."""
        batch = self._batch(request, pk)
        if not (batch.file and batch.told.refused().exists()):
            raise Http404
        headers = {"Content-Disposition": f'attachment; filename="refused-{batch.pk}.csv"'}
        rows = report.refused_rows(batch)
        return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=headers)

    def import_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Has imported what was checked, once however often it is asked for."""
        batch = self._batch(request, pk)
        if not asking.ask_to_import(batch, request.POST.get("checked", "")):
            words = gettext("This was asked for already, or it was changed. Look at it again.")
            messages.warning(request, words)
        return redirect(address(batch))

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Says what undoing an import would do, and has it done."""
        batch, user = self._batch(request, pk), curator(request)
        if batch.state != State.DONE:
            return redirect(address(batch))
        form = UndoForm(request.POST or None)
        if form.is_valid():
            asking.ask_to_undo(batch, user, form.cleaned_data["reason"])
            return redirect(address(batch))
        survey = Undoing(batch, user).survey()
        context = {
            "title": gettext("Undo this import"),
            "form": form,
            "survey": survey,
            "kept": report.kept_lines(survey["examples"]),
        }
        return self._page(request, "undo", batch, context)

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Forgets an import that came to nothing."""
        batch = self._batch(request, pk)
        if batch.state not in asking.OPEN:
            messages.warning(request, gettext("It cannot be discarded as it stands."))
            return redirect(address(batch))
        keeping.discard(batch)
        messages.success(request, gettext("Discarded, with its file."))
        return redirect("admin:batches_importbatch_changelist")

    def _batch(self, request: HttpRequest, pk: int) -> ImportBatch:
        """An import for one of the user's partners; for everybody else there is none."""
        batches = ImportBatch.objects.for_curator(curator(request))
        return get_object_or_404(batches.select_related("partner", "created_by"), pk=pk)

    def _open(self, request: HttpRequest, pk: int) -> ImportBatch:
        """The same, whose file was read and of which nothing was imported yet."""
        batch = self._batch(request, pk)
        if batch.state not in asking.OPEN or not batch.seen or not batch.file:
            raise Http404
        return batch

    def _page(
        self, request: HttpRequest, name: str, batch: ImportBatch | None, context: Any
    ) -> HttpResponse:
        told = {**self._frame(request, batch), **context}
        return TemplateResponse(request, f"admin/batches/{name}.html", told)

    def _frame(self, request: HttpRequest, batch: ImportBatch | None) -> dict[str, Any]:
        frame = self.admin_site.each_context(request)
        return {**frame, "opts": self.opts, "original": batch, "batch": batch}


def name_of(way: str) -> str:
    """The name of the view at that place below an import."""
    return f"batches_importbatch_{way.strip('/').replace('.', '_')}"


def address(batch: ImportBatch) -> str:
    """Where an import is seen."""
    return reverse("admin:batches_importbatch_change", args=[batch.pk])


def wishes_of(batch: ImportBatch) -> dict[str, str]:
    """How somebody said that its file is to be read."""
    return {name: getattr(batch, name) for name in ("encoding", "delimiter", "sheet")}
