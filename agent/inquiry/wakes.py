"""Notes for later: what has to happen to an inquiry, keyed so that it is planned once."""

from __future__ import annotations

from datetime import datetime

from memory.records.inquiry import Due, DueKind
from memory.store.protocols import Unit


def due_key(kind: DueKind, subject_id: str) -> str:
    """The key under which something is planned, so that planning it twice plans it once."""
    return f"{kind.value}:{subject_id}"


def plan(unit: Unit, community_id: str, kind: DueKind, subject_id: str, at: datetime) -> Due:
    """Plan (or move) one thing for `at`."""
    due = Due(
        key=due_key(kind, subject_id),
        community_id=community_id,
        kind=kind,
        subject_id=subject_id,
        at=at,
    )
    unit.inquiries.plan(due)
    return due


def plan_wake(unit: Unit, community_id: str, inquiry_id: str, now: datetime) -> None:
    """Note that the inquiry has to be looked at, in the transaction of what happened to it."""
    plan(unit, community_id, DueKind.RESUME, inquiry_id, now)
