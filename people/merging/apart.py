"""Curators' word that two entries are different ones."""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType

from clusterix.curation.models import User
from people.merging.models import Pair, Twin


def tell_apart(one: Twin, other: Twin, user: User | None, at: datetime) -> None:
    """Remember that these are two; they are not asked about again."""
    first, second = sorted([one.pk, other.pk])
    Pair.objects.update_or_create(
        content_type=ContentType.objects.get_for_model(one),
        one_id=first,
        other_id=second,
        defaults={"apart_at": at, "apart_by": user},
    )
