"""Whom what is submitted comes to: by a scope, or else by right."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Q

from clusterix.curation.models import Entry, Membership, Partner, User


def reviewers_of(entry: Entry, but: int | None) -> list[User]:
    """Who is told that something about an entry waits, as `routed` has it."""
    ((_entry, users),) = routed([entry], but)
    return users


def routed(entries: Sequence[Entry], but: int | None) -> Iterator[tuple[Entry, list[User]]]:
    """Entries of one kind, each with those who are told that something about it waits.

    Those are the publishers of the partners whose scope fits it best; where none fits, those of its
    own partner; where that has none, the secretariat; never `but`, who began it. That takes as many
    queries for many entries as for one.
    """
    fitting = best_fitting(entries)
    partners = {entry.owner_id for entry in entries}.union(*fitting.values())
    publishers, secretariat = _in_charge(partners, but)
    for entry in entries:
        fit = _together(publishers[partner] for partner in fitting[entry.pk])
        yield entry, fit or publishers[entry.owner_id] or secretariat


def best_fitting(entries: Sequence[Entry]) -> dict[int, set[int]]:
    """For each the partners that review for the smallest region around it, or else for a theme."""
    kind = type(entries[0])
    partners = Partner.objects.exclude(regions_reviewed=[], themes_reviewed=[])
    scopes = list(partners.values_list("pk", "regions_reviewed", "themes_reviewed"))
    codes, themes = _words(entries, kind.by_region), _words(entries, kind.by_theme)
    found = {}
    for entry in entries:
        fits = {
            partner: max(
                (len(code) for code in regions if _is_around(code, codes[entry.pk])),
                default=int(not themes[entry.pk].isdisjoint(keys)),
            )
            for partner, regions, keys in scopes
        }
        best = max(fits.values(), default=0)
        found[entry.pk] = {partner for partner, fit in fits.items() if fit == best > 0}
    return found


def _is_around(code: str, codes: Iterable[str]) -> bool:
    return any(own.startswith(code) for own in codes)


def _words(entries: Sequence[Entry], way: str) -> defaultdict[int, set[str]]:
    """What each has at the end of that way."""
    found = defaultdict[int, set[str]](set)
    if way:
        rows = type(entries[0]).unscoped.filter(pk__in=[entry.pk for entry in entries])
        for pk, word in rows.exclude(**{way: None}).values_list("pk", way):
            found[pk].add(word)
    return found


def _in_charge(
    partners: set[int], but: int | None
) -> tuple[defaultdict[int, list[User]], list[User]]:
    """The publishers of these partners by partner, and the secretariat."""
    publishes = Q(role=Membership.Role.PUBLISHER, partner__in=partners)
    roles = Membership.objects.filter(publishes | Q(role=Membership.Role.SECRETARIAT))
    active = roles.filter(user__is_active=True).exclude(user=but or 0)
    publishers, secretariat = defaultdict[int, list[User]](list), list[User]()
    for row in active.select_related("user").order_by("user"):
        is_publisher = row.role == Membership.Role.PUBLISHER
        (publishers[row.partner_id] if is_publisher else secretariat).append(row.user)
    return publishers, _together([secretariat])


def _together(users: Iterable[list[User]]) -> list[User]:
    """All of them, each once."""
    found = {user.pk: user for some in users for user in some}
    return [found[pk] for pk in sorted(found)]
