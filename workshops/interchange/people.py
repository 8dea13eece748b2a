"""The people whom a schedule names: those of the record, or drafts of the workshop's partner."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q, Value
from django.db.models.functions import Concat, Trim
from django.utils.text import slugify
from django.utils.translation import gettext as _

from clusterix.curation.models import Entry, Partner, new_key
from people.models import Person
from workshops.interchange.times import Say

LONGEST_SLUG = 80


class People:
    """People by their full names, among those that a partner may refer to."""

    def __init__(self, names: Iterable[str], owner: Partner, reason: str) -> None:
        self.owner, self.reason = owner, reason
        self.known = defaultdict[str, list[Person]](list)
        full_name = Trim(Concat("given_name", Value(" "), "family_name"))
        may_refer = Q(state=Entry.State.PUBLISHED) | Q(owner=owner)
        found = Person.unscoped.choosable().alias(full_name=full_name).filter(may_refer)
        for person in found.filter(full_name__in=set(names)).order_by("pk"):
            self.known[person.name].append(person)

    def called(self, name: str, say: Say) -> Person | None:
        """The one person of that name, a new draft where there is none; None where several are."""
        found = self.known[name]
        if len(found) > 1:
            say(_("several people are called %(name)s: none was added") % {"name": name})
            return None
        if not found:
            say(_("%(name)s was not known: made a draft") % {"name": name})
            found.append(self._draft(name))
        return found[0]

    def _draft(self, name: str) -> Person:
        given, _space, family = name.rpartition(" ")
        key = new_key()
        slug = slugify(name)[:LONGEST_SLUG].strip("-")
        if not slug or Person.unscoped.filter(slug=slug).exists():
            slug = f"{slug}-{key[:8]}".strip("-")
        person = Person(key=key, slug=slug, given_name=given, family_name=family, owner=self.owner)
        person.because(self.reason).save()
        return person
