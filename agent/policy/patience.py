"""How long an open question waits: its one reminder and its silent end, in working days."""

from __future__ import annotations

from datetime import datetime

from agent.policy.hours import add_workdays, next_permitted
from memory.records.inquiry import Question
from memory.records.people import Member
from memory.records.policy import AskPolicy


def remind_at(
    member: Member, policy: AskPolicy, question: Question, now: datetime
) -> datetime | None:
    """When to remind of a delivered question: at `now` (UTC) or later, within asking hours.

    `None`: never, as it was reminded of already, or its person is not to be asked at all.
    """
    if question.delivered_at is None or question.reminded_at is not None:
        return None
    if not member.may_be_asked:
        return None
    earliest = add_workdays(member, policy, _begins(question), policy.remind_after_workdays)
    return next_permitted(member, policy, max(earliest, now))


def ends_at(member: Member, policy: AskPolicy, question: Question) -> datetime:
    """When a delivered question ends unanswered, in UTC.

    After a late reminder the person has as long as after one in time, and after a snooze as long
    as after the delivery.
    """
    end = add_workdays(member, policy, _begins(question), policy.expire_after_workdays)
    if question.reminded_at is None:
        return end
    left = policy.expire_after_workdays - policy.remind_after_workdays
    return max(end, add_workdays(member, policy, question.reminded_at, left))


def _begins(question: Question) -> datetime:
    """When the person had it before them: on delivery, or when they said they would look again."""
    delivered = question.delivered_at or question.composed_at
    return max(delivered, question.snoozed_until or delivered)
