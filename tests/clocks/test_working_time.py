"""Working time is exact: against a slow count, another library, and its own inverse."""

import time as clock
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import businesstimedelta
import pytest
import pytz
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from wagtail_helpdesk.models import WorkingCalendar
from wagtail_helpdesk.working_time import DAY, NeverOpen, WorkingTime

HOUR = 3600
OFFICE = ((8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR))
#: Monday to Friday with a break at noon, Saturday morning.
WEEK = (OFFICE,) * 5 + (((8 * HOUR, 12 * HOUR),), ())
JAKARTA = WorkingTime("Asia/Jakarta", WEEK)
BERLIN = WorkingTime("Europe/Berlin", WEEK)
NIGHT = WorkingTime("Europe/Berlin", (((0, 6 * HOUR), (22 * HOUR, DAY)),) * 7)
ALWAYS = WorkingTime("Europe/Berlin", (((0, DAY),),) * 7)
HOURS = [JAKARTA, BERLIN, NIGHT, ALWAYS]

moments = st.datetimes(datetime(2025, 12, 1), datetime(2027, 2, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
amounts = st.integers(0, 40 * DAY)


def at(zone, *args):
    return datetime(*args, tzinfo=ZoneInfo(zone))


@given(st.sampled_from(HOURS), moments, amounts)
def test_adding_is_the_inverse_of_counting(hours, start, seconds):
    end = hours.add(start, seconds)
    assert hours.seconds_between(start, end) == seconds
    if seconds:
        # No earlier moment will do.
        assert hours.seconds_between(start, end - timedelta(seconds=1)) == seconds - 1


@given(st.sampled_from(HOURS), moments, moments, moments)
def test_what_is_counted_in_two_parts_is_counted_once(hours, one, two, three):
    first, second, third = sorted((one, two, three))
    assert hours.seconds_between(first, third) == hours.seconds_between(
        first, second
    ) + hours.seconds_between(second, third)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(HOURS), moments, st.integers(0, 5 * 24 * 60))
def test_it_agrees_with_a_count_of_every_minute(hours, start, minutes):
    start = start.replace(second=0)
    zone = ZoneInfo(hours.zone)
    counted = 0
    for minute in range(minutes):
        local = (start + timedelta(minutes=minute)).astimezone(zone)
        wall = local.hour * HOUR + local.minute * 60
        counted += any(opens <= wall < closes for opens, closes in hours.week[local.weekday()])
    assert hours.seconds_between(start, start + timedelta(minutes=minutes)) == counted * 60


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([JAKARTA, BERLIN]), moments, st.integers(0, 400 * HOUR))
def test_it_agrees_with_another_library(hours, start, seconds):
    zone = pytz.timezone(hours.zone)
    rules = [
        businesstimedelta.WorkDayRule(time(8), time(12), [0, 1, 2, 3, 4, 5], zone),
        businesstimedelta.WorkDayRule(time(13), time(17), [0, 1, 2, 3, 4], zone),
    ]
    end = start + timedelta(seconds=seconds)
    other = businesstimedelta.Rules(rules).difference(start, end)
    assert hours.seconds_between(start, end) == other.hours * HOUR + other.seconds


def test_the_hour_that_is_left_out_does_not_count():
    # Berlin, 29 March 2026: two o'clock is three.
    day = at("Europe/Berlin", 2026, 3, 29), at("Europe/Berlin", 2026, 3, 30)
    assert ALWAYS.seconds_between(*day) == 23 * HOUR
    assert NIGHT.seconds_between(*day) == 7 * HOUR
    within = WorkingTime("Europe/Berlin", (((2 * HOUR + 900, 2 * HOUR + 1800),),) * 7)
    assert within.seconds_between(*day) == 0
    across = WorkingTime("Europe/Berlin", (((2 * HOUR + 900, 4 * HOUR),),) * 7)
    assert across.seconds_between(*day) == HOUR
    touching = WorkingTime(
        "Europe/Berlin", (((HOUR, 2 * HOUR + 900), (2 * HOUR + 1800, 4 * HOUR)),) * 7
    )
    assert touching.seconds_between(*day) == 2 * HOUR


def test_the_hour_that_comes_twice_counts_twice():
    # Berlin, 25 October 2026: three o'clock is two again.
    day = at("Europe/Berlin", 2026, 10, 25), at("Europe/Berlin", 2026, 10, 26)
    assert ALWAYS.seconds_between(*day) == 25 * HOUR
    within = WorkingTime("Europe/Berlin", (((2 * HOUR, 3 * HOUR),),) * 7)
    assert within.seconds_between(*day) == 2 * HOUR


def test_holidays_and_weekends_are_passed_over():
    hours = WorkingTime("Asia/Jakarta", WEEK, frozenset({date(2026, 12, 25)}))
    thursday = at("Asia/Jakarta", 2026, 12, 24, 16)
    assert hours.add(thursday, 2 * HOUR) == at("Asia/Jakarta", 2026, 12, 26, 9)
    assert JAKARTA.add(thursday, 2 * HOUR) == at("Asia/Jakarta", 2026, 12, 25, 9)


def test_when_it_opens():
    assert JAKARTA.is_open(at("Asia/Jakarta", 2026, 11, 24, 8))
    assert not JAKARTA.is_open(at("Asia/Jakarta", 2026, 11, 24, 12))
    assert JAKARTA.opens_at(at("Asia/Jakarta", 2026, 11, 24, 12)) == at(
        "Asia/Jakarta", 2026, 11, 24, 13
    )
    assert JAKARTA.opens_at(at("Asia/Jakarta", 2026, 11, 28, 12)) == at(
        "Asia/Jakarta", 2026, 11, 30, 8
    )


def test_what_is_never_open_says_so():
    never = WorkingTime("Asia/Jakarta", ((),) * 7)
    assert never.seconds_between(at("UTC", 2026, 1, 1), at("UTC", 2027, 1, 1)) == 0
    with pytest.raises(NeverOpen):
        never.add(at("UTC", 2026, 1, 1), 1)
    with pytest.raises(ValueError, match="never taken away"):
        JAKARTA.add(at("UTC", 2026, 1, 1), -1)
    assert JAKARTA.seconds_between(at("UTC", 2027, 1, 1), at("UTC", 2026, 1, 1)) == 0


def test_a_hundred_thousand_calls_over_a_year_are_quick():
    start, end = at("UTC", 2026, 1, 5, 9), at("UTC", 2027, 1, 5, 9)
    began = clock.perf_counter()
    for second in range(50_000):
        BERLIN.seconds_between(start + timedelta(seconds=second), end)
        BERLIN.add(start, second * 100)
    assert clock.perf_counter() - began < 5


@pytest.mark.django_db
def test_a_calendar_is_made_of_spans_and_answers_itself():
    calendar = WorkingCalendar.from_spans(
        name="Office",
        time_zone="Asia/Jakarta",
        spans={day: [(8, 12), (13, 17)] for day in range(5)} | {5: [(8, 12.5)], 6: [(22, 24)]},
        holidays=[date(2026, 12, 25)],
    )
    calendar.refresh_from_db()
    thursday = at("Asia/Jakarta", 2026, 12, 24, 16)
    saturday = at("Asia/Jakarta", 2026, 12, 26, 9)
    assert calendar.working_seconds(thursday, saturday) == 2 * HOUR
    assert calendar.add_working_seconds(thursday, 2 * HOUR) == saturday
    sunday = at("Asia/Jakarta", 2026, 12, 27, 0), at("Asia/Jakarta", 2026, 12, 28, 0)
    assert calendar.working_seconds(*sunday) == 2 * HOUR


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"spans": {7: [(8, 12)]}},
        {"spans": {0: [(12, 8)]}},
        {"spans": {0: [(8, 25)]}},
        {"spans": {0: [(-1, 8)]}},
    ],
)
def test_a_calendar_of_nonsense_is_refused_and_leaves_nothing(wrong):
    given = {"name": "Office", "time_zone": "UTC", "spans": {0: [(8, 12)]}, **wrong}
    with pytest.raises(ValidationError):
        WorkingCalendar.from_spans(**given)
    assert not WorkingCalendar.objects.exists()
