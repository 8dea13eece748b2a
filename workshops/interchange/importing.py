"""A schedule file becomes the programme of a workshop: all that is not refused, or nothing."""

from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from clusterix.curation.imports.running import PATIENCE, BusyError
from clusterix.curation.recording import LONGEST_REASON
from workshops.interchange.files import opened
from workshops.interchange.plans import planned, remark_upon, settle_identities
from workshops.interchange.results import Report, refused
from workshops.interchange.rooms import refuse_overlaps
from workshops.interchange.saving import Writer
from workshops.interchange.told import Source
from workshops.interchange.understanding import Setting, understood
from workshops.models import Workshop


def import_schedule(workshop: Workshop, path: Path, *, dry_run: bool = False) -> Report:
    """Take the events of a file into a workshop, in one transaction; a dry run keeps nothing.

    Sessions are known again by their guid, and those that the file does not have stay as they
    are. UnreadableError says what is wrong with the file, BusyError that somebody else holds the
    workshop; then nothing was imported.
    """
    source = opened(path)
    try:
        with transaction.atomic():
            reason = f"Imported from {path.name}"[:LONGEST_REASON]
            report = _import(source, _held(workshop), reason)
            transaction.set_rollback(dry_run)
    except OperationalError as error:
        raise BusyError(
            _("Somebody else is changing this workshop. Nothing was imported: try again.")
        ) from error
    return report


def _held(workshop: Workshop) -> Workshop:
    """The workshop as it is now; nobody else changes it or its sessions meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
    held: Workshop = Workshop.unscoped.select_for_update(no_key=True).get(pk=workshop.pk)
    return held


def _import(source: Source, workshop: Workshop, reason: str) -> Report:
    report = Report(source.format)
    setting = Setting(workshop.key, _zone(source, workshop, report), source.base_url.strip())
    items = [understood(told, setting) for told in source.events]
    settle_identities(items, workshop)
    present = {session.guid: session for session in workshop.sessions.for_files()}
    remark_upon(items, workshop, source.tracks | {session.track for session in present.values()})
    plans = planned(items, workshop, present)
    refuse_overlaps(plans, present)
    outcomes = Writer(workshop, reason).write([plan for plan in plans if not plan.item.refusal])
    report.results = [outcomes.get(id(item)) or refused(item) for item in items]
    named = {item.event.guid for item in items if item.event}
    report.untouched = [row.title for guid, row in present.items() if guid not in named]
    if report.changes_anything:
        workshop.because(reason).save()
    return report


def _zone(source: Source, workshop: Workshop, report: Report) -> ZoneInfo:
    """The zone by which the file's times without one are read: its own, or the workshop's."""
    name = source.zone.strip()
    if name in available_timezones():
        return ZoneInfo(name)
    if name:
        report.notes.append(_("The time zone “%(name)s” is not known.") % {"name": name[:60]})
    return workshop.zone
