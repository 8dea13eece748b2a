"""What nobody may read through the interface for programs, whoever they are on the site."""

from typing import Any

import pytest
from django.test import Client

from clusterix.curation.models import Membership, Partner
from people.models import Affiliation
from tests.factories import (
    AffiliationFactory,
    ContributionFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    OutcomeFactory,
    ParticipantFactory,
    PartnerFactory,
    PeerReviewFactory,
    PersonFactory,
    PresentationFactory,
    RecommendationFactory,
    RegionFactory,
    RegistrationFactory,
    SessionFactory,
    TransferFactory,
    WorkshopFactory,
    member,
    secretariat,
)
from workshops.reviews.models import PeerReview

pytestmark = pytest.mark.django_db

CANARY = "Zephyrine"


@pytest.fixture
def owner() -> Partner:
    """The partner who curates all that is secret here."""
    partner: Partner = PartnerFactory.create(name="Curators")
    return partner


@pytest.fixture
def secrets(owner: Partner) -> dict[str, Any]:
    """Public entries with everything private that an entry can have or hang together with."""
    author = member(owner, email=f"{CANARY}@agency.example", last_name=CANARY)
    own = {"owner": owner, "created_by": author}
    draft = {**own, "state": "draft", "slug": CANARY.lower()}
    region = RegionFactory.create(code="SE22")
    seen = {
        "initiatives": InitiativeFactory.create(slug="seen", **own),
        "organisations": OrganisationFactory.create(slug="seen", region=region, **own),
        "people": PersonFactory.create(slug="seen", contact_email=f"{CANARY}@example.org", **own),
        "workshops": WorkshopFactory.create(slug="seen", region=region, **own),
        "reviews": PeerReviewFactory.create(slug="seen", region=region, **own),
    }
    unlisted = PersonFactory.create(visibility="withheld", family_name=CANARY, headline=CANARY)
    RegistrationFactory.create(name=CANARY, email=f"{CANARY}@example.org")
    hidden = OrganisationFactory.create(name=CANARY, **draft)
    initiative = InitiativeFactory.create(title=CANARY, **draft)
    person = PersonFactory.create(family_name=CANARY, **draft)
    workshop = WorkshopFactory.create(title=CANARY, **draft)
    secret_session = SessionFactory.create(workshop=workshop, title=CANARY)
    session = SessionFactory.create(workshop=seen["workshops"])
    for here, there in ((seen["initiatives"], hidden), (initiative, seen["organisations"])):
        InvolvementFactory.create(initiative=here, organisation=there)
        TransferFactory.create(initiative=here, organisation=there, region=region)
    for one in (session, secret_session):
        PresentationFactory.create(session=one, initiative=initiative)
        ContributionFactory.create(session=one, person=person, organisation=hidden)
        ContributionFactory.create(
            session=one, person=unlisted, organisation=hidden, affiliation=CANARY
        )
    PresentationFactory.create(session=secret_session, initiative=seen["initiatives"])
    for someone in (person, unlisted):
        AffiliationFactory.create(person=someone, organisation=seen["organisations"], role=CANARY)
    AffiliationFactory.create(person=seen["people"], organisation=hidden, role=CANARY)
    for place in (seen["workshops"], workshop):
        OutcomeFactory.create(
            workshop=place,
            what=CANARY if place == workshop else "Agreed",
            organisation=hidden,
            initiative=initiative if place == seen["workshops"] else seen["initiatives"],
        )
    secret_review = PeerReviewFactory.create(
        title=CANARY, region=region, workshop=seen["workshops"], **draft
    )
    RecommendationFactory.create(review=secret_review, text=CANARY).outcomes.set(
        seen["workshops"].outcomes.all()
    )
    PeerReview.objects.update(workshop=workshop)
    ParticipantFactory.create(review=seen["reviews"], organisation=hidden)
    for giver in ({"person": person}, {"person": unlisted}, {"organisation": hidden}):
        advice = RecommendationFactory.create(review=seen["reviews"], **giver)
        advice.outcomes.set([*workshop.outcomes.all(), *seen["workshops"].outcomes.all()])
    seen["workshops"].host_rows.create(organisation=hidden)
    seen["initiatives"].relations.create(kind="part-of", related=initiative)
    initiative.relations.create(kind="succeeds", related=seen["initiatives"])
    seen["organisations"].successor = hidden
    seen["organisations"].save()
    return seen


def addresses(seen: dict[str, Any]) -> list[str]:
    """Every address that could tell."""
    lists = [f"/api/v1/{kind}/" for kind in (*seen, "regions", "vocabularies")]
    return [
        "/api/v1/",
        "/api/v1/initiatives.jsonl",
        *lists,
        *(f"{address}?page_size=100&q={CANARY[:6]}" for address in lists),
        *(f"/api/v1/{kind}/seen/" for kind in seen),
        *(f"/api/v1/{kind}/{CANARY.lower()}/" for kind in seen),
        "/api/v1/regions/SE22/",
    ]


@pytest.mark.parametrize("who", ["visitor", "rival", "editor", "publisher", "secretariat"])
def test_what_is_private_is_told_to_nobody(
    client: Client, owner: Partner, secrets: dict[str, Any], who: str
) -> None:
    roles = Membership.Role
    users = {
        "visitor": lambda: None,
        "rival": lambda: member(role=roles.PUBLISHER),
        "editor": lambda: member(owner),
        "publisher": lambda: member(owner, roles.PUBLISHER),
        "secretariat": secretariat,
    }
    if user := users[who]():
        client.force_login(user)

    answers = {address: client.get(address).getvalue().decode() for address in addresses(secrets)}

    words = (CANARY, "agency.example", "example.org")
    told = {at for at, text in answers.items() for word in words if word in text}
    assert told == set()
    assert Affiliation.objects.filter(role=CANARY).count() == 3


@pytest.mark.parametrize("kind", ["initiatives", "organisations", "people", "workshops", "reviews"])
@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_an_entry_that_is_not_public_is_not_there(client: Client, kind: str, state: str) -> None:
    factories: dict[str, Any] = {
        "initiatives": InitiativeFactory,
        "organisations": OrganisationFactory,
        "people": PersonFactory,
        "workshops": WorkshopFactory,
        "reviews": PeerReviewFactory,
    }
    factories[kind].create(slug="guessed", state=state)

    one = client.get(f"/api/v1/{kind}/guessed/")
    all_of_them = client.get(f"/api/v1/{kind}/")

    assert one.status_code == 404
    assert all_of_them.json()["count"] == 0


@pytest.mark.parametrize("visibility", ["name", "withheld"])
def test_a_person_without_a_page_has_no_record(client: Client, visibility: str) -> None:
    PersonFactory.create(slug="guessed", visibility=visibility)

    response = client.get("/api/v1/people/guessed/")

    assert response.status_code == 404
