"""Whether a person may be asked now, later or never: every budget, in one place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from agent.policy.hours import next_permitted
from agent.policy.pausing import PAUSED, in_force
from memory.records.inquiry import Question
from memory.records.pause import Pause
from memory.records.people import Member
from memory.records.policy import AskPolicy

WEEK = timedelta(days=7)
MONTH = timedelta(days=30)
QUESTION_OPEN = "question_open"
"""Reason code: another question waits for the person."""


class Turn(StrEnum):
    """What may happen now."""

    NOW = "now"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision with its reason as a code, and for `later` when to try again."""

    turn: Turn
    reason: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AskHistory:
    """What was asked lately. `delivered` covers the community's last 30 days, oldest first."""

    open_to_member: int
    delivered: Sequence[Question]
    people_who_could_answer: int
    last_said_at: datetime | None = None
    """When somebody last spoke in the thread that is asked about."""
    pause: Pause | None = None
    """The community's pause that was not recorded as ended."""


def probes_left(policy: AskPolicy, asked: int, revisions: int) -> int:
    """How many questions an inquiry may still put; each time a guide is sent back allows one."""
    return max(0, policy.probes_per_inquiry + revisions - asked)


def _share_frees(member: Member, policy: AskPolicy, history: AskHistory) -> datetime | None:
    """When the member's share of the month has room again; `None`: it has room now."""
    if history.people_who_could_answer < policy.monthly_share_from_people:
        return None
    own = [
        question.delivered_at
        for question in history.delivered
        if question.asked_of == member.id and question.delivered_at is not None
    ]
    share = math.floor(policy.monthly_share_per_expert * (len(history.delivered) + 1))
    allowed = max(policy.monthly_share_free, share)
    return None if len(own) < allowed else own[len(own) - allowed] + MONTH


def _full_until(
    member: Member, policy: AskPolicy, history: AskHistory, now: datetime
) -> Verdict | None:
    """The budget that is used up, with the time worth another try; `None`: there is room."""
    if history.open_to_member >= policy.open_questions_per_expert:
        return Verdict(Turn.LATER, QUESTION_OPEN, now + timedelta(days=1))
    week = [
        question.delivered_at
        for question in history.delivered
        if question.asked_of == member.id
        and question.delivered_at is not None
        and question.delivered_at > now - WEEK
    ]
    if len(week) >= policy.questions_per_expert_and_week:
        frees = week[len(week) - policy.questions_per_expert_and_week] + WEEK
        return Verdict(Turn.LATER, "weekly_budget", frees)
    share_frees = _share_frees(member, policy, history)
    if share_frees is not None:
        return Verdict(Turn.LATER, "monthly_share", share_frees)
    return None


def may_ask(member: Member, policy: AskPolicy, history: AskHistory, now: datetime) -> Verdict:
    """Decide whether `member` may get one more question (method, section 3, budgets).

    `later` names the next time worth a try: when a pause ends, the thread is quiet, a budget frees
    up, or the working day begins. Somebody who is away for longer than the policy waits is not
    asked.
    """
    if not member.may_be_asked:
        return Verdict(Turn.NEVER, "bot" if member.is_bot else "opted_out")
    permitted = next_permitted(member, policy, now)
    if permitted is None:
        return Verdict(Turn.NEVER, "no_working_hours")
    if permitted > now + timedelta(days=policy.longest_wait_days):
        return Verdict(Turn.NEVER, "away_too_long")
    paused = in_force(history.pause, now)
    if paused is not None:
        ends = paused.until or now + timedelta(days=1)
        return Verdict(Turn.LATER, PAUSED, next_permitted(member, policy, ends))
    if history.last_said_at is not None:
        quiet = history.last_said_at + timedelta(hours=policy.quiet_thread_hours)
        if quiet > now:
            return Verdict(Turn.LATER, "thread_not_quiet", quiet)
    full = _full_until(member, policy, history, now)
    if full is not None and full.at is not None:
        return Verdict(full.turn, full.reason, next_permitted(member, policy, full.at))
    if permitted > now:
        return Verdict(Turn.LATER, "quiet_hours", permitted)
    return Verdict(Turn.NOW, "within_budget")
