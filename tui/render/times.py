"""Times as people say them."""

from __future__ import annotations

from datetime import datetime, timedelta

_SOON = timedelta(minutes=1)
_DAYS_IN_WORDS = 60


def said_time(at: datetime, now: datetime) -> str:
    """`3 hours ago`, `in 2 days`; beyond two months the date: `on 3 Sep 2025`."""
    distance = abs(now - at)
    if distance < _SOON:
        return "just now" if at <= now else "in a moment"
    if distance > timedelta(days=_DAYS_IN_WORDS):
        return f"on {said_date(at)}"
    if distance >= timedelta(days=1):
        amount = counted(distance.days, "day")
    elif distance >= timedelta(hours=1):
        amount = counted(distance // timedelta(hours=1), "hour")
    else:
        amount = counted(distance // timedelta(minutes=1), "minute")
    return f"{amount} ago" if at <= now else f"in {amount}"


def said_date(at: datetime) -> str:
    """`3 Sep 2025`, in UTC."""
    return f"{at.day} {at:%b %Y}"


def counted(number: int, unit: str) -> str:
    """`1 guide`, `2,000 guides`."""
    plural = {"inquiry": "inquiries", "reply": "replies"}.get(unit, f"{unit}s")
    return f"{number:,} {unit if number == 1 else plural}"
