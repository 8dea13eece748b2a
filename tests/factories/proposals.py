"""Who is asked about a proposal."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from clusterix.curation.proposals.models import TIME_TO_ANSWER, ExpertRequest, Proposal
from clusterix.lib.secret_links import hashed
from tests.factories.curation import UserFactory
from tests.factories.initiatives import InitiativeFactory


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
