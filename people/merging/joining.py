"""Makes one of two entries, and parts them again."""

from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusterix.curation.forms import REASON_LENGTH
from clusterix.curation.imports.words import folded
from clusterix.curation.models import Entry, User
from people.merging import links
from people.merging.links import Link, links_to
from people.merging.models import Merge, Moved, Record, Twin
from people.merging.owners import add_versions, owners_of
from people.models import Person

PRIVACY = [*Person.Visibility]
"""From the most open to the most private."""


class HinderedError(Exception):
    """What stands in the way, in words."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


def hindrances(kept: Twin, gone: Twin, user: User) -> list[str]:
    """Why the one cannot become part of the other, as both stand and for that user."""
    private = isinstance(kept, Person) and isinstance(gone, Person)
    said = {
        _("Nothing can be merged with itself."): kept == gone,
        _("Only those who publish for the partners of both can merge them."): not (
            user.can_publish(kept) and user.can_publish(gone)
        ),
        _("“%(entry)s” was merged into another already.") % {"entry": gone}: gone.merged_into_id,
        _("“%(entry)s” was merged into another.") % {"entry": kept}: kept.merged_into_id,
        _("“%(entry)s” is not public: publish it first, or keep the other.")
        % {"entry": kept}: gone.is_public and not kept.is_public,
        _("“%(entry)s” asked for more privacy: give the one that stays as much first.")
        % {"entry": gone}: private and _privacy(gone) > _privacy(kept),
    }
    return [reason for reason, stands in said.items() if stands]


def _privacy(person: Any) -> int:
    return PRIVACY.index(person.visibility)


def merge(kept: Twin, gone: Twin, user: User, reason: str) -> Merge:
    """Make the one part of the other; HinderedError where that cannot be.

    All that led to it leads to the other, under whose names it is found; its address leads there,
    and it is kept in the archive with its history.
    """
    with transaction.atomic():
        kept, gone = held(kept, gone)
        if reasons := hindrances(kept, gone, user):
            raise HinderedError(reasons)
        leading = links_to(type(gone))
        owners = owners_of((link, _pks(link, gone)) for link in leading)
        moved = [found for link in leading if (found := move(link, kept, gone))]
        names = add_names(kept, gone)
        done = Record(state=gone.state, names=names, links=moved)
        save(kept, gone, Entry.State.ARCHIVED, kept.pk, reason)
        add_versions(owners, {kept, gone}, user, reason)
        return Merge.objects.create(
            kept=kept,
            gone=gone,
            reason=reason,
            record=done,
            merged_at=timezone.now(),
            merged_by=user,
        )


def save(kept: Twin, gone: Twin, state: str, into: int | None, reason: str) -> None:
    """A version of both, as what was moved left them, and whether the one is part of the other."""
    for entry in (kept, gone):
        entry.refresh_from_db()
    gone.state, gone.merged_into_id = state, into
    for entry in (gone, kept):
        entry.because(reason[:REASON_LENGTH]).save()


def held(one: Twin, other: Twin) -> tuple[Twin, Twin]:
    """Both as they are stored, locked in the order of their keys."""
    rows = type(one).unscoped.filter(pk__in=[one.pk, other.pk]).order_by("pk")
    found: dict[int, Twin] = {row.pk: row for row in rows.select_for_update(no_key=True)}
    return found[one.pk], found[other.pk]


def _pks(link: Link, entry: Twin) -> list[Any]:
    return list(link.rows(entry.pk).values_list("pk", flat=True))


def move(link: Link, kept: Twin, gone: Twin) -> Moved | None:
    """Have rows that led to the one lead to the other; None where there are none."""
    twins = link.twins(kept.pk, gone.pk)
    link.rows(gone.pk).filter(pk__in=[row.pk for row in twins]).delete()
    pks = _pks(link, gone)
    cleared = [kept.pk] if issubclass(link.model, type(kept)) and kept.pk in pks else []
    moved = [pk for pk in pks if pk not in cleared]
    link.rows(gone.pk).filter(pk__in=cleared).update(**{link.field.attname: None})
    link.rows(gone.pk).filter(pk__in=moved).update(**{link.field.attname: kept.pk})
    if not (pks or twins):
        return None
    return Moved(
        model=link.model._meta.label_lower,
        field=link.field.name,
        moved=moved,
        cleared=cleared,
        twins=[links.stored(row) for row in twins],
    )


def add_names(kept: Twin, gone: Twin) -> list[list[Any]]:
    """Have the one go by the names of the other, too; which were added."""
    known = {folded(name) for name in kept.names}
    new = {folded(name): name for name in gone.names if folded(name) not in known}
    added = [kept.also_called(name) for name in new.values()]
    return [[row.pk, row.name] for row in added]


def undo(merge: Merge, user: User) -> None:
    """Part two entries again, with all that led to each; HinderedError where that cannot be."""
    with transaction.atomic():
        merge = Merge.objects.select_for_update().get(pk=merge.pk)
        kept, gone = held(merge.kept, merge.gone)
        if reasons := ways_blocked(merge, kept, gone, user):
            raise HinderedError(reasons)
        owners_of(rows_of(merge))
        give_back(merge, kept, gone)
        told = _("Merge undone: %(reason)s") % {"reason": merge.reason}
        save(kept, gone, merge.record["state"], None, told)
        add_versions(owners_of(rows_of(merge)), {kept, gone}, user, told)
        merge.undone_at, merge.undone_by = timezone.now(), user
        merge.save()


def rows_of(merge: Merge) -> Iterator[tuple[Link, list[Any]]]:
    """The rows that a merge moved or deleted, as far as they are there."""
    for part in merge.links:
        link = links.link(part["model"], part["field"])
        pk = link.model._meta.pk.attname
        yield link, [*part["moved"], *(columns[pk] for columns in part["twins"])]


def ways_blocked(merge: Merge, kept: Twin, gone: Twin, user: User) -> list[str]:
    """Why a merge cannot be undone, as all stands and for that user."""
    if merge.undone_at:
        return [_("This was undone already.")]
    if not (user.can_publish(kept) and user.can_publish(gone)):
        return [_("Only those who publish for the partners of both can part them.")]
    if kept.merged_into_id:
        return [_("“%(entry)s” was merged into another since. Undo that first.") % {"entry": kept}]
    return [words for part in merge.links if (words := changed_since(part, kept))]


def changed_since(part: Moved, kept: Twin) -> str:
    """What happened to the rows that were moved, in words; empty where nothing did."""
    link = links.link(part["model"], part["field"])
    still = link.rows(kept.pk).filter(pk__in=part["moved"]).count()
    rows = link.every_row.filter(pk__in=part["cleared"])
    still += rows.filter(**{link.field.attname: None}).count()
    lost = len(part["moved"]) + len(part["cleared"]) - still
    return (
        ngettext(
            "%(what)s: %(count)s was deleted or leads elsewhere since.",
            "%(what)s: %(count)s were deleted or lead elsewhere since.",
            lost,
        )
        % {"what": link.model._meta.verbose_name_plural, "count": lost}
        if lost
        else ""
    )


def give_back(merge: Merge, kept: Twin, gone: Twin) -> None:
    """Have all that led to the entry lead to it again, and take its names from the other."""
    for pk, name in merge.record["names"]:
        kept.aliases.filter(pk=pk, name=name).delete()
    try:
        with transaction.atomic():
            for part in merge.links:
                link = links.link(part["model"], part["field"])
                rows = link.every_row.filter(pk__in=[*part["moved"], *part["cleared"]])
                rows.update(**{link.field.attname: gone.pk})
                link.every_row.bulk_create(
                    links.restored(link.model, columns) for columns in part["twins"]
                )
            connection.check_constraints()
    except IntegrityError as error:
        gone_since = _("Something that belonged to it is there no longer, or is there again.")
        raise HinderedError([gone_since]) from error
