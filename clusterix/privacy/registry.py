"""Every personal field of every table, as the apps declare them.

The order is that of erasure: mails come after all that might still write one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

import clusterix.content.personal as content
import clusterix.curation.batches.personal as batches
import clusterix.curation.freshness.personal as freshness
import clusterix.curation.invitations.personal as invitations
import clusterix.curation.news.personal as news
import clusterix.curation.personal as curation
import clusterix.curation.proposals.personal as proposals
import clusterix.curation.reports.personal as reports
import clusterix.curation.saved.personal as saved
import clusterix.mail.personal as mail
import initiatives.comments.personal as comments
import initiatives.following.personal as following
import initiatives.personal as initiatives
import people.merging.personal as merging
import people.personal as people
import workshops.personal as workshops
import workshops.registration.personal as registration
import workshops.reviews.personal as reviews
from clusterix.lib.partial_dates import PartialDateField
from clusterix.lib.personal import Fields, Holding, Part, Table, Words

HOLDINGS: tuple[Holding, ...] = (
    *registration.HOLDINGS,
    *following.HOLDINGS,
    *comments.HOLDINGS,
    *reports.HOLDINGS,
    *batches.HOLDINGS,
    *invitations.HOLDINGS,
    *proposals.HOLDINGS,
    *news.HOLDINGS,
    *saved.HOLDINGS,
    *workshops.HOLDINGS,
    *reviews.HOLDINGS,
    *merging.HOLDINGS,
    *people.HOLDINGS,
    *curation.HOLDINGS,
    *mail.HOLDINGS,
)

NOT_PERSONAL: Mapping[str, str] = {
    **registration.NOT_PERSONAL,
    **workshops.NOT_PERSONAL,
    **reviews.NOT_PERSONAL,
    **initiatives.NOT_PERSONAL,
    **merging.NOT_PERSONAL,
    **people.NOT_PERSONAL,
    **content.NOT_PERSONAL,
    **reports.NOT_PERSONAL,
    **batches.NOT_PERSONAL,
    **invitations.NOT_PERSONAL,
    **proposals.NOT_PERSONAL,
    **news.NOT_PERSONAL,
    **saved.NOT_PERSONAL,
    **freshness.NOT_PERSONAL,
    **curation.NOT_PERSONAL,
    **mail.NOT_PERSONAL,
}
"""By model, the fields that could hold words about somebody and do not."""

WORDLESS = (
    models.AutoField,
    models.BooleanField,
    models.DateField,
    models.DecimalField,
    models.DurationField,
    models.FloatField,
    models.ForeignKey,
    models.GeneratedField,
    models.IntegerField,
    models.TimeField,
    PartialDateField,
)
"""Kinds of field that hold nobody's words: numbers, dates, links, and what is made of others."""


@dataclass(frozen=True)
class Declaration:
    """What is said of one personal field."""

    holding: Holding
    table: Table | Part
    field: str
    group: Fields

    @property
    def key(self) -> str:
        """The field's name among all."""
        return f"{self.table.model}.{self.field}"

    @property
    def purpose(self) -> Words:
        """What the field serves."""
        return self.group.purpose or self.holding.purpose

    @property
    def retention(self) -> Words:
        """How long it is kept."""
        return self.holding.retention


def declarations() -> Iterator[Declaration]:
    """All personal fields, in the order in which they are declared."""
    for holding in HOLDINGS:
        for table in holding.tables:
            owners: tuple[Table | Part, ...] = (table, *table.parts)
            for owner in owners:
                for group in owner.fields:
                    for name in group.names:
                        yield Declaration(holding, owner, name, group)


def harmless() -> set[str]:
    """The fields that are declared to say nothing of anybody."""
    return {f"{model}.{name}" for model, names in NOT_PERSONAL.items() for name in names.split()}


def open_fields() -> Iterator[tuple[type[models.Model], Any]]:
    """The fields of all models that could hold words about somebody.

    What the history has is what its model has, and is declared there.
    """
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if not (isinstance(field, WORDLESS) or getattr(field, "choices", None)):
                yield model, field


def key_of(model: type[models.Model], name: str) -> str:
    """The name of a field among all; that of the history is its model's, unless declared."""
    tracked: Any = getattr(model, "instance_type", None)
    if tracked and any(field.name == name for field in tracked._meta.concrete_fields):
        return f"{tracked._meta.label}.{name}"
    return f"{model._meta.label}.{name}"


def unclassified() -> list[str]:
    """The fields of which nobody has said yet whether they are about people."""
    known = {declared.key for declared in declarations()} | harmless()
    found = {key_of(model, field.name) for model, field in open_fields()}
    return sorted(found - known)
