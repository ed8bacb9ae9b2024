"""Whose turn it is: who can be asked about a moment, and whether now, later or never."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from agent.engines.protocol import Exchange
from agent.expertise import experts_on
from agent.inquiry.dossier import (
    Dossier,
    answerers,
    gave_up,
    opener_of,
    referred_people,
    standings_of,
)
from agent.inquiry.state import AgentContext
from agent.inquiry.wakes import plan
from agent.journal import note
from agent.method.readings import AnswerQuality
from agent.policy.budgets import MONTH, AskHistory, Turn, Verdict, may_ask
from agent.policy.governance import Deed, may
from agent.policy.routing import Candidate, candidates
from agent.sight import reader_for, sees_thread
from agent.stopped import stops_on_thread
from memory.records.decisions import Action
from memory.records.inquiry import DueKind, Inquiry
from memory.records.offered import OFFERED
from memory.records.people import Member
from memory.records.talk import Thread
from memory.store.protocols import Unit

WORK_STOPPED = "work_stopped"
"""Reason code: work on the topic is stopped."""
TRY_AGAIN = timedelta(hours=4)
"""When to try again if policy names no better time."""


def verdict_on(unit: Unit, context: AgentContext, member: Member, thread: Thread) -> Verdict:
    """Whether `member` may get a question about `thread` now.

    Counts everything asked in the last 30 days; a thread where people are talking waits, but
    not one that was brought to the agent. On a topic on which work is stopped nobody is asked,
    and nobody about talk that is not open to them.
    """
    now = context.clock.now()
    if not _may_answer(unit, context, member):
        return Verdict(Turn.NEVER, "may_not_answer")
    if not sees_thread(unit, reader_for(member, thread.community_id), thread):
        return Verdict(Turn.NEVER, "may_not_see")
    if stops_on_thread(unit, thread):
        return Verdict(Turn.LATER, WORK_STOPPED, now + timedelta(days=1))
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
        last_said_at=None if thread.source in OFFERED else thread.last_at,
        pause=unit.pauses.open_pause(member.community_id),
    )
    return may_ask(member, context.policy.ask, history, now)


def _may_answer(unit: Unit, context: AgentContext, member: Member) -> bool:
    """Whether the community's rules let this member be asked at all."""
    governance = context.policy.governance
    community = unit.people.community(member.community_id) if governance.communities else None
    rules = governance.of(community.name if community is not None else "")
    return may(member.roles, Deed.ANSWER, rules).allowed


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

    Whoever is answering goes on. Otherwise whom an expert named, the author, those who answered
    similar threads, others who answer and spoke in this one, and at last, once something was
    said, who asked, for the context. `None`: there is nobody left, or the author asked not to be
    asked, and then nobody else is asked about their words either.
    """
    author = dossier.view.people.get(dossier.moment.author_id)
    if author is not None and author.consent.opted_out_at is not None:
        return None
    if dossier.moment.author_id in dossier.left:
        return None
    asker = asked_for_context(unit, dossier, exchanges)
    tried = gave_up(dossier, exchanges)
    if asker is not None and any(q.asked_of == asker.id for q in dossier.delivered):
        tried = (*tried, asker.id)
    going_on = [e.question.asked_of for e in exchanges if e.question.asked_of not in tried]
    if going_on:
        found = candidates(unit.people.member(going_on[-1]), tried=tried)
        return _first(unit, context, dossier, found)
    referred = referred_people(unit, dossier, exchanges)
    found = candidates(author, referred=referred, tried=tried)
    nearest = _first(unit, context, dossier, found)
    if nearest is not None:
        return nearest
    informed = any(e.reading.quality is AnswerQuality.INFORMATIVE for e in exchanges)
    found = candidates(
        None,
        on_topic=_experts(unit, dossier),
        in_thread=answerers(dossier.view, standings_of(unit, dossier.inquiry.community_id)),
        asker=asker if informed else None,
        tried=tried,
    )
    return _first(unit, context, dossier, found)


def asked_for_context(unit: Unit, dossier: Dossier, exchanges: Sequence[Exchange]) -> Member | None:
    """Whoever opened the thread, unless they wrote the moment or an expert named them."""
    opener = opener_of(dossier.view)
    referred = referred_people(unit, dossier, exchanges)
    known = {dossier.moment.author_id, *(member.id for member in referred)}
    return None if opener is None or opener in known else dossier.view.people.get(opener)


def _experts(unit: Unit, dossier: Dossier) -> Sequence[Member]:
    """Others who answered threads like this one, this one included, best first."""
    opening = next((m for m in dossier.view.messages if m.author_id), dossier.anchor)
    topic = (dossier.view.thread.title, opening.own_words(), dossier.anchor.own_words())
    left_out = {dossier.moment.author_id, opening.author_id or ""}
    found = experts_on(unit, dossier.inquiry.community_id, topic, leave_out=left_out)
    return [expert.member for expert in found]


def _first(
    unit: Unit, context: AgentContext, dossier: Dossier, found: Sequence[Candidate]
) -> tuple[Candidate, Verdict] | None:
    for candidate in found:
        verdict = verdict_on(unit, context, candidate.member, dossier.view.thread)
        if verdict.turn is not Turn.NEVER:
            return candidate, verdict
    return None


def postpone(unit: Unit, context: AgentContext, inquiry: Inquiry, verdict: Verdict) -> None:
    """Plan another try for when the verdict names, at least a minute from now.

    Logged where the reason is another than the last one.
    """
    now = context.clock.now()
    at = max(verdict.at or now + TRY_AGAIN, now + timedelta(minutes=1))
    plan(unit, inquiry.community_id, DueKind.TRY_TO_ASK, inquiry.id, at)
    last = unit.log.decisions(inquiry.id, limit=1)
    if last and (last[-1].action, last[-1].reason) == (Action.ASKING_POSTPONED, verdict.reason):
        return
    note(
        unit,
        now,
        inquiry.community_id,
        Action.ASKING_POSTPONED,
        inquiry.id,
        reason=verdict.reason,
    )
