"""What everyone may open, who else gets what there, and that nobody finds a draft at any of them.

An address in none of the groups below, nor in `matrix/access.py`, fails `matrix/test_complete.py`.
"""

import re
from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clusterix.curation.models import Membership, User
from initiatives.models import Initiative
from people.models import Organisation, Person
from tests.factories import (
    AffiliationFactory,
    ContributionFactory,
    EvidenceFactory,
    InitiativeFactory,
    InvolvementFactory,
    OfferFactory,
    OrganisationFactory,
    OutcomeFactory,
    ParticipantFactory,
    PeerReviewFactory,
    PersonFactory,
    PresentationFactory,
    RecommendationFactory,
    RegionFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    SessionFactory,
    SubscriptionFactory,
    TransferFactory,
    WorkshopFactory,
    member,
    secretariat,
)
from workshops.models import Workshop
from workshops.reviews.models import PeerReview

pytestmark = pytest.mark.django_db

CANARY = "Zephyrine"

FOR_EVERYONE = {
    "about",
    "accessibility",
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "api:initiatives",
    "api:initiatives_lines",
    "api:organisations",
    "api:people",
    "api:regions",
    "api:reviews",
    "api:root",
    "api:schema",
    "api:vocabularies",
    "api:workshops",
    "favicon",
    "following:asked",
    "following:follow",
    "healthz",
    "home",
    "initiatives:compare",
    "initiatives:export_csv",
    "initiatives:export_json",
    "initiatives:export_xlsx",
    "initiatives:feed",
    "initiatives:list",
    "network:detail",
    "open_data",
    "open_data_catalogue",
    "organisations:list",
    "outcomes:list",
    "people:list",
    "privacy",
    "regions:list",
    "reviews:list",
    "registration:erased",
    "registration:link_sent",
    "registration:lost_link",
    "robots",
    "search",
    "security",
    "sitemap",
    "workshops:calendars",
    "workshops:list",
}
OF_AN_ENTRY: dict[str, Callable[..., Any]] = {
    "initiatives:cite_bib": InitiativeFactory.create,
    "initiatives:cite_ris": InitiativeFactory.create,
    "api:initiative": InitiativeFactory.create,
    "api:organisation": OrganisationFactory.create,
    "api:person": PersonFactory.create,
    "api:review": PeerReviewFactory.create,
    "api:workshop": WorkshopFactory.create,
    "initiatives:detail": InitiativeFactory.create,
    "organisations:detail": OrganisationFactory.create,
    "people:detail": PersonFactory.create,
    "reports:initiative": InitiativeFactory.create,
    "reports:initiative_thanks": InitiativeFactory.create,
    "reports:organisation": OrganisationFactory.create,
    "reports:organisation_thanks": OrganisationFactory.create,
    "reports:peerreview": PeerReviewFactory.create,
    "reports:peerreview_thanks": PeerReviewFactory.create,
    "reports:person": PersonFactory.create,
    "reports:person_thanks": PersonFactory.create,
    "reports:workshop": WorkshopFactory.create,
    "reports:workshop_thanks": WorkshopFactory.create,
    "reviews:beside": PeerReviewFactory.create,
    "reviews:detail": PeerReviewFactory.create,
    "workshops:calendar": WorkshopFactory.create,
    "workshops:changes": WorkshopFactory.create,
    "workshops:detail": WorkshopFactory.create,
    "workshops:schedule_json": WorkshopFactory.create,
    "workshops:schedule_xml": WorkshopFactory.create,
    "registration:register": lambda **entry: (
        RegistrationSettingsFactory.create(workshop=WorkshopFactory.create(**entry)).workshop
    ),
    "registration:thanks": lambda **entry: (
        RegistrationSettingsFactory.create(workshop=WorkshopFactory.create(**entry)).workshop
    ),
}
HOSTILE = [
    "page=" + "9" * 30,
    "page=-1&page=abc&page=",
    "q=%00",
    "q=%ff%fe",
    "q=%ED%A0%80",
    "q=" + "a" * 100_000,
    "q=" + "%22" * 300,
    "q=%27%22%3B--%3Cscript%3E%F0%9F%92%A9&status=nonsense&level=&country=XX&theme=%20",
    "as_of=0000-13-99",
    "as_of=99999-01-01",
    "status=running&" * 10_000,
    "view=table&columns=password&columns=&columns=level&" + "columns=kind&" * 50,
    "view=map&country=XX&region=SE&nuts=99",
    "view=timeline&as_of=0001-01-01",
    "view=timeline&as_of=9999-12-31&page=2",
    "&".join(f"slug={number}" for number in range(900)),
    "slug=" + "a" * 5_000 + "&slug=%27&slug=../admin&differences=1&as_of=x",
    "owner__memberships__user__password__startswith=p&pk__in=1&state=draft",
]
OVER = date(2024, 5, 14)
BY_SECRET: dict[str, Callable[[], Any]] = {
    "following:detail": SubscriptionFactory.create,
    "following:unsubscribe": SubscriptionFactory.create,
    "registration:detail": RegistrationFactory.create,
    "registration:change": RegistrationFactory.create,
    "registration:cancel": RegistrationFactory.create,
    "registration:confirm": lambda: RegistrationFactory.create(state="unconfirmed"),
    "registration:offer": lambda: OfferFactory.create().registration,
    "registration:erase": RegistrationFactory.create,
    "registration:certificate": lambda: RegistrationFactory.create(
        state="attended",
        workshop=RegistrationSettingsFactory.create(workshop__starts_on=OVER).workshop,
    ),
    "registration:calendar": RegistrationFactory.create,
}
AFTER_SIGN_IN = {
    "account_change_password",
    "account_reauthenticate",
    "account_sessions",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
    "account_set_password",
    "news:wishes",
}


def everyone(owner: Any) -> dict[str, User | None]:
    """One of each: from a visitor to the secretariat."""
    return {
        "visitor": None,
        "rival": member(role=Membership.Role.PUBLISHER),
        "editor": member(owner),
        "publisher": member(owner, Membership.Role.PUBLISHER),
        "secretariat": secretariat(),
    }


def client_of(user: User | None) -> Client:
    """A browser in which that user, if any, has signed in."""
    client = Client()
    if user:
        client.force_login(user)
    return client


@pytest.mark.parametrize("kind", [Initiative, Organisation, Person, Workshop, PeerReview])
def test_no_other_page_hides_that_of_an_entry(
    kind: type[Initiative | Organisation | Person | Workshop | PeerReview],
) -> None:
    above = kind(slug="x").get_absolute_url().removesuffix("x/")

    beside = {reverse(name).removeprefix(above) for name in FOR_EVERYONE}

    assert {f"{slug}/" for slug in kind.reserved} == {
        name for name in beside if re.fullmatch(r"[-a-zA-Z0-9_]+/", name)
    }


@pytest.mark.parametrize("name", sorted(FOR_EVERYONE))
def test_what_is_for_everyone_opens_for_everyone(name: str) -> None:
    users = everyone(InitiativeFactory.create().owner)

    statuses = {who: client_of(user).get(reverse(name)).status_code for who, user in users.items()}

    already_signed_in = {HTTPStatus.OK, HTTPStatus.FOUND} if name == "account_login" else set()
    assert statuses["visitor"] == HTTPStatus.OK
    assert set(statuses.values()) <= {HTTPStatus.OK} | already_signed_in


@pytest.mark.parametrize("name", sorted(OF_AN_ENTRY))
def test_a_published_entry_opens_for_everyone(name: str) -> None:
    entry = OF_AN_ENTRY[name]()
    address = reverse(name, args=[entry.slug])

    statuses = [client_of(u).get(address).status_code for u in everyone(entry.owner).values()]

    assert statuses == [HTTPStatus.OK] * 5


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
@pytest.mark.parametrize("name", sorted(OF_AN_ENTRY))
def test_an_entry_that_is_not_public_opens_for_nobody_here(name: str, state: str) -> None:
    entry = OF_AN_ENTRY[name](state=state, slug="guessed")

    statuses = [
        client_of(user).get(reverse(name, args=["guessed"])).status_code
        for user in everyone(entry.owner).values()
    ]

    assert statuses == [HTTPStatus.NOT_FOUND] * 5


@pytest.mark.parametrize("name", sorted(BY_SECRET))
def test_what_is_somebodys_own_opens_by_its_secret_alone(name: str) -> None:
    row = BY_SECRET[name]()
    client = Client()

    known = client.get(reverse(name, args=[row.reference]))
    by_number = client.get(reverse(name, args=[row.pk]))
    guessed = client.get(reverse(name, args=["x" * len(row.reference)]))

    assert known.status_code == HTTPStatus.OK
    assert [by_number.status_code, guessed.status_code] == [HTTPStatus.NOT_FOUND] * 2


@pytest.mark.parametrize("name", sorted(AFTER_SIGN_IN))
def test_what_is_for_members_asks_a_visitor_to_sign_in(name: str) -> None:
    response = Client().get(reverse(name))

    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("name", sorted(FOR_EVERYONE | OF_AN_ENTRY.keys()))
def test_no_method_that_writes_breaks_a_page(name: str, method: str) -> None:
    slugs = [OF_AN_ENTRY[name]().slug] if name in OF_AN_ENTRY else []

    response = getattr(Client(), method)(reverse(name, args=slugs))

    assert response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR


@pytest.mark.parametrize("name", sorted(FOR_EVERYONE | OF_AN_ENTRY.keys()))
def test_nothing_that_a_query_says_breaks_a_page(name: str) -> None:
    slugs = [OF_AN_ENTRY[name]().slug] if name in OF_AN_ENTRY else []
    address, client = reverse(name, args=slugs), Client()

    statuses = {query[:40]: client.get(f"{address}?{query}").status_code for query in HOSTILE}

    assert {query for query, status in statuses.items() if status >= 500} == set()


@pytest.fixture
def entangled_drafts() -> dict[str, Any]:
    """Public entries that hang together with drafts in every way the model has."""
    hidden = {"state": "draft"}
    words = {"summary": f"{CANARY} summary"}
    region = RegionFactory.create(code="SE22")
    seen = {
        "initiative": InitiativeFactory.create(),
        "organisation": OrganisationFactory.create(region=region),
        "person": PersonFactory.create(),
        "workshop": WorkshopFactory.create(region=region),
    }
    seen["initiative"].regions.add(region)
    initiative = InitiativeFactory.create(title=f"{CANARY} initiative", **words, **hidden)
    initiative.regions.add(region)
    seen["hidden"] = initiative.slug
    organisation = OrganisationFactory.create(
        name=f"{CANARY} agency", description=CANARY, region=region, **hidden
    )
    person = PersonFactory.create(family_name=CANARY, biography=CANARY, **hidden)
    workshop = WorkshopFactory.create(title=f"{CANARY} workshop", region=region, **words, **hidden)
    secret_session = SessionFactory.create(workshop=workshop, title=f"{CANARY} session")
    session = SessionFactory.create(workshop=seen["workshop"])
    seen["session"] = session
    for here, there in ((seen["initiative"], organisation), (initiative, seen["organisation"])):
        InvolvementFactory.create(initiative=here, organisation=there)
        TransferFactory.create(initiative=here, organisation=there, what_changed="x")
    PresentationFactory.create(session=session, initiative=initiative)
    PresentationFactory.create(session=secret_session, initiative=seen["initiative"])
    ContributionFactory.create(session=session, person=person, organisation=organisation)
    ContributionFactory.create(
        session=secret_session, person=seen["person"], organisation=seen["organisation"]
    )
    AffiliationFactory.create(person=seen["person"], organisation=organisation, role="")
    AffiliationFactory.create(person=person, organisation=seen["organisation"])
    OutcomeFactory.create(
        workshop=seen["workshop"], organisation=organisation, initiative=initiative
    )
    seen["review"] = PeerReviewFactory.create(region=region, workshop=workshop)
    review = PeerReviewFactory.create(
        title=CANARY, region=region, workshop=seen["workshop"], **words, **hidden
    )
    for organiser in (organisation, seen["organisation"]):
        for one in (seen["review"], review):
            ParticipantFactory.create(review=one, organisation=organiser)
    advice = RecommendationFactory.create(review=seen["review"], person=person)
    RecommendationFactory.create(review=seen["review"], organisation=organisation)
    advice.outcomes.add(OutcomeFactory.create(workshop=workshop, what=CANARY))
    OutcomeFactory.create(
        workshop=workshop,
        what=CANARY,
        initiative=seen["initiative"],
        organisation=seen["organisation"],
    )
    EvidenceFactory.create(initiative=initiative, indicator=CANARY)
    seen["workshop"].host_rows.create(organisation=organisation)
    seen["initiative"].relations.create(kind="part-of", related=initiative)
    initiative.relations.create(kind="succeeds", related=seen["initiative"])
    organisation.predecessors.add(seen["organisation"])
    return seen


def test_a_draft_is_nowhere(entangled_drafts: dict[str, Any]) -> None:
    seen = entangled_drafts
    addresses = [
        *(reverse(name) for name in FOR_EVERYONE),
        reverse("initiatives:detail", args=[seen["initiative"].slug]),
        reverse("organisations:detail", args=[seen["organisation"].slug]),
        reverse("people:detail", args=[seen["person"].slug]),
        reverse("workshops:detail", args=[seen["workshop"].slug]),
        seen["session"].get_absolute_url(),
        reverse("workshops:calendar", args=[seen["workshop"].slug]),
        reverse("workshops:changes", args=[seen["workshop"].slug]),
        reverse("workshops:schedule_json", args=[seen["workshop"].slug]),
        reverse("workshops:schedule_xml", args=[seen["workshop"].slug]),
        reverse("api:initiative", args=[seen["initiative"].slug]),
        reverse("api:organisation", args=[seen["organisation"].slug]),
        reverse("api:person", args=[seen["person"].slug]),
        reverse("api:review", args=[seen["review"].slug]),
        reverse("api:workshop", args=[seen["workshop"].slug]),
        reverse("reviews:detail", args=[seen["review"].slug]),
        reverse("reviews:beside", args=[seen["review"].slug]),
        reverse("regions:detail", args=["SE"]),
        reverse("regions:detail", args=["SE22"]),
        *(f"{reverse(name)}?q=zephyr" for name in FOR_EVERYONE if name.endswith("list")),
        f"{reverse('search')}?q=zephyr",
        f"{reverse('network:detail')}?initiative={seen['initiative'].slug}",
        f"{reverse('network:detail')}?organisation={seen['organisation'].slug}",
        *(f"{reverse('initiatives:list')}?view={view}" for view in ("table", "map", "timeline")),
        f"{reverse('initiatives:compare')}?slug={seen['initiative'].slug}&slug={seen['hidden']}",
    ]
    for user in everyone(seen["initiative"].owner).values():
        client = client_of(user)

        pages = {address: client.get(address) for address in addresses}

        found = [at for at, page in pages.items() if CANARY.encode() in page.getvalue()]
        assert found == []
