"""Guides: claims that rest on evidence, versions made of cited sentences, and reviews."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Fraction, Id, Record, UtcTime, stable_id
from memory.records.inquiry import Facet, FacetCoverage, FacetStatus
from memory.records.people import Credit, most_careful
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


class HiddenWords(Record):
    """Private words that a mask stands for: where they are, never what they are."""

    mark: str = Field(min_length=1)
    """What is printed in their place, with its reference."""
    kind: str
    message_id: Id
    start: int = Field(ge=0)
    end: int = Field(ge=1)

    def within(self, span: EvidenceSpan) -> bool:
        """Whether any of the words lie in `span`."""
        return (
            self.message_id == span.message_id and self.start < span.end and span.start < self.end
        )


def masked_quote(span: EvidenceSpan, hidden: Iterable[HiddenWords]) -> str:
    """The words of `span` with a mark wherever some of them are hidden."""
    inside = sorted((one for one in hidden if one.within(span)), key=lambda one: one.start)
    parts, at = [], span.start
    for one in inside:
        if one.end <= at and at > span.start:
            continue
        parts += [span.quote[at - span.start : max(at, one.start) - span.start], one.mark]
        at = max(at, min(one.end, span.end))
    return "".join((*parts, span.quote[at - span.start :]))


class GuideSentence(Record):
    """One sentence of a guide and the verbatim spans it rests on, most important first."""

    text: str = Field(min_length=1)
    author_id: Id
    evidence: tuple[EvidenceSpan, ...] = Field(min_length=1)
    also_ids: tuple[Id, ...] = ()
    """Others who said the same and are cited beside `author_id`; each has to say yes as well."""
    step: bool = False
    """It is one of several moves that are made in this order."""
    hard: bool = False
    """Of these, the one that needs most judgement."""
    dispute: int = Field(default=0, ge=0)
    """Sentences of one section with the same number above 0 contradict each other."""
    asked: str = ""
    """The recorded question that these words answer, where they do not say what they are about.

    It is printed before `text` and no part of it: nobody's words but the agent's.
    """
    worded_by: str = ""
    """The model that proposed `text`, which code held against the words cited; empty: nobody."""
    hidden: tuple[HiddenWords, ...] = ()
    """Private words of its evidence, which a mask stands for in `text`; the summary's hold those
    of the title as well."""

    def quotes(self) -> list[str]:
        """The words it rests on, in the order of its evidence, masked as `text` is."""
        return [masked_quote(span, self.hidden) for span in self.evidence]

    @property
    def author_ids(self) -> tuple[str, ...]:
        """Everybody whose words these are."""
        return tuple(dict.fromkeys((self.author_id, *self.also_ids)))


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
    quoted: tuple[EvidenceSpan, ...] = ()
    """Words of it to show beside the guide: of nobody who was asked, so confirmed by nobody."""


class Actionability(Record):
    """What a reader has to act by (method, section 5.4)."""

    steps: int = Field(default=0, ge=0)
    instructing: int = Field(default=0, ge=0)
    """Steps that say what to do: a verb and its object."""
    checked: int = Field(default=0, ge=0)
    """Steps with a check or an expected result."""
    stop_condition: bool = False
    within_words: bool = True

    @property
    def share(self) -> float:
        """Mean of the four parts, 0 to 1."""
        of = max(1, self.steps)
        return (self.instructing / of + self.checked / of + self.stop_condition
                + self.within_words) / 4  # fmt: skip


class GuideMeasures(Record):
    """Measures of one version (method, section 5)."""

    completeness: Fraction
    citation_recall: Fraction
    citation_precision: Fraction
    words: int = Field(ge=0)
    actionability: Actionability | None = None
    """`None` for versions that were made before it was measured."""


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

    def cited(self) -> frozenset[str]:
        """Ids of all messages it shows anything of: evidence, title and trail."""
        shown = {step.message_id for step in self.trail} | {self.title_evidence.message_id}
        shown |= {span.message_id for step in self.trail for span in step.quoted}
        shown |= {span.message_id for sentence in self.sentences() for span in sentence.evidence}
        shown |= {span.message_id for entry in self.coverage for span in entry.evidence}
        return frozenset(shown)

    def authors(self) -> tuple[str, ...]:
        """Ids of everybody whose words stand in it, in the order of their words."""
        return tuple(dict.fromkeys(a for s in self.sentences() for a in s.author_ids))

    def states(self, facet: Facet) -> bool:
        """Whether it tells this, under a heading of its own or within another sentence."""
        told = (FacetStatus.STATED, FacetStatus.CONFIRMED)
        return any(one.facet is facet and one.status in told for one in self.coverage)

    def placed(self) -> tuple[tuple[Facet | None, GuideSentence], ...]:
        """All cited sentences, each with its section's facet; the summary's is `None`."""
        rest = ((part.facet, sentence) for part in self.sections for sentence in part.sentences)
        return ((None, self.summary), *rest)

    def keys_of(self, member_id: str) -> tuple[str, ...]:
        """`sentence_key` of every sentence that stands in this name, in order."""
        return tuple(
            key_of(facet, sentence)
            for facet, sentence in self.placed()
            if member_id in sentence.author_ids
        )


_ADVISING = frozenset({None, Facet.ACTION, Facet.HEURISTIC})


def sentence_key(facet: Facet | None, text: str, asked: str = "") -> str:
    """What a yes is given to: these very words under this kind of heading, to this question.

    The summary (`None`) is advice like any other, so a sentence may become it unchanged.
    """
    kind = "advice" if facet in _ADVISING else str(facet)
    return stable_id("sen", kind, text, *([asked] if asked else ()))


def key_of(facet: Facet | None, sentence: GuideSentence) -> str:
    """`sentence_key` of a sentence where it stands."""
    return sentence_key(facet, sentence.text, sentence.asked)


class GuideStatus(StrEnum):
    """The life of a guide. The words of a retracted one are shown nowhere any more."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    PUBLISHED = "published"
    REJECTED = "rejected"
    RETRACTED = "retracted"
    SUPERSEDED = "superseded"
    """Another guide took its place; whoever looks for it is led there."""


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


class Approval(Record):
    """A yes to one sentence."""

    sentence: Id
    """Its `sentence_key`."""
    one_by_one: bool = False
    """Whether it was given to this sentence by itself, as Chatham House mode asks."""
    at: UtcTime


class Confirmation(Record):
    """An expert's yes to the words that will stand in their name, and how to credit them."""

    guide_id: Id
    version: int = Field(ge=1)
    """The version that was looked at last."""
    member_id: Id
    credit: Credit
    """How they wished to appear then; `Guide.credits` says how they appear now."""
    confirmed_at: UtcTime
    approved: tuple[Approval, ...] | None = None
    """What they said yes to; `None`: to all that stands in their name in that version."""

    def approvals(self, current: GuideVersion) -> tuple[Approval, ...]:
        """Every yes that this is, each sentence once; `current` says what `None` stands for."""
        if self.approved is not None:
            return self.approved
        if (self.guide_id, self.version) != (current.guide_id, current.number):
            return ()
        keys = dict.fromkeys(current.keys_of(self.member_id))
        return tuple(Approval(sentence=key, at=self.confirmed_at) for key in keys)


class CreditChoice(Record):
    """How one person appears in one guide."""

    member_id: Id
    credit: Credit
    own: bool = False
    """Whether it was chosen for this guide; else it is what the person's default was."""


class Guide(Record):
    """A guide with its current version.

    Confirmed needs the yes of every author to every sentence in their name; published an approving
    review too, of this version or of one that held every sentence of it.
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
    credits: tuple[CreditChoice, ...] = ()
    """One per author who has confirmed or chosen; others appear by their default."""
    approved: tuple[Id, ...] = ()
    """`sentence_key` of what a steward approved when it was published last."""

    @staticmethod
    def id_of(inquiry_id: str) -> str:
        return stable_id("gui", inquiry_id)

    def missing(self, member_id: str) -> tuple[str, ...]:
        """`sentence_key` of what stands in this name without its yes, in order, each once."""
        given: frozenset[str] = frozenset()
        for confirmation in self.confirmations:
            if confirmation.member_id == member_id:
                given |= {yes.sentence for yes in confirmation.approvals(self.current)}
        return tuple(dict.fromkeys(k for k in self.current.keys_of(member_id) if k not in given))

    def awaiting(self) -> tuple[str, ...]:
        """Ids of authors whose yes to the current words is still missing, in order of words."""
        return tuple(author for author in self.current.authors() if self.missing(author))

    def credit_of(self, member_id: str, default: Credit) -> Credit:
        """How a person appears here; `default` where nothing was settled for this guide."""
        chosen = [c.credit for c in self.credits if c.member_id == member_id]
        return most_careful(chosen) if chosen else default

    @model_validator(mode="after")
    def _published_means_approved(self) -> Self:
        if self.current.guide_id != self.id:
            raise ValueError(f"version of {self.current.guide_id!r} inside guide {self.id!r}")
        if self.status in (GuideStatus.CONFIRMED, GuideStatus.PUBLISHED):
            waiting = self.awaiting()
            if waiting:
                raise ValueError(f"guide {self.id!r} is {self.status} without the yes of {waiting}")
        if self.status is GuideStatus.PUBLISHED:
            if not self._is_approved():
                raise ValueError(f"guide {self.id!r} is {self.status} without an approving review")
            if self.published_at is None or self.review_by is None:
                raise ValueError(f"guide {self.id!r} is published without its dates")
        return self

    def _is_approved(self) -> bool:
        """Whether a steward approved this version, or one from which words were only taken."""
        review = self.review
        if review is None or review.decision is not Decision.APPROVE or review.guide_id != self.id:
            return False
        keys = {key_of(facet, sentence) for facet, sentence in self.current.placed()}
        return review.version == self.current.number or keys <= set(self.approved)
