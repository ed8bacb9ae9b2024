"""Unsent words: kept while somebody writes, so that nothing that happens loses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.services.identity import Actor
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.inbox import Draft
from memory.records.inquiry import AnswerKind, Question, QuestionStatus
from memory.records.people import Member

MAX_DRAFT = 2_000_000
"""Characters of one draft: far more than an answer, so that a paste too many is not lost."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """A draft of an answer to a question that is not open any more."""

    draft: Draft
    question: Question


def keep_draft(work: Workplace, actor: Actor, question_id: str, text: str) -> Draft | None:
    """Store what somebody has written so far; nothing but blanks ends the draft.

    Of a question that they answered in words nothing is kept: it was sent. One that closed in
    any other way, by time or by themselves, keeps its draft. Raises `UserInputError` over
    `MAX_DRAFT` characters, and keeps what was stored before.
    """
    if len(text) > MAX_DRAFT:
        raise UserInputError(
            f"a draft holds {MAX_DRAFT:,} characters, this one has {len(text):,}; what was kept "
            f"before is kept, please cut {len(text) - MAX_DRAFT:,}"
        )
    clean = text.encode("utf-8", "replace").decode("utf-8")
    with work.store.writing() as unit:
        question = unit.inquiries.question(question_id)
        if question is None or question.asked_of != actor.member.id:
            raise PermissionDeniedError(f"question {question_id!r} was not put to you")
        answer = unit.inquiries.answer(question_id)
        if answer is not None and answer.kind is AnswerKind.REPLY:
            return None
        if not clean.strip():
            unit.inbox.drop_draft(actor.member.id, question_id)
            return None
        draft = Draft(
            community_id=question.community_id,
            member_id=actor.member.id,
            question_id=question_id,
            text=clean,
            saved_at=work.clock.now(),
        )
        unit.inbox.save_draft(draft)
    return draft


def draft_of(work: Workplace, member: Member, question_id: str) -> Draft | None:
    """What this person wrote in answer to a question and has not sent."""
    with work.store.reading() as unit:
        return unit.inbox.draft(member.id, question_id)


def unsent(work: Workplace, member: Member) -> Sequence[Unsent]:
    """Drafts of questions that closed meanwhile, newest first: to read, to copy, to let go."""
    found = []
    with work.store.reading() as unit:
        for draft in reversed(unit.inbox.drafts(member.id)):
            question = unit.inquiries.question(draft.question_id)
            if question is not None and question.status is not QuestionStatus.OPEN:
                found.append(Unsent(draft, question))
    return found


def drop_draft(work: Workplace, actor: Actor, question_id: str) -> None:
    """Let unsent words go for good."""
    with work.store.writing() as unit:
        unit.inbox.drop_draft(actor.member.id, question_id)
