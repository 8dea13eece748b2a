"""What the codes in records stand for: terms and organisations, read once for a whole file."""

from collections.abc import Iterator
from typing import NamedTuple

from clusterix.curation.models import Term
from initiatives.models import Ecosystem, TargetGroup, Theme
from people.models import Organisation

LANGUAGE = "en"
"""Labels in files are English, whoever asks: so that files compare."""


class Named(NamedTuple):
    """A value of a vocabulary or an organisation: its stable key, its name and its address."""

    key: str
    name: str
    slug: str = ""


class Labels(dict[str, list[Named]]):
    """The values of a vocabulary, in its order, that primary keys listed as `6,14` stand for."""

    def __init__(self, vocabulary: type[Term]) -> None:
        super().__init__({"": []})
        terms = vocabulary.objects.in_order()
        self.terms = {str(term.pk): Named(term.key, term.labels[LANGUAGE]) for term in terms}

    def __missing__(self, listed: str) -> list[Named]:
        pks = set(listed.split(","))
        self[listed] = [term for pk, term in self.terms.items() if pk in pks]
        return self[listed]


class Names:
    """All that records refer to, as it was when the file was begun."""

    def __init__(self) -> None:
        self.themes = Labels(Theme)
        self.ecosystems = Labels(Ecosystem)
        self.target_groups = Labels(TargetGroup)
        public = Organisation.objects.values_list("pk", "key", "name", "slug")
        self.organisations = {str(pk): Named(*name) for pk, *name in public}

    def involved(self, listed: str) -> Iterator[tuple[str, Named]]:
        """Role and organisation of those in `owner:12,partner:7` that are public."""
        for pair in listed.split(",") if listed else ():
            role, _, pk = pair.partition(":")
            if organisation := self.organisations.get(pk):
                yield role, organisation
