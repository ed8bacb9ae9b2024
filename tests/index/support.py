"""Public test doubles of the vector memory, and guides to fill it with."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from memory.index.protocols import Passage, Vectors
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
from memory.records.inquiry import Facet
from memory.records.people import Credit
from memory.records.talk import (
    EvidenceSpan,
    Message,
    MessageKind,
    Origin,
    Segment,
    SegmentKind,
)

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
COMMUNITY = stable_id("com", "roasters")
OTHER_COMMUNITY = stable_id("com", "brewers")
AUTHOR = stable_id("mem", "ada")


class HashingEmbedder:
    """Signed feature hashing of lower-case words: deterministic, and alike for shared words."""

    def __init__(self, name: str = "hashing", dimensions: int = 64) -> None:
        self.name = name
        self.dimensions = dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return shape `(len(texts), dimensions)`, rows of length 1, or 0 without words."""
        vectors: Vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                vectors[row, int.from_bytes(digest[:4], "big") % self.dimensions] += (
                    1.0 if digest[4] % 2 else -1.0
                )
            length = float(np.linalg.norm(vectors[row]))
            if length:
                vectors[row] /= length
        return vectors


def heading(facet: Facet) -> str:
    """Return a section heading, as the catalogue would."""
    return facet.value.title()


def passage(
    name: str, text: str, *, guide: str = "", community: str = COMMUNITY, title: str = "Note"
) -> Passage:
    """Return a passage whose id follows from `name`, of the guide named `guide` (or `name`)."""
    return Passage(
        id=stable_id("pas", name),
        guide_id=stable_id("gui", guide or name),
        version=1,
        community_id=community,
        facet=Facet.WHY,
        title=title,
        text=text,
    )


WORDS = tuple(
    re.findall(
        r"\w+",
        "grind burr coarse fine dose ratio bloom kettle pour spiral channel crema pressure pump "
        "basket puck tamp yield boiler steam milk foam roast light dark bean origin altitude wash "
        "natural ferment acid sweet bitter body filter paper rinse temperature minute second",
    )
)


def many_passages(count: int) -> list[Passage]:
    """Return `count` passages of twelve words each, five to a guide, in two communities."""
    chooser = np.random.default_rng(7)
    return [
        passage(
            f"passage {number}",
            " ".join(chooser.choice(WORDS, size=12)),
            guide=f"guide {number // 5}",
            community=OTHER_COMMUNITY if number // 5 % 4 == 0 else COMMUNITY,
        )
        for number in range(count)
    ]


def by_guide(passages: Iterable[Passage]) -> Mapping[str, list[Passage]]:
    """Group passages by guide id, in order."""
    groups: dict[str, list[Passage]] = {}
    for one in passages:
        groups.setdefault(one.guide_id, []).append(one)
    return groups


def message_of(text: str, native_id: str = "1") -> Message:
    """Return a message that consists of its author's own words."""
    return Message(
        id=Message.id_of(COMMUNITY, "test", native_id),
        community_id=COMMUNITY,
        thread_id=stable_id("thr", "one"),
        source="test",
        native_id=native_id,
        author_id=AUTHOR,
        kind=MessageKind.ANSWER,
        text=text,
        segments=(Segment(kind=SegmentKind.OWN, start=0, end=len(text)),),
        sent_at=NOON,
        origin=Origin(file="test", line=1),
    )


def source_of(
    name: str, title: str, sections: Mapping[Facet, Sequence[str]], *, version: int = 1
) -> Message:
    """Return the message in which an expert said all that `guide_of` cites."""
    said = [title, *(sentence for group in sections.values() for sentence in group)]
    return message_of(" ".join(said), f"{name} {version}")


def guide_of(
    name: str,
    title: str,
    sections: Mapping[Facet, Sequence[str]],
    *,
    status: GuideStatus = GuideStatus.PUBLISHED,
    version: int = 1,
) -> Guide:
    """Return a guide that cites `source_of` it; its summary is the words of its title."""
    guide_id = Guide.id_of(stable_id("inq", name))
    message = source_of(name, title, sections, version=version)

    def sentence(text: str) -> GuideSentence:
        start = message.text.index(text)
        span = EvidenceSpan.of(message, start, start + len(text))
        return GuideSentence(text=text, author_id=AUTHOR, evidence=(span,))

    approved = status in (GuideStatus.PUBLISHED, GuideStatus.RETRACTED)
    confirmed = approved or status is GuideStatus.CONFIRMED
    return Guide(
        id=guide_id,
        community_id=COMMUNITY,
        inquiry_id=stable_id("inq", name),
        status=status,
        current=GuideVersion(
            guide_id=guide_id,
            number=version,
            title=title,
            title_evidence=sentence(title).evidence[0],
            summary=sentence(title),
            sections=tuple(
                GuideSection(facet=facet, sentences=tuple(sentence(s) for s in texts))
                for facet, texts in sections.items()
            ),
            open_facets=(),
            coverage=(),
            trail=(),
            measures=GuideMeasures(
                completeness=0.5, citation_recall=1, citation_precision=1, words=20
            ),
            created_at=NOON,
        ),
        confirmations=(
            Confirmation(
                guide_id=guide_id,
                version=version,
                member_id=AUTHOR,
                credit=Credit.CREDITED,
                confirmed_at=NOON,
            ),
        )
        if confirmed
        else (),
        review=Review(
            id=Review.id_of(guide_id, version, AUTHOR),
            community_id=COMMUNITY,
            guide_id=guide_id,
            version=version,
            reviewer_id=AUTHOR,
            decision=Decision.APPROVE,
            decided_at=NOON,
        )
        if approved
        else None,
        published_at=NOON if approved else None,
        review_by=NOON if approved else None,
    )
