"""Nodes that ask: frame, choose the expert, compose, deliver, wait, assess.

A node reads what it needs from the store, so it finds its place after any crash; nodes with an
interrupt have no effect of their own. What a person did is recorded by a service before the
graph wakes, and the waiting node only looks whether it is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from agent.engines.protocol import Exchange
from agent.inquiry.dossier import Dossier, has_ended, read_dossier
from agent.inquiry.state import AgentContext, InquiryState
from agent.inquiry.turns import asked_for_context, postpone, verdict_on, whose_turn
from agent.inquiry.wakes import due_key, plan
from agent.journal import note
from agent.method.differing import TEMPLATE, ask_about_difference
from agent.method.measures import still_needed
from agent.method.readings import AskContext, Contradiction
from agent.policy.budgets import MONTH, WEEK, Turn, probes_left
from agent.policy.patience import ends_at, remind_at
from agent.policy.routing import CONTEXT, Candidate
from memory.records.decisions import Action
from memory.records.inquiry import (
    AnswerKind,
    DueKind,
    Facet,
    FacetCoverage,
    FacetStatus,
    Inquiry,
    InquiryStatus,
    Question,
    QuestionStatus,
)
from memory.records.people import Member
from memory.store.protocols import Unit


def frame_inquiry(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[
    Literal[
        "choose_expert",
        "ask_people",
        "await_answer",
        "await_confirmation",
        "close_inquiry",
        "__end__",
    ]
]:
    """Find which facets are stated and which are missing, or where a lost graph had got to."""
    context = runtime.context
    with context.store.reading() as unit:
        dossier = read_dossier(unit, state["inquiry_id"])
    if not dossier.inquiry.is_open:
        return Command(goto="__end__")
    if dossier.withdrawn is not None:
        return Command(goto="close_inquiry", update={"close_reason": dossier.withdrawn.value})
    last = dossier.delivered[-1] if dossier.delivered and not dossier.incident else None
    if last is not None and not dossier.drafted_since(last):
        return Command(goto="await_answer", update={"question_id": last.id})
    if dossier.guide is not None and not dossier.sent_back:
        return Command(goto="await_confirmation", update={"guide_id": dossier.guide.id})
    if dossier.incident is not None:
        return Command(goto="ask_people")
    coverage = context.engine.coverage(dossier.view, dossier.anchor, ())
    with context.store.writing() as unit:
        unit.inquiries.save_coverage(dossier.inquiry.id, coverage)
    return Command(goto="choose_expert")


def choose_expert(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[
    Literal["compose_question", "await_turn", "ask_people", "draft_guide", "close_inquiry"]
]:
    """Pick whom to ask: who is answering, then the author, then whom they name, then others.

    A review of an incident goes back to all of its people instead.
    """
    context = runtime.context
    with context.store.reading() as unit:
        dossier = read_dossier(unit, state["inquiry_id"])
        left = probes_left(context.policy.ask, len(dossier.delivered), dossier.revisions)
        if dossier.withdrawn is not None:
            return Command(goto="close_inquiry", update={"close_reason": dossier.withdrawn.value})
        if dossier.incident is not None:
            return Command(goto="ask_people")
        exchanges = dossier.exchanges(context.engine)
        chosen = None
        enough = bool(dossier.enough) and not dossier.sent_back
        if left and not dossier.gated and not enough and not has_ended(exchanges):
            chosen = whose_turn(unit, context, dossier, exchanges)
    if chosen is None:
        return Command(goto="draft_guide")
    candidate, verdict = chosen
    waits = verdict.turn is Turn.LATER
    with context.store.writing() as unit:
        _note_choice(unit, context, dossier.inquiry, candidate)
        if waits:
            postpone(unit, context, dossier.inquiry, verdict)
    return Command(
        goto="await_turn" if waits else "compose_question",
        update={"expert_id": candidate.member.id},
    )


def _note_choice(unit: Unit, context: AgentContext, inquiry: Inquiry, candidate: Candidate) -> None:
    """Store whom the inquiry waits for, and log it where it is somebody new."""
    now = context.clock.now()
    chosen = {
        "expert_id": candidate.member.id,
        "status": InquiryStatus.WAITING_FOR_TURN,
        "updated_at": now,
    }
    unit.inquiries.save_inquiry(inquiry.model_copy(update=chosen))
    if inquiry.expert_id != candidate.member.id:
        note(
            unit,
            now,
            inquiry.community_id,
            Action.EXPERT_CHOSEN,
            inquiry.id,
            on_behalf_of=candidate.member.id,
            reason=candidate.reason,
        )


def await_turn(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[Literal["choose_expert"]]:
    """Wait until the sweep finds that the time to ask has come."""
    del runtime
    interrupt({"waits_for": "turn", "inquiry_id": state["inquiry_id"]})
    return Command(goto="choose_expert")


def _ask_context(unit: Unit, context: AgentContext, dossier: Dossier, expert_id: str) -> AskContext:
    now = context.clock.now()
    community_id = dossier.inquiry.community_id
    month = unit.inquiries.questions_delivered(community_id, now - MONTH, expert_id)
    answered = unit.inquiries.answers_of(expert_id)
    exchanges = dossier.exchanges(context.engine)
    answers = [e for e in exchanges if e.question.asked_of == expert_id]
    week = [q for q in month if q.delivered_at is not None and q.delivered_at > now - WEEK]
    ever = unit.inquiries.questions_delivered(
        community_id, dossier.view.thread.started_at, expert_id
    )
    coverage = tuple(unit.inquiries.coverage(dossier.inquiry.id))
    groups = still_needed(coverage)
    left = probes_left(context.policy.ask, len(dossier.delivered), dossier.revisions)
    asker = asked_for_context(unit, dossier, exchanges)
    if asker is not None and asker.id == expert_id:
        coverage, groups = _context_alone(coverage), ()
    return AskContext(
        view=dossier.view,
        anchor=dossier.anchor,
        coverage=coverage,
        needed=(frozenset[Facet]().union(*groups) if left <= len(groups) else frozenset())
        | _steward_asked(unit, dossier),
        asked=tuple(q.text for q in (*dossier.delivered, *month)),
        asked_facets=tuple(q.facet for q in dossier.delivered),
        templates_used=tuple(q.template for q in month),
        interview=tuple(e.message for e in exchanges),
        asks_last_week=len(week),
        asks_ever=len(ever),
        replies_ever=sum(1 for a in answered if a.kind is AnswerKind.REPLY),
        now=None if context.policy.ask.archive else now,
        addressee=unit.people.member(expert_id),
        last_answer=answers[-1].reading.quality if answers else None,
        differs=_unsettled(dossier, exchanges),
    )


def _steward_asked(unit: Unit, dossier: Dossier) -> frozenset[Facet]:
    """Facets of which the steward who sent the present version back wants to hear first."""
    guide = dossier.guide
    if guide is None or not dossier.sent_back:
        return frozenset()
    acts = (act for act in unit.desk.acts(guide.id) if act.version == guide.current.number)
    return frozenset(facet for act in acts for facet in act.facets)


def _unsettled(dossier: Dossier, exchanges: Sequence[Exchange]) -> Contradiction | None:
    """What of the last answer differs from earlier words; one inquiry asks about that once."""
    if not exchanges or any(q.template.startswith(TEMPLATE) for q in dossier.delivered):
        return None
    return next(iter(exchanges[-1].reading.contradicts), None)


def _context_alone(coverage: Sequence[FacetCoverage]) -> tuple[FacetCoverage, ...]:
    """The coverage with nothing left to ask but the context, for somebody at the periphery."""
    known = {each.facet: each for each in coverage}
    return tuple(
        known.get(facet, FacetCoverage(facet=facet, status=FacetStatus.ABSENT, confidence=0.0))
        if facet in CONTEXT
        else FacetCoverage(facet=facet, status=FacetStatus.CONFIRMED, confidence=1.0)
        for facet in Facet
    )


def compose_question(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[Literal["deliver_question", "draft_guide"]]:
    """Let the engine word the next question; none worth asking leads to the draft."""
    context = runtime.context
    expert_id = state["expert_id"]
    with context.store.reading() as unit:
        dossier = read_dossier(unit, state["inquiry_id"])
        ask_context = _ask_context(unit, context, dossier, expert_id)
    composed = ask_about_difference(
        ask_context,
        context.catalogue,
        min_value=context.policy.ask.min_value,
        max_age_days=context.policy.ask.live_max_age_days,
    ) or context.engine.compose(ask_context)
    if composed is None:
        return Command(goto="draft_guide")
    turn = len(dossier.delivered) + 1
    question = Question(
        id=Question.id_of(dossier.inquiry.id, turn),
        community_id=dossier.inquiry.community_id,
        inquiry_id=dossier.inquiry.id,
        turn=turn,
        asked_of=expert_id,
        facet=composed.facet,
        text=composed.text,
        quote=composed.quote,
        template=composed.template,
        because=composed.because,
        minutes=composed.minutes,
        value=composed.value,
        composed_at=context.clock.now(),
    )
    with context.store.writing() as unit:
        stored = unit.inquiries.question(question.id)
        if stored is None or stored.status is QuestionStatus.COMPOSED:
            unit.inquiries.save_question(question)
    found = {"question_id": question.id, "thread_id": dossier.view.thread.id}
    return Command(goto="deliver_question", update=found)


def deliver_question(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[Literal["await_answer", "await_turn", "choose_expert"]]:
    """Hand the question over, once, in the transaction that checks the budgets for good."""
    context = runtime.context
    now = context.clock.now()
    with context.store.writing() as unit:
        question = unit.inquiries.question(state["question_id"])
        if question is None:
            return Command(goto="choose_expert")
        if question.status is not QuestionStatus.COMPOSED:
            return Command(goto="await_answer")
        inquiry = unit.inquiries.inquiry(question.inquiry_id)
        member = unit.people.member(question.asked_of)
        thread = unit.talk.thread(state["thread_id"])
        if member is None or inquiry is None or thread is None or thread.private:
            return Command(goto="choose_expert")
        if member.id in {said.member_id for said in unit.inbox.enough(inquiry.id)}:
            return Command(goto="choose_expert")
        verdict = verdict_on(unit, context, member, thread)
        if verdict.turn is Turn.NEVER:
            return Command(goto="choose_expert")
        if verdict.turn is Turn.LATER:
            postpone(unit, context, inquiry, verdict)
            return Command(goto="await_turn")
        if unit.inquiries.claim_effect(f"deliver:{question.id}", now):
            hand_over(unit, context, question, member, inquiry)
    return Command(goto="await_answer")


def hand_over(
    unit: Unit, context: AgentContext, question: Question, member: Member, inquiry: Inquiry
) -> None:
    """Open the question, plan its reminder and its end, and log it."""
    now = context.clock.now()
    policy = context.policy.ask
    opened = question.model_copy(update={"status": QuestionStatus.OPEN, "delivered_at": now})
    context.channel.deliver(unit, opened)
    for kind, at in (
        (DueKind.REMIND, remind_at(member, policy, opened, now)),
        (DueKind.EXPIRE, ends_at(member, policy, opened)),
    ):
        if at is not None:
            plan(unit, question.community_id, kind, question.id, at)
    waiting = {"status": InquiryStatus.WAITING_FOR_ANSWER, "updated_at": now}
    unit.inquiries.save_inquiry(inquiry.model_copy(update=waiting))
    unit.inquiries.drop_due(due_key(DueKind.TRY_TO_ASK, inquiry.id))
    note(
        unit,
        now,
        question.community_id,
        Action.QUESTION_DELIVERED,
        question.id,
        on_behalf_of=member.id,
        reason=f"facet:{question.facet.value.lower()}",
    )


AFTER_ANSWER: dict[QuestionStatus, Literal["assess_answer", "choose_expert", "draft_guide"]] = {
    QuestionStatus.ANSWERED: "assess_answer",
    QuestionStatus.REFERRED: "choose_expert",
    QuestionStatus.EXPIRED: "choose_expert",
    QuestionStatus.SKIPPED: "draft_guide",
    QuestionStatus.ENOUGH: "draft_guide",
    QuestionStatus.STOPPED: "draft_guide",
}
"""Where each way of dealing with a question leads."""


def await_answer(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[Literal["await_answer", "assess_answer", "choose_expert", "draft_guide"]]:
    """Wait for the person, or for time to run out; the store says which it was."""
    with runtime.context.store.reading() as unit:
        question = unit.inquiries.question(state["question_id"])
    if question is None:
        return Command(goto="choose_expert")
    if question.status in AFTER_ANSWER:
        return Command(goto=AFTER_ANSWER[question.status])
    interrupt({"waits_for": "answer", "question_id": question.id})
    return Command(goto="await_answer")


def note_differences(unit: Unit, context: AgentContext, exchanges: Sequence[Exchange]) -> None:
    """Log, once for each question, that its answer differs from what somebody said before."""
    now = context.clock.now()
    for exchange in exchanges:
        question = exchange.question
        found = exchange.reading.contradicts
        if found and unit.inquiries.claim_effect(f"differs:{question.id}", now):
            whose = "own" if found[0].before_by == question.asked_of else "other"
            note(
                unit,
                now,
                question.community_id,
                Action.ANSWER_DIFFERS,
                question.id,
                on_behalf_of=question.asked_of,
                reason=f"{found[0].kind.value}:{whose}",
            )


def assess_answer(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[Literal["choose_expert", "assess_answer"]]:
    """Work out what is known now; `choose_expert` goes on asking or leads to the draft.

    What an author said meanwhile about the meaning of a sentence is read anew.
    """
    context = runtime.context
    with context.store.reading() as unit:
        dossier = read_dossier(unit, state["inquiry_id"])
    exchanges = dossier.exchanges(context.engine)
    coverage = context.engine.coverage(dossier.view, dossier.anchor, exchanges)
    claims = context.engine.claims(dossier.inquiry, dossier.view, dossier.anchor, exchanges)
    with context.store.writing() as unit:
        if tuple(unit.inbox.meanings(dossier.inquiry.id)) != dossier.meanings:
            return Command(goto="assess_answer")
        unit.inquiries.save_coverage(dossier.inquiry.id, coverage)
        unit.guides.save_claims(claims)
        note_differences(unit, context, exchanges)
    return Command(goto="choose_expert")
