"""Writing to many who registered for a workshop: once, one mail for each address."""

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from clusterix.curation.models import User
from clusterix.lib.guarded_forms import GuardedForm
from clusterix.mail.queue import Letter, queue_mails
from workshops.registration import letters
from workshops.registration.desk.selection import SelectionForm
from workshops.registration.models import (
    BulkMail,
    LetterKind,
    Registration,
    RegistrationSettings,
    State,
    WrittenLetter,
    one_line,
)
from workshops.registration.models.mailings import LONGEST_TEXT
from workshops.registration.models.registrations import RegistrationQuerySet

MOST = 2_000
"""People whom one mail goes to: they are written to while the organiser waits."""

USUAL = (State.CONFIRMED,)
"""Who is written to unless the organiser chooses."""

EXAMPLE = "example"
"""Stands for the secret of a registration where an organiser looks at its mail."""


class MailForm(GuardedForm, SelectionForm):
    """What to write, and to whom; it is looked at before it is sent."""

    subject = forms.CharField(label=_("Subject"), max_length=150, validators=[one_line])
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 10}),
        help_text=_(
            "As plain text, between “Dear …” and the facts of the registration. Addresses of "
            "pages do not become links."
        ),
    )
    looked_at = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, terms: RegistrationSettings, **kwargs: Any) -> None:
        super().__init__(*args, terms=terms, **kwargs)
        del self.fields["website"]  # only members come here
        states = cast("forms.MultipleChoiceField", self.fields["state"])
        states.choices = [choice for choice in State.choices if choice[0] != State.UNCONFIRMED]

    def clean(self) -> dict[str, Any]:
        """There is somebody to write to, and not too many for one mail."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        count = self.rows().count()
        if not count:
            raise ValidationError(
                _(
                    "There is nobody to write to. An address has to be confirmed before we "
                    "write, and our mail to it must not have come back."
                )
            )
        if count > MOST:
            raise ValidationError(
                _(
                    "That would be %(count)s registrations, and one mail goes to 2,000 at most. "
                    "Write in parts, by category for instance."
                )
                % {"count": count}
            )
        return cleaned

    def rows(self) -> RegistrationQuerySet:
        """Those selected who can be written to, with what a letter says of them."""
        return self._confirmed().exclude(email_normalised__in=unwelcome()).for_page()

    def left_out(self) -> int:
        """How many were selected whose address takes no mail, or wants none."""
        return self._confirmed().filter(email_normalised__in=unwelcome()).count()

    def _confirmed(self) -> RegistrationQuerySet:
        """Those selected whose address is known to be theirs."""
        return super().rows().exclude(state=State.UNCONFIRMED)

    @property
    def words(self) -> "Words":
        """What was written."""
        return Words(self.cleaned_data["subject"], self.cleaned_data["text"])


def unwelcome() -> Any:
    """The addresses that take no mail of ours, or marked it as spam, whatever it was about."""
    return WrittenLetter.objects.unwelcome().values("registration__email_normalised")


@dataclass(frozen=True)
class Words:
    """The same for everyone."""

    subject: str
    text: str


@dataclass(frozen=True)
class Mailing:
    """A mail to some people, as somebody looks at it or sends it on a day."""

    terms: RegistrationSettings
    words: Words
    recipients: list[Registration]
    at: datetime
    left_out: int = 0

    @property
    def fingerprint(self) -> str:
        """The same for the same words to the same people on the same day."""
        numbers = sorted(row.pk for row in self.recipients)
        told = (self.terms.pk, self.words, numbers, self.at.date())
        return salted_hmac("bulk mail", repr(told), algorithm="sha256").hexdigest()

    @property
    def example(self) -> str:
        """The text of the mail to the first of them; the address of their page is left out."""
        shown = copy(self.recipients[0])
        shown.reference = EXAMPLE
        with override(shown.language):
            written = letter(shown, self.words)
            return render_to_string(f"mail/{written.template}.txt", written.context()).strip()


def mailing(form: MailForm, at: datetime) -> Mailing:
    """What a valid form asks for, as things stand."""
    recipients = one_for_each_address(form.rows().order_by("pk"))
    return Mailing(form.terms, form.words, recipients, at, form.left_out())


def one_for_each_address(rows: Iterable[Registration]) -> list[Registration]:
    """Of those with one address, the last that is active, or else the last."""
    chosen: dict[str, Registration] = {}
    for row in rows:
        before = chosen.get(row.email_normalised)
        if before is None or row.is_active or not before.is_active:
            chosen[row.email_normalised] = row
    return sorted(chosen.values(), key=lambda row: row.pk)


@dataclass(frozen=True)
class Sent:
    """What was written, and whether just now or by an earlier sending of the same."""

    mail: BulkMail
    is_new: bool


def send(form: MailForm, user: User, at: datetime) -> Sent | None:
    """Write to everyone, all or nothing; None where it is not what was looked at.

    The same form again, or the same words to the same people on one day, whoever sends them,
    write to nobody twice.
    """
    key = form.cleaned_data["idempotency_key"]
    if earlier := BulkMail.objects.filter(idempotency_key=key).first():
        return Sent(earlier, is_new=False)
    asked = mailing(form, at)
    if asked.fingerprint != form.cleaned_data["looked_at"]:
        return None
    row = BulkMail(
        workshop=form.terms.workshop,
        subject=asked.words.subject,
        text=asked.words.text,
        to_whom=form.in_words()[:500],
        recipients=len(asked.recipients),
        sent_at=at,
        sent_by=user,
        idempotency_key=key,
        fingerprint=asked.fingerprint,
    )
    try:
        with transaction.atomic(durable=True):
            row.save()
            _write(asked)
    except IntegrityError:
        same = Q(idempotency_key=key) | Q(fingerprint=asked.fingerprint)
        return Sent(BulkMail.objects.filter(same).get(), is_new=False)
    return Sent(row, is_new=True)


def _write(asked: Mailing) -> None:
    """Queue the letters, in each person's language; who was erased just now gets none."""
    numbers = [row.pk for row in asked.recipients]
    rows = Registration.objects.for_page().for_update().filter(pk__in=numbers)
    by_language = defaultdict[str, list[Registration]](list)
    for registration in rows:
        by_language[registration.language].append(registration)
    for language, registrations in by_language.items():
        with override(language):
            messages = queue_mails([letter(row, asked.words) for row in registrations])
        letters.keep(LetterKind.NOTE, registrations, messages)


def letter(registration: Registration, words: Words) -> Letter:
    """The organiser's words in the frame of our letters, in the language of the moment."""
    return Letter(
        to=registration.email,
        subject=words.subject,
        template="organiser_note",
        words=letters.facts(registration) | {"heading": words.subject, "text": words.text},
        paths=letters.ways(registration),
        reply_to=registration.workshop.registration_settings.contact_email,
    )
