"""What search engines are told to visit: every public page of the record."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from clusterix.curation.models import Entry
from initiatives.models import Initiative
from people.models import Organisation, Person
from workshops.models import Session, Workshop
from workshops.reviews.models import PeerReview, QuestionSet


class SiteMap(Sitemap[Any]):
    """Pages under the site's own address, whatever name the request came by."""

    def get_domain(self, site: object = None) -> str:
        """The host of SITE_URL."""
        host: str = urlsplit(settings.SITE_URL).netloc
        return host

    def get_protocol(self, protocol: str | None = None) -> str:
        """The scheme of SITE_URL."""
        scheme: str = urlsplit(settings.SITE_URL).scheme
        return scheme


class Entries(SiteMap):
    """The public entries of one kind."""

    def __init__(self, entries: QuerySet[Any]) -> None:
        super().__init__()
        self.entries = entries

    def items(self) -> QuerySet[Any]:
        """In an order that stays, since long maps come in parts."""
        return self.entries.order_by("pk")

    def lastmod(self, item: Entry) -> datetime:
        """When the entry last changed."""
        return item.updated_at


class Sessions(SiteMap):
    """The sessions of public workshops."""

    def items(self) -> QuerySet[Session]:
        """Each with its workshop."""
        sessions = Session.objects.public().filter(workshop__is_example=False)
        return sessions.select_related("workshop").order_by("pk")

    def lastmod(self, item: Session) -> datetime:
        """When the workshop last changed."""
        return item.workshop.updated_at


class QuestionSets(SiteMap):
    """The published sets of questions that peer reviews ask."""

    def items(self) -> QuerySet[QuestionSet]:
        """In an order that stays."""
        return QuestionSet.objects.published().order_by("pk")


class Pages(SiteMap):
    """The pages that hold no entry."""

    def items(self) -> list[str]:
        """Their names."""
        return [
            "home", "initiatives:list", "workshops:list", "outcomes:list", "reviews:list",
            "organisations:list", "people:list", "regions:list", "network:detail", "about",
            "open_data", "privacy", "accessibility",
        ]  # fmt: skip

    def location(self, item: str) -> str:
        """The page's address."""
        return reverse(item)


def sitemaps() -> dict[str, Sitemap[Any]]:
    """The parts of the map."""
    return {
        "pages": Pages(),
        "initiatives": Entries(Initiative.objects.all()),
        "workshops": Entries(Workshop.objects.filter(is_example=False)),
        "sessions": Sessions(),
        "reviews": Entries(PeerReview.objects.all()),
        "question-sets": QuestionSets(),
        "organisations": Entries(Organisation.objects.all()),
        "people": Entries(Person.objects.listed()),
    }
