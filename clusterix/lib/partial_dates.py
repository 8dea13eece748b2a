"""Dates known to a year, a season, a month or a day, written as in EDTF (ISO 8601-2).

`2016`, `2016-06` and `2016-06-21` are what they look like; `2016-21` to `2016-24` are the spring,
summer, autumn and winter of 2016 (winter runs into the next February).
"""

import calendar
import datetime
import re
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_PATTERN = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?|-2[1-4])?")
_FIRST_SEASON = 21
_MONTHS_IN_SEASON = 3


@dataclass(frozen=True)
class PartialDate:
    """A year, season, month or day in EDTF spelling."""

    text: str

    def __post_init__(self) -> None:
        """Raises ValueError for anything but the four forms, and for days no calendar has."""
        if not _PATTERN.fullmatch(self.text):
            raise ValueError(self.text)
        _first, _last = self.earliest, self.latest

    def __str__(self) -> str:
        """In the active language: `2016`, `autumn 2016`, `June 2016` or `21 June 2016`."""
        year, month, day = self._parts
        if month is None:
            return str(year)
        if month >= _FIRST_SEASON:
            season = (gettext("spring"), gettext("summer"), gettext("autumn"), gettext("winter"))
            return f"{season[month - _FIRST_SEASON]} {year}"
        return formats.date_format(self.earliest, "F Y" if day is None else "j F Y")

    @classmethod
    def of(cls, day: datetime.date) -> Self:
        """The partial date that is known to the day."""
        return cls(day.isoformat())

    @property
    def _parts(self) -> tuple[int, int | None, int | None]:
        year, *rest = (int(part) for part in self.text.split("-"))
        month, day = [*rest, None, None][:2]
        return year, month, day

    @property
    def _first_month(self) -> tuple[int, int]:
        year, month, _day = self._parts
        if month is None:
            return year, 1
        if month >= _FIRST_SEASON:
            return year, (month - _FIRST_SEASON + 1) * _MONTHS_IN_SEASON
        return year, month

    @property
    def earliest(self) -> datetime.date:
        """The first day it may mean."""
        return datetime.date(*self._first_month, self._parts[2] or 1)

    @property
    def latest(self) -> datetime.date:
        """The last day it may mean."""
        _year, month, day = self._parts
        if day is not None:
            return self.earliest
        year, first = self._first_month
        if month is None:
            last = 12
        else:
            last = first + _MONTHS_IN_SEASON - 1 if month >= _FIRST_SEASON else first
        year, last = (year, last) if last <= 12 else (year + 1, last - 12)  # noqa: PLR2004 (months)
        return datetime.date(year, last, calendar.monthrange(year, last)[1])


class PartialDateInput(forms.CharField):
    """A partial date as it is typed: the EDTF text, whatever the language."""

    def prepare_value(self, value: Any) -> Any:
        """What the box shows."""
        return value.text if isinstance(value, PartialDate) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another text was typed."""
        return super().has_changed(self.prepare_value(initial), data)


class PartialDateField(models.CharField[PartialDate | str | None, PartialDate | None]):
    """Stores a PartialDate as its text; NULL where the date is not known."""

    default_error_messages = {
        "invalid": _(
            "“%(value)s” is not a date. Write a year (2016), a month (2016-06), a day "
            "(2016-06-21) or a season (2016-21 spring, -22 summer, -23 autumn, -24 winter)."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 10
        kwargs["null"] = True
        kwargs["blank"] = True
        super().__init__(*args, **kwargs)

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        """A box for the text."""
        return super().formfield(*args, **{"form_class": PartialDateInput, **kwargs})

    def deconstruct(self) -> Any:
        """Leaves out what the field fixes itself."""
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "null", "blank"):
            del kwargs[fixed]
        return name, path, args, kwargs

    def to_python(self, value: Any) -> PartialDate | None:
        """Text, date or PartialDate to PartialDate; ValidationError names the forms accepted."""
        if value is None or value == "" or isinstance(value, PartialDate):
            return value or None
        if isinstance(value, datetime.date):
            return PartialDate.of(value)
        try:
            return PartialDate(str(value).strip())
        except ValueError as error:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": value}
            ) from error

    def from_db_value(self, value: str | None, *_args: Any) -> PartialDate | None:
        """What the column holds, as a PartialDate."""
        return None if value is None else PartialDate(value)

    def get_prep_value(self, value: Any) -> str | None:
        """The text to store."""
        partial = self.to_python(value)
        return None if partial is None else partial.text

    def value_to_string(self, obj: models.Model) -> str:
        """The text for serialisers."""
        return self.get_prep_value(self.value_from_object(obj)) or ""

    def run_validators(self, value: Any) -> None:
        """The length that CharField would measure is that of the text."""
        super().run_validators(None if value is None else value.text)


class Earliest(models.Func):
    """The first day a partial date column may mean; for generated columns."""

    function = "partial_date_earliest"
    output_field = models.DateField()


class Latest(models.Func):
    """The last day a partial date column may mean; for generated columns."""

    function = "partial_date_latest"
    output_field = models.DateField()
