"""Simulated time: a clock that stands still until the world moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SimulatedClock:
    """Tells a simulated time in UTC, and only ever goes forward."""

    def __init__(self, start: datetime) -> None:
        self._at = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def move_to(self, at: datetime) -> None:
        """Go forward to `at`; an earlier time is an error in the world."""
        if at < self._at:
            raise ValueError(f"time does not run back from {self._at} to {at}")
        self._at = at.astimezone(UTC)

    def pass_minutes(self, minutes: float) -> None:
        """Let some minutes pass."""
        self._at += timedelta(minutes=minutes)


def next_monday(after: datetime, hour: int = 11) -> datetime:
    """The first Monday at `hour` UTC that is at least a day after a time."""
    day = (after.astimezone(UTC) + timedelta(days=1)).replace(
        hour=hour, minute=0, second=0, microsecond=0
    )
    if day < after + timedelta(days=1):
        day += timedelta(days=1)
    return day + timedelta(days=(8 - day.isoweekday()) % 7)
