"""Open inquiries of any number, each with a question that waits for somebody."""

from __future__ import annotations

from datetime import timedelta

from agent.services.workplace import Workplace
from evals.bench.memories import ADA, BENCH, NOON
from memory.records.base import stable_id
from memory.records.inquiry import (
    Facet,
    Inquiry,
    InquiryStatus,
    Moment,
    Question,
    QuestionStatus,
)
from memory.records.people import Member
from memory.records.talk import (
    EvidenceSpan,
    Message,
    MessageKind,
    Origin,
    Segment,
    SegmentKind,
    Thread,
)
from memory.store.protocols import Unit

PEOPLE = 50
"""Others who are asked."""
SAID = "Lower the batch size, and never touch the global setting."


def ask_many(work: Workplace, inquiries: int) -> None:
    """Open so many inquiries; the last one's question is Ada's, all others go to other people."""
    others = [
        Member(
            id=Member.id_of(BENCH.id, "bench", f"person{number}"),
            community_id=BENCH.id,
            source="bench",
            native_id=f"person{number}",
            handle=f"person{number}",
            name=f"Person {number}",
        )
        for number in range(PEOPLE)
    ]
    with work.store.writing() as unit:
        unit.people.save_members(others)
        for number in range(inquiries):
            last = number == inquiries - 1
            _ask(unit, number, ADA if last else others[number % PEOPLE])


def _ask(unit: Unit, number: int, member: Member) -> None:
    """A thread of one message by `member`, and a question to them about it."""
    name = f"asked{number}"
    thread = Thread(
        id=Thread.id_of(BENCH.id, "bench", name),
        community_id=BENCH.id,
        source="bench",
        native_id=name,
        started_at=NOON,
        last_at=NOON,
    )
    message = Message(
        id=Message.id_of(BENCH.id, "bench", name),
        community_id=BENCH.id,
        thread_id=thread.id,
        source="bench",
        native_id=name,
        author_id=member.id,
        kind=MessageKind.ANSWER,
        text=SAID,
        segments=(Segment(kind=SegmentKind.OWN, start=0, end=len(SAID)),),
        sent_at=NOON,
        origin=Origin(file="bench", line=number + 1),
    )
    moment = Moment(
        id=stable_id("mom", message.id),
        community_id=BENCH.id,
        thread_id=thread.id,
        message_id=message.id,
        author_id=member.id,
        score=1,
        signals=(),
        reasons=(),
        found_at=NOON,
    )
    inquiry = Inquiry(
        id=Inquiry.id_of(moment.id),
        community_id=BENCH.id,
        moment_id=moment.id,
        status=InquiryStatus.WAITING_FOR_ANSWER,
        opened_at=NOON,
        updated_at=NOON,
    )
    question = Question(
        id=Question.id_of(inquiry.id, 1),
        community_id=BENCH.id,
        inquiry_id=inquiry.id,
        turn=1,
        asked_of=member.id,
        facet=Facet.WHY,
        text="Why the batch size?",
        quote=EvidenceSpan.of(message, 0, len("Lower the batch size")),
        template="WHY.1",
        because="it will help with cases that nobody has met yet",
        minutes=1.5,
        value=1.0,
        status=QuestionStatus.OPEN,
        composed_at=NOON,
        delivered_at=NOON + timedelta(minutes=1),
    )
    unit.talk.save_threads([thread])
    unit.talk.save_messages([message])
    unit.inquiries.save_moments([moment])
    unit.inquiries.save_inquiry(inquiry)
    unit.inquiries.save_question(question)
