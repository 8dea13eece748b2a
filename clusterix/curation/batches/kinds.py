"""The kinds of entry that can be imported: those of each app's `imports` module."""

from functools import cache

from django.utils.module_loading import autodiscover_modules

from clusterix.curation.imports.kinds import Kind


@cache
def kinds() -> dict[str, type[Kind]]:
    """Each by the name of its model, such as `initiatives.Initiative`."""
    autodiscover_modules("imports")
    found = {kind.model._meta.label: kind for kind in Kind.__subclasses__()}
    return dict(sorted(found.items()))
