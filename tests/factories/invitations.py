"""Who is asked to curate."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from clusterix.curation.invitations.models import OPEN_FOR, Invitation
from clusterix.curation.models import Membership
from clusterix.lib.secret_links import hashed
from tests.factories.curation import PartnerFactory


class InvitationFactory(DjangoModelFactory[Invitation]):
    class Meta:
        model = Invitation

    partner = factory.SubFactory(PartnerFactory)
    email = factory.Sequence(lambda n: f"invited{n}@agency.example")
    role = Membership.Role.EDITOR
    secret_hash = factory.Sequence(lambda n: hashed(f"secret{n}"))
    made_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda row: row.made_at + OPEN_FOR)
