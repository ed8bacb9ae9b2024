"""Asking around: a review that walks from person to person, by the names that people give.

One person is asked at a time. Whoever has more to tell goes on; then whoever was named last and
was not asked yet; then, while too little is known, somebody whom nobody named. All of it is worked
out from the record, so a crash changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.engines.protocol import Exchange
from agent.inquiry.dossier import Dossier, gave_up, referred_people
from agent.inquiry.state import AgentContext
from agent.inquiry.turns import verdict_on
from agent.method.readings import ENDS_HERE, AnswerQuality
from agent.policy.budgets import Turn
from memory.records.incident import AfterAction
from memory.records.inquiry import QuestionStatus
from memory.records.people import Member
from memory.store.protocols import Unit

WALKS = "asks_around"
"""Reason code in the log of a review that asks around."""
SATURATED = 3
"""Answers in a row that told something and nothing new, after which nobody unnamed is asked."""


def asks_around(unit: Unit, dossier: Dossier) -> bool:
    """Whether an inquiry is a review that walks from person to person."""
    review = dossier.incident
    return review is not None and any(
        line.reason == WALKS for line in unit.log.decisions(review.id)
    )


def next_person(
    unit: Unit, context: AgentContext, dossier: Dossier, exchanges: Sequence[Exchange]
) -> str | None:
    """Id of whom to ask next; `None` while a question is open, and when nobody is left."""
    if any(question.status is QuestionStatus.OPEN for question in dossier.questions):
        return None
    if going_on := _has_more(dossier, exchanges):
        return going_on
    asked = {question.asked_of for question in dossier.questions}
    for member in _in_turn(unit, dossier, exchanges):
        if member.id in asked or not member.may_be_asked:
            continue
        if verdict_on(unit, context, member, dossier.view.thread).turn is not Turn.NEVER:
            return member.id
    return None


def is_satisfied(exchanges: Sequence[Exchange]) -> bool:
    """Whether what was told is all, as far as those who told it know.

    The last to tell anything said so and named nobody, or several in a row told nothing new.
    """
    telling = [e for e in exchanges if e.reading.quality is AnswerQuality.INFORMATIVE]
    if not telling:
        return False
    told = {exchange.question.asked_of for exchange in telling}
    closing = [e for e in exchanges if e in telling or e.question.asked_of in told]
    last = closing[-1].reading
    if ENDS_HERE in last.notes and not last.refers_to:
        return True
    known: set[str] = set()
    stale = 0
    for exchange in telling:
        said = {" ".join(s.sentence.text.casefold().split()) for s in exchange.reading.sentences}
        stale = 0 if said - known else stale + 1
        known |= said
    return stale >= SATURATED


def _has_more(dossier: Dossier, exchanges: Sequence[Exchange]) -> str | None:
    """Id of whoever answered last, if they neither came to an end nor named somebody."""
    last = dossier.questions[-1] if dossier.questions else None
    if last is None or last.asked_of in gave_up(dossier, exchanges):
        return None
    put = sum(question.asked_of == last.asked_of for question in dossier.questions)
    told = next((e.reading for e in exchanges if e.question.id == last.id), None)
    if told is None or told.quality is not AnswerQuality.INFORMATIVE or put >= len(AfterAction):
        return None
    return None if told.refers_to or ENDS_HERE in told.notes else last.asked_of


def _in_turn(unit: Unit, dossier: Dossier, exchanges: Sequence[Exchange]) -> Iterator[Member]:
    """Whoever was named, latest first; then, unless enough is known, everybody else by id."""
    yield from referred_people(unit, dossier, exchanges)
    if is_satisfied(exchanges):
        return
    first = dossier.incident.people if dossier.incident is not None else ()
    members = {member.id: member for member in unit.people.members(dossier.inquiry.community_id)}
    yield from (members[person] for person in first if person in members)
    yield from (members[person] for person in sorted(members))
