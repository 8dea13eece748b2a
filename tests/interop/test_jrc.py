"""The 853 public-service cases of the Joint Research Centre, by the mapping in docs/mappings."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from clusterix.curation.imports.results import Outcome, Report
from clusterix.curation.imports.running import run
from clusterix.curation.imports.writing import Order
from clusterix.curation.models import Partner
from initiatives.imports import InitiativeKind
from initiatives.models import Initiative, InitiativeSource
from people.models import Organisation
from people.regions import load_regions
from tests.factories import PartnerFactory
from tests.interop.conftest import SHARED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("report")]

CASES = 853
NOT_IN_NUTS = {"European Union": 12, "Russia": 7, "Andorra": 1, "San Marino": 2, "MD": 2}


def import_cases(partner: Partner) -> Report:
    order = Order(partner=partner, reason="The JRC's cases", at=timezone.now(), publish=True)
    file = SHARED / "data" / "samples" / "jrc-public-service-cases.csv"
    mapping = settings.BASE_DIR / "docs" / "mappings" / "jrc-public-service-cases.yaml"
    return run(file, InitiativeKind, order, mapping)


@pytest.fixture(scope="module")
def report(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Report]:
    """The cases, imported once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_regions()
        yield import_cases(PartnerFactory.create(slug="jrc"))
        transaction.set_rollback(True)


def case(number: int) -> Initiative:
    found: Initiative = Initiative.objects.get(key=f"jrc-case-{number}")
    return found


def addresses(entry: Initiative) -> list[str]:
    links = entry.links.order_by("position").values_list("url", flat=True)
    return [entry.website, *links]


def test_all_cases_come_in(report: Report) -> None:
    assert report.counts == {
        Outcome.CREATED: CASES,
        Outcome.UPDATED: 0,
        Outcome.UNCHANGED: 0,
        Outcome.REFUSED: 0,
    }
    assert Initiative.objects.filter(kind="good-practice").count() == CASES
    assert InitiativeSource.objects.filter(publisher__contains="Research Centre").count() == CASES


def test_the_same_file_again_changes_nothing() -> None:
    report = import_cases(Partner.objects.get(slug="jrc"))

    assert report.counts[Outcome.UNCHANGED] == CASES


def test_a_year_stays_a_year() -> None:
    starts = {str(entry.start and entry.start.text) for entry in Initiative.objects.all()}
    ends = {str(entry.end and entry.end.text) for entry in Initiative.objects.exclude(end=None)}

    assert starts == {str(year) for year in (2007, *range(2010, 2013), *range(2014, 2022))}
    assert ends == {str(year) for year in (2014, 2015, *range(2017, 2026))}


def test_several_addresses_in_a_cell_are_divided() -> None:
    assert addresses(case(10147)) == [
        "https://www.elespanol.com/invertia/disruptores-innovadores/autonomias/cataluna/20210223/"
        "misty-robot-facil-mayores-viven-solos-barcelona/560944535_0.amp.html",
        "https://5gbarcelona.org/pilots/5g-emotional-robot/",
        "https://docs.mistyrobotics.com/misty-ii/get-started/meet-misty/",
    ]
    assert addresses(case(10004)) == ["https://acpaas.digipolis.be/nl/home"]
    assert addresses(case(10190)) == ["https://www.kela.fi/lapsiperheet"]
    assert addresses(case(10188)) == [""]


def test_countries_that_are_not_known_are_reported_by_row(report: Report) -> None:
    unknown = {
        (result.number, remark.value): case(int(result.key.removeprefix("jrc-case-")))
        for result in report.results
        for remark in result.remarks
        if remark.column == "geocoverage_codes, geocoverage"
    }

    assert Counter(value for _row, value in unknown) == NOT_IN_NUTS
    assert not any(entry.regions.exists() for entry in unknown.values())
    assert Initiative.objects.filter(regions=None).count() == len(unknown)


def test_countries_have_their_nuts_codes() -> None:
    counts = Initiative.objects.counts_by_country()

    assert (counts["EL"], counts["UK"], counts["NL"], counts["CZ"]) == (14, 40, 153, 2)


def test_a_summary_is_the_first_sentences_of_a_long_description() -> None:
    entry = case(10000)

    assert entry.summary == (
        "As of 2020, the Public Employment Service Austria (AMS) makes use of algorithmic "
        "profiling of job seekers to increase the efficiency of its counseling process and the "
        "effectiveness of active labor market programs."
    )
    assert entry.description.startswith(entry.summary)


def test_each_organisation_is_made_once_and_stays_a_draft() -> None:
    ama = Organisation.unscoped.get(name="AMA (Agência para a Modernização Administrativa)")

    assert ama.involvements.count() == 27
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("q=chatbot+Mona", 10001),
        ("q=wisdom+water&country=PT", 10103),
        ("q=social+insurance+chatbot&country=FI", 10190),
    ],
)
def test_cases_are_found_in_the_catalogue(client: Client, query: str, number: int) -> None:
    page = client.get(f"/initiatives/?{query}").content.decode()

    assert f'href="/initiatives/{case(number).slug}/"' in page
