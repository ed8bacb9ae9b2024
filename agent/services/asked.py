"""What waits for one person: questions, unsent words, drafts to confirm, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from agent.inquiry.dossier import read_dossier
from agent.services.answering import InboxItem, by_worth, find_question, is_snoozed
from agent.services.drafts import Unsent, unsent
from agent.services.seeing import sees_question
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.guide import Guide
from memory.records.inquiry import (
    CloseReason,
    Inquiry,
    InquiryStatus,
    Question,
    QuestionStatus,
)
from memory.records.people import Member
from memory.records.talk import Thread
from memory.store.protocols import Unit

if TYPE_CHECKING:
    from agent.services.widening import Consent


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One open question in a list."""

    question: Question
    thread: Thread | None
    """Where the question came up; `None` where that is not known any more."""
    begun: bool
    """Whether an answer was begun and not sent."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions that wait for one person."""

    now: datetime
    open: tuple[AskedLine, ...]
    """The newest day first, of one day the most valuable first."""
    snoozed: tuple[AskedLine, ...]
    """Those they put off, the first to come back first."""
    unsent: tuple[Unsent, ...]


@dataclass(frozen=True, slots=True)
class OnDesk:
    """What waits for a person beside questions."""

    to_confirm: tuple[Guide, ...]
    to_review: int
    to_agree: tuple[Consent, ...] = ()
    """Guides that may show words of theirs to more people, if they agree."""


def asked_of(work: Workplace, member: Member) -> Asked:
    """What this person is asked; reads no discussion, so that it is quick."""
    now = work.clock.now()
    with work.store.reading() as unit:
        questions = [
            question
            for question in unit.inquiries.open_questions(member.id)
            if sees_question(unit, member, question)
        ]
        begun = {draft.question_id for draft in unit.inbox.drafts(member.id)}
        lines = {
            question.id: AskedLine(question, _thread_of(unit, question), question.id in begun)
            for question in questions
        }
    later = [question for question in questions if is_snoozed(question, now)]
    later.sort(key=lambda question: (question.snoozed_until or now, question.id))
    soon = by_worth(question for question in questions if question not in later)
    return Asked(
        now,
        tuple(lines[question.id] for question in soon),
        tuple(lines[question.id] for question in later),
        tuple(unsent(work, member)),
    )


def _thread_of(unit: Unit, question: Question) -> Thread | None:
    inquiry = unit.inquiries.inquiry(question.inquiry_id)
    moment = unit.inquiries.moment(inquiry.moment_id) if inquiry else None
    return unit.talk.thread(moment.thread_id) if moment else None


def question_to(work: Workplace, member: Member, question_id: str) -> InboxItem:
    """A question with everything around it, for whom it was put to.

    Raises `UserInputError` for an unknown one, `PermissionDeniedError` for somebody else's.
    """
    question = find_question(work, question_id)
    if question.asked_of != member.id:
        raise PermissionDeniedError(f"question {question.id!r} was put to somebody else")
    with work.store.reading() as unit:
        if not sees_question(unit, member, question):
            raise PermissionDeniedError(
                f"question {question.id!r} is about talk that is not open to you any more"
            )
        return InboxItem(question, read_dossier(unit, question.inquiry_id))


def on_desk(work: Workplace, member: Member) -> OnDesk:
    """Drafts and wishes that wait for a person's yes, and how many guides they may decide on."""
    from agent.services.browsing import reviews_for
    from agent.services.guides import drafts_to_confirm
    from agent.services.widening import asked_to_agree

    drafts, reviews = drafts_to_confirm(work, member), reviews_for(work, member)
    return OnDesk(tuple(drafts), len(reviews), tuple(asked_to_agree(work, member)))


class Comes(StrEnum):
    """What comes after an answer."""

    QUESTION = "question"
    """One more question, to the same person."""
    LATER = "later"
    """There may be one more, another time."""
    CONFIRM = "confirm"
    """A draft, for the person to confirm."""
    OTHERS = "others"
    """Somebody else's turn: another expert, another author or a steward."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Next:
    """What comes after an answer, for the person who gave it."""

    comes: Comes
    question: Question | None = None
    guide_id: str | None = None
    ended: CloseReason | None = None
    """Why the inquiry ended; `None` for a published guide."""


def what_next(work: Workplace, member: Member, inquiry_id: str) -> Next:
    """What comes for this person in an inquiry as it stands now."""
    with work.store.reading() as unit:
        inquiry = unit.inquiries.inquiry(inquiry_id)
        if inquiry is None:
            raise UserInputError(f"no inquiry {inquiry_id!r}")
        for question in unit.inquiries.questions(inquiry_id):
            mine = question.asked_of == member.id
            waits = mine and question.status is QuestionStatus.OPEN
            if waits and sees_question(unit, member, question):
                return Next(Comes.QUESTION, question=question)
        return _without_question(unit, inquiry, member)


def _without_question(unit: Unit, inquiry: Inquiry, member: Member) -> Next:
    if inquiry.status is InquiryStatus.WAITING_FOR_TURN and inquiry.expert_id == member.id:
        return Next(Comes.LATER)
    if inquiry.status is InquiryStatus.WAITING_FOR_CONFIRMATION and inquiry.guide_id is not None:
        guide = unit.guides.guide(inquiry.guide_id)
        if guide is not None and member.id in guide.awaiting():
            return Next(Comes.CONFIRM, guide_id=guide.id)
    if not inquiry.is_open:
        return Next(Comes.ENDED, guide_id=inquiry.guide_id, ended=inquiry.close_reason)
    return Next(Comes.OTHERS, guide_id=inquiry.guide_id)
