"""Guides: claims that rest on evidence, versions made of cited sentences, and reviews."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Fraction, Id, Record, UtcTime, stable_id
from memory.records.inquiry import Facet, FacetCoverage
from memory.records.people import Credit
from memory.records.talk import EvidenceSpan


class Claim(Record):
    """One thing an expert said, under one facet. Without evidence it cannot be constructed."""

    id: Id
    community_id: Id
    inquiry_id: Id
    author_id: Id
    facet: Facet
    text: str = Field(min_length=1)
    evidence: tuple[EvidenceSpan, ...] = Field(min_length=1)
    confidence: Fraction = 1.0

    @staticmethod
    def id_of(inquiry_id: str, facet: Facet, span: EvidenceSpan) -> str:
        return stable_id("clm", inquiry_id, facet, span.message_id, str(span.start), str(span.end))


class GuideSentence(Record):
    """One sentence of a guide and the verbatim spans it rests on, most important first."""

    text: str = Field(min_length=1)
    author_id: Id
    evidence: tuple[EvidenceSpan, ...] = Field(min_length=1)


class GuideSection(Record):
    """The sentences under one facet."""

    facet: Facet
    sentences: tuple[GuideSentence, ...] = Field(min_length=1)


class TrailStep(Record):
    """One step of the debate that led to the guide: which message, by whom, when, and its part."""

    message_id: Id
    author_id: Id | None
    at: UtcTime
    part: str
    """`asked`, `said`, `the agent asked`, `explained`."""
    question_id: Id | None = None


class GuideMeasures(Record):
    """Measures of one version (method, section 5)."""

    completeness: Fraction
    citation_recall: Fraction
    citation_precision: Fraction
    words: int = Field(ge=0)


class GuideVersion(Record):
    """One immutable version of a guide."""

    guide_id: Id
    number: int = Field(ge=1)
    title: str = Field(min_length=1)
    title_evidence: EvidenceSpan
    summary: GuideSentence
    sections: tuple[GuideSection, ...] = Field(min_length=1)
    open_facets: tuple[Facet, ...]
    """Facets that nobody has stated yet, by falling weight."""
    coverage: tuple[FacetCoverage, ...]
    trail: tuple[TrailStep, ...]
    measures: GuideMeasures
    created_at: UtcTime

    def sentences(self) -> tuple[GuideSentence, ...]:
        """All cited sentences: the summary first, then section by section."""
        return (self.summary, *(s for section in self.sections for s in section.sentences))


class GuideStatus(StrEnum):
    """The life of a guide."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    PUBLISHED = "published"
    REJECTED = "rejected"
    RETRACTED = "retracted"


class Decision(StrEnum):
    """What a steward may decide."""

    APPROVE = "approve"
    REVISE = "revise"
    REJECT = "reject"


class Review(Record):
    """A steward's decision on one version of a guide."""

    id: Id
    community_id: Id
    guide_id: Id
    version: int = Field(ge=1)
    reviewer_id: Id
    decision: Decision
    comment: str = ""
    decided_at: UtcTime

    @staticmethod
    def id_of(guide_id: str, version: int, reviewer_id: str) -> str:
        return stable_id("rev", guide_id, str(version), reviewer_id)


class Confirmation(Record):
    """An expert's yes to the words that will stand in their name, and how to credit them."""

    guide_id: Id
    version: int = Field(ge=1)
    member_id: Id
    credit: Credit
    confirmed_at: UtcTime


class Guide(Record):
    """A guide with its current version.

    Confirmed needs the yes of every author; published an approving review of this version too.
    """

    id: Id
    community_id: Id
    inquiry_id: Id
    status: GuideStatus
    current: GuideVersion
    confirmations: tuple[Confirmation, ...] = ()
    """One per author; each says yes to the words that stand in their own name."""
    review: Review | None = None
    published_at: UtcTime | None = None
    review_by: UtcTime | None = None

    @staticmethod
    def id_of(inquiry_id: str) -> str:
        return stable_id("gui", inquiry_id)

    def awaiting(self) -> tuple[str, ...]:
        """Ids of authors whose yes to the current version is still missing, in order of words."""
        said_yes = {
            c.member_id
            for c in self.confirmations
            if (c.guide_id, c.version) == (self.id, self.current.number)
        }
        authors = dict.fromkeys(s.author_id for s in self.current.sentences())
        return tuple(author for author in authors if author not in said_yes)

    @model_validator(mode="after")
    def _published_means_approved(self) -> Self:
        if self.current.guide_id != self.id:
            raise ValueError(f"version of {self.current.guide_id!r} inside guide {self.id!r}")
        if self.status in (GuideStatus.CONFIRMED, GuideStatus.PUBLISHED, GuideStatus.RETRACTED):
            waiting = self.awaiting()
            if waiting:
                raise ValueError(f"guide {self.id!r} is {self.status} without the yes of {waiting}")
        if self.status in (GuideStatus.PUBLISHED, GuideStatus.RETRACTED):
            review = self.review
            if (
                review is None
                or review.decision is not Decision.APPROVE
                or (review.guide_id, review.version) != (self.id, self.current.number)
            ):
                raise ValueError(f"guide {self.id!r} is {self.status} without an approving review")
            if self.published_at is None or self.review_by is None:
                raise ValueError(f"guide {self.id!r} is published without its dates")
        return self
