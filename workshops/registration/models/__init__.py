"""Who takes part in a workshop, on what terms, and what happened to each registration."""

from workshops.registration.models.check_ins import CheckIn
from workshops.registration.models.consents import AudienceCategory, ConsentText
from workshops.registration.models.letters import LetterKind, LetterText, WrittenLetter
from workshops.registration.models.mailings import BulkMail
from workshops.registration.models.questions import Question, QuestionAnswer
from workshops.registration.models.registrations import (
    LARGEST_PARTY,
    Offer,
    Registration,
    RegistrationEvent,
    Reminder,
    country_choices,
    new_reference,
    one_line,
)
from workshops.registration.models.states import EventKind, State
from workshops.registration.models.terms import Quota, RegistrationSettings

__all__ = [
    "LARGEST_PARTY",
    "AudienceCategory",
    "BulkMail",
    "CheckIn",
    "ConsentText",
    "EventKind",
    "LetterKind",
    "LetterText",
    "Offer",
    "Question",
    "QuestionAnswer",
    "Quota",
    "Registration",
    "RegistrationEvent",
    "RegistrationSettings",
    "Reminder",
    "State",
    "WrittenLetter",
    "country_choices",
    "new_reference",
    "one_line",
]
