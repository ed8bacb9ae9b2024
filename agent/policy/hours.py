"""When a person may be asked: working days and hours in their own time zone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from memory.records.people import Member
from memory.records.policy import AskPolicy

SEARCH_DAYS = 400
"""How far ahead a permitted hour is looked for; a week of no working day never finds one."""


def _window(member: Member, policy: AskPolicy) -> tuple[frozenset[int], int, int]:
    own = member.availability
    weekdays = own.weekdays if own.weekdays is not None else policy.weekdays
    start = own.from_hour if own.from_hour is not None else policy.from_hour
    end = own.to_hour if own.to_hour is not None else policy.to_hour
    return frozenset(weekdays), start, end


def next_permitted(member: Member, policy: AskPolicy, now: datetime) -> datetime | None:
    """The earliest time at or after `now` (UTC) at which `member` may be asked.

    `None` when no working day or hour exists at all. Daylight saving is the zone's own: the
    window is held on the wall clock.
    """
    zone = ZoneInfo(member.timezone or policy.timezone)
    weekdays, start, end = _window(member, policy)
    away = member.availability.away_until
    earliest = max(now, away) if away is not None else now
    if not weekdays or start >= end:
        return None
    local = earliest.astimezone(zone)
    for days in range(SEARCH_DAYS):
        day = (local + timedelta(days=days)).date()
        if day.isoweekday() not in weekdays:
            continue
        opens = datetime.combine(day, time(start), zone)
        closes = datetime.combine(day, time(), zone) + timedelta(hours=end)
        permitted = max(opens.astimezone(now.tzinfo), earliest)
        if permitted < closes.astimezone(now.tzinfo):
            return permitted
    return None


def add_workdays(member: Member, policy: AskPolicy, start: datetime, days: int) -> datetime:
    """`start` plus `days` of the member's working days, at the same wall-clock time, in UTC."""
    zone = ZoneInfo(member.timezone or policy.timezone)
    weekdays, _, _ = _window(member, policy)
    local = start.astimezone(zone)
    left = days
    while left > 0:
        local += timedelta(days=1)
        if not weekdays or local.isoweekday() in weekdays:
            left -= 1
    return local.astimezone(start.tzinfo)
