"""Users, the partners they curate for, and what every curated record shares."""

from clusterix.curation.models.accounts import Membership, Partner, User
from clusterix.curation.models.entries import (
    E,
    Entry,
    EntryQuerySet,
    PublicManager,
    entry_kind,
    new_key,
)
from clusterix.curation.models.parts import Link, Source
from clusterix.curation.models.terms import KnownWord, Term, TermQuerySet

__all__ = [
    "E",
    "Entry",
    "EntryQuerySet",
    "KnownWord",
    "Link",
    "Membership",
    "Partner",
    "PublicManager",
    "Source",
    "Term",
    "TermQuerySet",
    "User",
    "entry_kind",
    "new_key",
]
