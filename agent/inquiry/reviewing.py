"""Nodes of an after-action review: put the four questions to several people at the same time.

Each person has one question at a time and goes on without the others; the graph waits for all of
them at one node. What is asked is composed and handed over in one transaction, so a question to a
person exists exactly where it was delivered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from agent.inquiry.asking import hand_over, note_differences
from agent.inquiry.dossier import Dossier, read_dossier
from agent.inquiry.state import AgentContext, InquiryState
from agent.inquiry.turns import postpone, verdict_on
from agent.inquiry.wakes import due_key
from agent.inquiry.walking import asks_around, next_person
from agent.method.lessons import compose_part, lacking
from agent.method.readings import AnswerQuality
from agent.policy.budgets import Turn, Verdict
from memory.records.base import stable_id
from memory.records.incident import AfterAction
from memory.records.inquiry import DueKind, InquiryStatus, Question, QuestionStatus
from memory.records.people import Member
from memory.store.protocols import Unit
from prompts.incident import part_of

LET_GO = frozenset(
    {
        QuestionStatus.REFERRED,
        QuestionStatus.STOPPED,
        QuestionStatus.EXPIRED,
        QuestionStatus.ENOUGH,
    }
)
"""Ways of dealing with a question after which a person is asked nothing more in a review."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person stands in a review."""

    member_id: str
    asked: tuple[Question, ...]
    """What was put to them, by turn."""
    next: AfterAction | None
    """What to ask next; `None` while a question is open, or when there is nothing left."""

    @property
    def is_asked(self) -> bool:
        """Whether a question is open to them."""
        return bool(self.asked) and self.asked[-1].status is QuestionStatus.OPEN


def people_of(dossier: Dossier) -> tuple[str, ...]:
    """Ids of those a review is put to: who was named, then whom they sent in their place."""
    if dossier.incident is None:
        return ()
    sent = [
        answer.refer_to_id
        for question in dossier.questions
        if (answer := dossier.answers.get(question.id)) is not None and answer.refer_to_id
    ]
    return tuple(dict.fromkeys((*dossier.incident.people, *sent)))


def standings_in(
    dossier: Dossier,
    refused: frozenset[str],
    again: Sequence[AfterAction],
    people: Sequence[str] | None = None,
) -> tuple[Standing, ...]:
    """Where everybody stands, or `people` alone. `refused` would rather not speak of it.

    Who took their words back is asked nothing more either.

    Each of the four is asked once; each of `again` once more for every time a steward sent the
    lesson back.
    """
    found = []
    for member_id in people_of(dossier) if people is None else people:
        asked = tuple(q for q in dossier.questions if q.asked_of == member_id)
        done = refused | dossier.left | set(dossier.enough)
        gone = member_id in done or any(q.status in LET_GO for q in asked)
        busy = bool(asked) and asked[-1].status is QuestionStatus.OPEN
        put = [part_of(question.template) for question in asked]
        left = (
            part
            for part in AfterAction
            if put.count(part) < 1 + (dossier.revisions if part in again else 0)
        )
        found.append(Standing(member_id, asked, None if gone or busy else next(left, None)))
    return tuple(found)


def ask_people(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[Literal["await_people", "draft_guide", "close_inquiry"]]:
    """Put the next question to everybody whose turn has come; with nobody left, draft."""
    context = runtime.context
    with context.store.reading() as unit:
        dossier = read_dossier(unit, state["inquiry_id"])
    if dossier.withdrawn is not None:
        return Command(goto="close_inquiry", update={"close_reason": dossier.withdrawn.value})
    exchanges = dossier.exchanges(context.engine)
    refused = frozenset(
        exchange.question.asked_of
        for exchange in exchanges
        if exchange.reading.quality is AnswerQuality.REFUSES
    )
    again: tuple[AfterAction, ...] = ()
    if dossier.guide is not None and dossier.sent_back:
        again = lacking(dossier.guide.current.coverage, context.policy.lesson)
    with context.store.writing() as unit:
        note_differences(unit, context, exchanges)
        dossier = read_dossier(unit, state["inquiry_id"])
        people: tuple[str, ...] | None = None
        if asks_around(unit, dossier):
            whose_turn = next_person(unit, context, dossier, exchanges)
            people = () if whose_turn is None else (whose_turn,)
        standings = standings_in(dossier, refused, again, people)
        later = _ask_all(unit, context, dossier, standings)
        waits = _settle(unit, context, dossier, later)
    return Command(goto="await_people" if waits else "draft_guide")


def _ask_all(
    unit: Unit, context: AgentContext, dossier: Dossier, standings: Sequence[Standing]
) -> Mapping[str, Verdict]:
    """Ask whoever may be asked now; returns who has to wait, with the verdict."""
    later: dict[str, Verdict] = {}
    for standing in standings:
        member = unit.people.member(standing.member_id)
        if standing.next is None or member is None:
            continue
        verdict = verdict_on(unit, context, member, dossier.view.thread)
        if verdict.turn is Turn.LATER:
            later[member.id] = verdict
        elif verdict.turn is Turn.NOW:
            _ask(unit, context, dossier, member, standing)
    return later


def _ask(
    unit: Unit, context: AgentContext, dossier: Dossier, member: Member, standing: Standing
) -> None:
    """Compose the next question to a person and hand it over, in this transaction.

    Its id is a function of the review, the person and the phrasing: it can be put but once.
    """
    now = context.clock.now()
    if standing.next is None:
        return
    composed = compose_part(
        standing.next,
        dossier.anchor,
        dossier.view.thread.title,
        member,
        standing.asked,
        context.catalogue,
    )
    if composed is None:
        return
    turn = len(unit.inquiries.questions(dossier.inquiry.id)) + 1
    question = Question(
        id=stable_id("que", dossier.inquiry.id, member.id, composed.template),
        community_id=dossier.inquiry.community_id,
        inquiry_id=dossier.inquiry.id,
        turn=turn,
        asked_of=member.id,
        facet=composed.facet,
        text=composed.text,
        quote=composed.quote,
        template=composed.template,
        because=composed.because,
        minutes=composed.minutes,
        value=composed.value,
        composed_at=now,
    )
    inquiry = unit.inquiries.inquiry(dossier.inquiry.id) or dossier.inquiry
    if unit.inquiries.claim_effect(f"deliver:{question.id}", now):
        hand_over(unit, context, question, member, inquiry)


def _settle(
    unit: Unit, context: AgentContext, dossier: Dossier, later: Mapping[str, Verdict]
) -> bool:
    """Note whom the review waits for; False: for nobody any more."""
    inquiry = unit.inquiries.inquiry(dossier.inquiry.id) or dossier.inquiry
    questions = unit.inquiries.questions(inquiry.id)
    is_open = any(question.status is QuestionStatus.OPEN for question in questions)
    if not later:
        unit.inquiries.drop_due(due_key(DueKind.TRY_TO_ASK, inquiry.id))
        return is_open
    first = min(later, key=lambda one: (later[one].at is None, later[one].at))
    changes = {
        "expert_id": first,
        "status": (InquiryStatus.WAITING_FOR_ANSWER if is_open else InquiryStatus.WAITING_FOR_TURN),
        "updated_at": context.clock.now(),
    }
    waiting = inquiry.model_copy(update=changes)
    unit.inquiries.save_inquiry(waiting)
    postpone(unit, context, waiting, later[first])
    return True


def await_people(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[Literal["ask_people"]]:
    """Wait for anybody, or for time; who is asked next is worked out from the store."""
    del runtime
    interrupt({"waits_for": "people", "inquiry_id": state["inquiry_id"]})
    return Command(goto="ask_people")
