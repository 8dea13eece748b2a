"""What search engines are told of people and organisations, in the words of schema.org."""

from collections.abc import Iterable

from django.conf import settings

from people.models import Affiliation, Organisation, Person, Region

LinkedData = dict[str, object]


def person_data(person: Person, affiliations: Iterable[Affiliation]) -> LinkedData:
    """A person with the roles still held, as far as everyone may see them."""
    held = [role for role in affiliations if role.is_public and not role.end]
    links = [link.url for link in person.links.all()]
    orcid = [f"https://orcid.org/{person.orcid}"] if person.orcid else []
    return without_gaps(
        {
            "@context": "https://schema.org",
            "@type": "Person",
            "@id": settings.SITE_URL + person.get_absolute_url(),
            "name": person.name,
            "givenName": person.given_name,
            "familyName": person.family_name,
            "description": person.headline,
            "url": settings.SITE_URL + person.get_absolute_url(),
            "jobTitle": [role.role for role in held if role.role],
            "affiliation": [
                organisation_reference(role.organisation) for role in held if role.organisation
            ],
            "sameAs": [*orcid, *links],
        }
    )


def organisation_data(organisation: Organisation) -> LinkedData:
    """An organisation with its other names and where else it is described."""
    names = [organisation.short_name, *(alias.name for alias in organisation.aliases.all())]
    return without_gaps(
        {
            "@context": "https://schema.org",
            **organisation_reference(organisation),
            "alternateName": [name for name in names if name],
            "address": address(organisation.city, organisation.region),
            "sameAs": identities(organisation),
        }
    )


def region_data(region: Region, around: Iterable[Region]) -> LinkedData:
    """A region with those it lies in, the closest first."""
    return {
        "@context": "https://schema.org",
        **place(region),
        "identifier": {"@type": "PropertyValue", "propertyID": "NUTS", "value": region.code},
        "containedInPlace": [place(one) for one in reversed([*around])],
    }


def place(region: Region) -> LinkedData:
    """Enough of a region to name it and to find its page."""
    page = settings.SITE_URL + region.get_absolute_url()
    kind = "AdministrativeArea" if region.level else "Country"
    return {"@type": kind, "@id": page, "name": region.label, "url": page}


def address(city: str, region: Region | None) -> LinkedData:
    """Where something is, as far as city or country are known; empty where neither is."""
    country = region.country_label if region else ""
    known = without_gaps({"addressLocality": city, "addressCountry": country})
    return {"@type": "PostalAddress", **known} if known else {}


def organisation_reference(organisation: Organisation) -> LinkedData:
    """Enough of an organisation to name it and to find its page."""
    page = settings.SITE_URL + organisation.get_absolute_url()
    return {"@type": "Organization", "@id": page, "name": organisation.name, "url": page}


def identities(organisation: Organisation) -> list[str]:
    """The addresses under which others describe the organisation."""
    known = [
        organisation.website,
        organisation.ror_id and f"https://ror.org/{organisation.ror_id}",
        organisation.wikidata_id and f"https://www.wikidata.org/wiki/{organisation.wikidata_id}",
    ]
    return [page for page in known if page]


def without_gaps(data: LinkedData) -> LinkedData:
    """The statements that say something."""
    return {name: value for name, value in data.items() if value}
