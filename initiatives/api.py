"""What programs can ask of the catalogue."""

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from clusterix.lib.rest.cursors import Key, PageForm
from clusterix.lib.rest.resources import Entries
from clusterix.lib.rest.schema import parameters
from clusterix.lib.rest.throttle import BulkThrottle
from clusterix.lib.rest.views import ReadOnly, understood
from initiatives.filters import DayForm, InitiativeFilter
from initiatives.models import Initiative
from initiatives.selection import Selection
from initiatives.serializers import InitiativeItem, InitiativeRecord, with_items, with_records

EXAMPLES = {
    "q": "smart specialisation",
    "theme": "smart-specialisation",
    "country": "SE",
    "region": "SE22",
    "from": "2014",
    "to": "2016-06",
    "as_of": "2016-06-21",
}

QUESTIONS: dict[str, forms.Field] = {
    name: deepcopy(question).field for name, question in InitiativeFilter.base_filters.items()
}


def asked_of(query: QueryDict) -> InitiativeFilter:
    """What was asked of the catalogue; a ValidationError where some of it was not understood."""
    asked = InitiativeFilter(query, Initiative.objects.all())
    understood(asked.form)
    return asked


@extend_schema(tags=["initiatives"])
class Initiatives(Entries):
    """The catalogue: programmes, initiatives, good practices and the like."""

    queryset = Initiative.objects.all()
    serializer_class = InitiativeItem
    record_class = InitiativeRecord
    address = "api:initiative"
    day: date

    @extend_schema(parameters=parameters({**QUESTIONS, **PageForm.base_fields}, EXAMPLES))
    def list(self, request: Request) -> Response:
        """Initiatives as the catalogue finds and orders them."""
        return super().list(request)

    @extend_schema(parameters=parameters(DayForm.base_fields, EXAMPLES))
    def retrieve(self, request: Request, slug: str) -> Response:
        """All that is known of an initiative; its status is that of the day asked for."""
        form = DayForm(request.query_params)
        understood(form)
        self.day = form.day or timezone.localdate()
        return super().retrieve(request, slug)

    def keys(self, request: Request) -> Sequence[Key]:
        """Those asked for, in the order asked for."""
        asked = asked_of(request.query_params)
        self.day = asked.day
        return Selection(asked).ids

    def for_list(self) -> QuerySet[Any]:
        """With what a list tells."""
        return with_items(Initiative.objects.all())

    def for_record(self) -> QuerySet[Any]:
        """With everything."""
        return with_records(Initiative.objects.all())

    def get_serializer_context(self) -> dict[str, Any]:
        """With the day on which the status is told."""
        return {**super().get_serializer_context(), "day": self.day}


class InitiativeLines(ReadOnly):
    """The whole catalogue, or what was asked of it, at once."""

    throttle_classes = [BulkThrottle]

    @extend_schema(
        operation_id="initiatives_lines",
        tags=["initiatives"],
        parameters=parameters(QUESTIONS, EXAMPLES),
        responses={
            (200, "application/jsonl"): OpenApiResponse(
                OpenApiTypes.STR, "One InitiativeRecord a line, as JSON."
            )
        },
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """All initiatives that were asked for, whole, one JSON object a line."""
        asked = asked_of(request.query_params)
        content = lines(asked) if request.method == "GET" else iter(())
        return StreamingHttpResponse(
            content,
            content_type="application/jsonl",
            headers={"Content-Disposition": 'attachment; filename="initiatives.jsonl"'},
        )


def lines(asked: InitiativeFilter) -> Iterator[bytes]:
    """The records of all that were asked for, a few hundred loaded at a time."""
    encoder = JSONRenderer.encoder_class
    for some in Selection(asked).chunks(with_records(Initiative.objects.all())):
        records = InitiativeRecord(some, many=True, context={"day": asked.day}).data
        for record in records:
            yield json.dumps(record, cls=encoder, ensure_ascii=False).encode() + b"\n"
