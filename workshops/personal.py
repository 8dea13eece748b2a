"""What programmes hold about people: for whom they stood on the day they spoke."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusterix.curation.invitations.personal import invitations_of
from clusterix.curation.personal import users_of
from clusterix.lib.personal import Done, Fate, Fields, Holding, Rows, Subject, Table
from people.personal import RECORD, persons_of
from workshops.models import Contribution, Organiser

NOT_PERSONAL = {
    "workshops.Series": "key labels",
    "workshops.Workshop": (
        "key slug title theme summary description time_zone venue city languages audience report "
        "conclusions"
    ),
    "workshops.WorkshopSource": "about claim url title publisher",
    "workshops.Session": "guid title abstract room track cancelled_because",
    "workshops.ScheduleVersion": "note snapshot changes",
    "workshops.Material": "title url licence reference file name content_type digest",
    "workshops.Outcome": "what result link",
    "workshops.OutcomeStep": "note",
}


def contributions_of(subject: Subject) -> Rows:
    """What they spoke or sat on, whose contact address it is."""
    return Contribution.objects.filter(person__in=persons_of(subject))


SPEAKERS = Holding(
    name="speakers",
    title=_("If you spoke at a workshop"),
    purpose=_(
        "Programmes name speakers with the organisation they stood for on that day, as the "
        "published programme did (Article 6(1)(f): the interest in a truthful record of publicly "
        "funded events)."
    ),
    retention=_(
        "as long as the workshop is in the record; you can ask at any time to be unlisted: then "
        "programmes keep only your name, or “Speaker withheld” if you prefer"
    ),
    tables=(
        Table(
            "workshops.Contribution",
            (Fields("role organisation affiliation", Fate.KEPT, because=RECORD),),
            contributions_of,
            columns=("session", "role", "organisation", "affiliation"),
        ),
    ),
)


def roles_of(subject: Subject) -> Rows:
    """The workshops that they organise for a partner, or are invited to."""
    invited = Q(invitation__in=invitations_of(subject))
    return Organiser.objects.filter(Q(user__in=users_of(subject)) | invited)


def erase(subject: Subject, _at: datetime) -> Done:
    """Take the role from them; what they were offered goes with its invitation."""
    found = list(roles_of(subject).order_by("pk").values_list("pk", flat=True))
    Organiser.objects.filter(pk__in=found).delete()
    return {"workshops.Organiser": found}


ORGANISERS = Holding(
    name="running",
    title=_("If you run a workshop for a partner"),
    purpose=_(
        "The partner’s publishers choose who runs the programme and the registration of a single "
        "workshop (Article 6(1)(f): the interest in knowing who sees who registered)."
    ),
    retention=_(
        "until the role is taken from you, or the workshop is deleted; while you are only invited, "
        "as long as the invitation"
    ),
    tables=(
        Table(
            "workshops.Organiser",
            (Fields("workshop", Fate.DELETED, _("what you may do")),),
            roles_of,
        ),
    ),
    erase=erase,
)

HOLDINGS = (SPEAKERS, ORGANISERS)
