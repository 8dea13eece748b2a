"""All that leads to organisations and people, as tests compare it."""

from typing import Any

from people.merging.links import links_to
from people.models import Alias, Organisation, Person, PersonAlias

Rows = dict[str, list[dict[str, Any]]]


def everything() -> Rows:
    """Each row of each table that leads to an organisation or a person, and those themselves."""
    models = {link.model for kind in (Organisation, Person) for link in links_to(kind)}
    return {
        model._meta.label: list(columns(model))
        for model in models | {Organisation, Person, Alias, PersonAlias}
    }


def columns(model: Any) -> Any:
    """What its rows say, but for when they were saved."""
    names = [field.attname for field in model._meta.concrete_fields if field.name != "updated_at"]
    return model._base_manager.order_by("pk").values(*names)
