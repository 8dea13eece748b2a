import calendar
import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.forms import modelform_factory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from clusterix.lib.partial_dates import PartialDate, PartialDateField
from initiatives.models import Initiative
from tests.factories import InitiativeFactory

TODAY = datetime.date(2016, 6, 21)


@st.composite
def partial_dates(draw: DrawFn) -> PartialDate:
    """Any date the catalogue can hold; the last winter would end in the year 10000."""
    year = draw(st.integers(1, 9998))
    month = draw(st.none() | st.integers(1, 12) | st.integers(21, 24))
    if month is None:
        return PartialDate(f"{year:04}")
    if month > 12 or draw(st.booleans()):
        return PartialDate(f"{year:04}-{month:02}")
    day = draw(st.integers(1, calendar.monthrange(year, month)[1]))
    return PartialDate(f"{year:04}-{month:02}-{day:02}")


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2016", "2016-01-01", "2016-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2016-12", "2016-12-01", "2016-12-31"),
        ("2016-06-21", "2016-06-21", "2016-06-21"),
        ("2016-21", "2016-03-01", "2016-05-31"),
        ("2016-22", "2016-06-01", "2016-08-31"),
        ("2016-23", "2016-09-01", "2016-11-30"),
        ("2016-24", "2016-12-01", "2017-02-28"),
    ],
)
def test_a_partial_date_spans_the_days_it_may_mean(text: str, earliest: str, latest: str) -> None:
    partial = PartialDate(text)

    assert (partial.earliest.isoformat(), partial.latest.isoformat()) == (earliest, latest)


@pytest.mark.parametrize(
    "text",
    ["", "16", "2016-13", "2016-20", "2016-25", "2016-02-30", "2016-21-01", "2016-6", "0000",
     "9999-24", "2016-06-21T10:00", "2016\n", "\uff12016"],
)  # fmt: skip
def test_what_no_calendar_has_is_no_partial_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"\A"):
        PartialDate(text)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("2016", "2016"),
        ("2016-23", "autumn 2016"),
        ("2016-06", "June 2016"),
        ("2016-06-21", "21 June 2016"),
    ],
)
def test_a_partial_date_is_spoken_as_precisely_as_it_is_known(text: str, spoken: str) -> None:
    assert str(PartialDate(text)) == spoken


def test_a_partial_date_is_spoken_in_the_active_language() -> None:
    with translation.override("de"):
        assert str(PartialDate("2016-10")) == "Oktober 2016"


def test_a_day_is_a_partial_date_too() -> None:
    assert PartialDate.of(TODAY) == PartialDate("2016-06-21")


@pytest.mark.django_db
@given(partial=partial_dates())
def test_the_database_reads_every_partial_date_as_python_does(partial: PartialDate) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT partial_date_earliest(%s), partial_date_latest(%s)", [partial.text] * 2
        )
        row = cursor.fetchone()

    assert row == (partial.earliest, partial.latest)


@given(partial=partial_dates())
def test_the_first_day_never_lies_after_the_last(partial: PartialDate) -> None:
    assert partial.earliest <= partial.latest


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (None, None),
        ("", None),
        ("2016-06 ", "2016-06"),
        (PartialDate("2016"), "2016"),
        (TODAY, "2016-06-21"),
    ],
)
def test_a_field_takes_text_dates_and_partial_dates(value: object, stored: str | None) -> None:
    assert PartialDateField().get_prep_value(value) == stored


def test_a_field_says_which_forms_it_takes() -> None:
    with pytest.raises(ValidationError) as refusal:
        PartialDateField().clean("June", None)

    assert refusal.value.messages == [
        "“June” is not a date. Write a year (2016), a month (2016-06), a day (2016-06-21) "
        "or a season (2016-21 spring, -22 summer, -23 autumn, -24 winter)."
    ]


@pytest.mark.parametrize(
    ("value", "cleaned"), [("2016-23", PartialDate("2016-23")), ("", None), (None, None)]
)
def test_a_field_cleans_to_a_partial_date(value: str | None, cleaned: PartialDate | None) -> None:
    assert PartialDateField().clean(value, None) == cleaned


def test_serialisers_get_the_text() -> None:
    field = Initiative._meta.get_field("start")

    written = [field.value_to_string(Initiative(start=start)) for start in ("2016-23", None)]

    assert written == ["2016-23", ""]


def test_a_form_shows_a_stored_date_as_it_is_to_be_typed() -> None:
    form = modelform_factory(Initiative, fields=["start"])(
        instance=Initiative(start=PartialDate("2016-23"))
    )

    assert 'value="2016-23"' in str(form["start"])


@pytest.mark.django_db
def test_a_form_that_sends_the_same_date_back_has_changed_nothing() -> None:
    form_class = modelform_factory(Initiative, fields=["start"])
    kept = Initiative(start=PartialDate("2016-23"))

    form = form_class({"start": "2016-23"}, instance=kept)

    assert not form.has_changed()
    assert not form["start"].errors


@pytest.mark.django_db
def test_a_form_shows_what_was_typed_beside_the_error() -> None:
    form = modelform_factory(Initiative, fields=["start"])({"start": "last June"})

    assert "last June" in str(form["start"])
    assert "“last June” is not a date." in str(form.errors["start"])


@pytest.mark.django_db
def test_a_date_is_read_as_it_was_written() -> None:
    kept = InitiativeFactory.create(start="2016-23", end=None)

    kept.refresh_from_db()

    assert (kept.start, kept.end) == (PartialDate("2016-23"), None)
