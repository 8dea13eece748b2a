"""What the record holds about the people in it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clusterix.lib.personal import Done, Fate, Fields, Holding, Part, Rows, Subject, Table
from people.models import Person

NOT_PERSONAL = {
    "people.Region": "code name country",
    "people.Boundary": "path attribution",
    "people.Organisation": ("key slug name short_name city website description ror_id wikidata_id"),
    "people.Alias": "name note",
    "people.OrganisationSource": "about claim url title publisher",
}

RECORD = _(
    "it is part of the public record: whoever curates it takes the page away, or withholds the "
    "name, by “visible to the public” in the admin"
)
FOR_CURATORS = _("for curators to ask you; never shown")
PUBLIC = "key slug given_name family_name headline biography orcid"
FROM_A_SOURCE = "about claim url title publisher"


def persons_of(subject: Subject) -> Rows:
    """The persons whose private contact address it is."""
    return Person.unscoped.filter(subject.written_in("contact_email"))


def versions_of(subject: Subject) -> Rows:
    """What the history has of them, and of those whose address it was once."""
    had: Rows = Person.history.filter(subject.written_in("contact_email"))
    of_theirs: Rows = Person.history.filter(id__in=persons_of(subject).values("pk"))
    return had | of_theirs


def erase(subject: Subject, at: datetime) -> Done:
    """Forget the contact address, in all versions too; the public record stays."""
    with transaction.atomic():
        found = list(persons_of(subject).select_for_update(no_key=True).order_by("pk"))
        for person in found:
            person.contact_email = ""
            person.because(str(_("Contact address erased on request."))).save()
        versions = Person.history.filter(subject.written_in("contact_email")).order_by("pk")
        pks = list(versions.values_list("pk", flat=True))
        Person.history.filter(pk__in=pks).update(contact_email="")
    return {"people.Person": [person.pk for person in found], "people.HistoricalPerson": pks}


PEOPLE = Holding(
    name="people",
    title=_("If the record has a page about you"),
    purpose=_(
        "It says who did what for the programme and its regions (Article 6(1)(f): the interest in "
        "a truthful record of publicly funded work)."
    ),
    retention=_(
        "as long as the record needs it; you can ask at any time to be unlisted, and your page "
        "goes; former versions stay behind the scenes, as evidence of who changed what"
    ),
    tables=(
        Table(
            "people.Person",
            (
                Fields(f"{PUBLIC} visibility", Fate.KEPT, because=RECORD),
                Fields("contact_email", Fate.EMPTIED, FOR_CURATORS),
            ),
            persons_of,
            parts=(
                Part(
                    "people.PersonAlias",
                    "person",
                    (Fields("name", Fate.KEPT, _("so that you are found"), because=RECORD),),
                ),
                Part(
                    "people.PersonLink",
                    "person",
                    (Fields("label url", Fate.KEPT, because=RECORD),),
                ),
                Part(
                    "people.PersonSource",
                    "person",
                    (Fields(FROM_A_SOURCE, Fate.KEPT, because=RECORD),),
                ),
                Part(
                    "people.Affiliation",
                    "person",
                    (Fields("role organisation start end", Fate.KEPT, because=RECORD),),
                ),
            ),
        ),
        Table(
            "people.HistoricalPerson",
            (
                Fields(f"{PUBLIC} visibility", Fate.KEPT, because=RECORD),
                Fields("contact_email", Fate.EMPTIED, FOR_CURATORS),
            ),
            versions_of,
        ),
    ),
    erase=erase,
)

HOLDINGS = (PEOPLE,)
