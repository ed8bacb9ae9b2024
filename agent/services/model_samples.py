"""The shipped samples as records: made-up discussions that no store holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from agent.method.readings import ThreadView
from memory.records.inquiry import Inquiry, Moment, Question, QuestionStatus
from memory.records.people import Community, Member
from memory.records.talk import (
    EvidenceSpan,
    Message,
    MessageKind,
    Origin,
    Segment,
    SegmentKind,
    Thread,
)
from prompts.steps.calibrating import AnsweredItem

SOURCE = "calibration"
AT = datetime(2025, 1, 6, 12, tzinfo=UTC)
"""When all of it was said, as far as a sample is said at any time."""
COMMUNITY_ID = Community.id_of(SOURCE)


def a_thread(key: str, title: str, said: Sequence[tuple[str, str]]) -> ThreadView:
    """A discussion: texts with the handles of who wrote them, in order."""
    thread = Thread(
        id=Thread.id_of(COMMUNITY_ID, SOURCE, key),
        community_id=COMMUNITY_ID,
        source=SOURCE,
        native_id=key,
        title=title,
        started_at=AT,
        last_at=AT,
    )
    people = {handle: _member(handle) for handle, _ in said}
    messages = tuple(
        _message(f"{key}/{number}", text, people[handle], thread)
        for number, (handle, text) in enumerate(said)
    )
    return ThreadView(thread, messages, {member.id: member for member in people.values()})


def an_answer(item: AnsweredItem) -> tuple[Question, Message]:
    """The question of an item, and what was replied to it."""
    view = a_thread(item.id, "", [("expert", item.said)])
    (said,) = view.messages
    start = item.said.index(item.quote)
    inquiry_id = Inquiry.id_of(Moment.id_of(said.id))
    question = Question(
        id=Question.id_of(inquiry_id, 1),
        community_id=COMMUNITY_ID,
        inquiry_id=inquiry_id,
        turn=1,
        asked_of=said.author_id or "",
        facet=item.facet,
        text=item.question,
        quote=EvidenceSpan.of(said, start, start + len(item.quote)),
        template=SOURCE,
        because="",
        minutes=1,
        value=0,
        composed_at=AT,
        status=QuestionStatus.COMPOSED,
    )
    text = " ".join(sentence.text for sentence in item.sentences)
    answer = _message(f"{item.id}/answer", text, _member("expert"), view.thread)
    return question, answer


def _member(handle: str) -> Member:
    return Member(
        id=Member.id_of(COMMUNITY_ID, SOURCE, handle),
        community_id=COMMUNITY_ID,
        source=SOURCE,
        native_id=handle,
        handle=handle,
        name=handle,
    )


def _message(key: str, text: str, author: Member, thread: Thread) -> Message:
    return Message(
        id=Message.id_of(COMMUNITY_ID, SOURCE, key),
        community_id=COMMUNITY_ID,
        thread_id=thread.id,
        source=SOURCE,
        native_id=key,
        author_id=author.id,
        kind=MessageKind.CHAT,
        text=text,
        segments=(Segment(kind=SegmentKind.OWN, start=0, end=len(text)),),
        sent_at=AT,
        origin=Origin(file=SOURCE, line=1),
    )
