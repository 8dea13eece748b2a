"""Rows for tests: published and complete unless a test says otherwise."""

from tests.factories.comments import CommentFactory, written
from tests.factories.curation import (
    MembershipFactory,
    PartnerFactory,
    UserFactory,
    member,
    secretariat,
)
from tests.factories.following import SubscriptionFactory
from tests.factories.freshness import CheckedLinkFactory
from tests.factories.initiatives import (
    EcosystemFactory,
    EvidenceFactory,
    InitiativeFactory,
    InvolvementFactory,
    TargetGroupFactory,
    ThemeFactory,
    TransferFactory,
)
from tests.factories.invitations import InvitationFactory
from tests.factories.people import (
    AffiliationFactory,
    AliasFactory,
    OrganisationFactory,
    PersonFactory,
    RegionFactory,
)
from tests.factories.proposals import ExpertRequestFactory
from tests.factories.registration import (
    AudienceCategoryFactory,
    ConsentTextFactory,
    LetterTextFactory,
    OfferFactory,
    QuestionFactory,
    QuotaFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
)
from tests.factories.reports import ReportFactory
from tests.factories.reviews import (
    STAGES,
    ParticipantFactory,
    PeerReviewFactory,
    QuestionSetFactory,
    RecommendationFactory,
    answered,
    question_set,
)
from tests.factories.workshops import (
    ContributionFactory,
    MaterialFactory,
    OrganiserFactory,
    OutcomeFactory,
    OutcomeStepFactory,
    PresentationFactory,
    ScheduleVersionFactory,
    SeriesFactory,
    SessionFactory,
    WaitingOrganiserFactory,
    WorkshopFactory,
)

__all__ = [
    "STAGES",
    "AffiliationFactory",
    "AliasFactory",
    "AudienceCategoryFactory",
    "CheckedLinkFactory",
    "CommentFactory",
    "ConsentTextFactory",
    "ContributionFactory",
    "EcosystemFactory",
    "EvidenceFactory",
    "ExpertRequestFactory",
    "InitiativeFactory",
    "InvitationFactory",
    "InvolvementFactory",
    "LetterTextFactory",
    "MaterialFactory",
    "MembershipFactory",
    "OfferFactory",
    "OrganisationFactory",
    "OrganiserFactory",
    "OutcomeFactory",
    "OutcomeStepFactory",
    "ParticipantFactory",
    "PartnerFactory",
    "PeerReviewFactory",
    "PersonFactory",
    "PresentationFactory",
    "QuestionFactory",
    "QuestionSetFactory",
    "QuotaFactory",
    "RecommendationFactory",
    "RegionFactory",
    "RegistrationFactory",
    "RegistrationSettingsFactory",
    "ReportFactory",
    "ScheduleVersionFactory",
    "SeriesFactory",
    "SessionFactory",
    "SubscriptionFactory",
    "TargetGroupFactory",
    "ThemeFactory",
    "TransferFactory",
    "UserFactory",
    "WaitingOrganiserFactory",
    "WorkshopFactory",
    "answered",
    "member",
    "question_set",
    "secretariat",
    "written",
]
