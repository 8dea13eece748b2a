"""Who follows a search."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from initiatives.following.models import Subscription


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
