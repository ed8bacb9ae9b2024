"""When a person may be asked: working days and hours in their own time zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from memory.records.people import Member
from memory.records.policy import AskPolicy

SEARCH_DAYS = 400
"""How far ahead a permitted hour is looked for; a week of no working day never finds one."""


def _zone(member: Member, policy: AskPolicy) -> ZoneInfo:
    return ZoneInfo(member.timezone or policy.timezone)


def _weekdays(member: Member, policy: AskPolicy) -> frozenset[int]:
    own = member.availability.weekdays
    return frozenset(own if own is not None else policy.weekdays)


def _hours(member: Member, policy: AskPolicy) -> tuple[int, int]:
    own = member.availability
    start = own.from_hour if own.from_hour is not None else policy.from_hour
    end = own.to_hour if own.to_hour is not None else policy.to_hour
    return start, end


def after_leave(member: Member, at: datetime) -> datetime:
    """`at`, or the end of the leave that `at` falls into."""
    own = member.availability
    if own.away_until is None or at >= own.away_until:
        return at
    return at if own.away_from is not None and at < own.away_from else own.away_until


def works_on(member: Member, policy: AskPolicy, day: date) -> bool:
    """Whether `day` of the member's own calendar is a working day, leave aside."""
    return day.isoweekday() in _weekdays(member, policy) and day not in policy.days_off


def next_permitted(member: Member, policy: AskPolicy, now: datetime) -> datetime | None:
    """The earliest time at or after `now` (UTC) at which `member` may be asked.

    `None` when there is none within `SEARCH_DAYS`. Daylight saving is the zone's own: the window
    is held on the wall clock.
    """
    start, end = _hours(member, policy)
    if not _weekdays(member, policy) or start >= end:
        return None
    zone = _zone(member, policy)
    earliest = after_leave(member, now)
    if earliest > now + timedelta(days=SEARCH_DAYS):
        return None
    day = earliest.astimezone(zone).date()
    last = day + timedelta(days=SEARCH_DAYS)
    while day <= last:
        if works_on(member, policy, day):
            opens = datetime.combine(day, time(start), zone).astimezone(now.tzinfo)
            midnight = datetime.combine(day, time(), zone)
            closes = (midnight + timedelta(hours=end)).astimezone(now.tzinfo)
            at = after_leave(member, max(opens, earliest))
            if at < closes:
                return at
        day += timedelta(days=1)
    return None


def add_workdays(member: Member, policy: AskPolicy, start: datetime, days: int) -> datetime:
    """`start` plus `days` of the member's working days, at the same wall-clock time, in UTC.

    Days of leave do not count, but for no more than `longest_wait_days` of them.
    """
    local = start.astimezone(_zone(member, policy))
    any_day = not _weekdays(member, policy)
    left, away = days, 0
    while left > 0:
        local += timedelta(days=1)
        at = local.astimezone(start.tzinfo)
        if away < policy.longest_wait_days and after_leave(member, at) != at:
            away += 1
        elif any_day or works_on(member, policy, local.date()):
            left -= 1
    return local.astimezone(start.tzinfo)
