"""Who gets in where: each role at each address that is not simply everyone's.

Addresses come from the URL resolver and models from the admin, so that what is new fails here
until somebody says who may open it. What everyone may open is in `test_addresses.py`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import Settings

from clusterix.curation.batches.models import ImportBatch
from clusterix.curation.freshness.answering import token_for
from clusterix.curation.freshness.models import Ask
from clusterix.curation.models import Entry, Membership, Partner, User
from clusterix.curation.proposals.models import Proposal
from clusterix.curation.saved.models import SavedFilter
from clusterix.lib.secret_links import hashed
from people.merging.joining import merge
from people.merging.models import Pair
from tests.factories import (
    AudienceCategoryFactory,
    CheckedLinkFactory,
    CommentFactory,
    EcosystemFactory,
    ExpertRequestFactory,
    InitiativeFactory,
    InvitationFactory,
    MaterialFactory,
    OrganisationFactory,
    OrganiserFactory,
    OutcomeFactory,
    PartnerFactory,
    PeerReviewFactory,
    PersonFactory,
    RegionFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    ReportFactory,
    ScheduleVersionFactory,
    SeriesFactory,
    SessionFactory,
    TargetGroupFactory,
    ThemeFactory,
    UserFactory,
    WorkshopFactory,
    member,
    question_set,
    secretariat,
    written,
)
from tests.test_addresses import AFTER_SIGN_IN, BY_SECRET, FOR_EVERYONE, OF_AN_ENTRY, client_of

pytestmark = pytest.mark.django_db

ROLES = (
    "visitor",
    "nobody's",
    "rival",
    "editor",
    "publisher",
    "secretariat",
    "operator",
    "organiser",
)
"""The rows of the matrix. A rival publishes for another partner; operators are superusers; an
organiser runs the one workshop of this world and belongs to no partner."""

TOLD = {"S": "is asked to sign in", "-": "finds nothing", "x": "is refused", "O": "gets in"}
"""What the letters below say of each role, in that order."""

ALL = "OOOOOOOO"
SIGNED_IN = "SOOOOOOO"
CURATORS = "SSOOOOOO"
MEMBERS = "SSOOOOOx"
OF_THE_PARTNER = "SS-OOOO-"
PUBLISHERS = "SS-xOOO-"
INVITERS = "SSOxOOOx"
INVITERS_OWN = "SS--OOO-"
SECRETARIAT = "SSxxxOOx"
OPERATORS = "SSxxxxOx"
NO_CURATOR = "SSxxxxxx"
NOW_NOBODY = "SS-xxxx-"
OF_THE_WORKSHOP = "SS-OOOOO"
PUBLISHERS_ALONE = "SS-xOOOx"
NOBODY_OF_IT = "SS-xxxxx"
NOTHING_YET = "SS------"
THE_PUBLISHERS_OWN = "SS--O---"
NO_JOB = "SSxxxx-x"

VIEWS = ("changelist", "add", "change", "delete", "history")
"""The addresses that Django gives each model in the admin; the columns of what follows."""

Kind = tuple[str, str, str, str, str]

ENTRY: Kind = (CURATORS, MEMBERS, OF_THE_PARTNER, NOW_NOBODY, OF_THE_PARTNER)
"""A published one: editors read its form, and nobody deletes it (`admin/test_access.py`)."""

READ: Kind = (CURATORS, NO_CURATOR, OF_THE_PARTNER, NO_CURATOR, OF_THE_PARTNER)
READ_OF_IT: Kind = (CURATORS, NO_CURATOR, OF_THE_WORKSHOP, NO_CURATOR, OF_THE_WORKSHOP)
REFERENCE: Kind = (CURATORS, NO_CURATOR, CURATORS, NO_CURATOR, CURATORS)
KEPT_BY_PROGRAMME: Kind = (SECRETARIAT,) * 5
OF_OPERATORS: Kind = (OPERATORS,) * 5
ASKED: Kind = (INVITERS, INVITERS, PUBLISHERS_ALONE, NO_CURATOR, INVITERS_OWN)

KINDS: dict[str, Kind] = {
    "account_emailaddress": OF_OPERATORS,
    "auth_group": OF_OPERATORS,
    "batches_importbatch": (CURATORS, MEMBERS, OF_THE_PARTNER, NO_CURATOR, OF_THE_PARTNER),
    "comments_comment": ASKED,
    "curation_partner": KEPT_BY_PROGRAMME,
    "curation_user": (SECRETARIAT, SECRETARIAT, SECRETARIAT, NO_CURATOR, SECRETARIAT),
    "freshness_checkedlink": (CURATORS, NO_CURATOR, NOTHING_YET, NO_CURATOR, NOTHING_YET),
    "initiatives_ecosystem": KEPT_BY_PROGRAMME,
    "initiatives_initiative": ENTRY,
    "initiatives_targetgroup": KEPT_BY_PROGRAMME,
    "initiatives_theme": KEPT_BY_PROGRAMME,
    "invitations_invitation": ASKED,
    "merging_merge": READ,
    "merging_pair": READ,
    "mfa_authenticator": OF_OPERATORS,
    "people_organisation": ENTRY,
    "people_person": ENTRY,
    "people_region": REFERENCE,
    "procrastinate_procrastinatejob": (OPERATORS, NO_CURATOR, NO_JOB, NO_CURATOR, NOTHING_YET),
    "proposals_proposal": READ,
    "registration_audiencecategory": KEPT_BY_PROGRAMME,
    "registration_consenttext": KEPT_BY_PROGRAMME,
    "registration_registration": READ_OF_IT,
    "registration_registrationsettings": (
        *(CURATORS, CURATORS, OF_THE_WORKSHOP),
        NOBODY_OF_IT,  # people have registered
        OF_THE_WORKSHOP,
    ),
    "reports_report": READ,
    "reviews_peerreview": ENTRY,
    "reviews_questionset": REFERENCE,
    "workshops_outcome": READ_OF_IT,
    "workshops_scheduleversion": READ_OF_IT,
    "workshops_series": KEPT_BY_PROGRAMME,
    "workshops_organiser": (*ASKED[:3], PUBLISHERS_ALONE, INVITERS_OWN),
    "workshops_session": (
        *(CURATORS, CURATORS, OF_THE_WORKSHOP),
        "SS-xOOOO",
        OF_THE_WORKSHOP,
    ),
    "workshops_workshop": (CURATORS, MEMBERS, OF_THE_WORKSHOP, NOBODY_OF_IT, OF_THE_WORKSHOP),
}

ENTRIES = [f"{kind._meta.app_label}_{kind._meta.model_name}" for kind in Entry.__subclasses__()]

ADMIN = {
    "index": CURATORS,
    "jsi18n": CURATORS,
    "app_list": CURATORS,
    "autocomplete": CURATORS,
    "login": "Sx------",
    "logout": "--OOOOOO",
    "password_change": CURATORS,
    "password_change_done": CURATORS,
    **dict.fromkeys(
        (f"batches_importbatch_{view}" for view in (
            "again", "columns", "discard", "import", "mapping", "mapping_yaml", "refused_csv",
            "undo",
        )),
        OF_THE_PARTNER,
    ),
    "comments_comment_again": INVITERS_OWN,
    "comments_comment_decide": INVITERS_OWN,
    "comments_comment_withdraw": INVITERS_OWN,
    **dict.fromkeys((f"{kind}_many" for kind in ENTRIES), CURATORS),
    **dict.fromkeys((f"{kind}_alike" for kind in ENTRIES), MEMBERS),
    **dict.fromkeys((f"{kind}_save" for kind in ENTRIES), CURATORS),
    **dict.fromkeys((f"{kind}_forget" for kind in ENTRIES), THE_PUBLISHERS_OWN),
    "invitations_invitation_again": INVITERS_OWN,
    "invitations_invitation_withdraw": INVITERS_OWN,
    "merging_merge_undo": OF_THE_PARTNER,
    "merging_pair_apart": "SSxOOOOx",
    "merging_pair_compare": "SSxOOOOx",
    "proposals_proposal_ask": PUBLISHERS,
    "proposals_proposal_decide": PUBLISHERS,
    "proposals_proposal_due": OF_THE_PARTNER,
    "proposals_proposal_propose": OF_THE_PARTNER,
    "proposals_proposal_revise": OF_THE_PARTNER,
    "proposals_proposal_settle": OF_THE_PARTNER,
    "proposals_proposal_withdraw": OF_THE_PARTNER,
    "registration_registration_approve": OF_THE_WORKSHOP,
    "registration_registration_cancel": OF_THE_WORKSHOP,
    "registration_registration_prioritise": OF_THE_WORKSHOP,
    "registration_registration_refuse": OF_THE_WORKSHOP,
    **dict.fromkeys(
        (f"registration_registrationsettings_desk{view}" for view in (
            "", "_add", "_attendance", "_badges", "_certificate", "_certificates", "_door",
            "_door_entries", "_door_list", "_door_presence", "_door_worker", "_export", "_letter",
            "_letters", "_mail", "_people",
        )),
        OF_THE_WORKSHOP,
    ),
    "reports_report_answer": OF_THE_PARTNER,
    "workshops_organiser_again": INVITERS_OWN,
    "workshops_scheduleversion_publish": PUBLISHERS_ALONE,
    "workshops_workshop_material": OF_THE_WORKSHOP,
    "workshops_workshop_programme": OF_THE_WORKSHOP,
}  # fmt: skip

SITE = {
    "account_logout": ALL,
    "activity": CURATORS,
    "ageing": CURATORS,
    "api:region": ALL,
    "api:vocabulary": ALL,
    "initiatives:choices": ALL,
    "markdown_preview": CURATORS,
    "preview": OF_THE_PARTNER,
    "proposal_beside": OF_THE_PARTNER,
    "proposal_preview": OF_THE_PARTNER,
    "regions:detail": ALL,
    "reviews:questions": ALL,
    "workshops:material": ALL,
    "workshops:session": ALL,
}

BY_LINK = {
    "comments:write",
    "freshness:answer",
    "invitations:accept",
    "proposals:expert",
    "proposed_beside",
    "proposed_page",
}
"""What experts, the invited and those who are asked open by a link, without an account."""

ELSEWHERE = {
    "account_inactive": "says only that an account is closed; curation/test_accounts.py",
    "account_reset_password_from_key": "by a signed, expiring link; curation/test_accounts.py",
    "account_signup": "closed to all; curation/test_accounts.py",
    "api:nothing": "whatever else is asked below the interface for programs; api",
    "mail:file": "in development alone; mail",
    "mail:html": "in development alone; mail",
    "mail:outbox": "in development alone; mail",
    "mail_report": "for mail services that show a secret; mail/test_bounces.py",
    "mfa_authenticate": "between password and second factor; curation/test_accounts.py",
    "mfa_edit_webauthn": "of one's own passkeys; browser/test_access.py",
    "mfa_login_webauthn": "by a passkey alone; browser/test_access.py",
    "mfa_remove_webauthn": "of one's own passkeys; browser/test_access.py",
    "readyz": "answers by the state of the worker; test_health.py",
}

MATRIX = SITE | {
    f"admin:{name}": told
    for name, told in (
        ADMIN
        | {
            f"{kind}_{view}": told
            for kind, row in KINDS.items()
            for view, told in zip(VIEWS, row, strict=True)
        }
        | {f"{kind}_move": PUBLISHERS for kind in ENTRIES}
        | {f"{kind}_version": OF_THE_PARTNER for kind in ENTRIES}
        | {
            "workshops_workshop_move": PUBLISHERS_ALONE,
            "workshops_workshop_version": OF_THE_WORKSHOP,
        }
    ).items()
}
"""Each other address, and what each role meets there."""

MAPPING = "key: key\nfields:\n  name: name\n"


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """The full names of all addresses below the patterns."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from names(pattern.url_patterns, inner)
        elif pattern.name or space != "admin:":  # there it leads on to a name, or to nothing
            yield f"{space}{pattern.name}"


class World:
    """The agency's published entries with a row of each kind, and the people around them."""

    def __init__(self) -> None:
        self.agency: Partner = PartnerFactory.create()
        self.editor = member(self.agency)
        self.publisher = member(self.agency, Membership.Role.PUBLISHER)
        self.someone: User = UserFactory.create()
        self.own = {"owner": self.agency}
        self.workshop = WorkshopFactory.create(**self.own)
        self.over = WorkshopFactory.create(starts_on=date(2024, 5, 14), **self.own)
        self.initiative = InitiativeFactory.create(**self.own)
        self.one, self.other, gone = OrganisationFactory.create_batch(3, **self.own)
        self.terms = RegistrationSettingsFactory.create(workshop=self.workshop)
        self.terms_over = RegistrationSettingsFactory.create(workshop=self.over)
        self.attended = RegistrationFactory.create(workshop=self.over, state="attended")
        self.file = MaterialFactory.create(
            workshop=self.workshop, url="", name="a.pdf", content_type="application/pdf", size=1,
            digest=64 * "0", file=ContentFile(b"x", "a.pdf"),
        )  # fmt: skip
        self.proposal = self.proposed()
        self.rows = {
            f"{row._meta.app_label}_{row._meta.model_name}": row
            for row in (*self.of_the_agency(), *self.of_the_programme())
        } | {"merging_merge": merge(self.one, gone, self.publisher, "The same one")}

    def proposed(self) -> Proposal:
        """A change that waits."""
        nothing: Any = {"fields": {}, "parts": {}}
        now = timezone.now()
        made: Proposal = Proposal.objects.create(
            entry=self.initiative, author=self.editor, reason="Better", base=nothing,
            proposed=nothing, made_at=now, revised_at=now, due_on=now.date(),
        )  # fmt: skip
        return made

    def imported(self) -> ImportBatch:
        """A table that was read."""
        made: ImportBatch = ImportBatch.objects.create(
            partner=self.agency, created_at=timezone.now(), model="people.Organisation",
            name="list.csv", reason="The list", state=ImportBatch.State.UPLOADED,
            file=ContentFile(b"key,name\n1,A\n", "list.csv"), encoding="utf-8", delimiter=",",
            seen={"columns": ["key", "name"], "samples": [], "notes": []}, mapping=MAPPING,
        )  # fmt: skip
        made.told.create(number=2, outcome="refused")
        return made

    def of_the_agency(self) -> list[Any]:
        """What its members and the secretariat reach."""
        return [
            self.workshop,
            self.initiative,
            self.one,
            self.terms,
            self.proposal,
            self.imported(),
            PersonFactory.create(**self.own),
            PeerReviewFactory.create(**self.own),
            SessionFactory.create(workshop=self.workshop),
            ScheduleVersionFactory.create(workshop=self.workshop),
            OutcomeFactory.create(workshop=self.workshop),
            RegistrationFactory.create(workshop=self.workshop),
            ReportFactory.create(entry=self.initiative),
            InvitationFactory.create(partner=self.agency),
            CommentFactory.create(initiative=self.initiative),
            OrganiserFactory.create(workshop=self.workshop),
            Pair.objects.create(one=self.one, other=self.other),
        ]

    def of_the_programme(self) -> list[Any]:
        """What the secretariat or operators reach."""
        return [
            self.someone,
            self.agency,
            self.terms.consent,
            AudienceCategoryFactory.create(),
            CheckedLinkFactory.create(),
            EcosystemFactory.create(),
            RegionFactory.create(),
            SeriesFactory.create(),
            TargetGroupFactory.create(),
            ThemeFactory.create(),
            question_set(),
            Group.objects.create(name="Nobody asks for it"),
            EmailAddress.objects.create(user=self.someone, email=self.someone.email),
            Authenticator.objects.create(user=self.someone, type="totp", data={"secret": "x"}),
        ]

    def user(self, role: str) -> User | None:
        """Somebody of that role."""
        if role in {"editor", "publisher"}:
            found: User = getattr(self, role)
            return found
        if role == "rival":
            return member(role=Membership.Role.PUBLISHER)
        if role == "organiser":
            for workshop in (self.workshop, self.over):
                OrganiserFactory.create(workshop=workshop, user=self.someone)
            return self.someone
        if role == "secretariat":
            return secretariat()
        if role == "operator":
            operator: User = UserFactory.create(is_superuser=True)
            return operator
        return self.someone if role == "nobody's" else None

    def kept(self, kind: str) -> SavedFilter:
        """A filter of the list of that kind, which the publisher keeps."""
        made: SavedFilter = SavedFilter.objects.create(
            user=self.publisher, kind=kind.replace("_", "."), name="Drafts", query="q=drafts"
        )
        return made

    def registered(self, state: str) -> list[int]:
        """Where somebody stands whose registration is in that state."""
        return [RegistrationFactory.create(workshop=self.workshop, state=state).pk]

    def special(self) -> dict[str, list[Any]]:
        """Arguments of addresses for which the row of their kind will not do."""
        initiative = ["initiatives", "initiative", self.initiative.pk]
        twins = ["organisation", self.one.pk, self.other.pk]
        terms, desk = self.terms.pk, "admin:registration_registrationsettings_desk"
        return {
            **{f"admin:{kind}_forget": [self.kept(kind).pk] for kind in ENTRIES},
            "admin:app_list": ["people"],
            "admin:batches_importbatch_discard": [self.imported().pk],
            "admin:comments_comment_decide": [written(initiative=self.initiative).pk],
            "admin:merging_pair_apart": twins,
            "admin:merging_pair_compare": twins,
            "admin:proposals_proposal_propose": initiative,
            "admin:registration_registration_approve": self.registered("pending"),
            "admin:registration_registration_prioritise": self.registered("waiting"),
            "admin:registration_registration_refuse": self.registered("pending"),
            f"{desk}_certificate": [self.terms_over.pk, self.attended.pk],
            f"{desk}_certificates": [self.terms_over.pk],
            f"{desk}_export": [terms, "csv"],
            f"{desk}_letter": [terms, "registration_confirmed", "en"],
            "admin:workshops_scheduleversion_publish": [self.workshop.pk],
            "admin:workshops_workshop_material": [self.workshop.pk, self.file.reference],
            "api:region": ["SE"],
            "api:vocabulary": ["themes"],
            "initiatives:choices": ["organisation"],
            "preview": initiative,
            "proposal_beside": [self.proposal.pk],
            "proposal_preview": [self.proposal.pk],
            "regions:detail": ["SE"],
            "reviews:questions": [self.rows["reviews_questionset"].key],
            "workshops:material": [self.workshop.slug, self.file.reference],
            "workshops:session": [self.workshop.slug, self.rows["workshops_session"].pk],
        }

    def addresses(self) -> dict[str, str]:
        """Where the rows are, by the name of the address."""
        special = self.special()
        return {name: reverse(name, args=special.get(name, self.row(name))) for name in MATRIX} | {
            "admin:autocomplete": reverse("admin:autocomplete")
            + "?app_label=people&model_name=affiliation&field_name=organisation"
        }

    def row(self, name: str) -> list[Any]:
        """The row of that kind of which the address is, if it is of one."""
        longest_first = sorted(KINDS, key=len, reverse=True)
        kind = next((kind for kind in longest_first if name.startswith(f"admin:{kind}_")), "")
        view = name.removeprefix(f"admin:{kind}_")
        if not kind or view in {"changelist", "add", "many", "alike", "save"}:
            return []
        if kind not in self.rows:
            return [0]
        row = self.rows[kind]
        return [row.pk, row.history.first().history_id] if view == "version" else [row.pk]


@contextmanager
def undone() -> Iterator[None]:
    """What happens within has not happened; also where it wants a transaction of its own."""
    within = transaction.atomic()
    within._from_testcase = True  # type: ignore[attr-defined]
    with within:
        yield
        transaction.set_rollback(True)


def letter(response: Any) -> str:
    """What somebody was told, as `TOLD` has it; a form that was not understood lets them in."""
    response.getvalue()  # which closes a file
    where = response.headers.get("Location", "").split("?")[0]
    if where in {reverse("admin:login"), reverse("account_login")}:
        return "S"
    if response.status_code == HTTPStatus.NOT_FOUND or where == reverse("admin:index"):
        return "-"
    assert response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    return {HTTPStatus.FORBIDDEN: "x", HTTPStatus.METHOD_NOT_ALLOWED: ""}.get(
        response.status_code, "O"
    )


def answer(client: Client, address: str) -> str:
    """What a look is told; who gets in by a form that is sent unseen gets in."""
    with undone():
        looked = letter(client.get(address))
    if looked == "O":
        return looked
    with undone():
        sent = letter(client.post(address, {"verb": "archive"}))
    return sent if not looked or sent == "O" else looked


def test_every_address_is_in_one_group() -> None:
    groups = [FOR_EVERYONE, OF_AN_ENTRY, BY_SECRET, AFTER_SIGN_IN, MATRIX, BY_LINK, ELSEWHERE]

    grouped = sorted(name for group in groups for name in group)

    assert sorted(set(names(get_resolver().url_patterns))) == grouped


def test_every_model_of_the_admin_is_in_the_matrix() -> None:
    registered = {
        f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry
    }

    assert registered == set(KINDS)


def asked(role: str, name: str) -> bool:
    """All of them; operators, who are a secretariat to the code, where the two part, and at lists.

    That they are is tested in `curation/test_rights.py`.
    """
    is_apart = MATRIX[name][6] != MATRIX[name][5]
    return role != "operator" or is_apart or name.endswith("_changelist")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_in_where_the_matrix_says_and_nowhere_else(
    role: str, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    world = World()
    client = client_of(world.user(role))
    addresses = world.addresses()
    expected = {name: row[ROLES.index(role)] for name, row in MATRIX.items() if asked(role, name)}

    found = {name: answer(client, addresses[name]) for name in expected}

    assert {name: letter for name, letter in found.items() if letter != expected[name]} == {}
    assert set(expected.values()) <= set(TOLD)


def links(world: World) -> dict[str, str]:
    """For each address that a link opens, the key that a mail has."""
    ask = Ask.objects.create(
        entry=world.initiative, partner=world.agency, version=world.initiative.version,
        asked_at=timezone.now(),
    )  # fmt: skip
    CommentFactory.create(initiative=world.initiative, secret_hash=hashed("of a comment"))
    InvitationFactory.create(secret_hash=hashed("of an invitation"))
    ExpertRequestFactory.create(proposal=world.proposal, secret_hash=hashed("of a request"))
    return {
        "comments:write": "of a comment",
        "freshness:answer": token_for(ask, world.publisher),
        "invitations:accept": "of an invitation",
        "proposals:expert": "of a request",
        "proposed_beside": "of a request",
        "proposed_page": "of a request",
    }


@pytest.mark.parametrize("role", ["visitor", "nobody's", "rival", "editor", "secretariat"])
def test_a_link_opens_by_its_key_and_by_no_role(
    role: str, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    world = World()
    client, keys = client_of(world.user(role)), links(world)
    world.initiative.refresh_from_db()

    known = {name: client.get(reverse(name, args=[key])).status_code for name, key in keys.items()}
    numbers = {client.get(reverse(name, args=["1"])).status_code for name in keys}
    guessed = {client.get(reverse(name, args=[32 * "x"])).status_code for name in keys}

    assert known == dict.fromkeys(BY_LINK, HTTPStatus.OK)
    assert numbers == guessed == {HTTPStatus.NOT_FOUND}
