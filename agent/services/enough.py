"""Enough for now: the agent asks this person nothing more here, and drafts from what was said."""

from __future__ import annotations

from agent.inquiry.wakes import plan_wake
from agent.journal import note
from agent.services.answering import close_question, keep_enough
from agent.services.identity import Actor
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.inquiry import Answer, AnswerKind, Inquiry, Question, QuestionStatus
from memory.store.protocols import Unit


def say_enough(work: Workplace, actor: Actor, inquiry_id: str) -> bool:
    """`record_enough`, then let the inquiry go on. False: another process is at it."""
    return work.runner.advance(record_enough(work, actor, inquiry_id).id)


def record_enough(work: Workplace, actor: Actor, inquiry_id: str) -> Inquiry:
    """Record that somebody who was asked in an inquiry has said enough for now.

    It needs no open question: whatever the agent is about to ask them here stays unasked. Nobody
    opts out by it, and it is never held against them. Said again, or after the inquiry has ended,
    it changes nothing. Raises `PermissionDeniedError` for somebody who was not asked.
    """
    with work.store.writing() as unit:
        inquiry = unit.inquiries.inquiry(inquiry_id)
        if inquiry is None:
            raise UserInputError(f"no inquiry {inquiry_id!r}")
        asked = [
            question
            for question in unit.inquiries.questions(inquiry_id)
            if question.asked_of == actor.member.id and question.delivered_at is not None
        ]
        if not asked:
            raise PermissionDeniedError(f"you were asked nothing in inquiry {inquiry_id!r}")
        said = {enough.member_id for enough in unit.inbox.enough(inquiry_id)}
        if actor.member.id in said or not inquiry.is_open:
            return inquiry
        keep_enough(unit, work, actor, asked[-1])
        now = work.clock.now()
        if not _close_open(unit, work, actor, asked):
            plan_wake(unit, inquiry.community_id, inquiry_id, now)
            action, subject = Action.SAID_ENOUGH, asked[-1].id
            note(unit, now, inquiry.community_id, action, subject, **actor.logged())
    return inquiry


def _close_open(unit: Unit, work: Workplace, actor: Actor, asked: list[Question]) -> bool:
    """Close what is open to the person in the inquiry, as said enough to; whether anything was."""
    waiting = [question for question in asked if question.status is QuestionStatus.OPEN]
    for question in waiting:
        unit.inquiries.save_answer(
            Answer(
                id=Answer.id_of(question.id),
                community_id=question.community_id,
                question_id=question.id,
                member_id=actor.member.id,
                kind=AnswerKind.ENOUGH,
                given_at=work.clock.now(),
            )
        )
        close_question(unit, work, question, AnswerKind.ENOUGH, actor)
    return bool(waiting)
