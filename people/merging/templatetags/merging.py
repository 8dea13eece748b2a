"""What the form of an entry says of others that may be the same."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.db.models import F
from django.urls import reverse

from people.merging.likeness import beside
from people.merging.models import Merge, Pair, Twin

register = template.Library()


@dataclass(frozen=True)
class Likely:
    """An entry that may be the same, why, and where the two are compared."""

    entry: Twin
    marks: list[str]
    url: str


@register.simple_tag(takes_context=True)
def likely_duplicates(context: dict[str, Any], entry: Twin) -> list[Likely]:
    """The entries that look like this one, as far as the user may see them."""
    alike = {found.pk: found for found in beside(entry)}
    user = context["request"].user
    apart = Pair.objects.of(entry).exclude(apart_at=None)
    told = apart.values_list(F("one_id") + F("other_id") - entry.pk, flat=True) if alike else []
    seen = user.linkable_entries(type(entry)).choosable().in_bulk(alike.keys() - set(told))
    return [
        Likely(seen[pk], [str(Pair.Mark(mark).label) for mark in found.marks], _where(entry, pk))
        for pk, found in alike.items()
        if pk in seen
    ]


def _where(entry: Twin, pk: int) -> str:
    kind = entry._meta.model_name
    return reverse("admin:merging_pair_compare", args=[kind, entry.pk, pk])


@register.simple_tag(takes_context=True)
def merge_of(context: dict[str, Any], entry: Twin) -> Merge | None:
    """By what that entry became part of another; None where the user may not see the other."""
    merges = Merge.objects.for_curator(context["request"].user)
    return merges.that_took(entry).prefetch_related("kept").first()
