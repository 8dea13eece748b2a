"""The network around a start, read from the record: names, pages, and who is tied how."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from clusterix.lib import marks
from initiatives.index.catalogue import Catalogue
from initiatives.models import Initiative, Involvement, Relation, Theme
from initiatives.network.graph import Key, Manner, Network, Node, Tie
from initiatives.network.surroundings import Start, surroundings
from people.models import Organisation

Keys = Mapping[int, Key]

MANNERS = {
    Involvement.Role.OWNER: Manner.LEADS,
    Involvement.Role.COORDINATOR: Manner.LEADS,
    Involvement.Role.PARTNER: Manner.TAKES_PART,
    Involvement.Role.HOST: Manner.TAKES_PART,
    Involvement.Role.FUNDER: Manner.FUNDS,
    Involvement.Role.BENEFICIARY: Manner.BENEFITS,
}
HUES = {
    Initiative.Level.EUROPEAN: "european",
    Initiative.Level.INTERREGIONAL: "inter-regional",
    Initiative.Level.CROSS_BORDER: "inter-regional",
    Initiative.Level.NATIONAL: "national",
    Initiative.Level.REGIONAL: "regional",
    Initiative.Level.LOCAL: "regional",
}


def network(catalogue: Catalogue, entry: Start) -> Network:
    """What lies around a public entry, as far as everyone may see it at this moment."""
    found = surroundings(catalogue, entry)
    near, far = found.near, found.far
    initiatives = loaded_initiatives(catalogue, near.initiatives + far.initiatives)
    organisations = loaded_organisations(catalogue, near.organisations + far.organisations)
    rows = [entry, *initiatives, *organisations]
    projects = {row.pk: key_of(row) for row in rows if isinstance(row, Initiative)}
    bodies = {row.pk: key_of(row) for row in rows if isinstance(row, Organisation)}
    ties = [*involvements(projects, bodies), *relations(projects), *continuations(bodies)]
    if isinstance(entry, Theme):
        on_it = catalogue.keys.ids[near.initiatives].tolist()
        ties += [on_theme(projects[pk], entry) for pk in on_it if pk in projects]
    return reached([node(row) for row in rows], ties, found.total)


def loaded_initiatives(catalogue: Catalogue, numbers: Sequence[int]) -> list[Initiative]:
    """These initiatives as nodes need them; one that is public no more is left out."""
    pks = catalogue.keys.ids[numbers].tolist()
    shown = Initiative.objects.only("slug", "title", "acronym", "kind", "level", "language")
    by_pk = shown.in_bulk(pks)
    return [by_pk[pk] for pk in pks if pk in by_pk]


def loaded_organisations(catalogue: Catalogue, numbers: Sequence[int]) -> list[Organisation]:
    """These organisations as nodes need them; one that is public no more is left out."""
    names = catalogue.questions["organisation"].vocabulary.keys
    slugs = [names[number] for number in numbers]
    shown = Organisation.objects.only("slug", "name", "short_name", "kind", "language")
    by_slug = shown.in_bulk(slugs, field_name="slug")
    return [by_slug[slug] for slug in slugs if slug in by_slug]


def key_of(row: Start) -> Key:
    """How an address asks for it."""
    if isinstance(row, Theme):
        return Key("theme", row.key)
    return Key("organisation" if isinstance(row, Organisation) else "initiative", row.slug)


def node(row: Start) -> Node:
    """How it is shown."""
    key = key_of(row)
    if isinstance(row, Theme):
        return Node(key, row.label, row.label, _("theme"), "neutral", row.url)
    if isinstance(row, Organisation):
        kind, hue = str(Organisation.Kind(row.kind).label), marks.hue(row.kind)
        names = row.display_name, row.name
        return Node(key, *names, kind, hue, row.get_absolute_url(), row.language)
    level = Initiative.Level(row.level)
    kind, hue = f"{Initiative.Kind(row.kind).label}, {level.label}", HUES[level]
    names = row.acronym or row.title, row.title
    return Node(key, *names, kind, hue, row.get_absolute_url(), row.language)


def involvements(projects: Keys, bodies: Keys) -> Iterator[Tie]:
    """Which of these organisations do what in which of these initiatives."""
    rows = Involvement.objects.filter(initiative__in=projects, organisation__in=bodies)
    for project, body, name in rows.by_role().values_list("initiative", "organisation", "role"):
        role = Involvement.Role(name)
        yield Tie(bodies[body], projects[project], MANNERS[role], str(role.label))


def relations(projects: Keys) -> Iterator[Tie]:
    """How these initiatives relate."""
    rows = Relation.objects.filter(initiative__in=projects, related__in=projects)
    for row in rows.order_by("kind", "initiative__title", "related__title", "pk"):
        words = row.get_kind_display(), row.inverse_label
        yield Tie(projects[row.initiative_id], projects[row.related_id], Manner.FOLLOWS, *words)


def continuations(bodies: Keys) -> Iterator[Tie]:
    """Which of these organisations go on in the place of which."""
    rows = Organisation.objects.filter(pk__in=bodies, successor__in=bodies).by_name()
    for body, successor in rows.values_list("slug", "successor__slug"):
        pair = Key("organisation", body), Key("organisation", successor)
        yield Tie(*pair, Manner.FOLLOWS, _("is continued by"), _("continues"))


def on_theme(project: Key, theme: Theme) -> Tie:
    """That an initiative is on a theme, or on one within it."""
    return Tie(project, key_of(theme), Manner.THEME, str(Manner.THEME.label))


def reached(nodes: Sequence[Node], ties: Sequence[Tie], total: int) -> Network:
    """What can be reached from the first: a tie that the index still knows may be gone."""
    found = {nodes[0].key}
    size = 0
    while len(found) > size:
        size = len(found)
        found |= {
            key for tie in ties if {tie.one, tie.other} & found for key in (tie.one, tie.other)
        }
    return Network(
        [node for node in nodes if node.key in found],
        [tie for tie in ties if tie.one in found],
        total,
    )
