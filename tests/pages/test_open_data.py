"""What the site says of its data, to people and to data portals."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from initiatives.lines import COLUMNS
from tests.factories import InitiativeFactory

pytestmark = pytest.mark.django_db

AUTHORITY = "http://publications.europa.eu/resource/authority"


@pytest.fixture
def catalogue(client: Client) -> dict[str, Any]:
    """The description for data portals."""
    response = client.get("/open-data/catalogue.jsonld")
    assert response["Content-Type"] == "application/ld+json"
    described: dict[str, Any] = response.json()
    return described


def test_every_column_is_explained(client: Client) -> None:
    html = client.get("/open-data/").content.decode()

    explained = re.findall(r'<th scope="row"><code>(\w+)</code></th>\s*<td>\S', html)
    assert explained == list(COLUMNS)


def test_every_form_is_linked(client: Client) -> None:
    html = client.get("/open-data/").content.decode()

    links = re.findall(r'href="(/initiatives/[^"]+\.[a-z]+|/open-data/[^"]+)"', html)
    assert links == [
        "/open-data/catalogue.jsonld",
        "/initiatives/export.csv",
        "/initiatives/export.xlsx",
        "/initiatives/export.json",
        "/initiatives/feed.atom",
    ]


def test_the_catalogue_has_what_dcat_ap_demands(catalogue: dict[str, Any]) -> None:
    dataset = catalogue["dcat:dataset"]

    assert catalogue["@type"] == "dcat:Catalog"
    assert catalogue["dct:title"] == {"@value": "Open data of Clusterix", "@language": "en"}
    assert catalogue["dct:description"]["@value"]
    assert catalogue["dct:publisher"]["foaf:name"]["@value"] == "Clusterix"
    assert dataset["@type"] == "dcat:Dataset"
    assert dataset["dct:title"]["@value"] == "Initiatives of European cluster policy"
    assert dataset["dct:description"]["@value"]
    assert dataset["dcat:theme"]["@id"] == f"{AUTHORITY}/data-theme/ECON"
    assert dataset["dcat:contactPoint"]["vcard:hasEmail"] == {"@id": "mailto:noreply@localhost"}


def test_every_distribution_leads_to_what_it_says(
    client: Client, catalogue: dict[str, Any]
) -> None:
    for file in catalogue["dcat:dataset"]["dcat:distribution"]:
        address = file["dcat:accessURL"]["@id"]

        response = client.get(address.removeprefix("http://testserver"))

        media_type = file["dcat:mediaType"]["@id"].partition("/media-types/")[2]
        assert response.status_code == 200
        assert response["Content-Type"].partition(";")[0] == media_type
        assert file["dct:license"]["@id"] == f"{AUTHORITY}/licence/EUPL_1_2"


def test_the_api_is_where_the_catalogue_says(client: Client, catalogue: dict[str, Any]) -> None:
    service = catalogue["dcat:service"]

    answers = [
        client.get(service[name]["@id"].removeprefix("http://testserver"))
        for name in ("dcat:endpointURL", "dcat:endpointDescription")
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert service["dcat:servesDataset"]["@id"] == catalogue["dcat:dataset"]["@id"]


def test_the_last_change_is_said_where_there_was_one(
    client: Client, catalogue: dict[str, Any]
) -> None:
    initiative = InitiativeFactory.create()
    InitiativeFactory.create(state="draft")

    now = client.get("/open-data/catalogue.jsonld").json()

    assert "dct:modified" not in catalogue["dcat:dataset"]
    assert now["dcat:dataset"]["dct:modified"] == {
        "@value": initiative.updated_at.isoformat(),
        "@type": "xsd:dateTime",
    }


def test_a_portal_that_has_it_is_told_so(client: Client) -> None:
    first = client.get("/open-data/catalogue.jsonld")

    again = client.get("/open-data/catalogue.jsonld", headers={"if-none-match": first["ETag"]})

    assert again.status_code == 304


@pytest.mark.parametrize("rows", [1, 3])
def test_the_catalogue_costs_one_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    InitiativeFactory.create_batch(rows)

    with django_assert_num_queries(1):
        client.get("/open-data/catalogue.jsonld")


def test_the_catalogue_is_only_read(client: Client) -> None:
    assert client.post("/open-data/catalogue.jsonld").status_code == 405
