"""Whose turn it is: who can be asked about a moment, and whether now, later or never."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from agent.engines.protocol import Exchange
from agent.inquiry.dossier import (
    Dossier,
    answerers,
    gave_up,
    referred_people,
    standings_of,
)
from agent.inquiry.state import AgentContext
from agent.inquiry.wakes import plan
from agent.journal import note
from agent.policy.budgets import MONTH, AskHistory, Turn, Verdict, may_ask
from agent.policy.routing import Candidate, candidates
from memory.records.decisions import Action
from memory.records.inquiry import DueKind, Inquiry
from memory.records.people import Member
from memory.records.talk import Thread
from memory.store.protocols import Unit

TRY_AGAIN = timedelta(hours=4)
"""When to try again if policy names no better time."""


def verdict_on(unit: Unit, context: AgentContext, member: Member, thread: Thread) -> Verdict:
    """Whether `member` may get a question about `thread` now.

    Counts everything asked in the last 30 days; a thread where people are talking waits.
    """
    now = context.clock.now()
    quiet = thread.last_at + timedelta(hours=context.policy.ask.quiet_thread_hours)
    if quiet > now:
        return Verdict(Turn.LATER, "thread_not_quiet", quiet)
    delivered = unit.inquiries.questions_delivered(member.community_id, now - MONTH)
    own = sum(1 for question in delivered if question.asked_of == member.id)
    history = AskHistory(
        open_to_member=len(unit.inquiries.open_questions(member.id)),
        delivered=delivered,
        people_who_could_answer=(
            _people_who_could_answer(unit, member.community_id)
            if own >= context.policy.ask.monthly_share_free
            else 0
        ),
    )
    return may_ask(member, context.policy.ask, history, now)


def _people_who_could_answer(unit: Unit, community_id: str) -> int:
    """How many have answered before and may be asked; counted only where the share matters."""
    standings = standings_of(unit, community_id)
    return sum(
        1
        for member in unit.people.members(community_id)
        if member.may_be_asked and member.id in standings and standings[member.id].answers
    )


def whose_turn(
    unit: Unit, context: AgentContext, dossier: Dossier, exchanges: Sequence[Exchange]
) -> tuple[Candidate, Verdict] | None:
    """Who is asked next, now or later; nobody is passed over for being busy.

    Whoever is answering goes on. Otherwise whom an expert named, the author, and then others
    who answer and spoke in the thread. `None`: there is nobody left, or the author asked not to
    be asked, and then nobody else is asked about their words either.
    """
    author = dossier.view.people.get(dossier.moment.author_id)
    if author is not None and author.consent.opted_out_at is not None:
        return None
    tried = gave_up(dossier, exchanges)
    going_on = [e.question.asked_of for e in exchanges if e.question.asked_of not in tried]
    if going_on:
        found = candidates(unit.people.member(going_on[-1]), tried=tried)
        return _first(unit, context, dossier, found)
    referred = referred_people(unit, dossier, exchanges)
    found = candidates(author, referred=referred, tried=tried)
    nearest = _first(unit, context, dossier, found)
    if nearest is not None:
        return nearest
    standings = standings_of(unit, dossier.inquiry.community_id)
    in_thread = answerers(dossier.view, standings)
    found = candidates(None, in_thread=in_thread, tried=tried)
    return _first(unit, context, dossier, found)


def _first(
    unit: Unit, context: AgentContext, dossier: Dossier, found: Sequence[Candidate]
) -> tuple[Candidate, Verdict] | None:
    for candidate in found:
        verdict = verdict_on(unit, context, candidate.member, dossier.view.thread)
        if verdict.turn is not Turn.NEVER:
            return candidate, verdict
    return None


def postpone(unit: Unit, context: AgentContext, inquiry: Inquiry, verdict: Verdict) -> None:
    """Plan another try for when the verdict names, at least a minute from now."""
    now = context.clock.now()
    at = max(verdict.at or now + TRY_AGAIN, now + timedelta(minutes=1))
    plan(unit, inquiry.community_id, DueKind.TRY_TO_ASK, inquiry.id, at)
    note(
        unit,
        now,
        inquiry.community_id,
        Action.ASKING_POSTPONED,
        inquiry.id,
        reason=verdict.reason,
    )
