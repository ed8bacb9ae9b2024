"""Authors take back all of their words, before publication or at any time after it.

What they said is quoted nowhere again: not in this guide, not in another that cites the same words,
not in the debate behind it, and not by a later draft.
"""

from __future__ import annotations

from agent.services.correcting import Changed, gone_from, places_of, store_anew
from agent.services.guides import find_guide
from agent.services.identity import Actor
from agent.services.settling import advance, close_questions, guide_in, log_act, retract
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.correction import ChangeKind, Correction
from memory.records.decisions import Action
from memory.records.guide import Guide, GuideStatus
from memory.records.people import Member
from memory.records.talk import INTERVIEW_SOURCE, EvidenceSpan, Message, Thread
from memory.store.protocols import Unit


def withdraw_words(
    work: Workplace, actor: Actor, guide_id: str, *, keep_answers: bool = False
) -> Changed:
    """Take back all of one's words, before publication or at any time after it.

    They are quoted nowhere again. What was told to the agent alone is erased from the messages,
    unless it may stay as raw notes (`keep_answers`).
    """
    known = find_guide(work, guide_id)
    member = actor.member
    with work.store.writing() as unit:
        guide = guide_in(unit, known.id)
        if guide.status is GuideStatus.RETRACTED:
            raise UserInputError(f"guide {guide.id!r} is withdrawn already")
        spans = _spans_of(unit, guide, member)
        if not spans:
            raise PermissionDeniedError(f"none of your words stand in guide {guide.id!r}")
        answers = _answers_of(unit, guide, member)
        change = Correction(
            id=Correction.id_of(guide.id, guide.current.number, member.id, None),
            community_id=guide.community_id,
            guide_id=guide.id,
            version=guide.current.number,
            author_id=member.id,
            kind=ChangeKind.WITHDRAWN,
            retired=places_of(spans, answers),
            made_at=work.clock.now(),
        )
        unit.guides.save_correction(change)
        log_act(unit, work, actor, guide, Action.GUIDE_WITHDRAWN, "by_author")
        _close_questions(unit, work, guide, change)
        touched = [_without(unit, work, other) for other in _citing(unit, guide, change)]
        if not keep_answers:
            blank = {"text": "", "segments": (), "deleted": True}
            unit.talk.save_messages([answer.model_copy(update=blank) for answer in answers])
    for other in touched:
        advance(work, other)
    return Changed(find_guide(work, guide.id), gone_from(guide, touched[0]))


def _spans_of(unit: Unit, guide: Guide, member: Member) -> list[EvidenceSpan]:
    """Everything of this person that any version of the guide cites."""
    cited: dict[EvidenceSpan, None] = {}
    for version in (*unit.guides.versions(guide.id), guide.current):
        spans = [span for s in version.sentences() for span in s.evidence]
        spans += [span for entry in version.coverage for span in entry.evidence]
        cited |= dict.fromkeys((*spans, version.title_evidence))
    messages = unit.talk.messages({span.message_id for span in cited})
    return [
        span
        for span in cited
        if span.message_id in messages and messages[span.message_id].author_id == member.id
    ]


def _answers_of(unit: Unit, guide: Guide, member: Member) -> list[Message]:
    """What this person told the agent in the guide's inquiry, and has not taken back before."""
    thread = Thread.id_of(guide.community_id, INTERVIEW_SOURCE, guide.inquiry_id)
    told = unit.talk.thread_messages(thread)
    return [m for m in told if m.author_id == member.id and not m.deleted]


def _close_questions(unit: Unit, work: Workplace, guide: Guide, change: Correction) -> None:
    """Nobody is asked about words that were taken back, nor their author about this any more."""
    inquiry = unit.inquiries.inquiry(guide.inquiry_id)
    if inquiry is not None:
        asked = [
            question
            for question in unit.inquiries.questions(inquiry.id)
            if question.asked_of == change.author_id or change.retires(question.quote)
        ]
        close_questions(unit, work, inquiry, asked)


def _citing(unit: Unit, guide: Guide, change: Correction) -> list[Guide]:
    """The guide, and every other that cites words that were taken back with it."""
    others = unit.guides.guides(
        guide.community_id,
        [
            GuideStatus.DRAFT,
            GuideStatus.CONFIRMED,
            GuideStatus.PUBLISHED,
            GuideStatus.SUPERSEDED,
        ],
    )
    return [
        guide,
        *(
            other
            for other in others
            if other.id != guide.id
            and any(change.retires(s) for x in other.current.sentences() for s in x.evidence)
        ),
    ]


def _without(unit: Unit, work: Workplace, guide: Guide) -> Guide:
    """The guide made anew without what was taken back, or let go."""
    if guide.status in (GuideStatus.REJECTED, GuideStatus.SUPERSEDED):
        return retract(unit, work, guide)
    return store_anew(unit, work, guide, guide.current.placed(), least=True)
