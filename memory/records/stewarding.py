"""What stewards do with a guide beside deciding on it: put it to somebody, take it back, ask on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Self

from pydantic import Field, model_validator

from memory.records.base import Id, Record, UtcTime, stable_id
from memory.records.guide import GuideStatus, sentence_key
from memory.records.inquiry import Facet, InquiryStatus


class StewardActKind(StrEnum):
    """What a steward did."""

    ESCALATED = "escalated"
    """Put to another steward or the technical authority."""
    RETRACTED = "retracted"
    """Taken back after it was published."""
    ASKED_ABOUT = "asked_about"
    """Sent back with facets that the agent shall ask about first."""
    SUPERSEDED = "superseded"
    """Replaced by another guide."""
    RESTORED = "restored"
    """Brought back after it was retracted or superseded."""
    SET_ASIDE = "set_aside"
    """Kept as it is, though a later message contradicts it or its author did not answer."""
    KEPT_APART = "kept_apart"
    """Not the same as another that seems alike."""
    VOTED_APPROVE = "voted_approve"
    """One vote of several to publish it; a member has one vote on a version."""
    VOTED_REVISE = "voted_revise"
    VOTED_REJECT = "voted_reject"


_WITHOUT_WORDS = frozenset({StewardActKind.ASKED_ABOUT, StewardActKind.VOTED_APPROVE})


class StewardAct(Record):
    """One act of a steward on one version of a guide, with what they said to it."""

    id: Id
    community_id: Id
    guide_id: Id
    version: int = Field(ge=1)
    kind: StewardActKind
    by_id: Id
    to_id: Id | None = None
    """To whom it was put."""
    facets: tuple[Facet, ...] = ()
    comment: str = ""
    made_at: UtcTime

    @staticmethod
    def id_of(
        guide_id: str, version: int, kind: StewardActKind, by_id: str, to_id: str | None = None
    ) -> str:
        return stable_id("act", guide_id, str(version), kind, by_id, to_id or "")

    @staticmethod
    def vote_id_of(guide_id: str, version: int, by_id: str) -> str:
        """One for all votes of a member on a version, so that the last one replaces the others."""
        return stable_id("act", guide_id, str(version), "voted", by_id)

    @model_validator(mode="after")
    def _fields_fit_kind(self) -> Self:
        if (self.kind is StewardActKind.ESCALATED) != (self.to_id is not None):
            raise ValueError("exactly an escalated guide is put to somebody")
        if self.to_id == self.by_id:
            raise ValueError("nobody puts a guide to themselves")
        if (self.kind is StewardActKind.ASKED_ABOUT) != bool(self.facets):
            raise ValueError("exactly what is asked about names facets")
        if self.kind not in _WITHOUT_WORDS and not self.comment.strip():
            raise ValueError(f"a guide is not {self.kind} without a word why")
        return self


class DeskDraft(Record):
    """What a steward has typed about a guide and not sent yet. One per person, guide and act."""

    member_id: Id
    guide_id: Id
    act: str = Field(pattern=r"^[a-z]{2,20}$")
    """What it is for: `revise`, `reject`, `escalate`, `retract`, `edit`."""
    community_id: Id
    text: str = Field(min_length=1, max_length=20_000)
    saved_at: UtcTime


class SentenceLine(NamedTuple):
    """One sentence of a guide, without its evidence."""

    facet: Facet | None
    """Its section; `None` is the summary."""
    text: str
    author_ids: tuple[str, ...]
    dispute: int
    asked: str = ""
    """The recorded question that it answers, where it has one."""


class GuideStanding(NamedTuple):
    """Where a guide stands, without its words."""

    id: str
    waits_for: InquiryStatus
    """What its inquiry waits for, or how it ended."""
    status: GuideStatus
    version: int
    review_by: UtcTime | None
    said: tuple[SaidYes, ...] = ()
    """Who said yes to what; of drafts and confirmed guides alone."""


class SaidYes(NamedTuple):
    """One author's yes: to which sentences (by key; `None`: to all of theirs), and when."""

    member_id: str
    version: int
    keys: frozenset[str] | None
    at: datetime


class GuideLine(NamedTuple):
    """The words of one version of a guide as lists show them, without their evidence.

    A version never changes, so a line that was read once need not be read again.
    """

    id: str
    version: int
    title: str
    sentences: tuple[SentenceLine, ...]
    completeness: float
    open_facets: tuple[Facet, ...]
    written_at: UtcTime

    @property
    def author_ids(self) -> tuple[str, ...]:
        """Everybody whose words stand in it, in the order of their words."""
        return tuple(dict.fromkeys(a for s in self.sentences for a in s.author_ids))

    def awaiting(self, said: Iterable[SaidYes]) -> tuple[str, ...]:
        """Authors whose yes to a sentence of theirs is missing, as `Guide.awaiting` tells."""
        given: set[tuple[str, str]] = set()
        whole: set[str] = set()
        for yes in said:
            if yes.keys is not None:
                given |= {(yes.member_id, key) for key in yes.keys}
            elif yes.version == self.version:
                whole.add(yes.member_id)
        missing = (
            author
            for sentence in self.sentences
            for author in sentence.author_ids
            if author not in whole
            and (author, sentence_key(sentence.facet, sentence.text, sentence.asked)) not in given
        )
        return tuple(dict.fromkeys(missing))
