"""The record in `content/` against the facts that were gathered for it."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django import DjangoDbBlocker

from clusterix.content.loading import load
from clusterix.lib.partial_dates import PartialDate
from initiatives.models import Initiative, InitiativeSource
from people.models import Organisation
from tests.interop.conftest import SHARED
from workshops.models import Contribution, Outcome, Presentation, Session, Workshop

FACTS = json.loads((SHARED / "content" / "record.json").read_text(encoding="utf-8"))
MEETINGS = [event for event in FACTS["events"] if "recommendations" not in event["title"]]
OPEN_WORKSHOP = FACTS["workshop_2016_06_21"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("record")]


@pytest.fixture(scope="module")
def record(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The record, loaded once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        load([settings.BASE_DIR / "content"], today=date(2026, 5, 4))
        yield
        transaction.set_rollback(True)


INITIATIVES = {
    "Vanguard Initiative – New Growth through Smart Specialisation": "vanguard-initiative",
    "European Cluster Collaboration Platform": "european-cluster-collaboration-platform",
    "Interreg Europe Policy Learning Platform": "interreg-europe-policy-learning-platform",
    "SME Value Chains (H2020 CSA-LS 671524, INNOSUP)": "sme-value-chains",
    "Sweden's Cross-Cluster Support Programme = Cross cluster collaboration, national ERDF "
    "program": "cross-cluster-support-programme",
    "Sony Mobile NextStep": "sony-mobile-nextstep",
    "Mobile Health Initiative (mobil/uppkopplad hälsa)": "mobile-health-initiative",
    "Food & Cross-Cluster Project": "food-cross-cluster-project",
    "European Cluster Observatory (ECO II)": "european-cluster-observatory",
    "ESCA (European Secretariat for Cluster Analysis)": "esca-labels",
}
PRACTICES = {
    "Smart Accelerator (Ostrava)": ("smart-accelerator", "rda-ostrava"),
    "TREC New Mat (IDM)": ("trec-new-mat", "idm-suedtirol"),
    "Cluster Games (West-Pannon)": ("cluster-games", "west-pannon"),
    "FTI Programme (ecoplus)": ("fti-programme", "ecoplus"),
    "Innovation Audits (INMA)": ("innovation-audits", "inma"),
    "Romanian cluster evaluation system (INMA)": ("romanian-cluster-evaluation-system", "inma"),
    "Monitoring and improvement of RIS3 (ADR NE)": ("monitoring-ris3-nord-est", "adr-nord-est"),
    "Trans-regional collaboration Nord-Est RO – Alliance of northern regions NL (ADR NE)": (
        "nord-est-northern-netherlands",
        "adr-nord-est",
    ),
    "Hungarian Cluster Association kick-starter (West-Pannon)": (
        "hungarian-cluster-association",
        "west-pannon",
    ),
    "Hackathons (IDM)": ("hackathons", "idm-suedtirol"),
    "Cross Cluster Collaboration – national ERDF program (SE)": (
        "cross-cluster-support-programme",
        "tillvaxtverket",
    ),
}


def called(fact: dict[str, Any]) -> str:
    """A name for the fact in the report of the tests."""
    return str(fact.get("name") or fact.get("title"))


def words(name: str) -> str:
    """A name as somebody would look for it: without what follows in brackets or after a sign."""
    return re.split(r"[(=]", name)[0].replace("–", " ").strip()


@pytest.mark.parametrize("fact", FACTS["partners"], ids=called)
def test_each_partner_is_in_its_region_under_every_name(fact: dict[str, Any]) -> None:
    alternative = re.sub(r"\(.*\)|at application|name in June 2016 press", "", fact.get("alt", ""))

    in_region = Organisation.objects.filter(region=fact["nuts"])
    found = in_region.matching(words(fact["name"]))[0]
    renamed = in_region.matching(alternative).first()

    assert found.involvements.filter(initiative__key="clusterix-2-0").count() == 1
    assert renamed == (found if alternative else None)


@pytest.mark.parametrize("fact", FACTS["partners"], ids=called)
def test_a_partner_has_a_website_only_if_somebody_saw_it(fact: dict[str, Any]) -> None:
    partners = Organisation.objects.matching(words(fact["name"])).filter(region=fact["nuts"])

    website = partners[0].website

    assert bool(website) is (fact.get("web_status") == "seen")
    assert website.endswith(fact["web"] if website else "")


@pytest.mark.parametrize("fact", MEETINGS, ids=called)
def test_each_event_is_on_its_days_in_its_city(fact: dict[str, Any]) -> None:
    days = {"starts_on": fact["start"][:10], "ends_on": fact["end"][:10]}

    event = Workshop.unscoped.get(city=fact.get("city", ""), **days)

    is_inferred = "inferred" in fact.get("note", "")
    assert event.is_public is not is_inferred
    assert "source" not in fact or event.sources.filter(url=fact["source"]).exists()
    assert "T" not in fact["start"] or f"{event.start_time}" == f"{fact['start'][11:]}:00"


def test_the_recommendations_are_an_outcome() -> None:
    [fact] = [event for event in FACTS["events"] if "recommendations" in event["title"]]

    outcome = Outcome.objects.get(workshop__is_example=False)

    assert outcome.link == fact["source"]


@pytest.mark.parametrize("fact", FACTS["initiatives"], ids=called)
def test_each_initiative_has_its_start_and_its_sources(fact: dict[str, Any]) -> None:
    year = re.match(r"[0-9]{4}", fact.get("start", ""))

    initiative = Initiative.objects.get(key=INITIATIVES[fact["name"]])

    urls = set(initiative.sources.values_list("url", flat=True))
    assert urls >= set(fact.get("sources", []))
    assert (str(initiative.start)[-4:] if initiative.start else None) == (year and year[0])


@pytest.mark.parametrize("fact", FACTS["initiatives"], ids=called)
def test_each_initiative_stood_on_21_june_2016_as_the_record_says(fact: dict[str, Any]) -> None:
    stated = re.match(r"running|upcoming|ended", fact.get("status", ""))

    initiative = Initiative.objects.get(key=INITIATIVES[fact["name"]])

    status = initiative.status(date(2016, 6, 21))
    assert status == (stated[0] if stated else "unknown")


@pytest.mark.parametrize("name", FACTS["good_practices_named"])
def test_each_good_practice_is_owned_by_whoever_brought_it(name: str) -> None:
    key, organisation = PRACTICES[name]

    practice = Initiative.objects.get(key=key)

    owners = practice.involvements.filter(role="owner")
    assert [row.organisation.key for row in owners] == [organisation]


def test_the_project_has_its_dates_and_both_targets() -> None:
    fact = FACTS["project"]

    project = Initiative.objects.get(acronym=fact["acronym"])

    claims = InitiativeSource.objects.filter(initiative=project).values_list("claim", flat=True)
    assert project.title == f"{fact['acronym']} – {fact['title']}"
    assert project.start == PartialDate(fact["start"])
    assert project.end == PartialDate(fact["end"])
    assert {claim for claim in claims if re.match(r"(81|32) policy", claim)} == {
        "81 policy learning events",
        "32 policy learning events",
    }


@pytest.mark.parametrize(
    ("position", "fact"),
    list(enumerate(OPEN_WORKSHOP["sessions"])),
    ids=[called(fact) for fact in OPEN_WORKSHOP["sessions"]],
)
def test_each_session_has_its_place_speaker_and_initiatives(
    position: int, fact: dict[str, Any]
) -> None:
    workshop = Workshop.objects.get(title=OPEN_WORKSHOP["title"])

    session: Session = list(workshop.sessions.in_order())[position]

    contribution = Contribution.objects.get(session=session)
    presented = Presentation.objects.filter(session=session).order_by("position")
    titles = [str(row.initiative) for row in presented]
    assert session.title.replace("\u2019", "'") == fact["title"]
    assert contribution.person.name == fact["speaker"]
    assert contribution.affiliation.lower() == fact["role_then"].lower()
    assert len(titles) == len(fact["presents"])
    assert all(
        title in name or name in title for title, name in zip(titles, fact["presents"], strict=True)
    )
