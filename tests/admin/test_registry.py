"""Every model in the admin is of a class that decides who may do what."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin

from clusterix.curation.admin import MembershipInline, ReferenceAdmin, SecretariatAdmin
from clusterix.curation.entries import EntryAdmin
from clusterix.curation.models import Entry
from clusterix.curation.scoped import PartInline, ScopedAdmin
from workshops.registration.registration_admin import ReadOnlyInline

OURS = ("clusterix.", "people.", "initiatives.", "workshops.")

REGISTERED: list[ModelAdmin[Any]] = [
    model_admin
    for model, model_admin in admin.site._registry.items()
    if model.__module__.startswith(OURS)
]


@pytest.mark.parametrize("model_admin", REGISTERED, ids=str)
def test_each_of_our_admins_is_of_a_class_that_decides(model_admin: ModelAdmin[Any]) -> None:
    assert isinstance(model_admin, (ScopedAdmin, ReferenceAdmin, SecretariatAdmin))
    assert isinstance(model_admin, EntryAdmin) == issubclass(model_admin.model, Entry)


@pytest.mark.parametrize("model_admin", REGISTERED, ids=str)
def test_each_inline_is_of_a_class_that_decides(model_admin: ModelAdmin[Any]) -> None:
    deciding = (PartInline, MembershipInline, ReadOnlyInline)

    assert [inline for inline in model_admin.inlines if not issubclass(inline, deciding)] == []


@pytest.mark.parametrize("model_admin", REGISTERED, ids=str)
def test_nothing_is_done_to_many_rows_at_once_or_edited_in_lists(
    model_admin: ModelAdmin[Any],
) -> None:
    assert not model_admin.list_editable
    assert isinstance(model_admin, ReferenceAdmin) or model_admin.actions is None


def test_every_kind_of_entry_has_an_admin() -> None:
    assert set(Entry.__subclasses__()) <= set(admin.site._registry)
