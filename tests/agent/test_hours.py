"""Asking hours are held on the person's own wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.policy.hours import add_workdays, next_permitted
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
