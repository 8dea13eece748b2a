"""Partners, those who curate for them, and what all entries and terms have."""

from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from clusterix.curation.models import Entry, Membership, Partner, User


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


class TermFactory(DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    key = factory.Sequence(lambda n: f"term-{n}")
    labels = factory.Sequence(lambda n: {"en": f"Term {n}"})
    position = factory.Sequence(lambda n: n)
