"""Asking hours are held on the person's own wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.policy.hours import add_workdays, after_leave, next_permitted
from memory.records.people import Availability
from memory.records.policy import AskPolicy
from tests.builders import MONDAY, make_member

POLICY = AskPolicy()
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]
TIMES = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is the strategy's


def test_inside_the_window_means_now() -> None:
    """A Monday at eleven is a good time."""
    assert next_permitted(make_member("ana"), POLICY, MONDAY) == MONDAY


def test_an_evening_waits_for_the_morning() -> None:
    """After hours the next working morning is meant."""
    evening = MONDAY.replace(hour=20)
    assert next_permitted(make_member("ana"), POLICY, evening) == MONDAY.replace(day=4, hour=10)


def test_a_friday_evening_waits_for_monday() -> None:
    """Nobody is asked at a weekend."""
    friday = datetime(2025, 3, 7, 18, tzinfo=UTC)
    assert next_permitted(make_member("ana"), POLICY, friday) == datetime(
        2025, 3, 10, 10, tzinfo=UTC
    )


def test_leave_is_waited_out() -> None:
    """Somebody on leave is not asked before it ends."""
    back = MONDAY + timedelta(days=9)
    member = make_member("ana", availability=Availability(away_until=back))
    assert next_permitted(member, POLICY, MONDAY) == back


def test_a_leave_that_lies_ahead_changes_nothing_before_it() -> None:
    """Until a leave begins its person may be asked, and from its first moment not."""
    leave = Availability(away_from=MONDAY + timedelta(hours=2), away_until=MONDAY.replace(day=20))
    member = make_member("ana", availability=leave)
    assert next_permitted(member, POLICY, MONDAY) == MONDAY
    assert next_permitted(member, POLICY, MONDAY + timedelta(hours=2)) == MONDAY.replace(day=20)


def test_a_leave_without_an_end_is_refused() -> None:
    """A leave that begins has to end, later."""
    with pytest.raises(ValueError, match="away_until"):
        Availability(away_from=MONDAY)
    with pytest.raises(ValueError, match="away_until"):
        Availability(away_from=MONDAY, away_until=MONDAY)


def test_who_has_left_is_never_asked() -> None:
    """An end of leave in another century is `None`, not a date to wait for."""
    member = make_member("ana", availability=Availability(away_until=MONDAY.replace(year=9999)))
    assert next_permitted(member, POLICY, MONDAY) is None


def test_days_off_are_days_of_the_persons_own_calendar() -> None:
    """A holiday begins and ends at midnight where the person is, and is no working day."""
    policy = AskPolicy(days_off=(date(2025, 3, 4),), from_hour=0, to_hour=24)
    there = make_member("ana", timezone="Pacific/Auckland")
    asked = datetime(2025, 3, 3, 11, 30, tzinfo=UTC)
    assert next_permitted(make_member("bo"), policy, asked) == asked
    assert next_permitted(there, policy, asked) == datetime(2025, 3, 4, 11, tzinfo=UTC)
    assert add_workdays(make_member("bo"), policy, MONDAY, 1) == MONDAY.replace(day=5)


@pytest.mark.parametrize(
    ("zone", "day", "hours", "expected"),
    [
        ("America/New_York", datetime(2025, 3, 9, 6, 0, tzinfo=UTC), (2, 4), (9, 7)),
        ("America/New_York", datetime(2025, 3, 9, 6, 0, tzinfo=UTC), (2, 3), (10, 6)),
        ("Europe/Berlin", datetime(2025, 10, 26, 1, 30, tzinfo=UTC), (2, 3), (26, 1)),
    ],
)
def test_the_hours_when_the_clocks_change(
    zone: str, day: datetime, hours: tuple[int, int], expected: tuple[int, int]
) -> None:
    """An hour that does not exist is passed over, and one that comes twice is asked in twice."""
    own = Availability(weekdays=(1, 7), from_hour=hours[0], to_hour=hours[1])
    at = next_permitted(make_member("ana", timezone=zone, availability=own), POLICY, day)
    assert at is not None
    assert (at.day, at.hour) == expected


@given(TIMES, st.integers(0, 20), st.integers(1, 90), st.integers(1, 20))
def test_leave_delays_working_days_and_never_for_ever(
    start: datetime, begins: int, length: int, days: int
) -> None:
    """With a leave the end comes no earlier, not within it, and at most the longest wait later."""
    begin = start + timedelta(days=begins)
    leave = Availability(away_from=begin, away_until=begin + timedelta(days=length))
    plain = add_workdays(make_member("ana"), POLICY, start, days)
    member = make_member("ana", availability=leave)
    end = add_workdays(member, POLICY, start, days)
    assert plain <= end <= plain + timedelta(days=POLICY.longest_wait_days + 7)
    if length < POLICY.longest_wait_days:
        assert after_leave(member, end) == end


def test_a_week_without_working_days_never_comes() -> None:
    """No working day at all is `None`, not an endless search."""
    member = make_member("ana", availability=Availability(weekdays=()))
    assert next_permitted(member, POLICY, MONDAY) is None


@given(TIMES, st.sampled_from(ZONES))
def test_any_permitted_time_is_within_the_window(now: datetime, zone: str) -> None:
    """Whatever the zone and the time, what comes out is a working hour there, never in the past."""
    at = next_permitted(make_member("ana", timezone=zone), POLICY, now)
    assert at is not None
    assert at >= now
    local = at.astimezone(ZoneInfo(zone))
    assert local.isoweekday() in POLICY.weekdays
    assert POLICY.from_hour <= local.hour < POLICY.to_hour


@pytest.mark.parametrize(("days", "day"), [(1, 4), (3, 6), (5, 10)])
def test_workdays_skip_the_weekend(days: int, day: int) -> None:
    """Five working days after a Monday is the next Monday."""
    assert add_workdays(make_member("ana"), POLICY, MONDAY, days) == MONDAY.replace(day=day)
