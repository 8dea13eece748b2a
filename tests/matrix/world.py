"""One partner's entries with a row of each kind, their addresses, and the people around them."""

from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from clusterix.curation.batches.models import ImportBatch
from clusterix.curation.models import Membership, Partner, User
from clusterix.curation.proposals.models import Proposal
from clusterix.curation.saved.models import SavedFilter
from people.merging.joining import merge
from people.merging.models import Pair
from tests.factories import (
    AudienceCategoryFactory,
    CheckedLinkFactory,
    CommentFactory,
    EcosystemFactory,
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
from tests.matrix.access import ENTRIES, KINDS, MATRIX

MAPPING = "key: key\nfields:\n  name: name\n"


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
