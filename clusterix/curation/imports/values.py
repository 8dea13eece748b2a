"""From the text of a cell to the value of a field, or a reason why it is none."""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clusterix.curation.imports.mappings import REFUSE, SENTENCES, Rule
from clusterix.curation.imports.words import cut, first_sentences, folded
from clusterix.lib.partial_dates import PartialDateField

Field = Any
"""A field of a model, of any type."""

YES = {"yes", "true", "1", "y", "x"}
NO = {"no", "false", "0", "n"}
_SPREADSHEET_YEAR = re.compile(r"([0-9]{4})\.0")
_GROUPED = re.compile(r"[\s'’]")
_COMMA = re.compile(r"-?[0-9]+,[0-9]{1,2}")
_POINTS = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+|-?[0-9]{1,3}(\.[0-9]{3}){2,}")
_COMMAS = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+|-?[0-9]{1,3}(,[0-9]{3}){2,}")
"""Points or commas between thousands, where the rest shows that they are: 1.234,5 and 1.234.567."""


class RefusedValueError(Exception):
    """A text is not what a field takes, with the reason in words."""


def understood(field: Field, text: str, rule: Rule) -> tuple[Any, str]:
    """The value for a field of a model, and what to say where it is not quite the text.

    RefusedValueError for a text that the field does not take.
    """
    value, note = _read(field, text, rule)
    try:
        return field.clean(value, None), note
    except ValidationError as error:
        raise RefusedValueError(" ".join(error.messages)) from error


def _read(field: Field, text: str, rule: Rule) -> tuple[Any, str]:
    if field.flatchoices:
        return _choice(field, text), ""
    if isinstance(field, PartialDateField):
        return _partial(text, rule.formats), ""
    if isinstance(field, models.DateField):
        return _partial(text, rule.formats), ""
    if isinstance(field, models.DecimalField):
        return _number(text), ""
    if isinstance(field, models.BooleanField):
        return _truth(text), ""
    return _fitted(text, field.max_length, rule)


def _choice(field: Field, text: str) -> str:
    """The choice of that value or label."""
    choices = _choices(field, get_language())
    found = choices.get(folded(text))
    if found is None:
        values = ", ".join(dict.fromkeys(choices.values()))
        raise RefusedValueError(_("It is none of %(values)s.") % {"values": values})
    return found


@cache
def _choices(field: Field, _language: str | None) -> dict[str, str]:
    """The choices of a field by their values, and by their labels in the active language."""
    named = {folded(str(label)): str(value) for value, label in field.flatchoices}
    return named | {folded(str(value)): str(value) for value, _label in field.flatchoices}


def _partial(text: str, formats: tuple[str, ...]) -> str:
    """A date as precise as it is given: `2016.0`, as spreadsheets write a year, is a year."""
    for pattern in formats:
        try:
            moment = datetime.strptime(text, pattern)  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
        if "%d" in pattern:
            return f"{moment:%Y-%m-%d}"
        return f"{moment:%Y-%m}" if "%m" in pattern else f"{moment:%Y}"
    year = _SPREADSHEET_YEAR.fullmatch(text)
    return year[1] if year else text


def _number(text: str) -> Decimal:
    """A number, whatever stands between its thousands, with a point or a comma for decimals."""
    plain = _GROUPED.sub("", text)
    if _POINTS.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif _COMMAS.fullmatch(plain):
        plain = plain.replace(",", "")
    elif _COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise RefusedValueError(_("It is not a number.")) from error


def _truth(text: str) -> bool:
    word = folded(text)
    if word in YES | NO:
        return word in YES
    raise RefusedValueError(_("It is neither yes nor no."))


def _fitted(text: str, most: int | None, rule: Rule) -> tuple[str, str]:
    """The text as long as it may be; what happens to a longer one the mapping says."""
    if most is None or len(text) <= most:
        return text, ""
    if rule.too_long == REFUSE:
        reason = _("It has %(length)d characters, more than the %(most)d that there is room for.")
        raise RefusedValueError(reason % {"length": len(text), "most": most})
    if rule.too_long == SENTENCES:
        short = first_sentences(text, most)
        note = _("Its first %(kept)d of %(length)d characters were taken.")
    else:
        short = cut(text, most)
        note = _("It was cut to %(kept)d of %(length)d characters.")
    return short, note % {"kept": len(short), "length": len(text)}
