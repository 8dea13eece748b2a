"""Every field that can hold somebody's words is declared: as personal, or as not."""

import inspect
from collections import Counter

import pytest
from django.apps import apps
from django.db import models
from procrastinate.contrib.django import app

from clusterix.lib.personal import Fate
from clusterix.privacy import registry
from clusterix.privacy.purging import purges
from clusterix.privacy.registry import HOLDINGS, Declaration, declarations, harmless, unclassified

DECLARED = list(declarations())


def exists(key: str) -> bool:
    """There is a field of that name."""
    label, _, name = key.rpartition(".")
    return name in {field.name for field in apps.get_model(label)._meta.concrete_fields}


def test_every_field_says_whether_it_is_about_people() -> None:
    assert unclassified() == []


def test_a_field_of_which_nobody_said_so_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = {
        model: names
        for model, names in registry.NOT_PERSONAL.items()
        if model != "people.Organisation"
    }
    monkeypatch.setattr(registry, "NOT_PERSONAL", rest)

    found = unclassified()

    assert found == [
        f"people.Organisation.{name}"
        for name in (
            "city", "description", "key", "name", "ror_id", "short_name", "slug", "website",
            "wikidata_id",
        )
    ]  # fmt: skip


def test_a_personal_field_that_goes_undeclared_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = [holding for holding in HOLDINGS if holding.name != "followers"]
    monkeypatch.setattr(registry, "HOLDINGS", rest)

    found = unclassified()

    assert found == [f"following.Subscription.{name}" for name in ("email", "language", "query",
                                                                   "reference")]  # fmt: skip


def test_what_is_declared_exists() -> None:
    keys = [*(declared.key for declared in DECLARED), *harmless()]

    assert [key for key in keys if not exists(key)] == []


def test_nothing_is_declared_twice() -> None:
    counted = Counter([*(declared.key for declared in DECLARED), *harmless()])

    assert [key for key, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("declared", DECLARED, ids=lambda declared: declared.key)
def test_a_personal_field_says_what_for_and_how_long(declared: Declaration) -> None:
    assert str(declared.purpose)
    assert str(declared.retention)
    assert bool(declared.group.because) == (declared.group.fate is Fate.KEPT)


def test_every_address_is_personal() -> None:
    addresses = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, models.EmailField)
    }

    assert addresses - {declared.key for declared in DECLARED} == set()


def test_the_history_declares_what_its_model_does() -> None:
    declared = {each.key for each in DECLARED}
    copies = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if (tracked := getattr(model, "instance_type", None))
        for field in model._meta.concrete_fields
        if f"{tracked._meta.label}.{field.name}" in declared
    }

    assert copies
    assert copies - declared == set()


def test_holdings_have_names_of_their_own() -> None:
    names = [holding.name for holding in HOLDINGS]

    assert len(names) == len(set(names))


def test_jobs_are_told_numbers_only() -> None:
    ours = {name: task for name, task in app.tasks.items() if "procrastinate." not in name}
    told = {
        f"{name}: {parameter}"
        for name, task in ours.items()
        for parameter in inspect.signature(task.func).parameters.values()
        if parameter.annotation is not int
    }

    assert {"accounts.forget", "mail.deliver", "registration.erase"} - ours.keys() == set()
    assert told == set()


def test_what_goes_in_time_says_what_it_is() -> None:
    assert [str(purge.what) for purge in purges()] == [
        "registrations for workshops that were long enough ago",
        "registrations whose address nobody confirmed in time",
        "followed searches that nobody confirmed in time",
        "followed searches whose address takes no mail any more",
        "expert comments that were never shown",
        "addresses of readers whose report was handled or waited for too long",
        "files that were imported, and what was told of their rows",
        "states of entries before imports that nobody will undo any more",
        "invitations whose time is over",
        "addresses of experts whose link is over",
        "sessions that have ended",
        "where sessions that have ended were begun",
        "lines of the admin’s log",
        "mails delivered or refused",
    ]
