"""Everything the store knows of one inquiry, read in one transaction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.engines.protocol import Engine, Exchange
from agent.method.meaning import as_meant
from agent.method.readings import (
    ENDS_HERE,
    AnswerQuality,
    AnswerReading,
    Standing,
    ThreadView,
)
from memory.errors import StoreError
from memory.records.correction import ChangeKind, Correction
from memory.records.guide import Decision, Guide, GuideStatus, GuideVersion, Review
from memory.records.inbox import SentenceMeaning
from memory.records.incident import IncidentReview
from memory.records.inquiry import (
    Answer,
    AnswerKind,
    CloseReason,
    Inquiry,
    Moment,
    Question,
    QuestionStatus,
)
from memory.records.people import Member
from memory.records.talk import Message, MessageKind
from memory.store.protocols import Unit

if TYPE_CHECKING:
    from agent.method.retiring import Retired

MOST_VAGUE = 2
"""Vague answers in a row after which nobody is pressed further."""
MIN_ANSWERS = 2
"""How many answers somebody of the thread must have given to be asked in another's place."""
NAME = re.compile(r"[^\W_](?:[\w.-]*\w)?")


@dataclass(frozen=True, slots=True)
class Dossier:
    """One inquiry with its moment, thread, questions, answers and guide."""

    inquiry: Inquiry
    moment: Moment
    view: ThreadView
    anchor: Message
    """The message the moment is about."""
    questions: tuple[Question, ...]
    answers: Mapping[str, Answer]
    """By question id."""
    replies: Mapping[str, Message]
    """Interview messages by question id."""
    guide: Guide | None
    reviews: tuple[Review, ...]
    corrections: tuple[Correction, ...] = ()
    """What authors changed of this guide, and took back from any, in order."""
    incident: IncidentReview | None = None
    """Set where the inquiry is an after-action review."""
    meanings: tuple[SentenceMeaning, ...] = ()
    """What authors say sentences of their answers are about."""
    enough: tuple[str, ...] = ()
    """Ids of people who said enough for now."""

    @property
    def left(self) -> frozenset[str]:
        """Ids of people who took back all of their words in this inquiry."""
        guide_id = Guide.id_of(self.inquiry.id)
        return frozenset(
            change.author_id
            for change in self.corrections
            if change.kind is ChangeKind.WITHDRAWN and change.guide_id == guide_id
        )

    @property
    def delivered(self) -> tuple[Question, ...]:
        """Questions that reached a person, by turn."""
        return tuple(q for q in self.questions if q.delivered_at is not None)

    @property
    def withdrawn(self) -> CloseReason | None:
        """Why the discussion may no longer be used, if it may not."""
        if self.anchor.deleted:
            return CloseReason.SOURCE_DELETED
        if self.view.thread.private:
            return CloseReason.SOURCE_WITHDRAWN
        if self.guide is not None and self.guide.status is GuideStatus.RETRACTED:
            return CloseReason.WITHDRAWN if self.guide.approved else CloseReason.NOT_CONFIRMED
        return CloseReason.GATED if self.gated and not self.delivered else None

    @property
    def gated(self) -> bool:
        """Whether a gate of triage has closed on the moment since it was found."""
        return not self.moment.score

    @property
    def sent_back(self) -> bool:
        """Whether a steward sent the current version back and no new one was drafted since."""
        return self.guide is not None and any(
            review.version == self.guide.current.number and review.decision is Decision.REVISE
            for review in self.reviews
        )

    @property
    def read_anew(self) -> bool:
        """Whether an author said what a sentence is about while this very draft stood."""
        guide = self.guide
        return (
            guide is not None
            and guide.status is GuideStatus.DRAFT
            and any(meaning.drafted == guide.current.number for meaning in self.meanings)
        )

    @property
    def revisions(self) -> int:
        """How often a steward sent the guide back; each allows one more probe."""
        sent_back = (r for r in self.reviews if r.decision is Decision.REVISE)
        return len({(review.reviewer_id, review.decided_at) for review in sent_back})

    def drafted_since(self, question: Question) -> bool:
        """Whether a version was drafted after this question had been delivered."""
        delivered = question.delivered_at
        return (
            self.guide is not None
            and delivered is not None
            and self.guide.current.created_at >= delivered
            and question.status is not QuestionStatus.OPEN
        )

    def exchanges(self, engine: Engine) -> tuple[Exchange, ...]:
        """Questions answered in words, each read against what was known before it.

        Those who look back on an incident do so apart: what others wrote is not known to them, so
        saying it again is something. Where it differs from what was said openly, it differs.
        """
        known: list[Message] = [m for m in self.view.messages if not m.deleted]
        found: list[Exchange] = []
        for question in self.questions:
            reply = self.replies.get(question.id)
            if reply is not None:
                reading = self._reading(engine, question, reply, known)
                meant = {m.start: m.facet for m in self.meanings if m.message_id == reply.id}
                found.append(Exchange(question, reply, as_meant(reading, reply, meant)))
                known.append(reply)
        return tuple(found)

    def _reading(
        self, engine: Engine, question: Question, reply: Message, known: Sequence[Message]
    ) -> AnswerReading:
        if self.incident is None:
            return engine.read_answer(reply, question, tuple(known))
        own = tuple(m for m in known if m.author_id == reply.author_id)
        talk = tuple(m for m in known if m.thread_id == self.incident.discussed_id)
        openly = (*talk, *(m for m in own if m not in talk))
        differing = engine.read_answer(reply, question, openly).contradicts
        return replace(engine.read_answer(reply, question, own), contradicts=differing)


def spoken(unit: Unit, thread_id: str) -> Iterator[Message]:
    """What was said in a thread, in order, without what was told to the agent."""
    for message in unit.talk.thread_messages(thread_id):
        if message.kind is not MessageKind.INTERVIEW:
            yield message


def view_thread(unit: Unit, thread_id: str) -> ThreadView:
    """Read a thread with its messages and the people in it. Raises `StoreError` if unknown."""
    thread = unit.talk.thread(thread_id)
    if thread is None:
        raise StoreError(f"thread {thread_id!r} is not in the store")
    messages = tuple(spoken(unit, thread_id))
    ids = {m.author_id for m in messages if m.author_id} | {i for m in messages for i in m.mentions}
    people: dict[str, Member] = {}
    for member_id in sorted(ids):
        member = unit.people.member(member_id)
        if member is not None:
            people[member_id] = member
    return ThreadView(thread, messages, people)


def read_dossier(unit: Unit, inquiry_id: str) -> Dossier:
    """Read everything about one inquiry. Raises `StoreError` naming what is missing."""
    inquiry = unit.inquiries.inquiry(inquiry_id)
    if inquiry is None:
        raise StoreError(f"inquiry {inquiry_id!r} is not in the store")
    moment = unit.inquiries.moment(inquiry.moment_id)
    if moment is None:
        raise StoreError(f"moment {inquiry.moment_id!r} of {inquiry_id!r} is not in the store")
    incident = unit.incidents.review_of(inquiry_id)
    view = view_thread(unit, moment.thread_id)
    if incident is not None and incident.discussed_id is not None:
        view = _with_discussion(unit, view, incident.discussed_id)
    anchor = unit.talk.message(moment.message_id)
    if anchor is None:
        raise StoreError(f"message {moment.message_id!r} of {inquiry_id!r} is not in the store")
    questions = tuple(unit.inquiries.questions(inquiry_id))
    answers = {
        q.id: answer for q in questions if (answer := unit.inquiries.answer(q.id)) is not None
    }
    ids = {a.question_id: a.message_id for a in answers.values() if a.message_id is not None}
    stored = unit.talk.messages(ids.values())
    replies = {
        qid: stored[mid] for qid, mid in ids.items() if mid in stored and not stored[mid].deleted
    }
    guide = unit.guides.guide(inquiry.guide_id) if inquiry.guide_id else None
    reviews = tuple(unit.guides.reviews(guide.id)) if guide else ()
    corrections = corrections_for(unit, Guide.id_of(inquiry_id), inquiry.community_id)
    return Dossier(
        inquiry=inquiry,
        moment=moment,
        view=view,
        anchor=anchor,
        questions=questions,
        answers=answers,
        replies=replies,
        guide=guide,
        reviews=reviews,
        corrections=corrections,
        incident=incident,
        meanings=tuple(unit.inbox.meanings(inquiry_id)),
        enough=tuple(said.member_id for said in unit.inbox.enough(inquiry_id)),
    )


def _with_discussion(unit: Unit, view: ThreadView, thread_id: str) -> ThreadView:
    """The thread of a review with the public talk in which its incident was handled, in order."""
    discussed = view_thread(unit, thread_id)
    if not discussed.thread.open_to_all:
        return view
    return replace(
        view,
        messages=(*discussed.messages, *view.messages),
        people={**discussed.people, **view.people},
    )


def corrections_for(unit: Unit, guide_id: str, community_id: str) -> tuple[Correction, ...]:
    """What holds for a guide: its own changes, and what was taken back from other guides."""
    own = unit.guides.corrections(guide_id)
    elsewhere = [c for c in unit.guides.withdrawals(community_id) if c.guide_id != guide_id]
    return (*elsewhere, *own)


def retired_in(unit: Unit, version: GuideVersion, changes: Sequence[Correction]) -> Retired:
    """The changes with every message that it takes to apply them to a version."""
    ids = {span.message_id for s in version.sentences() for span in s.evidence}
    ids |= {span.message_id for entry in version.coverage for span in entry.evidence}
    ids |= {step.message_id for step in version.trail} | {version.title_evidence.message_id}
    ids |= {change.message_id for change in changes if change.message_id is not None}
    asked = sorted({step.question_id for step in version.trail if step.question_id})
    questions = [q for each in asked if (q := unit.inquiries.question(each)) is not None]
    ids |= {question.quote.message_id for question in questions}
    messages = unit.talk.messages(ids)
    from agent.method.retiring import Retired

    return Retired(version.guide_id, tuple(changes), messages, tuple(questions))


def standings_of(unit: Unit, community_id: str) -> Mapping[str, Standing]:
    """What the archive knows of each author."""
    return {
        author: Standing(**{key: counts.get(key, 0) for key in Standing.__dataclass_fields__})
        for author, counts in unit.talk.author_counts(community_id).items()
    }


def opener_of(view: ThreadView) -> str | None:
    """Id of whoever opened the thread."""
    return next((m.author_id for m in view.messages if m.author_id), None)


def answerers(view: ThreadView, standings: Mapping[str, Standing]) -> tuple[Member, ...]:
    """People of the thread, other than who opened it, who have answered elsewhere too.

    By what they gave the community: answers, three for each accepted one, and their score.
    """
    opener = opener_of(view)
    spoke = {m.author_id for m in view.messages if m.author_id and m.author_id != opener}
    known = [
        (person, standings[person])
        for person in sorted(spoke)
        if person in standings and standings[person].answers >= MIN_ANSWERS
    ]
    known.sort(key=lambda pair: -(pair[1].answers + 3 * pair[1].accepted + pair[1].score))
    return tuple(view.people[person] for person, _ in known if person in view.people)


def gave_up(dossier: Dossier, exchanges: Sequence[Exchange]) -> tuple[str, ...]:
    """Members not to be asked again here.

    They referred, skipped, stopped, refused, kept silent, or said enough for now.
    """
    gone: dict[str, None] = {}
    for question in dossier.questions:
        answer = dossier.answers.get(question.id)
        silent = answer is None and question.closed_at is not None
        if silent or (answer is not None and answer.kind is not AnswerKind.REPLY):
            gone[question.asked_of] = None
    gone |= dict.fromkeys((*sorted(dossier.left), *dossier.enough))
    for exchange in exchanges:
        if exchange.reading.quality in (AnswerQuality.REFERS, AnswerQuality.REFUSES):
            gone[exchange.question.asked_of] = None
    return tuple(gone)


def has_ended(exchanges: Sequence[Exchange]) -> bool:
    """Whether the interview is over: nothing more to tell, or vague twice in a row."""
    if not exchanges:
        return False
    last = exchanges[-1].reading
    vague = [e.reading.quality is AnswerQuality.VAGUE for e in exchanges[-MOST_VAGUE:]]
    told_all = last.quality is AnswerQuality.NOTHING_NEW or ENDS_HERE in last.notes
    return told_all or (len(vague) == MOST_VAGUE and all(vague))


def referred_people(
    unit: Unit, dossier: Dossier, exchanges: Sequence[Exchange]
) -> tuple[Member, ...]:
    """People whom an expert named, with `not me` or in a reply, latest first."""
    members = unit.people.members(dossier.inquiry.community_id)
    by_id = {member.id: member for member in members}
    in_words = {e.question.id: e.reading.refers_to for e in exchanges}
    found: list[Member] = []
    for question in reversed(dossier.questions):
        answer = dossier.answers.get(question.id)
        if answer is not None and answer.refer_to_id in by_id:
            found.append(by_id[answer.refer_to_id])
        elif words := in_words.get(question.id):
            named = person_named(words, members)
            if named is not None:
                found.append(named)
    return tuple(found)


def person_named(words: str, members: Sequence[Member]) -> Member | None:
    """The one member whose handle, name or unique first name stands in `words`; else `None`."""
    spoken = " ".join(NAME.findall(words.casefold()))
    said = f" {spoken} "

    def stands(name: str) -> bool:
        return bool(name) and f" {name.casefold()} " in said

    whole = [m for m in members if stands(m.handle) or stands(m.name)]
    first = [m for m in members if m.name and stands(m.name.split()[0])]
    for found in (whole, first):
        if len(found) == 1 and not found[0].is_bot:
            return found[0]
    return None
