"""What an author changed of their own words in a guide: corrected, struck, or taken back."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Id, Record, UtcTime, stable_id
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan


class Place(Record):
    """A stretch of a message, without its words: what is withdrawn is not kept here again."""

    message_id: Id
    start: int = Field(ge=0)
    end: int = Field(ge=1)

    def touches(self, span: EvidenceSpan) -> bool:
        """Whether they share a character."""
        return (
            self.message_id == span.message_id and self.start < span.end and span.start < self.end
        )


class ChangeKind(StrEnum):
    """What an author did to words of theirs."""

    CORRECTED = "corrected"
    STRUCK = "struck"
    WITHDRAWN = "withdrawn"


class Correction(Record):
    """One change by an author. What it retires is used no more, whatever is drafted later.

    A correction's own words live in a message of kind `interview`, as every answer's do.
    """

    id: Id
    community_id: Id
    guide_id: Id
    version: int = Field(ge=1)
    """The version that was changed."""
    author_id: Id
    kind: ChangeKind
    facet: Facet | None = None
    """Section of the sentence; `None` is the summary, or all sections."""
    sentence: Id | None = None
    """`sentence_key` of the sentence; `None` means all in this name."""
    retired: tuple[Place, ...] = ()
    message_id: Id | None = None
    """The words that stand there instead."""
    made_at: UtcTime

    @staticmethod
    def id_of(guide_id: str, version: int, author_id: str, sentence: str | None) -> str:
        return stable_id("cor", guide_id, str(version), author_id, sentence or "")

    @model_validator(mode="after")
    def _fields_fit_kind(self) -> Self:
        if (self.kind is ChangeKind.CORRECTED) != (self.message_id is not None):
            raise ValueError("exactly a corrected sentence has other words in its place")
        if (self.kind is ChangeKind.WITHDRAWN) != (self.sentence is None):
            raise ValueError("exactly a withdrawal is of all sentences")
        return self

    def retires(self, span: EvidenceSpan) -> bool:
        """Whether this took `span`, or a part of it, out of use."""
        return any(place.touches(span) for place in self.retired)
