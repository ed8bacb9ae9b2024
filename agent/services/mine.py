"""Everything that stands, or waits to stand, in one person's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.services.seeing import sight_for
from agent.services.workplace import Workplace
from memory.records.correction import ChangeKind
from memory.records.guide import Guide, GuideStatus
from memory.records.inquiry import Answer, Inquiry, Question
from memory.records.people import Credit, Member
from memory.records.talk import Message
from memory.store.protocols import Unit


@dataclass(frozen=True, slots=True)
class OwnGuide:
    """A guide with words of this person, and how they appear in it."""

    guide: Guide
    sentences: int
    """How many stand in this name."""
    missing: int
    """How many of them lack this person's yes."""
    credit: Credit
    together: int = 0
    """How many of them were confirmed together, though in Chatham House mode each is by itself."""


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """Something this person told the agent, and what it was told for."""

    question: Question
    answer: Answer
    message: Message
    inquiry: Inquiry | None


@dataclass(frozen=True, slots=True)
class InMyName:
    """Everything of one person. What they took back is only counted."""

    member: Member
    waiting: tuple[OwnGuide, ...]
    """Drafts that wait for this person's yes."""
    others: tuple[OwnGuide, ...]
    """Guides that wait for others, and published ones."""
    answers: tuple[OwnAnswer, ...]
    withdrawn: int
    """Guides from which they took all of their words back."""


def in_my_name(work: Workplace, member: Member) -> InMyName:
    """Drafts, guides and answers of a person, read in one transaction."""
    with work.store.reading() as unit:
        known = unit.people.member(member.id) or member
        sight = sight_for(unit, work, known.community_id, known)
        guides = [one for one in unit.guides.guides_with(known.id) if sight.sees(one.id)]
        own = [
            _own(known, guide)
            for guide in guides
            if known.id in guide.current.authors()
            and guide.status not in (GuideStatus.REJECTED, GuideStatus.RETRACTED)
        ]
        withdrawn = {
            change.guide_id
            for change in unit.guides.withdrawals(known.community_id)
            if change.author_id == known.id and change.kind is ChangeKind.WITHDRAWN
        }
        answers = _answers(unit, known)
    waiting = tuple(one for one in own if one.guide.status is GuideStatus.DRAFT and one.missing)
    others = tuple(one for one in own if one not in waiting)
    return InMyName(known, waiting, others, tuple(answers), len(withdrawn))


def _own(member: Member, guide: Guide) -> OwnGuide:
    keys = guide.current.keys_of(member.id)
    credit = guide.credit_of(member.id, member.consent.credit)
    alone = {
        yes.sentence
        for said in guide.confirmations
        if said.member_id == member.id
        for yes in said.approvals(guide.current)
        if yes.one_by_one
    }
    missing = set(guide.missing(member.id))
    together = 0
    if credit is Credit.CHATHAM_HOUSE:
        together = sum(1 for key in keys if key not in missing and key not in alone)
    return OwnGuide(guide, len(keys), sum(key in missing for key in keys), credit, together)


def _answers(unit: Unit, member: Member) -> Sequence[OwnAnswer]:
    """Replies in the order they were given; those that were erased are left out."""
    found = []
    for answer in unit.inquiries.answers_of(member.id):
        question = unit.inquiries.question(answer.question_id)
        message = unit.talk.message(answer.message_id) if answer.message_id else None
        if question is not None and message is not None and not message.deleted:
            inquiry = unit.inquiries.inquiry(question.inquiry_id)
            found.append(OwnAnswer(question, answer, message, inquiry))
    return found
