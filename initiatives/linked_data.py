"""What search engines are told of an initiative, in the words of schema.org."""

from django.conf import settings

from clusterix.lib.partial_dates import PartialDate
from initiatives.models import Initiative
from people.linked_data import LinkedData, organisation_reference, without_gaps

SEASONS = ("21", "22", "23", "24")


def initiative_data(initiative: Initiative) -> LinkedData:
    """An initiative as a project: who is in it, where, about what and from when to when."""
    page = settings.SITE_URL + initiative.get_absolute_url()
    return without_gaps(
        {
            "@context": "https://schema.org",
            "@type": "Project",
            "@id": page,
            "name": initiative.title,
            "alternateName": initiative.acronym,
            "description": initiative.summary,
            "url": page,
            "sameAs": initiative.website,
            "foundingDate": iso(initiative.start),
            "dissolutionDate": iso(initiative.end),
            "areaServed": [region.label for region in initiative.regions.all()],
            "keywords": [theme.label for theme in initiative.themes.all()],
            "member": [
                organisation_reference(row.organisation) for row in initiative.public_involvements
            ],
        }
    )


def iso(known: PartialDate | None) -> str:
    """The date as ISO 8601 writes it, which has no seasons."""
    return "" if known is None or known.text[5:] in SEASONS else known.text
