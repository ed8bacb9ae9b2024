"""Memories of any size: published guides of plain sentences, and an index over random vectors.

Random vectors are the hardest case for a search that does not compare every one: nothing is
alike, so no neighbour leads to the nearest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from agent.services.workplace import Workplace
from memory.index.protocols import Embedder, Passage, Vectors
from memory.records.base import stable_id
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
)
from memory.records.inquiry import Facet, Inquiry, InquiryStatus, Moment
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
from memory.store.protocols import Unit

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
SECTIONS = (Facet.CUES, Facet.WHY, Facet.BOUNDARY, Facet.CHECK)
EACH = 1 + len(SECTIONS)
"""Passages of a guide."""
AT_ONCE = 500
"""Guides saved in one transaction."""
BENCH = Community(id=stable_id("com", "bench"), name="bench", sample=True, created_at=NOON)
_WORDS = re.findall(
    r"\w+",
    "belt bracket bearing bolt brush cable casing chain clamp cleat clutch cog collar coupling "
    "crank cylinder damper disc drum filter flange flywheel gasket gauge gear grease hinge hose "
    "jet joint key latch lever liner link manifold mount needle nozzle pawl pedal pin piston "
    "plate plug pulley pump ratchet rod roller rotor seal shaft shim sleeve spindle spring "
    "sprocket stud tank tappet tube valve vane washer wheel winch wire worm yoke",
)
ADA = Member(
    id=Member.id_of(BENCH.id, "bench", "ada"),
    community_id=BENCH.id,
    source="bench",
    native_id="ada",
    handle="ada",
    name="Ada",
)


class RandomVectors:
    """Random unit vectors in place of an embedder's, under its name."""

    def __init__(self, real: Embedder) -> None:
        self.name = real.name
        self.dimensions = real.dimensions
        self._random = np.random.default_rng(7)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return shape `(len(texts), dimensions)`; the texts are not read."""
        drawn = self._random.standard_normal((len(texts), self.dimensions)).astype(np.float32)
        unit: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
        return unit


def sentences_of(number: int) -> list[str]:
    """What is said in the guide of this number: the advice, then a sentence for each section."""
    chooser = np.random.default_rng(number)
    return [
        f"Case {number} part {part}: look after the {' and the '.join(chooser.choice(_WORDS, 6))}."
        for part in range(EACH)
    ]


def question_about(number: int) -> str:
    """A question in some of the words of that guide."""
    words = sentences_of(number)[0].removesuffix(".").split()
    return f"what about the {words[-1]} and the {words[-4]} in such a case?"


def passages(guides: int) -> Iterator[Passage]:
    """The passages of so many guides, as the index holds them."""
    for number in range(guides):
        for part, text in enumerate(sentences_of(number)):
            yield Passage(
                id=stable_id("pas", str(number), str(part)),
                guide_id=stable_id("gui", str(number)),
                version=1,
                community_id=BENCH.id,
                facet=None if part == 0 else SECTIONS[part - 1],
                title=f"Case {number}",
                text=text,
            )


def publish_guides(work: Workplace, guides: int) -> None:
    """Publish so many guides in a new home; its index stays empty."""
    with work.store.writing() as unit:
        unit.people.save_community(BENCH)
        unit.people.save_members([ADA])
    for start in range(0, guides, AT_ONCE):
        with work.store.writing() as unit:
            for number in range(start, min(guides, start + AT_ONCE)):
                _publish(unit, number)


def fill_home(work: Workplace, guides: int) -> None:
    """Publish so many guides in a new home and build its index, with random vectors."""
    from memory.index.chroma import ChromaIndex
    from memory.index.sync import rebuild_index

    publish_guides(work, guides)
    drawn = RandomVectors(work.embedder)
    index = ChromaIndex(work.home.index_dir, work.home.lock_dir, drawn)
    rebuild_index(work.store, index, work.heading)
    index.close()


def _publish(unit: Unit, number: int) -> None:
    said = sentences_of(number)
    thread = Thread(
        id=Thread.id_of(BENCH.id, "bench", str(number)),
        community_id=BENCH.id,
        source="bench",
        native_id=str(number),
        started_at=NOON,
        last_at=NOON,
    )
    text = " ".join(said)
    message = Message(
        id=Message.id_of(BENCH.id, "bench", str(number)),
        community_id=BENCH.id,
        thread_id=thread.id,
        source="bench",
        native_id=str(number),
        author_id=ADA.id,
        kind=MessageKind.ANSWER,
        text=text,
        segments=(Segment(kind=SegmentKind.OWN, start=0, end=len(text)),),
        sent_at=NOON,
        origin=Origin(file="bench", line=number + 1),
    )
    moment = Moment(
        id=stable_id("mom", message.id),
        community_id=BENCH.id,
        thread_id=thread.id,
        message_id=message.id,
        author_id=ADA.id,
        score=1,
        signals=(),
        reasons=(),
        found_at=NOON,
    )
    inquiry = Inquiry(
        id=stable_id("inq", moment.id),
        community_id=BENCH.id,
        moment_id=moment.id,
        status=InquiryStatus.PUBLISHED,
        opened_at=NOON,
        updated_at=NOON,
    )
    unit.talk.save_threads([thread])
    unit.talk.save_messages([message])
    unit.inquiries.save_moments([moment])
    unit.inquiries.save_inquiry(inquiry)
    unit.guides.save_guide(_guide(inquiry.id, number, message))


def _guide(inquiry_id: str, number: int, message: Message) -> Guide:
    def cited(sentence: str) -> GuideSentence:
        start = message.text.index(sentence)
        span = EvidenceSpan.of(message, start, start + len(sentence))
        return GuideSentence(text=sentence, author_id=ADA.id, evidence=(span,))

    advice, *parts = (cited(sentence) for sentence in sentences_of(number))
    guide_id = Guide.id_of(inquiry_id)
    version = GuideVersion(
        guide_id=guide_id,
        number=1,
        title=f"Case {number}",
        title_evidence=advice.evidence[0],
        summary=advice,
        sections=tuple(
            GuideSection(facet=facet, sentences=(sentence,))
            for facet, sentence in zip(SECTIONS, parts, strict=True)
        ),
        open_facets=(),
        coverage=(),
        trail=(),
        measures=GuideMeasures(completeness=0.5, citation_recall=1, citation_precision=1, words=60),
        created_at=NOON,
    )
    return Guide(
        id=guide_id,
        community_id=BENCH.id,
        inquiry_id=inquiry_id,
        status=GuideStatus.PUBLISHED,
        current=version,
        confirmations=(
            Confirmation(
                guide_id=guide_id,
                version=1,
                member_id=ADA.id,
                credit=Credit.CREDITED,
                confirmed_at=NOON,
            ),
        ),
        review=Review(
            id=Review.id_of(guide_id, 1, ADA.id),
            community_id=BENCH.id,
            guide_id=guide_id,
            version=1,
            reviewer_id=ADA.id,
            decision=Decision.APPROVE,
            decided_at=NOON,
        ),
        published_at=NOON,
        review_by=NOON + timedelta(days=100_000),
    )
