"""Persons, organisations and regions, and who held which role when."""

from people.models.mergeable import Mergeable
from people.models.organisations import Alias, Organisation, OrganisationSource
from people.models.persons import (
    NAMELESS,
    Affiliation,
    Person,
    PersonAlias,
    PersonLink,
    PersonSource,
    full_name,
)
from people.models.regions import Boundary, Region, RegionQuerySet
from people.models.sorting import by_letters

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
