"""What meets curators when they come in: their drafts, what waits for them, what needs care."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from clusterix.curation.models import Entry, EntryQuerySet, User

LINES = 8


@dataclass(frozen=True)
class Line:
    """An entry on the desk: where to change it, and what to know about it."""

    label: str
    url: str
    kind: str
    note: str


@dataclass(frozen=True)
class Panel:
    """A list on the desk, with what to say when nothing is on it."""

    title: str
    lines: list[Line]
    empty: str

    @property
    def shown(self) -> list[Line]:
        """As many as one looks at."""
        return self.lines[:LINES]

    @property
    def count(self) -> str:
        """How many there are; “8+” for more than are shown."""
        return f"{LINES}+" if len(self.lines) > LINES else str(len(self.lines))


class Desk(Protocol):
    """An admin that puts lists on the desk."""

    def desk_panels(self, request: HttpRequest) -> list[Panel]:
        """What it alone puts on the desk."""


class Keeper(Protocol):
    """An admin of what lies beside entries until somebody decides about it."""

    def lines_beside(self, request: HttpRequest, entry: Entry) -> list[Line]:
        """What it keeps beside that entry."""


class EntryDesk(Desk, Protocol):
    """The admin of a kind of entry, as the desk needs it."""

    model: type[Entry]

    @property
    def wanted(self) -> Mapping[str, Any]:
        """The fields that an entry should have, and why."""

    def address(self, view: str, entry: Entry) -> str:
        """Where that view of the entry is."""


def panels(
    request: HttpRequest, desks: Iterable[EntryDesk], others: Iterable[Desk] = ()
) -> list[Panel]:
    """All lists on a user's desk, those that are empty last."""
    user, at, desks = cast("User", request.user), timezone.localdate(), list(desks)
    listed = [
        Panel(
            gettext("My drafts"),
            lines((desk, user.drafts(desk.model)) for desk in desks),
            gettext("You have no drafts. Begin one from the lists below.")
            if user.may_begin
            else gettext("You have no drafts."),
        ),
        Panel(
            gettext("Waiting for me"),
            lines((desk, user.publishable_entries(desk.model)) for desk in desks),
            gettext("Nothing waits for your review."),
        ),
        *(panel for desk in others for panel in desk.desk_panels(request)),
        Panel(
            gettext("Needing care"),
            lines((desk, _neglected(user, desk, at)) for desk in desks),
            gettext("All published entries are complete, and none was checked too long ago."),
        ),
        *(panel for desk in desks for panel in desk.desk_panels(request)),
    ]
    return sorted(listed, key=lambda panel: not panel.lines)


def lines(found: Iterable[tuple[EntryDesk, EntryQuerySet[Any]]]) -> list[Line]:
    """The entries changed longest ago, whatever their kind, as lines; one more than are shown."""
    entries = [
        (entry, desk)
        for desk, some in found
        for entry in some.order_by("updated_at", "pk")[: LINES + 1]
    ]
    entries.sort(key=lambda pair: pair[0].updated_at)
    return [_line(entry, desk) for entry, desk in entries[: LINES + 1]]


def _neglected(user: User, desk: EntryDesk, at: date) -> EntryQuerySet[Any]:
    published = user.changeable_entries(desk.model).public()
    return published.needing_care(desk.wanted, at)


def _line(entry: Entry, desk: EntryDesk) -> Line:
    kind = str(entry._meta.verbose_name)
    return Line(str(entry), desk.address("change", entry), kind, _note(entry, desk.wanted))


def _note(entry: Entry, wanted: Iterable[str]) -> str:
    missing = entry.missing(wanted)
    if missing:
        return gettext("Missing: %(fields)s") % {"fields": ", ".join(missing.values())}
    changed = date_format(timezone.localtime(entry.updated_at), "j F Y")
    return gettext("Last changed %(date)s") % {"date": changed}
