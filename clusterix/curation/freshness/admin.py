"""Dead links, for those who can correct the entries they are in."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.admin import SecretariatAdmin
from clusterix.curation.desk import LINES, Line, Panel
from clusterix.curation.freshness.models import CheckedLink
from clusterix.curation.freshness.places import Found, Place, dead_in, places, where
from clusterix.curation.models import User
from clusterix.curation.scoped import curator
from clusterix.lib.personal import Rows


def rows_for(user: User) -> Mapping[Place, Rows]:
    """The rows with links that this user can correct."""
    return {place: place.rows_for(user) for place in places()}


class LinkList(ChangeList):
    """The list, with the entries in which its links are."""

    def get_results(self, request: HttpRequest) -> None:
        """One page of it."""
        super().get_results(request)
        rows = rows_for(curator(request))
        self.result_list: Any = list(self.result_list)
        entries: dict[int, list[Found]] = {}
        for one in where(self.result_list, rows):
            entries.setdefault(one.link.pk, []).append(one)
        for link in self.result_list:
            link.found_in = entries.get(link.pk, [])


@admin.register(CheckedLink)
class CheckedLinkAdmin(SecretariatAdmin[CheckedLink]):
    """What leads nowhere any more; it is corrected where it is written."""

    list_display = ("url", "answer", "failing_since", "entries")
    list_display_links = None
    list_per_page = 50
    ordering = ("failing_since", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CheckedLink]:
        """The dead links in entries that the user can correct."""
        return dead_in(rows_for(curator(request)))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """With the entries."""
        return LinkList

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Every curator may look."""
        return curator(request).is_curator

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The list; a link has no page of its own."""
        return obj is None and curator(request).is_curator

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They are found."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are corrected where they are written."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They go by themselves once no entry has them."""
        return False

    @admin.display(description=_("in"))
    def entries(self, link: CheckedLink) -> SafeString:
        """The entries, where one can change them."""
        found = cast("list[Found]", link.found_in)  # type: ignore[attr-defined] # by LinkList
        links = ((one.path, one.entry) for one in found)
        return format_html_join(", ", '<a href="{}">{}</a>', links)

    def desk_panels(self, request: HttpRequest) -> list[Panel]:
        """The links that died last."""
        links = self.get_queryset(request).order_by("-failing_since", "pk")[: LINES + 1]
        found = where(list(links), rows_for(curator(request)))
        return [
            Panel(
                gettext("Dead links"),
                [self._line(one) for one in found[: LINES + 1]],
                gettext("All links of your public entries lead somewhere."),
            )
        ]

    def _line(self, found: Found) -> Line:
        since = timezone.localtime(found.link.failing_since)
        note = gettext("%(url)s: %(answer)s Failing since %(day)s.") % {
            "url": found.link.url,
            "answer": found.link.answer,
            "day": date_format(since, "j F Y"),
        }
        kind = str(found.entry._meta.verbose_name)
        return Line(str(found.entry), found.path, kind, note)
