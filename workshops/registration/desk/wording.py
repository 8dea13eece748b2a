"""How an organiser words the letters about a workshop's registrations, and looks at them."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from clusterix.curation.forms import reopen
from clusterix.curation.models import User
from clusterix.lib.placeholders import in_braces
from clusterix.mail.models import Message
from clusterix.mail.queue import composed
from workshops.registration import letters
from workshops.registration.letters import Wording
from workshops.registration.models import (
    LetterKind,
    LetterText,
    Registration,
    RegistrationSettings,
    State,
)
from workshops.registration.models.letters import WORDED, placeholders
from workshops.registration.models.registrations import RegistrationQuerySet
from workshops.registration.models.states import ACTIVE

MOST_EXAMPLES = 20
"""Registrations to choose from for a look; the last that were made."""

EXAMPLE = "example"
"""Stands for the secret of a registration where an organiser looks at its letter."""

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)

FITTING: dict[LetterKind, tuple[State, ...]] = {
    LetterKind.ADDRESS: (State.UNCONFIRMED,),
    LetterKind.PENDING: (State.PENDING,),
    LetterKind.CONFIRMED: (State.CONFIRMED, State.ATTENDED),
    LetterKind.WAITING: (State.WAITING,),
    LetterKind.OFFER: (State.OFFERED,),
    LetterKind.EXPIRED: (State.EXPIRED,),
    LetterKind.REMINDER: (State.CONFIRMED,),
    LetterKind.REFUSED: (State.DECLINED,),
    LetterKind.CHANGED: (State.CONFIRMED, State.WAITING, State.PENDING),
    LetterKind.CANCELLED: (State.CANCELLED,),
    LetterKind.LEFT: (State.CANCELLED,),
    LetterKind.LINK: ACTIVE,
    LetterKind.THANKS: (State.ATTENDED, State.CONFIRMED),
}
"""How registrations stand to which such a letter goes."""


@dataclass(frozen=True)
class Sort:
    """A letter in a language, which opens with words of the organiser's or not."""

    kind: LetterKind
    language: str
    language_name: str
    own: LetterText | None


def overview(terms: RegistrationSettings) -> Iterator[Sort]:
    """All letters in all languages."""
    rows = terms.letter_texts.select_related("changed_by")
    own = {(row.kind, row.language): row for row in rows}
    for kind in WORDED:
        for language, name in settings.LANGUAGES:
            yield Sort(kind, language, str(name), own.get((kind.value, language)))


class WordingForm(forms.ModelForm[LetterText]):
    """An organiser's words for a letter, and for whom to look at it."""

    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    example = forms.ChoiceField(label=_("Look at it as it goes to"), required=False)

    class Meta:
        model = LetterText
        fields = ("subject", "text")
        widgets = {"text": forms.Textarea({"rows": 10})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        self.stored = Wording(row.subject, row.text)
        self.names = list(map(in_braces, placeholders(row.kind)))
        found = examples(row.terms, LetterKind(row.kind))[:MOST_EXAMPLES]
        self.examples = {str(example.pk): example for example in found}
        self.initial["version"] = version(row)
        self.initial["example"] = next(iter(self.examples), "")
        named = [(pk, f"{one.name} · {one}") for pk, one in self.examples.items()]
        choice = cast("forms.ChoiceField", self.fields["example"])
        choice.choices = [*named, ("", _("a made-up example"))]

    @property
    def wording(self) -> Wording:
        """What was written, once the form is valid; what is sent now, where nothing was."""
        if not self.is_bound:
            return self.stored
        return Wording(self.cleaned_data["subject"], self.cleaned_data["text"])

    @property
    def chosen(self) -> Registration | None:
        """For whom to look at it; none for a made-up registration."""
        asked = self.cleaned_data["example"] if self.is_bound else self.initial["example"]
        return self.examples.get(asked)


def version(row: LetterText) -> str:
    """Which words somebody read; nothing where there were none."""
    return row.changed_at.isoformat() if row.pk else ""


def text_for(terms: RegistrationSettings, kind: LetterKind, language: str) -> LetterText:
    """The organiser's words for a letter, or the empty row for them."""
    asked = {"kind": kind, "language": language}
    found = terms.letter_texts.select_related("changed_by").filter(**asked).first()
    row = found or LetterText(**asked)
    row.terms = terms
    return row


def save(form: WordingForm, user: User) -> bool:
    """Keep the words of a valid form; False where somebody else changed them meanwhile."""

    def keep(row: LetterText) -> None:
        row.subject, row.text, row.changed_by = form.wording.subject, form.wording.text, user
        row.save()

    return _unless_stale(form, keep)


def go_back(form: WordingForm) -> bool:
    """Have the letter open with our words again; False as above."""
    return _unless_stale(form, lambda row: row.delete() if row.pk else None)


def _unless_stale(form: WordingForm, change: Callable[[LetterText], object]) -> bool:
    row, is_fresh = form.instance, False
    asked = row.terms, LetterKind(row.kind), row.language
    with suppress(IntegrityError), transaction.atomic():
        LetterText.objects.select_for_update().filter(pk=row.pk).first()
        stored = text_for(*asked)
        if form["version"].value() == version(stored):
            change(stored)
            is_fresh = True
    if not is_fresh:
        reopen(form, version(text_for(*asked)))
    return is_fresh


STALE = _(
    "Somebody else changed this letter while you had it open. What you typed is kept below. "
    "Compare it with what is sent now, then save again to have it your way."
)


def examples(terms: RegistrationSettings, kind: LetterKind) -> RegistrationQuerySet:
    """The registrations to which such a letter could go."""
    rows = Registration.objects.for_page().filter(workshop=terms.workshop, state__in=FITTING[kind])
    if kind == LetterKind.OFFER:
        rows = rows.filter(offers__answer="")
    return rows.newest_first()


@dataclass(frozen=True)
class Look:
    """A letter as it would arrive."""

    to: str
    mail: Message

    @property
    def style(self) -> str:
        """What lets a page show the style of the letter, and no other."""
        return style_source(self.mail.html)


def style_source(html: str) -> str:
    """The source under which a policy allows the one style of a letter."""
    found = STYLE.search(html)
    digest = sha256(found[1].encode() if found else b"").digest()
    return f"'sha256-{b64encode(digest).decode()}'"


def look(
    registration: Registration | None, row: LetterText, wording: Wording, at: datetime
) -> Look:
    """The letter to a registration, or to a made-up one, by the code that sends it.

    The address of the registration's own page is left out.
    """
    with transaction.atomic():
        shown = copy(registration) if registration else made_up(row, at)
        shown.reference = EXAMPLE
        with override(row.language):
            mail = composed(letters.compose(shown, LetterKind(row.kind), wording))
        transaction.set_rollback(True)
    return Look(shown.name, mail)


def made_up(row: LetterText, at: datetime) -> Registration:
    """A registration that stands as the letter needs it; the caller undoes it.

    It takes no place, not even for that time.
    """
    state, terms = FITTING[LetterKind(row.kind)][0], row.terms
    with override(row.language):
        name = _t("Ada Example")
    example = Registration.objects.create(
        workshop=terms.workshop,
        state=State.DECLINED,
        name=name,
        email="ada@example.org",
        language=row.language,
        consent=terms.consent,
        consented_at=at,
        waiting_since=at,
        created_at=at,
        idempotency_key=uuid4(),
    )
    if state == State.OFFERED:
        until = at + timedelta(hours=terms.offer_hours)
        example.offers.create(made_at=at, expires_at=until)
    example.state = state
    return example
