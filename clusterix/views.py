"""Pages that no app owns: home, and what the site says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from clusterix.lib import maps
from clusterix.lib.caching import for_everyone
from clusterix.lib.countries import country_name
from clusterix.lib.marks import SITE, standalone
from clusterix.privacy.page import everything
from initiatives.models import Initiative
from workshops.models import Workshop

NEWEST = 3
RUNNING_LISTED = 5
COUNTRIES_LISTED = 6
SECURITY_NOTE_LASTS = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class CountryRow:
    """A country of the home page's table, with where its number leads."""

    code: str
    name: str
    count: int
    url: str


@require_safe
@for_everyone
def home(request: HttpRequest) -> HttpResponse:
    """What is coming up, what runs now and where, and the newest practices."""
    today = timezone.localdate()
    running = Initiative.objects.running(at=today)
    rows = country_rows(Initiative.objects.counts_by_country())
    context = {
        "counts": {
            "running": running.count(),
            "upcoming": Initiative.objects.upcoming(at=today).count(),
            "with_evidence": Initiative.objects.with_evidence().count(),
            "adopted_elsewhere": Initiative.objects.adopted_elsewhere().count(),
        },
        "workshop": Workshop.objects.for_marks().next_one(at=today),
        "running": running.newest_first()[:RUNNING_LISTED],
        "countries": rows[:COUNTRIES_LISTED],
        "more_countries": rows[COUNTRIES_LISTED:],
        "map": record_map(rows),
        "site": {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": "Clusterix",
            "url": f"{settings.SITE_URL}/",
            "potentialAction": {
                "@type": "SearchAction",
                "target": f"{settings.SITE_URL}/search/?q={{search_term_string}}",
                "query-input": "required name=search_term_string",
            },
        },
        "newest": Initiative.objects.newest_practices().for_marks()[:NEWEST],
        "today": today,
    }
    return render(request, "pages/home.html", context)


def country_rows(counts: dict[str, int]) -> list[CountryRow]:
    """Countries by count, the largest first, each leading to its initiatives."""
    catalogue = reverse("initiatives:list")
    rows = [
        CountryRow(code, country_name(code), count, f"{catalogue}?country={code}")
        for code, count in counts.items()
    ]
    return sorted(rows, key=lambda row: (-row.count, row.name))


def record_map(rows: Sequence[CountryRow]) -> SafeString:
    """The map of all that the record tells of."""
    return maps.europe(
        {row.code: row.count for row in rows},
        urls={row.code: row.url for row in rows},
        title=_("Initiatives in the record, by country"),
    )


@require_safe
@for_everyone
def about(request: HttpRequest) -> HttpResponse:
    """What the programme and this site are, and whom to write to."""
    return render(request, "pages/about.html", {"contact": contact()})


@require_safe
@for_everyone
def privacy(request: HttpRequest) -> HttpResponse:
    """Which personal data the site keeps, why and for how long, as the registry has it."""
    context = {"contact": contact(), "everything": everything()}
    return render(request, "pages/privacy.html", context)


@require_safe
@for_everyone
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement, in the form of Implementing Decision (EU) 2018/1523."""
    return render(request, "pages/accessibility.html", {"contact": contact()})


@require_safe
@cache_control(max_age=86_400, public=True)
def favicon(_request: HttpRequest) -> HttpResponse:
    """The site's own mark."""
    return HttpResponse(standalone("clusterix", SITE), content_type="image/svg+xml")


@require_safe
@for_everyone
def robots(_request: HttpRequest) -> HttpResponse:
    """What crawlers may visit."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /accounts/",
        "Disallow: /following/",
        "Disallow: /initiatives/export.",
        "Disallow: /registrations/",
        "Disallow: /report/",
        "Disallow: /search/",
        "Disallow: /still-correct/",
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
@for_everyone
def security(_request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness, in the form of RFC 9116."""
    expires = timezone.now() + SECURITY_NOTE_LASTS
    lines = [
        f"Contact: mailto:{contact()}",
        f"Expires: {expires:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: en",
        f"Canonical: {settings.SITE_URL}{reverse('security')}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def contact() -> str:
    """The address that the site's mail comes from is also the one that answers."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
