"""A small coffee thread and interview, built from plain strings, for tests of the guide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from agent.method.facets import CatalogueDetector, coverage_of, read_message
from agent.method.readings import AnswerQuality, AnswerReading, ThreadView
from memory.records.inquiry import Facet, FacetCoverage, Inquiry, InquiryStatus, Moment, Question
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
from prompts.catalogue import load_catalogue

CATALOGUE = load_catalogue()
DETECTOR = CatalogueDetector(CATALOGUE)
COMMUNITY = Community.id_of("coffee")
START = datetime(2015, 2, 3, 10, tzinfo=UTC)
THREAD = Thread.id_of(COMMUNITY, "test", "t1")
ADVICE = (
    "Hi there! Ordinary white vinegar works, but the smell bothers some people. If so, use citric"
    " acid. I use about a tablespoon to a quart for descaling. Hope this helps!"
)
PROBES = (
    (
        Facet.CHECK,
        "about a tablespoon to a quart",
        "If the last of the water still comes out cloudy, run it again.",
    ),
    (
        Facet.WHY,
        "use citric acid",
        "Well, it leaves no smell because nothing of it stays in the plastic. Thanks for asking!",
    ),
    (
        Facet.BOUNDARY,
        "use citric acid",
        "I would not leave it in for more than 20 minutes if the boiler is aluminium.",
    ),
)


def member(handle: str, title: str = "") -> Member:
    """A member named by handle."""
    return Member(
        id=Member.id_of(COMMUNITY, "test", handle),
        community_id=COMMUNITY,
        source="test",
        native_id=handle,
        handle=handle,
        name=handle.capitalize(),
        title=title,
    )


ASKER, EXPERT, OTHER = member("ann"), member("bea", "Head barista"), member("cy")


def message(native_id: str, author: Member, kind: MessageKind, text: str) -> Message:
    """A message whose whole text is its author's own words."""
    return Message(
        id=Message.id_of(COMMUNITY, "test", native_id),
        community_id=COMMUNITY,
        thread_id=THREAD,
        source="test",
        native_id=native_id,
        author_id=author.id,
        kind=kind,
        text=text,
        segments=(Segment(kind=SegmentKind.OWN, start=0, end=len(text)),) if text else (),
        sent_at=START + timedelta(hours=len(native_id)),
        origin=Origin(file="t.jsonl", line=1),
    )


def view(*messages: Message, title: str = "How do I descale a drip machine?") -> ThreadView:
    """The thread with these messages."""
    thread = Thread(
        id=THREAD,
        community_id=COMMUNITY,
        source="test",
        native_id="t1",
        title=title,
        started_at=START,
        last_at=START,
    )
    return ThreadView(thread, messages, {m.id: m for m in (ASKER, EXPERT, OTHER)})


def inquiry(moment: Message) -> Inquiry:
    """An open inquiry on a message."""
    moment_id = Moment.id_of(moment.id)
    return Inquiry(
        id=Inquiry.id_of(moment_id),
        community_id=COMMUNITY,
        moment_id=moment_id,
        expert_id=EXPERT.id,
        status=InquiryStatus.WAITING_FOR_ANSWER,
        opened_at=START,
        updated_at=START,
    )


def interview(
    moment: Message,
    probes: Sequence[tuple[Facet, str, str]] = PROBES,
    quality: AnswerQuality = AnswerQuality.INFORMATIVE,
) -> list[tuple[Question, Message, AnswerReading]]:
    """Questions on quotes of the moment, with the expert's answers as read by the method."""
    asked = []
    for turn, (facet, quote, text) in enumerate(probes, start=1):
        at = moment.text.index(quote)
        question = Question(
            id=Question.id_of(inquiry(moment).id, turn),
            community_id=COMMUNITY,
            inquiry_id=inquiry(moment).id,
            turn=turn,
            asked_of=EXPERT.id,
            facet=facet,
            text=f'About "{quote}": what would you add?',
            quote=EvidenceSpan.of(moment, at, at + len(quote)),
            template=f"{facet}.1",
            because="Nobody has said this yet.",
            minutes=1.5,
            value=0.05,
            composed_at=START + timedelta(days=turn),
        )
        answer = message(f"interview-{turn}", EXPERT, MessageKind.INTERVIEW, text)
        reading = AnswerReading(quality, read_message(answer, DETECTOR))
        asked.append((question, answer, reading))
    return asked


QUESTION = message("q", ASKER, MessageKind.QUESTION, "My machine gurgles. How do I descale it?")
MOMENT = message("a1", EXPERT, MessageKind.ANSWER, ADVICE)


def coverage(*messages: Message) -> tuple[FacetCoverage, ...]:
    """Coverage of all facets over these messages."""
    return coverage_of([(one, read_message(one, DETECTOR)) for one in messages], CATALOGUE)
