"""Announcing a version of a programme: it is published, and whoever registered is told once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from clusterix.mail.queue import File, Letter, Row, queue_mails
from workshops.models import ScheduleVersion
from workshops.registration import letters
from workshops.registration.calendar import invitation
from workshops.registration.models import LetterKind, Registration
from workshops.registration.places import LOCK_TIMEOUT, BusyError
from workshops.versions.publishing import Order, publish
from workshops.versions.words import Line, lines

MOST_ROWS = 40
"""So many changes stand in a mail; the page has all of them."""


@dataclass(frozen=True)
class Announcement:
    """What was published, and how many are told by mail."""

    version: ScheduleVersion
    letters: int


def announce(order: Order, at: datetime) -> Announcement:
    """Publish the next version and write to all who hold places at a workshop that is not over.

    All of it happens or nothing. RefusedError says why there is nothing to announce, BusyError
    that others hold what is needed.
    """
    try:
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
            version = publish(order, at)
            return Announcement(version, _tell(version, at))
    except OperationalError as error:
        raise BusyError(
            _("Others are changing this workshop just now. Nothing was announced: try again.")
        ) from error


def _tell(version: ScheduleVersion, at: datetime) -> int:
    """Queue a letter to each who is registered; how many that were.

    The version's number is unique, and its letters are written with it: nobody gets a second one.
    """
    if version.workshop.is_over(at):
        return 0
    people = (
        Registration.objects.accepted().for_page().for_update().filter(workshop=version.workshop)
    )
    by_language = defaultdict[str, list[Registration]](list)
    for registration in people:
        by_language[registration.language].append(registration)
    for language, registrations in by_language.items():
        with override(language):
            told = lines(version.changes, version.workshop)
            messages = queue_mails([letter(row, version, told) for row in registrations])
        letters.keep(LetterKind.PROGRAMME, registrations, messages)
    return sum(map(len, by_language.values()))


def letter(registration: Registration, version: ScheduleVersion, told: Sequence[Line]) -> Letter:
    """What changed with a version, in the language of the moment."""
    workshop = registration.workshop
    more = len(told) - MOST_ROWS
    words = {
        "note": version.note,
        "number": str(version.number),
        "more": ngettext("%(count)d more change", "%(count)d more changes", more) % {"count": more}
        if more > 0
        else "",
    }
    return Letter(
        to=registration.email,
        subject=_("Programme: %(workshop)s") % {"workshop": workshop.title},
        template="programme_version",
        words=letters.facts(registration) | words,
        paths={
            "registration_url": registration.get_absolute_url(),
            "workshop_url": workshop.get_absolute_url(),
            "changes_url": reverse("workshops:changes", args=[workshop.slug]),
            "privacy_url": reverse("privacy"),
        },
        reply_to=workshop.registration_settings.contact_email,
        files=[File("workshop.ics", letters.CALENDAR_TYPE, invitation(registration))],
        rows=rows(told[:MOST_ROWS], workshop.get_absolute_url()),
    )


def rows(told: Sequence[Line], page: str) -> list[Row]:
    """Changes as lines of a mail, each with the way to its session or else to the page."""
    return [Row(line.text, line.path or page) for line in told]
