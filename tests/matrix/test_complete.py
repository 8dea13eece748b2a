"""Whatever has an address or a place in the admin is in the matrix, or in another group.

Addresses come from the URL resolver and models from the admin, so that what is new fails here
until somebody says who may open it.
"""

from collections.abc import Iterator

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

from tests.matrix.access import BY_LINK, ELSEWHERE, KINDS, MATRIX
from tests.test_addresses import AFTER_SIGN_IN, BY_SECRET, FOR_EVERYONE, OF_AN_ENTRY


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """The full names of all addresses below the patterns."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from names(pattern.url_patterns, inner)
        elif pattern.name or space != "admin:":  # there it leads on to a name, or to nothing
            yield f"{space}{pattern.name}"


def test_every_address_is_in_one_group() -> None:
    groups = [FOR_EVERYONE, OF_AN_ENTRY, BY_SECRET, AFTER_SIGN_IN, MATRIX, BY_LINK, ELSEWHERE]

    grouped = sorted(name for group in groups for name in group)

    assert sorted(set(names(get_resolver().url_patterns))) == grouped


def test_every_model_of_the_admin_is_in_the_matrix() -> None:
    registered = {
        f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry
    }

    assert registered == set(KINDS)
