"""Whom what is submitted comes to: by a scope, or else by right."""

from django.db.models import QuerySet

from clusterix.curation.models import Entry, Membership, Partner, User


def reviewers_of(entry: Entry, but: int | None) -> QuerySet[User]:
    """Who is told that something about an entry waits, `but` for whoever began it.

    Those are the publishers of the partners whose scope fits it best; where none fits, those of its
    own partner; where that has none, the secretariat.
    """
    users = User.objects.filter(is_active=True).exclude(pk=but or 0).order_by("pk")
    publishers = Membership.objects.filter(role=Membership.Role.PUBLISHER)
    for partners in (best_fitting(entry), {entry.owner_id}):
        found = users.filter(pk__in=publishers.filter(partner__in=partners).values("user"))
        if found.exists():
            return found
    secretariat = Membership.objects.filter(role=Membership.Role.SECRETARIAT)
    return users.filter(pk__in=secretariat.values("user"))


def best_fitting(entry: Entry) -> set[int]:
    """The partners that review for the smallest region around it, or else for a theme of it."""
    partners = Partner.objects.exclude(regions_reviewed=[], themes_reviewed=[])
    scopes = partners.values_list("pk", "regions_reviewed", "themes_reviewed")
    codes, themes = _words(entry, entry.by_region), _words(entry, entry.by_theme)
    fits = {
        partner: max(
            (len(code) for code in regions if any(own.startswith(code) for own in codes)),
            default=int(not themes.isdisjoint(keys)),
        )
        for partner, regions, keys in scopes
    }
    best = max(fits.values(), default=0)
    return {partner for partner, fit in fits.items() if fit == best > 0}


def _words(entry: Entry, way: str) -> set[str]:
    if not way:
        return set()
    found = type(entry).unscoped.filter(pk=entry.pk).exclude(**{way: None})
    return set(found.values_list(way, flat=True))
