"""What a paused agent does not do: ask, send, remind, or let anything go for want of an answer."""

from __future__ import annotations

from datetime import datetime

from memory.records.inquiry import DueKind, InquiryStatus
from memory.records.pause import Pause

PAUSED = "paused"
"""Reason code: the agent is paused."""
WAITING = frozenset({DueKind.REMIND, DueKind.EXPIRE})
"""What is planned against a person's time; a pause gives them that time back."""
_ASKING = frozenset({InquiryStatus.WAITING_FOR_TURN, InquiryStatus.WAITING_FOR_ANSWER})


def in_force(pause: Pause | None, now: datetime) -> Pause | None:
    """The pause, if it holds at `now`."""
    return pause if pause is not None and pause.holds(now) else None


def rests(pause: Pause | None, status: InquiryStatus, now: datetime) -> bool:
    """Whether an inquiry stands still: one that would ask, or put a draft to somebody.

    What people decide about a guide that lies before them is carried out all the same.
    """
    return in_force(pause, now) is not None and status in _ASKING
