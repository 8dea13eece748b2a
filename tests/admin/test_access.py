"""Who reaches entries in the admin: each role with an entry in each state.

Every address of the admin with an entry that is public is in `matrix/access.py`.
"""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from clusterix.curation.models import Entry, Partner
from tests.admin.conftest import SignedIn
from tests.factories import (
    InitiativeFactory,
    OrganisationFactory,
    PeerReviewFactory,
    PersonFactory,
    RegionFactory,
    SessionFactory,
    ThemeFactory,
    WorkshopFactory,
)

pytestmark = pytest.mark.django_db

ENTRIES = {
    "people_organisation": OrganisationFactory,
    "people_person": PersonFactory,
    "initiatives_initiative": InitiativeFactory,
    "workshops_workshop": WorkshopFactory,
    "reviews_peerreview": PeerReviewFactory,
}
TO_SIGN_IN = 302
READS, CHANGES, REFUSED, UNSEEN = "reads", "changes", 403, 302

VIEWS_OF_ALL = {"index": [], "jsi18n": [], "autocomplete": [], "app_list": ["people"]}
VIEWS_OF_ENTRY = ("change", "delete", "history", "move")

# What a role may do with an entry of the agency in that state: (change form, deletion).
MATRIX = {
    ("editor", "draft"): (CHANGES, 200),
    ("editor", "in_review"): (READS, REFUSED),
    ("editor", "published"): (READS, REFUSED),
    ("editor", "archived"): (READS, REFUSED),
    ("publisher", "draft"): (CHANGES, 200),
    ("publisher", "in_review"): (CHANGES, REFUSED),
    ("publisher", "published"): (CHANGES, REFUSED),
    ("publisher", "archived"): (CHANGES, REFUSED),
    ("secretariat", "draft"): (CHANGES, 200),
    ("secretariat", "in_review"): (CHANGES, REFUSED),
    ("secretariat", "published"): (CHANGES, REFUSED),
    ("secretariat", "archived"): (CHANGES, REFUSED),
    ("operator", "draft"): (CHANGES, 200),
    ("operator", "published"): (CHANGES, REFUSED),
    ("rival", "draft"): (UNSEEN, UNSEEN),
    ("rival", "in_review"): (UNSEEN, UNSEEN),
    ("rival", "published"): (UNSEEN, UNSEEN),
    ("rival", "archived"): (UNSEEN, UNSEEN),
}


@pytest.mark.parametrize("kind", ENTRIES)
@pytest.mark.parametrize(("role", "state"), MATRIX)
def test_an_entry_opens_as_the_role_allows(
    signed_in: SignedIn, agency: Partner, kind: str, role: str, state: str
) -> None:
    entry = ENTRIES[kind].create(owner=agency, state=state)
    client = signed_in(role)
    form, deletion = MATRIX[role, state]

    changed = client.get(reverse(f"admin:{kind}_change", args=[entry.pk]))
    deleted = client.get(reverse(f"admin:{kind}_delete", args=[entry.pk]))
    told = client.get(reverse(f"admin:{kind}_history", args=[entry.pk]))

    assert deleted.status_code == deletion
    assert told.status_code == (404 if form == UNSEEN else 200)
    assert changed.status_code == (UNSEEN if form == UNSEEN else 200)
    if form != UNSEEN:
        assert ('name="_save"' in changed.content.decode()) == (form == CHANGES)


@pytest.mark.parametrize("kind", ENTRIES)
def test_a_post_to_a_form_that_is_only_read_is_refused(
    signed_in: SignedIn, agency: Partner, kind: str
) -> None:
    entry = ENTRIES[kind].create(owner=agency)
    client = signed_in("editor")

    changed = client.post(reverse(f"admin:{kind}_change", args=[entry.pk]), {"slug": "taken-over"})
    deleted = client.post(reverse(f"admin:{kind}_delete", args=[entry.pk]), {"post": "yes"})

    assert changed.status_code == deleted.status_code == REFUSED
    assert type(entry).unscoped.get(pk=entry.pk).slug == entry.slug


@pytest.mark.parametrize("kind", ENTRIES)
def test_a_rivals_entry_answers_like_one_that_does_not_exist(
    signed_in: SignedIn, agency: Partner, kind: str
) -> None:
    entry = ENTRIES[kind].create(owner=agency, state=Entry.State.DRAFT)
    client = signed_in("rival")

    for view in VIEWS_OF_ENTRY:
        theirs = client.post(reverse(f"admin:{kind}_{view}", args=[entry.pk]), {"post": "yes"})
        nothing = client.post(reverse(f"admin:{kind}_{view}", args=[10**9]), {"post": "yes"})
        assert theirs.status_code == nothing.status_code
        assert theirs.status_code in {UNSEEN, 404}
    assert type(entry).unscoped.filter(pk=entry.pk).exists()


@pytest.mark.parametrize("kind", ENTRIES)
def test_malformed_ids_find_nothing(signed_in: SignedIn, kind: str) -> None:
    client = signed_in("secretariat")

    for strange in ("0", "-1", "x", "9" * 30, "_00", "1/2"):
        address = reverse(f"admin:{kind}_changelist") + f"{strange}/change/"
        assert client.get(address).status_code in {UNSEEN, 404}


@pytest.mark.parametrize("role", ["visitor", "nobody's"])
@pytest.mark.parametrize("kind", ENTRIES)
def test_who_is_no_curator_gets_nowhere(
    signed_in: SignedIn, agency: Partner, role: str, kind: str
) -> None:
    entry = ENTRIES[kind].create(owner=agency)
    client = signed_in(role)
    addresses = [
        *(reverse(f"admin:{view}", args=args) for view, args in VIEWS_OF_ALL.items()),
        *(reverse(f"admin:{kind}_{view}") for view in ("changelist", "add")),
        *(reverse(f"admin:{kind}_{view}", args=[entry.pk]) for view in VIEWS_OF_ENTRY),
        reverse("preview", args=[*kind.split("_"), entry.pk]),
    ]

    answers = {client.get(address)["Location"].split("?")[0] for address in addresses}

    assert answers == {reverse("admin:login")}


def test_the_admins_sign_in_is_that_of_the_site(signed_in: SignedIn) -> None:
    to_sign_in = signed_in("visitor").get("/admin/login/?next=/admin/people/person/")
    not_a_curator = signed_in("nobody's").get("/admin/login/")
    signed_in_already = signed_in("editor").get("/admin/login/")

    assert to_sign_in["Location"] == "/accounts/login/?next=/admin/people/person/"
    assert not_a_curator.status_code == 403
    assert signed_in_already["Location"] == "/admin/"


def test_an_account_that_is_closed_is_out_at_once(signed_in: SignedIn, editor: object) -> None:
    client = signed_in("editor")
    before = client.get("/admin/").status_code
    type(editor).objects.update(is_active=False)  # type: ignore[attr-defined]

    assert before == 200
    assert client.get("/admin/").status_code == TO_SIGN_IN


def test_account_pages_of_the_admin_lead_to_those_of_the_site(signed_in: SignedIn) -> None:
    client = signed_in("editor")

    assert client.post("/admin/logout/")["Location"] == "/accounts/logout/"
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"


def test_the_shortcut_to_any_objects_address_is_gone(signed_in: SignedIn) -> None:
    response = signed_in("editor").get("/admin/r/1/1/")

    assert response.status_code == 404


@pytest.mark.parametrize(
    ("role", "status"), [("editor", 403), ("publisher", 403), ("secretariat", 200)]
)
@pytest.mark.parametrize(
    "kind",
    [
        "curation_user",
        "curation_partner",
        "initiatives_theme",
        "initiatives_ecosystem",
        "initiatives_targetgroup",
    ],
)
def test_what_the_programme_keeps_is_for_the_secretariat(
    signed_in: SignedIn, kind: str, role: str, status: int
) -> None:
    client = signed_in(role)

    answers = {
        client.get(reverse(f"admin:{kind}_{view}")).status_code for view in ("changelist", "add")
    }

    assert answers == {status}


def test_a_term_is_the_secretariats_to_change(signed_in: SignedIn) -> None:
    theme = ThemeFactory.create()
    address = reverse("admin:initiatives_theme_change", args=[theme.pk])

    assert signed_in("secretariat").get(address).status_code == 200
    assert signed_in("publisher").get(address).status_code == 403


@pytest.mark.parametrize("role", ["editor", "secretariat", "operator"])
def test_regions_are_read_and_not_changed(signed_in: SignedIn, role: str) -> None:
    region = RegionFactory.create()
    client = signed_in(role)

    assert client.get(reverse("admin:people_region_changelist")).status_code == 200
    assert client.get(reverse("admin:people_region_change", args=[region.pk])).status_code == 200
    assert client.get(reverse("admin:people_region_add")).status_code == 403
    assert client.get(reverse("admin:people_region_delete", args=[region.pk])).status_code == 403


SESSIONS = {
    ("editor", "draft"): (200, 200),
    ("editor", "published"): (200, 403),
    ("publisher", "published"): (200, 200),
    ("secretariat", "published"): (200, 200),
    ("rival", "published"): (302, 302),
}


@pytest.mark.parametrize(("role", "state"), SESSIONS)
def test_a_session_opens_as_its_workshop_does(
    signed_in: SignedIn, agency: Partner, role: str, state: str
) -> None:
    session = SessionFactory.create(workshop=WorkshopFactory.create(owner=agency, state=state))
    client = signed_in(role)

    changed = client.get(reverse("admin:workshops_session_change", args=[session.pk]))
    deleted = client.get(reverse("admin:workshops_session_delete", args=[session.pk]))

    assert (changed.status_code, deleted.status_code) == SESSIONS[role, state]


def admins() -> URLResolver:
    """Where the addresses of the admin begin."""
    patterns = get_resolver().url_patterns
    found = next(p for p in patterns if getattr(p, "namespace", "") == "admin")
    assert isinstance(found, URLResolver)
    return found


def named(patterns: list[URLPattern | URLResolver]) -> list[URLPattern]:
    """The patterns below, without those that hold others."""
    found: list[URLPattern] = []
    for pattern in patterns:
        found += named(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern]
    return [pattern for pattern in found if pattern.name]


def addresses_with(kind: str, pk: int) -> list[str]:
    """Every address of the admin that needs no argument, and those of that kind that need one."""
    ours = named(admins().url_patterns)
    plain = [p.name for p in ours if not p.pattern.converters and not p.pattern.regex.groups]
    theirs = [
        p.name
        for p in ours
        if len(p.pattern.converters) == 1 and str(p.name).startswith(f"{kind}_")
    ]
    return [
        *(reverse(f"admin:{name}") for name in plain),
        *(reverse(f"admin:{name}", args=[pk]) for name in theirs),
    ]


@pytest.mark.parametrize("role", ["visitor", "nobody's", "editor", "publisher"])
@pytest.mark.parametrize("kind", ENTRIES)
def test_no_address_of_the_admin_says_a_word_of_a_rivals_draft(
    signed_in: SignedIn, rival: Partner, kind: str, role: str
) -> None:
    entry = ENTRIES[kind].create(owner=rival, state=Entry.State.DRAFT, slug="zephyrine")
    client, secretariat = signed_in(role), signed_in("secretariat")
    addresses = addresses_with(kind, entry.pk)

    told = [at for at in addresses if b"zephyrine" in client.get(at).content.lower()]

    shown = secretariat.get(reverse(f"admin:{kind}_change", args=[entry.pk])).content.lower()
    assert len(addresses) > len(VIEWS_OF_ENTRY)
    assert b"zephyrine" in shown
    assert told == []
