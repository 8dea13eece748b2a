"""Persons, organisations and regions, and who held which role when."""

from people.models.persons import (
    NAMELESS,
    Affiliation,
    Alias,
    Boundary,
    Mergeable,
    Organisation,
    OrganisationSource,
    Person,
    PersonAlias,
    PersonLink,
    PersonSource,
    Region,
    RegionQuerySet,
    by_letters,
    full_name,
)

__all__ = [
    "NAMELESS",
    "Affiliation",
    "Alias",
    "Boundary",
    "Mergeable",
    "Organisation",
    "OrganisationSource",
    "Person",
    "PersonAlias",
    "PersonLink",
    "PersonSource",
    "Region",
    "RegionQuerySet",
    "by_letters",
    "full_name",
]
