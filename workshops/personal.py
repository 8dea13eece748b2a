"""What programmes hold about people: for whom they stood on the day they spoke."""

from django.utils.translation import gettext_lazy as _

from clusterix.lib.personal import Fate, Fields, Holding, Rows, Subject, Table
from people.personal import RECORD, persons_of
from workshops.models import Contribution

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

HOLDINGS = (SPEAKERS,)
