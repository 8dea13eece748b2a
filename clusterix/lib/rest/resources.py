"""Kinds of things that programs can list, narrow down and open one by one."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from clusterix.lib.rest.cursors import CursorPagination, Key
from clusterix.lib.rest.views import ReadOnly


class Resource(ReadOnly, GenericViewSet[Any]):
    """A kind of thing; `queryset` holds all of it that everyone may see."""

    pagination_class = CursorPagination
    lookup_field = "slug"
    record_class: type[BaseSerializer[Any]]
    address: str
    """The name of the address of one."""

    @abstractmethod
    def keys(self, request: Request) -> Sequence[Key]:
        """The primary keys of those asked for, in order."""

    def for_list(self) -> QuerySet[Any]:
        """What a list shows of each, loaded."""
        return self.get_queryset()

    @abstractmethod
    def for_record(self) -> QuerySet[Any]:
        """All that is known of each, loaded."""

    def steady(self, keys: Sequence[Key], _at: datetime) -> set[Key]:
        """Which of these are as they were at that moment."""
        return set(self.get_queryset().filter(pk__in=keys).values_list("pk", flat=True))

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """A few facts in a list, all of them for one."""
        few: type[BaseSerializer[Any]] = super().get_serializer_class()
        return self.record_class if self.action == "retrieve" else few

    def list(self, request: Request) -> Response:
        """A page of those asked for."""
        page: list[Key] = self.paginate_queryset(self.keys(request))  # type: ignore[arg-type,assignment]
        serializer = self.get_serializer(in_order(self.for_list(), page), many=True)
        return self.get_paginated_response(serializer.data)

    def retrieve(self, _request: Request, slug: str) -> Response:
        """One of them; a former address leads to the present one."""
        found = self.for_record().filter(slug=slug).first()
        if found is None:
            return self.moved(slug)
        return Response(self.get_serializer(found).data)

    def moved(self, slug: str) -> Response:
        """Where the one is whose address was that before; else it is not found."""
        entries: Any = self.get_queryset()
        entry = get_object_or_404(entries.once_called(slug)[:1])
        where = settings.SITE_URL + reverse(self.address, args=[entry.slug])
        return Response(status=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": where})


class Entries(Resource):
    """A kind of entry, whose changes leave a date."""

    def steady(self, keys: Sequence[Key], at: datetime) -> set[Key]:
        """Those that nobody has changed since."""
        rows = self.get_queryset().filter(pk__in=keys, updated_at__lte=at)
        return set(rows.values_list("pk", flat=True))


def in_order(rows: QuerySet[Any], keys: Iterable[Key]) -> list[Model]:
    """The rows of those keys, in their order; whatever is gone by now is left out."""
    found = rows.in_bulk(list(keys))
    return [found[key] for key in keys if key in found]
