"""What is submitted comes to those who review for its region or theme."""

import pytest
from django.urls import reverse

from clusterix.curation.models import Entry, Membership, Partner, User
from initiatives.models import Initiative
from tests.admin.browser import filled
from tests.admin.conftest import SignedIn
from tests.factories import (
    InitiativeFactory,
    OrganisationFactory,
    PartnerFactory,
    PersonFactory,
    RegionFactory,
    ThemeFactory,
    WorkshopFactory,
    member,
    secretariat,
)

pytestmark = pytest.mark.django_db

WAITING = Entry.State.IN_REVIEW


@pytest.fixture
def reviewing(rival: Partner) -> Partner:
    """The rival agency reviews for Sweden, the Copenhagen region and the theme of water."""
    rival.regions_reviewed, rival.themes_reviewed = ["SE", "DK01"], ["water"]
    rival.save()
    return rival


@pytest.fixture
def waiting(agency: Partner) -> Initiative:
    entry: Initiative = InitiativeFactory.create(owner=agency, state=WAITING, title="Tidal canary")
    entry.regions.add(RegionFactory.create(code="SE22"))
    return entry


def change(entry: Entry) -> str:
    name = f"admin:{entry._meta.app_label}_{entry._meta.model_name}_change"
    return reverse(name, args=[entry.pk])


@pytest.mark.parametrize(
    ("codes", "themes", "comes"),
    [
        (["SE22"], [], True),
        (["DK"], [], False),
        (["DK012", "FI"], [], True),
        (["FI"], ["water"], True),
        (["FI"], ["steel"], False),
        ([], [], False),
    ],
    ids=["inside", "wider", "one of two", "by theme", "neither", "nothing known"],
)
@pytest.mark.usefixtures("reviewing")
def test_an_initiative_comes_by_its_regions_and_themes(
    agency: Partner, rival: Partner, codes: list[str], themes: list[str], comes: bool
) -> None:
    reviewer = member(rival, Membership.Role.PUBLISHER)
    entry = InitiativeFactory.create(owner=agency, state=WAITING)
    entry.regions.set([RegionFactory.create(code=code) for code in codes])
    entry.themes.set([ThemeFactory.create(key=key) for key in themes])

    assert reviewer.can_review(entry) is comes
    assert reviewer.publishable_entries(Initiative).exists() is comes
    assert reviewer.visible_entries(Initiative).exists() is comes


@pytest.mark.usefixtures("reviewing")
def test_organisations_and_workshops_come_by_their_region_and_people_not_at_all(
    agency: Partner, rival: Partner
) -> None:
    reviewer = member(rival, Membership.Role.PUBLISHER)
    at = {"owner": agency, "state": WAITING}
    organisation = OrganisationFactory.create(region=RegionFactory.create(code="SE11"), **at)
    workshop = WorkshopFactory.create(region=RegionFactory.create(code="SE11"), **at)
    person = PersonFactory.create(**at)

    found = [reviewer.can_review(entry) for entry in (organisation, workshop, person)]

    assert found == [True, True, False]


@pytest.mark.usefixtures("reviewing")
def test_a_scope_opens_nothing_but_what_is_in_review_and_only_to_publishers(
    agency: Partner, rival: Partner, waiting: Initiative
) -> None:
    reviewer, editor = member(rival, Membership.Role.PUBLISHER), member(rival)
    others = [
        InitiativeFactory.create(owner=agency, state=state)
        for state in Entry.State.values
        if state != WAITING
    ]
    for entry in others:
        entry.regions.add(RegionFactory.create(code="SE22"))

    assert list(reviewer.visible_entries(Initiative)) == [waiting]
    assert not any(reviewer.can_review(entry) for entry in others)
    assert not editor.visible_entries(Initiative).exists()
    assert not editor.can_review(waiting)


@pytest.mark.parametrize(("role", "count"), [("publisher", 2), ("secretariat", 3), ("editor", 0)])
def test_each_is_shown_what_waits_for_them(
    agency: Partner, waiting: Initiative, role: str, count: int
) -> None:
    users: dict[str, User] = {
        "publisher": member(agency, Membership.Role.PUBLISHER),
        "secretariat": secretariat(),
        "editor": member(agency),
    }
    InitiativeFactory.create(owner=agency, state=WAITING)
    InitiativeFactory.create(owner=PartnerFactory.create(), state=WAITING)

    assert users[role].publishable_entries(Initiative).count() == count


@pytest.mark.usefixtures("reviewing")
@pytest.mark.parametrize(
    ("verb", "state", "then"),
    [("publish", Entry.State.PUBLISHED, "/admin/"), ("send_back", Entry.State.DRAFT, "/admin/")],
)
def test_a_reviewer_elsewhere_reads_decides_and_is_led_on(
    signed_in: SignedIn, waiting: Initiative, verb: str, state: str, then: str
) -> None:
    client = signed_in("rival")
    form = client.get(change(waiting))
    preview = client.get(reverse("preview", args=["initiatives", "initiative", waiting.pk]))
    data = {"verb": verb, "reason": "Read it all", "version": waiting.version}

    response = client.post(
        reverse("admin:initiatives_initiative_move", args=[waiting.pk]), data, follow=True
    )

    waiting.refresh_from_db()
    assert (waiting.state, response.redirect_chain[0][0]) == (state, then)
    assert "Tidal canary" in form.content.decode()
    assert 'name="_save"' not in form.content.decode()
    assert "Tidal canary" in preview.content.decode()


def test_without_a_scope_it_is_nobody_elses(signed_in: SignedIn, waiting: Initiative) -> None:
    client = signed_in("rival")

    listed = client.get(reverse("admin:initiatives_initiative_changelist")).content.decode()
    preview = client.get(reverse("preview", args=["initiatives", "initiative", waiting.pk]))

    assert client.get(change(waiting)).status_code == 302
    assert (preview.status_code, "Tidal canary" in listed) == (404, False)


def test_the_secretariat_says_what_a_partner_reviews(signed_in: SignedIn, agency: Partner) -> None:
    RegionFactory.create(code="SE22")
    ThemeFactory.create(key="water")
    address = reverse("admin:curation_partner_change", args=[agency.pk])
    client = signed_in("secretariat")
    known = {"regions_reviewed": "se22, SE", "themes_reviewed": "water"}

    client.post(address, filled(client.get(address), **known))

    agency.refresh_from_db()
    assert (agency.regions_reviewed, agency.themes_reviewed) == (["SE", "SE22"], ["water"])


def test_a_scope_that_nothing_can_be_in_is_named(signed_in: SignedIn, agency: Partner) -> None:
    address = reverse("admin:curation_partner_change", args=[agency.pk])
    client = signed_in("secretariat")
    unknown = {"regions_reviewed": "SW", "themes_reviewed": "watre"}

    page = client.post(address, filled(client.get(address), **unknown)).content.decode()

    assert "Not known: SW." in page
    assert "Not known: watre." in page
