from datetime import date

import pytest
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from clusterix.lib.partial_dates import PartialDate
from initiatives.models import Initiative, Status, status_on
from tests.factories import InitiativeFactory

pytestmark = pytest.mark.django_db

WORKSHOP_DAY = date(2016, 6, 21)
DATES = st.sampled_from(
    ["2015", "2016", "2016-06", "2016-06-20", "2016-06-21", "2016-06-22", "2016-22", "2017"]
)


@pytest.mark.parametrize(
    ("start", "end", "open_ended", "status"),
    [
        ("2016-23", None, False, Status.UPCOMING),
        ("2016-06-22", "2017", False, Status.UPCOMING),
        ("2013", "2015", False, Status.ENDED),
        (None, "2016-06-20", False, Status.ENDED),
        ("2016", "2016", False, Status.RUNNING),
        ("2013", "2016-06-21", False, Status.RUNNING),
        ("2013", None, True, Status.RUNNING),
        ("2013", None, False, Status.UNKNOWN),
        (None, "2017", False, Status.UNKNOWN),
        (None, None, True, Status.UNKNOWN),
        (None, None, False, Status.UNKNOWN),
    ],
)
def test_status_follows_from_the_dates(
    start: str | None, end: str | None, open_ended: bool, status: Status
) -> None:
    initiative = InitiativeFactory.create(start=start, end=end, open_ended=open_ended)
    initiative.refresh_from_db()

    stood = initiative.status(at=WORKSHOP_DAY)

    assert stood == status


@given(start=st.none() | DATES, end=st.none() | DATES, open_ended=st.booleans())
def test_the_database_computes_the_same_status(
    start: str | None, end: str | None, open_ended: bool
) -> None:
    if start and end and PartialDate(start).earliest > PartialDate(end).latest:
        end = None
    initiative = InitiativeFactory.create(
        start=start, end=end, open_ended=open_ended and end is None
    )
    rows = Initiative.objects.filter(pk=initiative.pk)

    computed = rows.annotate(stood=status_on(WORKSHOP_DAY)).values_list("stood", flat=True).get()

    assert computed == rows.get().status(at=WORKSHOP_DAY)


def test_initiatives_are_selected_by_how_they_stood_on_a_day() -> None:
    running = InitiativeFactory.create(start="2013", open_ended=True)
    upcoming = InitiativeFactory.create(start="2016-23")
    ended = InitiativeFactory.create(end="2015")
    InitiativeFactory.create()
    entries = Initiative.objects.all()

    selections = [
        list(entries.running(at=WORKSHOP_DAY)),
        list(entries.upcoming(at=WORKSHOP_DAY)),
        list(entries.ended(at=WORKSHOP_DAY)),
    ]

    assert selections == [[running], [upcoming], [ended]]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2013", None, "since 2013"),
        ("2016-23", None, "from autumn 2016"),
        ("2014", "2016-06", "2014 – June 2016"),
        ("2016", "2016", "2016"),
        (None, "2015", "until 2015"),
        (None, None, ""),
    ],
)
def test_a_period_is_told_as_on_that_day(start: str | None, end: str | None, words: str) -> None:
    initiative = InitiativeFactory.create(start=start, end=end)
    initiative.refresh_from_db()

    assert initiative.period(at=WORKSHOP_DAY) == words


def test_the_dates_that_a_partial_date_may_mean_are_kept_beside_it() -> None:
    InitiativeFactory.create(start="2016-23", end="2017")

    kept = Initiative.objects.values_list("start_earliest", "end_latest").get()

    assert kept == (date(2016, 9, 1), date(2017, 12, 31))
    assert Initiative.objects.filter(start_earliest__lte=F("end_latest")).exists()
