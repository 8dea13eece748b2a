"""Regions, organisations, persons, and who works where."""

import factory
from factory.django import DjangoModelFactory

from people.models import Affiliation, Alias, Organisation, Person, Region
from tests.factories.curation import EntryFactory


class RegionFactory(DjangoModelFactory[Region]):
    """Countries by default: `RegionFactory(code="SE")`; give a parent for what lies in one."""

    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = "SE"
    version = 2024
    name = factory.LazyAttribute(lambda region: f"Region {region.code}")
    level = factory.LazyAttribute(lambda region: len(region.code) - 2)
    country = factory.LazyAttribute(lambda region: region.code[:2])
    parent = factory.Maybe(
        factory.LazyAttribute(lambda region: len(region.code) > 2),
        factory.SubFactory(
            "tests.factories.people.RegionFactory",
            code=factory.LazyAttribute(lambda parent: parent.factory_parent.code[:-1]),
        ),
        None,
    )


class OrganisationFactory(EntryFactory):
    class Meta:
        model = Organisation

    slug = factory.Sequence(lambda n: f"organisation-{n}")
    name = factory.Sequence(lambda n: f"Organisation {n}")
    kind = Organisation.Kind.CLUSTER


class AliasFactory(DjangoModelFactory[Alias]):
    class Meta:
        model = Alias

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Former name {n}")


class PersonFactory(EntryFactory):
    class Meta:
        model = Person

    slug = factory.Sequence(lambda n: f"person-{n}")
    given_name = "Ada"
    family_name = factory.Sequence(lambda n: f"Andersson {n}")


class AffiliationFactory(DjangoModelFactory[Affiliation]):
    class Meta:
        model = Affiliation

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = "Director"
