"""What can be taken along: a page that says so to people, and a catalogue that says so in DCAT."""

from typing import Any

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import conditional_page, require_safe

from clusterix.lib.caching import for_everyone
from clusterix.views import contact
from initiatives.export import FORMS
from initiatives.lines import COLUMNS
from initiatives.models import Initiative

Resource = dict[str, Any]

AUTHORITY = "http://publications.europa.eu/resource/authority"
"""Where the European Union keeps the lists of values that DCAT-AP asks for."""

LICENCE = f"{AUTHORITY}/licence/EUPL_1_2"
MEDIA = "https://www.iana.org/assignments/media-types"

FILES = {
    "csv": ("CSV", f"{MEDIA}/text/csv", "Comma-separated values, UTF-8, a line for each entry"),
    "xlsx": (
        "XLSX",
        f"{MEDIA}/{FORMS['xlsx'].content_type}",
        "A spreadsheet, a line for each entry",
    ),
    "json": ("JSON", f"{MEDIA}/application/json", "Entries with all that hangs on them"),
}
FEED = ("ATOM", f"{MEDIA}/application/atom+xml", "The fifty entries that were published last")

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@require_safe
@for_everyone
def open_data(request: HttpRequest) -> HttpResponse:
    """How to take the record along."""
    context = {"columns": COLUMNS, "most": FORMS["xlsx"].most}
    return render(request, "pages/open_data.html", context)


@require_safe
@for_everyone
@conditional_page
def catalogue(_request: HttpRequest) -> JsonResponse:
    """The same for data portals, in JSON-LD as DCAT-AP 3 wants it."""
    with override("en"):
        description = described()
    return JsonResponse(
        description,
        content_type="application/ld+json",
        json_dumps_params={"indent": 2, "ensure_ascii": False},
    )


def described() -> Resource:
    """The catalogue of data sets, of which there is one: the initiatives."""
    home, page = address("home"), address("open_data")
    publisher: Resource = {
        "@id": f"{page}#publisher",
        "@type": "foaf:Agent",
        "foaf:name": english("Clusterix"),
        "foaf:homepage": {"@id": home, "@type": "foaf:Document"},
    }
    return {
        "@context": CONTEXT,
        "@id": f"{page}#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": english("Open data of Clusterix"),
        "dct:description": english("What the record of European cluster policy offers to reuse."),
        "dct:publisher": publisher,
        "dct:language": term("language/ENG", "dct:LinguisticSystem"),
        "dct:license": {"@id": LICENCE, "@type": "dct:LicenseDocument"},
        "foaf:homepage": {"@id": home, "@type": "foaf:Document"},
        "dcat:dataset": initiatives(page, publisher["@id"]),
        "dcat:service": api(page),
    }


def api(page: str) -> Resource:
    """The address at which programs ask for the record piece by piece."""
    root = address("api:root")
    return {
        "@id": f"{page}#api",
        "@type": "dcat:DataService",
        "dct:title": english("API of Clusterix"),
        "dcat:endpointURL": {"@id": root},
        "dcat:endpointDescription": {"@id": address("api:schema")},
        "dcat:servesDataset": {"@id": f"{page}#initiatives"},
        "dct:license": {"@id": LICENCE, "@type": "dct:LicenseDocument"},
    }


def initiatives(page: str, publisher: str) -> Resource:
    """The data set of all initiatives, in each form that it can be had in."""
    files = {f"initiatives:export_{form}": file for form, file in FILES.items()}
    changed = Initiative.objects.aggregate(changed=Max("updated_at"))["changed"]
    known = {"dct:modified": typed(changed.isoformat(), "xsd:dateTime")} if changed else {}
    return known | {
        "@id": f"{page}#initiatives",
        "@type": "dcat:Dataset",
        "dct:identifier": f"{page}#initiatives",
        "dct:title": english("Initiatives of European cluster policy"),
        "dct:description": english(
            "Programmes, initiatives and good practices: what they do, where, with whom, "
            "from when to when, what they achieved and who took them over."
        ),
        "dct:publisher": {"@id": publisher},
        "dct:language": term("language/ENG", "dct:LinguisticSystem"),
        "dct:accrualPeriodicity": term("frequency/UPDATE_CONT", "dct:Frequency"),
        "dct:accessRights": term("access-right/PUBLIC", "dct:RightsStatement"),
        "dct:spatial": term("continent/EUROPE", "dct:Location"),
        "dcat:theme": term("data-theme/ECON", "skos:Concept")
        | {"skos:prefLabel": english("Economy and finance")},
        "dcat:keyword": [english(word) for word in ("clusters", "innovation", "regions")],
        "dcat:landingPage": {"@id": page, "@type": "foaf:Document"},
        "dcat:contactPoint": {
            "@id": f"{page}#contact",
            "@type": ["vcard:Kind", "vcard:Organization"],
            "vcard:fn": "Clusterix",
            "vcard:hasEmail": {"@id": f"mailto:{contact()}"},
        },
        "dcat:distribution": [
            distribution(address(name), *file)
            for name, file in (files | {"initiatives:feed": FEED}).items()
        ],
    }


def distribution(url: str, form: str, media_type: str, description: str) -> Resource:
    """A form in which the data set can be had."""
    return {
        "@id": url,
        "@type": "dcat:Distribution",
        "dct:title": english(form),
        "dct:description": english(description),
        "dcat:accessURL": {"@id": url},
        "dcat:downloadURL": {"@id": url},
        "dct:format": term(f"file-type/{form}", "dct:MediaTypeOrExtent"),
        "dcat:mediaType": {"@id": media_type, "@type": "dct:MediaType"},
        "dct:license": {"@id": LICENCE, "@type": "dct:LicenseDocument"},
    }


def address(name: str) -> str:
    """The whole address of a page."""
    return f"{settings.SITE_URL}{reverse(name)}"


def term(name: str, kind: str) -> Resource:
    """A value of one of the Union's lists."""
    return {"@id": f"{AUTHORITY}/{name}", "@type": kind}


def english(text: str) -> Resource:
    """Text with its language."""
    return {"@value": text, "@language": "en"}


def typed(text: str, kind: str) -> Resource:
    """A value that is more than text."""
    return {"@value": text, "@type": kind}
