"""What is new in any selection of the catalogue, as an Atom feed."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import conditional_page, require_safe

from clusterix.lib.caching import for_everyone
from clusterix.lib.chosen import without
from clusterix.lib.xml_text import xml_text
from initiatives.chosen import chips
from initiatives.filters import InitiativeFilter, Sort
from initiatives.lines import LICENCE
from initiatives.models import Initiative, Theme
from initiatives.selection import Selection

MOST_ENTRIES = 50
MINTED = "2026"
"""The year since which the names of entries in feeds are ours to give (RFC 4151)."""
BEFORE_THE_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed changed that nothing has ever been in."""


class Feed(Atom1Feed):
    """An Atom feed whose entries say their language and name their themes by key and label."""

    def latest_post_date(self) -> datetime:
        """When the latest of its entries changed."""
        return super().latest_post_date() if self.items else BEFORE_THE_FIRST

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        """The language of an entry, which may be another than the feed's."""
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """What every Atom entry has, and its themes."""
        super().add_item_elements(handler, item)
        for theme in item["themes"]:
            handler.addQuickElement(
                "category", "", {"term": theme.key, "label": xml_text(theme.label)}
            )


@require_safe
@for_everyone
@conditional_page
def feed(request: HttpRequest) -> HttpResponse:
    """The entries of a selection that were published last; who has them is told so by the ETag."""
    asked = newest_first(request.GET)
    atom = head(request, asked)
    pks = [int(pk) for pk in Selection(asked).ids[:MOST_ENTRIES]]
    themes = Prefetch("themes", Theme.objects.in_order())
    found = Initiative.objects.select_related("owner").prefetch_related(themes).in_bulk(pks)
    for pk in pks:
        if pk in found:
            add(atom, found[pk])
    return HttpResponse(atom.writeString("utf-8"), content_type=atom.content_type)


def newest_first(query: QueryDict) -> InitiativeFilter:
    """What was asked, in the one order that a feed has."""
    asked = query.copy()
    asked["sort"] = Sort.PUBLISHED
    return InitiativeFilter(asked, Initiative.objects.all())


def head(request: HttpRequest, asked: InitiativeFilter) -> Feed:
    """The feed without entries: its title says the filters in words, its name tells it apart."""
    filters = without(request.GET, "sort")
    words = " · ".join(chip.label for chip in chips(asked, request.GET))
    title = _("Initiatives: %(filters)s") % {"filters": words} if words else _("Initiatives")
    return Feed(
        title=f"{xml_text(title)} – Clusterix",
        link=settings.SITE_URL + reverse("initiatives:list") + filters,
        description="",
        language=get_language(),
        author_name="Clusterix",
        author_link=settings.SITE_URL,
        feed_url=settings.SITE_URL + request.path + filters,
        feed_copyright=LICENCE,
        feed_guid=tag(f"initiatives{filters}"),
    )


def add(atom: Feed, initiative: Initiative) -> None:
    """An initiative as an entry, by a name that stays when its address changes."""
    atom.add_item(
        title=xml_text(initiative.title),
        link=settings.SITE_URL + initiative.get_absolute_url(),
        description=escape(xml_text(initiative.summary)),
        author_name=xml_text(initiative.owner.name),
        pubdate=initiative.published_at,
        updateddate=initiative.updated_at,
        unique_id=tag(f"initiative/{initiative.key}"),
        language=initiative.language,
        themes=initiative.themes.all(),
    )


def tag(name: str) -> str:
    """A name for good, as RFC 4151 mints it."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{MINTED}:{name}"
