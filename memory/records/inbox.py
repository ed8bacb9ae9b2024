"""What people do beside answering: unsent words, enough for now, and what a sentence is about."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Id, Record, UtcTime, stable_id
from memory.records.inquiry import Facet


class Draft(Record):
    """Words that somebody began to write in reply to a question and has not sent."""

    community_id: Id
    member_id: Id
    question_id: Id
    text: str = Field(min_length=1)
    saved_at: UtcTime


class Enough(Record):
    """Somebody said that this is enough for now: in this inquiry they are asked nothing more."""

    community_id: Id
    inquiry_id: Id
    member_id: Id
    said_at: UtcTime


class SentenceMeaning(Record):
    """What a sentence of an answer is about, in the word of its author; the message stays as it is.

    One per sentence: what was said last holds.
    """

    id: Id
    community_id: Id
    inquiry_id: Id
    question_id: Id
    message_id: Id
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    facet: Facet | None
    """`None`: nothing that belongs in a guide."""
    member_id: Id
    drafted: int = Field(default=0, ge=0)
    """Number of the guide's version that stood when this was said, 0 before the first."""
    said_at: UtcTime

    @staticmethod
    def id_of(message_id: str, start: int) -> str:
        return stable_id("mng", message_id, str(start))

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"a sentence of message {self.message_id!r} is empty")
        return self
