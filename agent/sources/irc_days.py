"""When a line of a chat log was written: days by file name, day-change lines and the clock.

Logs tell no zone, so their clock counts as UTC. Where the clock goes back by more than `SLACK`,
half a day has passed if it may be a clock of twelve hours (none of its hours was 0 or past 12),
else a day. Lines of one moment are kept apart by a millisecond each, so that their order lasts.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from agent.sources.irc_lines import NOON, LineKind, LogLine
from agent.sources.stream import from_iso

SLACK = timedelta(hours=3)
"""How far a clock may go back by being set, or by summer's end."""
HALF_YEAR = 6
"""Months by which a stamp without a year may lie before the day last told, in the same year."""
_STEP = timedelta(milliseconds=1)
_DAY_IN_NAME = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([-_./]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)"
)


def day_in_name(name: str) -> date | None:
    """Return the last day that a path tells, as 2011-05-29, 20110529 or 2011/05/29."""
    for year, _, month, day in reversed(_DAY_IN_NAME.findall(name)):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def without_day(name: str) -> str:
    """Return a name without the days in it."""
    return _DAY_IN_NAME.sub("", name)


class LogClock:
    """Tells the time of one line after another of one file."""

    def __init__(self, day: date | None) -> None:
        self._midnight = _midnight(day)
        self._last: datetime | None = None
        self._stamp: datetime | None = None
        self._twelve = True

    def at(self, line: LogLine) -> datetime | None:
        """Return when a line was written, in UTC; `None` where no day is known."""
        try:
            stamp = self._stamp_of(line)
            if stamp is None:
                return None
            if stamp == self._stamp and self._last is not None:
                self._last += _STEP
            else:
                self._stamp = self._last = stamp
        except OverflowError:
            return None
        return self._last

    def _stamp_of(self, line: LogLine) -> datetime | None:
        if line.kind is LineKind.DAY or line.day:
            self._midnight = _midnight(line.day)
        elif line.month_day:
            self._midnight = self._in_the_year(*line.month_day)
        if self._midnight is None:
            return None
        if line.clock is None:
            if line.kind is LineKind.DAY or self._stamp is None:
                return self._midnight
            return self._stamp
        stamp = self._midnight + timedelta(
            hours=line.clock.hour, minutes=line.clock.minute, seconds=line.clock.second
        )
        self._twelve = self._twelve and 1 <= line.clock.hour <= NOON
        told = line.day or line.month_day or line.kind is LineKind.DAY
        if not told and self._stamp is not None and stamp < self._stamp - SLACK:
            passed = timedelta(hours=NOON if self._twelve else 2 * NOON)
            self._midnight += passed
            stamp += passed
        return stamp

    def _in_the_year(self, month: int, day: int) -> datetime | None:
        """Return the midnight of a day without a year: in the year told last, or the next."""
        if self._midnight is None:
            return None
        year = self._midnight.year + (month + HALF_YEAR < self._midnight.month)
        try:
            return _midnight(date(year, month, day))
        except ValueError:
            return self._midnight


def _midnight(day: date | None) -> datetime | None:
    if day is None:
        return None
    try:
        return from_iso(datetime.combine(day, time(), UTC).isoformat())
    except ValueError:
        return None
