"""A small legal world of records, from community to guide, for tests of the ground floor."""

# ruff: noqa: D103 - each builder is named after the record it makes

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from memory.records.guide import (
    Confirmation,
    Decision,
    Guide,
    GuideMeasures,
    GuideSection,
    GuideSentence,
    GuideStatus,
    GuideVersion,
    Review,
    TrailStep,
)
from memory.records.inquiry import (
    Answer,
    AnswerKind,
    Facet,
    FacetCoverage,
    FacetStatus,
    Inquiry,
    InquiryStatus,
    Moment,
    Question,
    QuestionStatus,
    Signal,
)
from memory.records.people import Community, Credit, Member
from memory.records.talk import (
    EvidenceSpan,
    Message,
    MessageKind,
    Origin,
    Segment,
    SegmentKind,
    Thread,
)
from memory.store.protocols import Store

NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
COMMUNITY = Community(id=Community.id_of("Brewers"), name="Brewers", created_at=NOON)
ADVICE = "Never open the kettle before it is below 80 degrees, or the wort oxidises."


def member(native_id: str = "ada", **changes: Any) -> Member:
    return Member(
        **{
            "id": Member.id_of(COMMUNITY.id, "slack", native_id),
            "community_id": COMMUNITY.id,
            "source": "slack",
            "native_id": native_id,
            "handle": native_id,
            "name": native_id.title(),
            **changes,
        }
    )


ADA = member("ada")
BEN = member("ben")


def thread(native_id: str = "t1", **changes: Any) -> Thread:
    source = changes.get("source", "slack")
    return Thread(
        **{
            "id": Thread.id_of(COMMUNITY.id, source, native_id),
            "community_id": COMMUNITY.id,
            "source": "slack",
            "native_id": native_id,
            "started_at": NOON,
            "last_at": NOON,
            **changes,
        }
    )


def message(native_id: str = "m1", text: str = ADVICE, **changes: Any) -> Message:
    own = (Segment(kind=SegmentKind.OWN, start=0, end=len(text)),) if text else ()
    return Message(
        **{
            "id": Message.id_of(COMMUNITY.id, "slack", native_id),
            "community_id": COMMUNITY.id,
            "thread_id": thread().id,
            "source": "slack",
            "native_id": native_id,
            "author_id": ADA.id,
            "kind": MessageKind.CHAT,
            "text": text,
            "segments": own,
            "sent_at": NOON,
            "origin": Origin(file="general/2024-05-06.json", line=1),
            **changes,
        }
    )


SPAN = EvidenceSpan.of(message(), 0, len(ADVICE))


def moment(of: Message | None = None, score: float = 0.9) -> Moment:
    said = of or message()
    return Moment(
        id=Moment.id_of(said.id),
        community_id=COMMUNITY.id,
        thread_id=said.thread_id,
        message_id=said.id,
        author_id=ADA.id,
        score=score,
        signals=(Signal(name="directive", value=1.0, weight=0.8),),
        reasons=("a directive without its reason",),
        found_at=NOON,
    )


def inquiry(of: Moment | None = None, **changes: Any) -> Inquiry:
    moment_id = (of or moment()).id
    return Inquiry(
        **{
            "id": Inquiry.id_of(moment_id),
            "community_id": COMMUNITY.id,
            "moment_id": moment_id,
            "expert_id": ADA.id,
            "status": InquiryStatus.WAITING_FOR_ANSWER,
            "opened_at": NOON,
            "updated_at": NOON,
            **changes,
        }
    )


def coverage() -> tuple[FacetCoverage, ...]:
    return (
        FacetCoverage(
            facet=Facet.PITFALLS, status=FacetStatus.STATED, confidence=0.75, evidence=(SPAN,)
        ),
        FacetCoverage(facet=Facet.CUES, status=FacetStatus.ABSENT, confidence=1.0),
    )


def question(turn: int = 1, **changes: Any) -> Question:
    return Question(
        **{
            "id": Question.id_of(inquiry().id, turn),
            "community_id": COMMUNITY.id,
            "inquiry_id": inquiry().id,
            "turn": turn,
            "asked_of": ADA.id,
            "facet": Facet.CUES,
            "text": "What tells you that it is cool enough?",
            "quote": SPAN,
            "template": "CUES.1",
            "because": "nobody has said it yet",
            "minutes": 1.0,
            "value": 0.05,
            "status": QuestionStatus.OPEN,
            "composed_at": NOON,
            "delivered_at": NOON + turn * HOUR,
            **changes,
        }
    )


def answer(to: Question | None = None, kind: AnswerKind = AnswerKind.SKIP) -> Answer:
    asked = to or question()
    return Answer(
        id=Answer.id_of(asked.id),
        community_id=COMMUNITY.id,
        question_id=asked.id,
        member_id=ADA.id,
        kind=kind,
        given_at=NOON + 2 * HOUR,
    )


def sentence(span: EvidenceSpan = SPAN) -> GuideSentence:
    return GuideSentence(text=span.quote, author_id=ADA.id, evidence=(span,))


def version(number: int = 1, span: EvidenceSpan = SPAN, **changes: Any) -> GuideVersion:
    return GuideVersion(
        **{
            "guide_id": Guide.id_of(inquiry().id),
            "number": number,
            "title": f"Cooling the kettle, {number}",
            "title_evidence": span,
            "summary": sentence(span),
            "sections": (GuideSection(facet=Facet.PITFALLS, sentences=(sentence(span),)),),
            "open_facets": (Facet.CUES, Facet.WHY),
            "coverage": coverage(),
            "trail": (
                TrailStep(message_id=span.message_id, author_id=ADA.id, at=NOON, part="said"),
            ),
            "measures": GuideMeasures(
                completeness=0.5, citation_recall=1.0, citation_precision=0.9, words=14
            ),
            "created_at": NOON + HOUR,
            **changes,
        }
    )


def guide(current: GuideVersion | None = None, **changes: Any) -> Guide:
    return Guide(
        **{
            "id": Guide.id_of(inquiry().id),
            "community_id": COMMUNITY.id,
            "inquiry_id": inquiry().id,
            "status": GuideStatus.DRAFT,
            "current": current or version(),
            **changes,
        }
    )


def review(number: int = 1, decision: Decision = Decision.APPROVE) -> Review:
    return Review(
        id=Review.id_of(guide().id, number, BEN.id),
        community_id=COMMUNITY.id,
        guide_id=guide().id,
        version=number,
        reviewer_id=BEN.id,
        decision=decision,
        comment="clear",
        decided_at=NOON + 3 * HOUR,
    )


def confirmation(number: int = 1) -> Confirmation:
    return Confirmation(
        guide_id=guide().id,
        version=number,
        member_id=ADA.id,
        credit=Credit.CREDITED,
        confirmed_at=NOON + 2 * HOUR,
    )


def published(current: GuideVersion | None = None, **changes: Any) -> Guide:
    of = current or version()
    return guide(
        of,
        **{
            "status": GuideStatus.PUBLISHED,
            "confirmations": (confirmation(of.number),),
            "review": review(of.number),
            "published_at": NOON + 4 * HOUR,
            "review_by": NOON + 180 * 24 * HOUR,
            **changes,
        },
    )


def settle(store: Store) -> None:
    """Store the world up to an open inquiry."""
    with store.writing() as unit:
        unit.people.save_community(COMMUNITY)
        unit.people.save_members([ADA, BEN])
        unit.talk.save_threads([thread()])
        unit.talk.save_messages([message()])
        unit.inquiries.save_moments([moment()])
        unit.inquiries.save_inquiry(inquiry())
