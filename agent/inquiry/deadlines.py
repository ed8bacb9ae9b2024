"""How long a draft waits for its authors."""

from __future__ import annotations

from datetime import timedelta

from agent.inquiry.state import AgentContext
from agent.inquiry.wakes import plan
from agent.policy.hours import add_workdays
from memory.records.guide import Guide
from memory.records.inquiry import DueKind
from memory.store.protocols import Unit


def plan_confirmation(unit: Unit, context: AgentContext, guide: Guide) -> None:
    """Plan the end of waiting: the latest of its authors' deadlines."""
    now = context.clock.now()
    days = context.policy.guide.confirm_within_workdays
    authors = [unit.people.member(member_id) for member_id in guide.awaiting()]
    deadlines = [add_workdays(m, context.policy.ask, now, days) for m in authors if m is not None]
    at = max(deadlines, default=now + timedelta(days=days))
    plan(unit, guide.community_id, DueKind.EXPIRE, guide.id, at)
