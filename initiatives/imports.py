"""What a row of a table of initiatives means."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from clusterix.curation.imports.kinds import Columns, Draft, Kind, Part, Terms
from clusterix.curation.imports.mappings import REFUSE, Plan, Row, Rule
from clusterix.curation.imports.values import RefusedValueError, understood
from clusterix.curation.models import Partner, User
from initiatives.models import (
    Ecosystem,
    Initiative,
    InitiativeLink,
    InitiativeSource,
    Involvement,
    TargetGroup,
    Theme,
)
from people.directory import Directory
from people.imports import place
from people.models import Organisation
from people.places import Places

CREATED = ("kind", "region", "city", "website")


class InitiativeKind(Kind):
    """Initiatives, with where they take place, what they are about and who is involved."""

    model = Initiative
    name = "title"
    columns = (
        *("title", "acronym", "kind", "level", "summary", "description"),
        *("start", "end", "open_ended", "website", "budget", "currency", "funding_source"),
        *("problem", "how_it_works", "stakeholders", "resources", "results", "challenges"),
        *("transferability", "further_information"),
    )
    many = ("regions", "themes", "ecosystems", "target_groups")
    parts: ClassVar = {
        "links": Part(InitiativeLink, "initiative", ("url",)),
        "organisations": Part(Involvement, "initiative", ("organisation_id", "role")),
        "sources": Part(InitiativeSource, "initiative", ("title", "url")),
    }
    creates: ClassVar = {"organisations": CREATED}

    def __init__(self, partner: Partner) -> None:
        super().__init__(partner)
        self.places = Places()
        self.directory = Directory(self.visible(Organisation), partner)
        self.terms = {
            "themes": Terms(Theme),
            "ecosystems": Terms(Ecosystem),
            "target_groups": Terms(TargetGroup),
        }

    def check(self, plan: Plan) -> Iterator[tuple[int, str]]:
        """The role of an organisation is one of those that there are."""
        rule = plan.fields.get("organisations", Rule())
        roles = Involvement.Role.values
        if rule.role and rule.role not in roles:
            yield rule.line, _("“role” is one of %(roles)s.") % {"roles": ", ".join(roles)}
        if rule.create is not None and "kind" not in rule.create:
            yield rule.line, _("Say of which kind the organisations are that it creates.")

    def point(self, name: str, text: str) -> tuple[Any, str]:
        """A region by name or code, a term of a vocabulary by key or label."""
        return place(self.places, text) if name == "regions" else super().point(name, text)

    def rows(self, name: str, text: str, rule: Rule, row: Row) -> tuple[Columns, str]:
        """A link, called after its host; or an organisation's involvement."""
        if name == "links":
            url, note = understood(InitiativeLink._meta.get_field("url"), text, rule)
            return {"url": url, "label": (urlsplit(url).hostname or url)[:120]}, note
        called, note = understood(Organisation._meta.get_field("name"), text, rule)
        found = self.directory.find(called) or self.created(called, rule, row)
        return {"organisation": found, "role": rule.role or Involvement.Role.OWNER}, note

    def created(self, called: str, rule: Rule, row: Row) -> Organisation:
        """A draft of an organisation that is not known; RefusedValueError where none is wanted."""
        if rule.create is None:
            raise RefusedValueError(_("No organisation is known by this name."))
        columns: Columns = {}
        for name, inner in rule.create.items():
            field: Any = Organisation._meta.get_field(name)
            for text in inner.pick(row).values[:1]:
                try:
                    is_place = name == "region"
                    value = place(self.places, text) if is_place else understood(field, text, inner)
                    columns[field.attname] = value[0]
                except RefusedValueError:
                    if inner.on_error == REFUSE:
                        raise
        if "kind" not in columns:
            raise RefusedValueError(_("It is not known, and neither is of which kind it is."))
        return self.directory.add(called, columns)

    def disagreements(self, columns: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """An end before the start, an end of what has none, money without its currency."""
        start, end = columns.get("start"), columns.get("end")
        if start and end and start.earliest > end.latest:
            yield "end", _("The end lies before the start.")
        elif end and columns.get("open_ended"):
            yield "open_ended", _("It has an end date, so its end is not open.")
        if "budget" in columns and "currency" not in columns:
            yield "budget", _("There is no currency for it.")

    def complete(self, draft: Draft) -> None:
        """A currency without money says nothing."""
        if "budget" not in draft.columns:
            draft.columns.pop("currency", None)

    def before(self, drafts: Iterable[Draft], reason: str, user: User | None) -> None:
        """Save the organisations that rows name and nobody knew."""
        rows = (row for draft in drafts for row in draft.parts.get("organisations", ()))
        self.directory.save((row["organisation"] for row in rows), reason, user)

    def saved(self) -> list[Organisation]:
        """The organisations among them."""
        return self.directory.last

    def undone(self) -> None:
        """Those organisations are not saved after all."""
        self.directory.forget()

    def countries(self, pks: Collection[int]) -> dict[int, set[str]]:
        """Where they take place."""
        found = defaultdict[int, set[str]](set)
        rows = Initiative.regions.through.objects.filter(initiative__in=pks)
        for pk, code in rows.values_list("initiative", "region"):
            found[pk].add(code[:2])
        return found

    def countries_of(self, draft: Draft) -> set[str]:
        """Where the row says that it takes place."""
        return {code[:2] for code in draft.many.get("regions", ())}
