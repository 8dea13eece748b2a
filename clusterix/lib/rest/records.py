"""What records are made of: dates that are not whole, addresses, and text as people wrote it."""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clusterix.lib.partial_dates import PartialDate, PartialDateField

WEB = ("http://", "https://")


@extend_schema_field(
    {
        "type": ["string", "null"],
        "pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$",
        "description": "A partial date as in EDTF; null where it is not known.",
        "examples": ["2016-06"],
    }
)
class PartialDateText(serializers.Field[PartialDate, str, str, Any]):
    """A partial date in its spelling for programs."""

    def to_representation(self, value: PartialDate) -> str:
        """As in EDTF."""
        return value.text


@extend_schema_field({"type": ["string", "null"], "format": "uri"})
class WebAddress(serializers.Field[str, str, str | None, Any]):
    """A page elsewhere; null where there is none, or where it would not be a page."""

    def to_representation(self, value: str) -> str | None:
        """Only what leads to the web."""
        return value if value.startswith(WEB) else None


@extend_schema_field({"type": "string", "format": "uri"})
class Address(serializers.Field[str, str, str, Any]):
    """Where something is found on this site: its page, or its record for programs."""

    def __init__(self, name: str, source: str = "slug") -> None:
        super().__init__(source=source, read_only=True)
        self.name = name

    def to_representation(self, value: str) -> str:
        """The whole address."""
        head, tail = around(self.name, get_language())
        return f"{settings.SITE_URL}{head}{value}{tail}"


@cache
def around(name: str, _language: str | None) -> tuple[str, str]:
    """What stands before and after the slug in an address: found out once, written often."""
    head, _slug, tail = reverse(name, args=["slug"]).rpartition("slug")
    return head, tail


class Record(serializers.ModelSerializer[Any]):
    """What is told of a row: the fields it lists, and no others."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        PartialDateField: PartialDateText,
        models.URLField: WebAddress,
    }

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """What is written here is only ever read."""
        kind, options = super().build_standard_field(field_name, model_field)
        if issubclass(kind, PartialDateText | WebAddress):
            return kind, {"read_only": True}
        return kind, options

    @cached_property
    def steps(self) -> list[tuple[str, Callable[[Any], Any], Callable[[Any], Any]]]:
        """For each field its name, where its value comes from, and how it is written."""
        return [
            (
                name,
                field.get_attribute if field.source == "*" else attrgetter(str(field.source)),
                field.to_representation,
            )
            for name, field in self.fields.items()
        ]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The record: a list has thousands of values, so each takes the shortest way."""
        record: dict[str, Any] = {}
        for name, value_of, written in self.steps:
            value = value_of(instance)
            record[name] = None if value is None else written(value)
        return record
