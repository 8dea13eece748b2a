"""Links that are looked at."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from clusterix.curation.freshness.models import CheckedLink


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
