"""Publishing the next version of a programme, one at a time."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from clusterix.curation.models import User
from workshops.models import ScheduleVersion, Workshop
from workshops.versions.facts import Change, changes, snapshot


class RefusedError(Exception):
    """A version that is not published; the reason is in words for people."""


@dataclass(frozen=True)
class Order:
    """What somebody wants announced: the workshop as it was read, with a note to all."""

    workshop: int
    seen: str
    """`Workshop.version` of the page on which it was decided."""
    note: str
    by: User


def pending(workshop: Workshop) -> list[Change]:
    """What has changed since the last version; nothing where there is none yet."""
    latest = workshop.versions.newest_first().first()
    return changes(latest.snapshot, snapshot(workshop.sessions.all())) if latest else []


def publish(order: Order, at: datetime) -> ScheduleVersion:
    """The next version, within a transaction that the caller holds; two at once make one.

    RefusedError where there is nothing to announce, or something else than what was read.
    """
    public = Workshop.objects.select_for_update(no_key=True)
    workshop = public.filter(pk=order.workshop).first()
    if workshop is None:
        raise RefusedError(_("Only a public workshop has a programme to announce."))
    latest = workshop.versions.newest_first().first()
    now = snapshot(workshop.sessions.all())
    found = changes(latest.snapshot, now) if latest else []
    if latest and not found:
        raise RefusedError(
            _("Nothing has changed since version %(number)d: there is nothing to announce.")
            % {"number": latest.number}
        )
    if not (latest or now):
        raise RefusedError(_("The programme has no sessions yet: there is nothing to announce."))
    if workshop.version != order.seen:
        raise RefusedError(
            _("Somebody changed the workshop meanwhile. Look at it again, then decide.")
        )
    return ScheduleVersion.objects.create(
        workshop=workshop,
        number=latest.number + 1 if latest else 1,
        note=order.note,
        published_at=at,
        published_by=order.by,
        snapshot=now,
        changes=found,
    )
