"""What registration holds about people: who registered, and whom participants write to."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clusterix.lib.personal import (
    Done,
    Fate,
    Fields,
    Holding,
    Part,
    Purge,
    Rows,
    Subject,
    Table,
)
from workshops.registration import places
from workshops.registration.models import (
    Registration,
    RegistrationSettings,
    State,
)
from workshops.registration.models.registrations import MOMENTS, TIME_TO_CONFIRM
from workshops.registration.models.terms import LONGEST_RETENTION
from workshops.registration.tasks import erase_old, keep_lines_moving

NOT_PERSONAL = {
    "registration.AudienceCategory": "key labels",
    "registration.BulkMail": "subject text to_whom idempotency_key fingerprint",
    "registration.ConsentText": "version text",
    "registration.LetterText": "subject text",
    "registration.RegistrationSettings": "reminder_days",
    "registration.Question": "text hint choices",
}

INDICATORS = _("counts for the programme's indicators, of nobody in particular any more")


def registrations_of(subject: Subject) -> Rows:
    """Those made with an address that were not erased."""
    return Registration.objects.filter(subject.written_in("email"), erased_at=None)


def terms_of(subject: Subject) -> Rows:
    """The terms that give an address to participants."""
    return RegistrationSettings.objects.filter(subject.written_in("contact_email"))


def unconfirmed(at: datetime) -> Rows:
    """Those of which nobody has said in time that the address is theirs."""
    late = {"state": State.UNCONFIRMED, "created_at__lte": at - TIME_TO_CONFIRM}
    return Registration.objects.filter(erased_at=None, **late)


def forget_unconfirmed(at: datetime) -> int:
    """End what nobody confirmed, and all else that ran out; how many of the former are gone."""
    before = unconfirmed(at).count()
    keep_lines_moving(at)
    return before - unconfirmed(at).count()


def names_of(subject: Subject) -> Iterable[str]:
    """The names under which an address was registered."""
    return registrations_of(subject).values_list("name", flat=True)


def erase(subject: Subject, at: datetime) -> Done:
    """Give up the places that are still of use, and forget who it was.

    One transaction for each registration; BusyError where a turn does not come.
    """
    found = registrations_of(subject).order_by("workshop", "pk")
    return {"registration.Registration": [row.pk for row in list(found) if places.erase(row, at)]}


def rehearse(subject: Subject, at: datetime) -> Done:
    """The same to the rows alone."""
    found = list(registrations_of(subject).order_by("workshop", "pk"))
    for row in found:
        row.erase(at)
    return {"registration.Registration": [row.pk for row in found]}


REGISTRATIONS = Holding(
    name="registrations",
    title=_("If you register for a workshop"),
    purpose=_(
        "The basis is your consent (Article 6(1)(a) of the General Data Protection Regulation). "
        "Only the workshop’s organisers and the programme’s secretariat see the data. They are "
        "not passed on and not used for newsletters."
    ),
    retention=format_lazy(
        _(
            "until the days have passed after the workshop that its form names, {days} at the "
            "longest, or {hours} hours where an address has to be confirmed and is not; what is "
            "left then says nothing about you: your audience, your country and "
            "the number of people, for sums, and days without times"
        ),
        days=LONGEST_RETENTION,
        hours=int(TIME_TO_CONFIRM / timedelta(hours=1)),
    ),
    tables=(
        Table(
            "registration.Registration",
            (
                Fields(
                    "name organisation", Fate.EMPTIED, _("for the list at the door and the badge")
                ),
                Fields(
                    "email",
                    Fate.EMPTIED,
                    _(
                        "to confirm the place and to tell you of changes; one place for each "
                        "address"
                    ),
                ),
                Fields("language", Fate.EMPTIED, _("to write to you in it")),
                Fields(
                    "needs",
                    Fate.EMPTIED,
                    _("so that you can take part: access, food; tell us only what helps"),
                ),
                Fields(
                    "party_size",
                    Fate.KEPT,
                    _("so that there are never more guests than places"),
                    because=INDICATORS,
                ),
                Fields(
                    "audience country state",
                    Fate.KEPT,
                    _("for the programme’s indicators, which only ever show sums"),
                    because=INDICATORS,
                ),
                Fields(
                    "consent",
                    Fate.KEPT,
                    _("which text you agreed to, as proof"),
                    because=_("the text that everybody agreed to at that workshop"),
                ),
                Fields(
                    " ".join(MOMENTS),
                    Fate.COARSENED,
                    _("as proof"),
                    said=_("When you registered, agreed, changed or cancelled"),
                ),
                Fields(
                    "has_priority priority_reason",
                    Fate.EMPTIED,
                    _("why you go before others who wait, where an organiser said so"),
                ),
                Fields(
                    "reference idempotency_key",
                    Fate.REPLACED,
                    _("for you to change it; one registration for each form"),
                    is_told=False,
                    said=_("The secret link to your registration, and the number of the form"),
                ),
                Fields(
                    "fingerprint",
                    Fate.EMPTIED,
                    _("to know the same form again if it is sent twice"),
                    is_told=False,
                    said=_("A one-way form of all of it"),
                ),
            ),
            registrations_of,
            parts=(
                Part(
                    "registration.QuestionAnswer",
                    "registration",
                    (Fields("text", Fate.DELETED, _("for the organiser, who asked for it")),),
                ),
                Part(
                    "registration.Offer",
                    "registration",
                    (
                        Fields(
                            "made_at expires_at answered_at",
                            Fate.COARSENED,
                            _("to keep places for you until you answer"),
                            said=_("When places were offered to you while you waited"),
                        ),
                        Fields(
                            "answer",
                            Fate.KEPT,
                            _("to know whether you come"),
                            because=INDICATORS,
                        ),
                    ),
                ),
                Part(
                    "registration.CheckIn",
                    "registration",
                    (
                        Fields(
                            "kind people at received_at device key",
                            Fate.DELETED,
                            _("to know at the door who is there, and afterwards who was"),
                            said=_("When you came to the workshop, and how many of you"),
                        ),
                    ),
                ),
                Part(
                    "registration.RegistrationEvent",
                    "registration",
                    (
                        Fields(
                            "at",
                            Fate.COARSENED,
                            _("for you and the organiser to see what was done"),
                            said=_("When something became of it"),
                        ),
                    ),
                ),
                Part(
                    "registration.WrittenLetter",
                    "registration",
                    (
                        Fields(
                            "kind written_at delivered_at failed_at failure",
                            Fate.DELETED,
                            _("for the organiser to see whether our mails reach you"),
                            said=_("Which mails we wrote to you, and whether they arrived"),
                        ),
                    ),
                ),
            ),
        ),
    ),
    erase=erase,
    rehearse=rehearse,
    names=names_of,
    purges=(
        Purge(
            _("registrations for workshops that were long enough ago"),
            Registration.objects.to_erase,
            erase_old,
        ),
        Purge(
            _("registrations whose address nobody confirmed in time"),
            unconfirmed,
            forget_unconfirmed,
        ),
    ),
)

ORGANISERS = Holding(
    name="organisers",
    title=_("If you organise a workshop"),
    purpose=_(
        "The address that you give to participants stands on the workshop’s page and in its "
        "mails, so that they can reach you (Article 6(1)(f): the interest in organising it)."
    ),
    retention=_("as long as the workshop is in the record, or until you name another"),
    tables=(
        Table(
            "registration.RegistrationSettings",
            (
                Fields(
                    "contact_email",
                    Fate.KEPT,
                    because=_("participants need it: name another in the terms of registration"),
                ),
            ),
            terms_of,
            columns=("workshop", "contact_email"),
        ),
    ),
)

HOLDINGS = (REGISTRATIONS, ORGANISERS)
