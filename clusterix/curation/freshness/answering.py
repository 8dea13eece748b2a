"""Answers by the links in letters: who follows one, about which entry, and what they say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from clusterix.curation.freshness.models import Ask
from clusterix.curation.models import User

SIGNER = signing.Signer(salt="clusterix.freshness", sep=".")


@dataclass(frozen=True)
class Question:
    """One entry that somebody is asked about, as it stands."""

    ask: Ask
    user: User
    entry: Any

    @property
    def is_answered(self) -> bool:
        """Somebody has checked the entry since."""
        return self.ask.is_answered(self.entry)

    @property
    def has_changed(self) -> bool:
        """It is not what it was when the letter was written."""
        changed: bool = self.entry.version != self.ask.version
        return changed

    @property
    def has_page(self) -> bool:
        """Everyone may open its page."""
        pages = type(self.entry).objects.with_pages()
        has_one: bool = pages.filter(pk=self.entry.pk).exists()
        return has_one


def token_for(ask: Ask, user: User) -> str:
    """What opens a question to one user."""
    return SIGNER.sign(f"{ask.reference}-{user.pk}")


def asked(token: str, at: datetime, *, held: bool = False) -> Question | None:
    """The question that a link leads to, while whoever has it may answer; in `held`, locked."""
    try:
        reference, _dash, user_pk = SIGNER.unsign(token).rpartition("-")
    except signing.BadSignature:
        return None
    ask = Ask.objects.open(at).select_related("content_type").filter(reference=reference).first()
    user = User.objects.filter(pk=user_pk, is_active=True).first()
    if ask is None or user is None:
        return None
    kind: Any = ask.content_type.model_class()
    entries = kind.objects.select_related("owner")
    if held:
        entries = entries.select_for_update(no_key=True, of=("self",))
    entry = entries.filter(pk=ask.object_id).first()
    return Question(ask, user, entry) if entry and user.can_publish(entry) else None


def confirm(token: str, version: str, at: datetime) -> bool:
    """Say that the entry is still correct, as it was read; False where that cannot be said now."""
    with transaction.atomic():
        question = asked(token, at, held=True)
        if question is None or question.is_answered or question.entry.version != version:
            return False
        entry = question.entry.by(question.user)
        entry.verify(reason=gettext("Still correct"), at=timezone.localdate(at))
    return True
