"""The admin of what belongs to a workshop and has moments: told by the clock of its place."""

from datetime import UTC, tzinfo
from typing import Any, TypeVar

from django.contrib.admin.utils import unquote
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusterix.curation.forms import PartForm
from clusterix.curation.parts import PartAdmin
from clusterix.curation.scoped import curator
from workshops.models import Workshop

M = TypeVar("M", bound=models.Model)

BY_ITS_CLOCK = _("By the clock of the workshop's place.")


class PlacedAdmin(PartAdmin[M]):
    """Rows of a workshop; their forms take and show moments in its time zone.

    A time that a clock change leaves out or repeats is refused, since it could mean two moments.
    """

    form: Any = PartForm

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The form, read and drawn by that clock."""
        with timezone.override(self._zone(request, object_id)):
            response = super().changeform_view(request, object_id, form_url, extra_context)
            return response.render() if isinstance(response, TemplateResponse) else response

    def _zone(self, request: HttpRequest, object_id: str | None) -> tzinfo:
        """The zone of the row's workshop, or of that which was chosen for a new one."""
        asked = request.POST.get("workshop", "") if object_id is None else unquote(object_id)
        if not asked.isdecimal():
            return UTC
        if object_id is None:
            workshop = curator(request).changeable_entries(Workshop).filter(pk=asked).first()
        else:
            row: Any = self.get_queryset(request).filter(pk=asked).first()
            workshop = row and row.workshop
        return workshop.zone if workshop else UTC
