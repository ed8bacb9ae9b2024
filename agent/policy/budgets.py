"""Whether a person may be asked now, later or never: every budget, in one place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from agent.policy.hours import next_permitted
from memory.records.inquiry import Question
from memory.records.people import Member
from memory.records.policy import AskPolicy

WEEK = timedelta(days=7)
MONTH = timedelta(days=30)


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


def _share_used_up(member: Member, policy: AskPolicy, history: AskHistory) -> bool:
    if history.people_who_could_answer < policy.monthly_share_from_people:
        return False
    own = sum(1 for question in history.delivered if question.asked_of == member.id)
    allowed = math.floor(policy.monthly_share_per_expert * (len(history.delivered) + 1))
    return own + 1 > max(policy.monthly_share_free, allowed)


def may_ask(member: Member, policy: AskPolicy, history: AskHistory, now: datetime) -> Verdict:
    """Decide whether `member` may get one more question (method, section 3, budgets).

    `later` names the next time worth a try: when a budget frees up, or the working day begins.
    """
    if not member.may_be_asked:
        return Verdict(Turn.NEVER, "bot" if member.is_bot else "opted_out")
    permitted = next_permitted(member, policy, now)
    if permitted is None:
        return Verdict(Turn.NEVER, "no_working_hours")
    if history.open_to_member >= policy.open_questions_per_expert:
        tomorrow = next_permitted(member, policy, now + timedelta(days=1))
        return Verdict(Turn.LATER, "question_open", tomorrow)
    own = [question for question in history.delivered if question.asked_of == member.id]
    week = [
        question.delivered_at
        for question in own
        if question.delivered_at is not None and question.delivered_at > now - WEEK
    ]
    if len(week) >= policy.questions_per_expert_and_week:
        frees = week[len(week) - policy.questions_per_expert_and_week] + WEEK
        return Verdict(Turn.LATER, "weekly_budget", next_permitted(member, policy, frees))
    if _share_used_up(member, policy, history):
        tomorrow = next_permitted(member, policy, now + timedelta(days=1))
        return Verdict(Turn.LATER, "monthly_share", tomorrow)
    if permitted > now:
        return Verdict(Turn.LATER, "quiet_hours", permitted)
    return Verdict(Turn.NOW, "within_budget")
