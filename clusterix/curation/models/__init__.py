"""Users, the partners they curate for, and what every curated record shares."""

from clusterix.curation.models.entries import (
    E,
    Entry,
    EntryQuerySet,
    KnownWord,
    Link,
    Membership,
    Partner,
    PublicManager,
    Source,
    Term,
    TermQuerySet,
    User,
    entry_kind,
    new_key,
)

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
