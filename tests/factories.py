"""Rows for tests: published and complete unless a test says otherwise."""

import datetime
import uuid
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from clusterix.curation.freshness.models import CheckedLink
from clusterix.curation.invitations.models import OPEN_FOR, Invitation
from clusterix.curation.models import Entry, Membership, Partner, User
from clusterix.curation.proposals.models import TIME_TO_ANSWER, ExpertRequest, Proposal
from clusterix.curation.reports.models import Report
from clusterix.lib.secret_links import hashed
from initiatives.comments.models import OPEN_FOR as COMMENT_OPEN_FOR
from initiatives.comments.models import Comment
from initiatives.following.models import Subscription
from initiatives.models import (
    Ecosystem,
    Evidence,
    Initiative,
    Involvement,
    TargetGroup,
    Theme,
    Transfer,
)
from people.models import Affiliation, Alias, Organisation, Person, Region
from workshops.models import (
    Contribution,
    Material,
    Organiser,
    Outcome,
    OutcomeStep,
    Presentation,
    ScheduleVersion,
    Series,
    Session,
    Workshop,
)
from workshops.registration.models import (
    AudienceCategory,
    ConsentText,
    LetterText,
    Offer,
    Question,
    Quota,
    Registration,
    RegistrationSettings,
)
from workshops.reviews.models import (
    Answer,
    Participant,
    PeerReview,
    QuestionSet,
    Recommendation,
)


class PartnerFactory(DjangoModelFactory[Partner]):
    class Meta:
        model = Partner

    name = factory.Sequence(lambda n: f"Agency {n}")
    slug = factory.Sequence(lambda n: f"agency-{n}")


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@agency.example")
    is_staff = True


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    partner = factory.SubFactory(PartnerFactory)
    user = factory.SubFactory(UserFactory)
    role = Membership.Role.EDITOR


class InvitationFactory(DjangoModelFactory[Invitation]):
    class Meta:
        model = Invitation

    partner = factory.SubFactory(PartnerFactory)
    email = factory.Sequence(lambda n: f"invited{n}@agency.example")
    role = Membership.Role.EDITOR
    secret_hash = factory.Sequence(lambda n: hashed(f"secret{n}"))
    made_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda row: row.made_at + OPEN_FOR)


def member(
    partner: Partner | None = None, role: str = Membership.Role.EDITOR, **fields: Any
) -> User:
    """A user with that role at the partner (a new one if none is given)."""
    user: User = UserFactory.create(**fields)
    MembershipFactory.create(partner=partner or PartnerFactory.create(), user=user, role=role)
    return user


def secretariat() -> User:
    """A member of the programme's own partner who reviews for everyone."""
    programme = Partner.objects.filter(is_programme=True).first()
    return member(
        programme or PartnerFactory.create(is_programme=True), Membership.Role.SECRETARIAT
    )


class ExpertRequestFactory(DjangoModelFactory[ExpertRequest]):
    """About a proposal for a published initiative that changes nothing."""

    class Meta:
        model = ExpertRequest

    proposal = factory.LazyFunction(
        lambda: Proposal.objects.create(
            entry=InitiativeFactory.create(),
            reason="Better so",
            base={"fields": {}, "parts": {}},
            proposed={"fields": {}, "parts": {}},
            made_at=timezone.now(),
            revised_at=timezone.now(),
            due_on=timezone.localdate(),
        )
    )
    name = "Ada Åström"
    email = factory.Sequence(lambda n: f"expert{n}@example.org")
    asked_by = factory.SubFactory(UserFactory)
    secret_hash = factory.Sequence(lambda n: hashed(f"secret{n}"))
    made_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda row: row.made_at + TIME_TO_ANSWER)


class RegionFactory(DjangoModelFactory[Region]):
    """Countries by default: `RegionFactory(code="SE")`; give a parent for what lies in one."""

    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = "SE"
    version = 2024
    name = factory.LazyAttribute(lambda region: f"Region {region.code}")
    level = factory.LazyAttribute(lambda region: len(region.code) - 2)
    country = factory.LazyAttribute(lambda region: region.code[:2])
    parent = factory.Maybe(
        factory.LazyAttribute(lambda region: len(region.code) > 2),
        factory.SubFactory(
            "tests.factories.RegionFactory",
            code=factory.LazyAttribute(lambda parent: parent.factory_parent.code[:-1]),
        ),
        None,
    )


class EntryFactory(DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    owner = factory.SubFactory(PartnerFactory)
    state = Entry.State.PUBLISHED
    published_at = factory.LazyAttribute(
        lambda entry: timezone.now() if entry.state == Entry.State.PUBLISHED else None
    )

    @classmethod
    def _get_manager(cls, model_class: Any) -> Any:
        return model_class.unscoped


class OrganisationFactory(EntryFactory):
    class Meta:
        model = Organisation

    slug = factory.Sequence(lambda n: f"organisation-{n}")
    name = factory.Sequence(lambda n: f"Organisation {n}")
    kind = Organisation.Kind.CLUSTER


class AliasFactory(DjangoModelFactory[Alias]):
    class Meta:
        model = Alias

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Former name {n}")


class PersonFactory(EntryFactory):
    class Meta:
        model = Person

    slug = factory.Sequence(lambda n: f"person-{n}")
    given_name = "Ada"
    family_name = factory.Sequence(lambda n: f"Andersson {n}")


class AffiliationFactory(DjangoModelFactory[Affiliation]):
    class Meta:
        model = Affiliation

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = "Director"


class TermFactory(DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    key = factory.Sequence(lambda n: f"term-{n}")
    labels = factory.Sequence(lambda n: {"en": f"Term {n}"})
    position = factory.Sequence(lambda n: n)


class ThemeFactory(TermFactory):
    class Meta:
        model = Theme


class EcosystemFactory(TermFactory):
    class Meta:
        model = Ecosystem


class TargetGroupFactory(TermFactory):
    class Meta:
        model = TargetGroup


class InitiativeFactory(EntryFactory):
    class Meta:
        model = Initiative

    slug = factory.Sequence(lambda n: f"initiative-{n}")
    title = factory.Sequence(lambda n: f"Initiative {n}")
    kind = Initiative.Kind.INITIATIVE
    level = Initiative.Level.REGIONAL
    summary = "Brings clusters together."


class InvolvementFactory(DjangoModelFactory[Involvement]):
    class Meta:
        model = Involvement

    initiative = factory.SubFactory(InitiativeFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Involvement.Role.OWNER


class EvidenceFactory(DjangoModelFactory[Evidence]):
    class Meta:
        model = Evidence

    initiative = factory.SubFactory(InitiativeFactory)
    indicator = "Companies founded"
    value = 29


class TransferFactory(DjangoModelFactory[Transfer]):
    class Meta:
        model = Transfer

    initiative = factory.SubFactory(InitiativeFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    stage = Transfer.Stage.ADOPTED


class SubscriptionFactory(DjangoModelFactory[Subscription]):
    """Confirmed, at once, to all of the catalogue; it has heard of nothing yet."""

    class Meta:
        model = Subscription

    email = factory.Sequence(lambda n: f"reader{n}@example.org")
    language = "en"
    pace = Subscription.Pace.AT_ONCE
    asked_at = factory.LazyFunction(timezone.now)
    confirmed_at = factory.LazyFunction(timezone.now)
    looked_at = factory.SelfAttribute("confirmed_at")


class SeriesFactory(TermFactory):
    class Meta:
        model = Series


class WorkshopFactory(EntryFactory):
    """In a month, for one day, unless `starts_on` says otherwise."""

    class Meta:
        model = Workshop

    slug = factory.Sequence(lambda n: f"workshop-{n}")
    title = factory.Sequence(lambda n: f"Workshop {n}")
    summary = "Regions compare notes."
    starts_on = factory.LazyFunction(lambda: timezone.localdate() + datetime.timedelta(days=30))
    ends_on = factory.SelfAttribute("starts_on")


class OrganiserFactory(DjangoModelFactory[Organiser]):
    class Meta:
        model = Organiser

    workshop = factory.SubFactory(WorkshopFactory)
    user = factory.SubFactory(UserFactory)


class WaitingOrganiserFactory(OrganiserFactory):
    """Somebody is invited by a publisher of the workshop, and has not come yet."""

    user = None
    given_by = factory.LazyAttribute(
        lambda row: member(row.workshop.owner, Membership.Role.PUBLISHER)
    )
    invitation = factory.SubFactory(
        InvitationFactory,
        partner=None,
        role="",
        purpose=factory.LazyAttribute(lambda row: f"workshop {row.factory_parent.workshop.pk}"),
        invited_by=factory.SelfAttribute("..given_by"),
    )


class SessionFactory(DjangoModelFactory[Session]):
    class Meta:
        model = Session

    workshop = factory.SubFactory(WorkshopFactory)
    title = factory.Sequence(lambda n: f"Session {n}")


class ScheduleVersionFactory(DjangoModelFactory[ScheduleVersion]):
    """The first of an empty programme, unless a snapshot says otherwise."""

    class Meta:
        model = ScheduleVersion

    workshop = factory.SubFactory(WorkshopFactory)
    number = factory.LazyAttribute(lambda row: row.workshop.versions.count() + 1)
    published_at = factory.LazyFunction(timezone.now)
    snapshot = factory.LazyFunction(dict)
    changes = factory.LazyFunction(list)


class PresentationFactory(DjangoModelFactory[Presentation]):
    class Meta:
        model = Presentation

    session = factory.SubFactory(SessionFactory)
    initiative = factory.SubFactory(InitiativeFactory)


class ContributionFactory(DjangoModelFactory[Contribution]):
    class Meta:
        model = Contribution

    session = factory.SubFactory(SessionFactory)
    person = factory.SubFactory(PersonFactory)


class MaterialFactory(DjangoModelFactory[Material]):
    """A link to slides."""

    class Meta:
        model = Material

    workshop = factory.SubFactory(WorkshopFactory)
    kind = Material.Kind.SLIDES
    title = "Slides of the day"
    url = "https://slides.example/"


class OutcomeFactory(DjangoModelFactory[Outcome]):
    class Meta:
        model = Outcome

    workshop = factory.SubFactory(WorkshopFactory)
    what = "Write a joint call"


class OutcomeStepFactory(DjangoModelFactory[OutcomeStep]):
    """Begun, nobody knows when, unless a test says otherwise."""

    class Meta:
        model = OutcomeStep

    outcome = factory.SubFactory(OutcomeFactory)
    state = Outcome.State.IN_PROGRESS


class AudienceCategoryFactory(TermFactory):
    class Meta:
        model = AudienceCategory


class ConsentTextFactory(DjangoModelFactory[ConsentText]):
    class Meta:
        model = ConsentText

    version = factory.Sequence(lambda n: f"version-{n}")
    text = "I agree that the organiser keeps what I write here."


class RegistrationSettingsFactory(DjangoModelFactory[RegistrationSettings]):
    """Open since yesterday, for ten people, each alone; nobody waits."""

    class Meta:
        model = RegistrationSettings

    workshop = factory.SubFactory(WorkshopFactory)
    opens_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(days=1))
    closes_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=20))
    capacity = 10
    has_waiting_list = False
    consent = factory.SubFactory(ConsentTextFactory)
    contact_email = "host@agency.example"


class RegistrationFactory(DjangoModelFactory[Registration]):
    """Confirmed, for a workshop with open registration."""

    class Meta:
        model = Registration

    workshop = factory.LazyAttribute(lambda _: RegistrationSettingsFactory.create().workshop)
    name = "Bo Berg"
    email = factory.Sequence(lambda n: f"bo{n}@example.org")
    language = "en"
    consent = factory.LazyAttribute(lambda row: row.workshop.registration_settings.consent)
    consented_at = factory.LazyFunction(timezone.now)
    created_at = factory.LazyFunction(timezone.now)
    idempotency_key = factory.LazyFunction(uuid.uuid4)
    waiting_since = factory.LazyAttribute(
        lambda row: row.created_at if getattr(row, "state", "") == "waiting" else None
    )


class QuotaFactory(DjangoModelFactory[Quota]):
    """For two people of a category."""

    class Meta:
        model = Quota

    terms = factory.SubFactory(RegistrationSettingsFactory)
    audience = factory.SubFactory(AudienceCategoryFactory)
    places = 2


class QuestionFactory(DjangoModelFactory[Question]):
    """A line of text, asked of everyone who registers, which they may leave out."""

    class Meta:
        model = Question

    terms = factory.SubFactory(RegistrationSettingsFactory)
    text = factory.Sequence(lambda n: f"Question {n}?")


class LetterTextFactory(DjangoModelFactory[LetterText]):
    """An organiser's words for the confirmation, in English."""

    class Meta:
        model = LetterText

    terms = factory.SubFactory(RegistrationSettingsFactory)
    kind = "registration_confirmed"
    language = "en"
    text = "Good that you come."


class OfferFactory(DjangoModelFactory[Offer]):
    """Made an hour ago, for two days."""

    class Meta:
        model = Offer

    registration = factory.SubFactory(RegistrationFactory, state="offered")
    made_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=1))
    expires_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(hours=47))


class ReportFactory(DjangoModelFactory[Report]):
    """Open, on an initiative, from a reader who wants an answer."""

    class Meta:
        model = Report

    entry = factory.SubFactory(InitiativeFactory)
    text = "It began in 2013, not in 2015."
    email = "reader@example.org"
    created_at = factory.LazyFunction(timezone.now)
    idempotency_key = factory.LazyFunction(uuid.uuid4)


class CheckedLinkFactory(DjangoModelFactory[CheckedLink]):
    """One that nobody has looked at, or that failed as often as `failures` says."""

    class Meta:
        model = CheckedLink

    url = factory.Sequence(lambda n: f"https://site{n}.example/")
    host = factory.Sequence(lambda n: f"site{n}.example")
    failing_since = factory.LazyAttribute(lambda link: timezone.now() if link.failures else None)
    looked_at = factory.LazyAttribute(lambda link: link.failing_since)
    answer = factory.LazyAttribute(
        lambda link: "The page is not there (404)." if link.failures else ""
    )
    failures = 0


STAGES = (
    "Nobody has asked yet.",
    "A few were asked once.",
    "They are asked every year, and it shows in the next plan.",
)


def question_set(published: bool = True, **fields: Any) -> QuestionSet:
    """Two topics: one question by stages and one in words in the first, a choice in the second."""
    made: QuestionSet = QuestionSetFactory.create(**fields)
    first = made.topics.create(title="Role of clusters", why="They know the field.", position=0)
    second = made.topics.create(title="Monitoring", position=1)
    asked = first.questions.create(text="Who is asked?", hint="Think of SMEs.", kind="stages")
    first.questions.create(text="What did they say?", kind="text", position=1)
    chosen = second.questions.create(text="Who looks at the figures?", kind="choice")
    for number, text in enumerate(STAGES):
        asked.options.create(text=text, position=number)
    for number, text in enumerate(("The ministry", "The clusters themselves")):
        chosen.options.create(text=text, position=number)
    if published:
        made.published_on = datetime.date(2026, 11, 1)
        made.save()
    return made


class QuestionSetFactory(DjangoModelFactory[QuestionSet]):
    """Not published and without questions; `question_set()` makes a whole one."""

    class Meta:
        model = QuestionSet

    key = factory.Sequence(lambda n: f"questions-{n}")
    title = factory.Sequence(lambda n: f"Questions {n}")


class PeerReviewFactory(EntryFactory):
    """Of a whole region, with a row for each question and no answers yet."""

    class Meta:
        model = PeerReview

    slug = factory.Sequence(lambda n: f"review-{n}")
    title = factory.Sequence(lambda n: f"Review {n}")
    question_set = factory.LazyFunction(question_set)
    region = factory.SubFactory(RegionFactory, code="SE22")
    held = "2016-06"
    summary = "Clusters are asked, and seldom heard."

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        review = super()._create(model_class, *args, **kwargs)
        review.ask()
        return review


class ParticipantFactory(DjangoModelFactory[Participant]):
    class Meta:
        model = Participant

    review = factory.SubFactory(PeerReviewFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class RecommendationFactory(DjangoModelFactory[Recommendation]):
    class Meta:
        model = Recommendation

    review = factory.SubFactory(PeerReviewFactory)
    text = "Ask the clusters before the plan is written."


def answered(review: PeerReview, text: str = "Once a year.", now: int = 0, wished: int = 2) -> None:
    """Has the review answer its questions: the first by those stages, the second in those words."""
    by_stages, in_words, by_choice = review.answers.for_questions()
    stages, choices = (list(row.question.options.all()) for row in (by_stages, by_choice))
    fields = {"now": stages[now], "wished": stages[wished], "gap": "Nobody had the time."}
    Answer.objects.filter(pk=by_stages.pk).update(**fields)
    Answer.objects.filter(pk=in_words.pk).update(text=text)
    Answer.objects.filter(pk=by_choice.pk).update(now=choices[0])


class CommentFactory(DjangoModelFactory[Comment]):
    """Asked for just now and not written yet; `written()` has it wait to be shown."""

    class Meta:
        model = Comment

    initiative = factory.SubFactory(InitiativeFactory)
    name = "Lena Lind"
    role = "Cluster expert"
    organisation = "University of Lund"
    email = factory.Sequence(lambda n: f"expert{n}@university.example")
    secret_hash = factory.Sequence(lambda n: hashed(f"comment{n}"))
    made_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda row: row.made_at + COMMENT_OPEN_FOR)


def written(state: str = "written", **fields: Any) -> Comment:
    """A comment with its words, in that state."""
    at = fields.pop("written_at", timezone.now())
    comment: Comment = CommentFactory.create(
        **{
            "state": state,
            "text": "It works where *firms* ask for it.",
            "written_at": at,
            "consented_at": at,
            "closed_at": at if state in Comment.CLOSED else None,
        }
        | fields
    )
    return comment
