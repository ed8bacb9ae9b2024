"""What readers say of a published guide: that it helped, or that it did not work here, and why."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Id, Record, UtcTime, stable_id

MAX_REASON = 1_000
"""Characters of a reason: a sentence or two."""


class FeedbackKind(StrEnum):
    """What a reader says of a guide."""

    HELPED = "helped"
    FAILED = "failed"


class Feedback(Record):
    """One reader's word on one version of a guide; what was said last holds."""

    id: Id
    community_id: Id
    guide_id: Id
    version: int = Field(ge=1)
    member_id: Id
    kind: FeedbackKind
    because: str = Field(default="", max_length=MAX_REASON)
    """Why it did not work, in the reader's own words."""
    given_at: UtcTime

    @staticmethod
    def id_of(guide_id: str, version: int, member_id: str) -> str:
        return stable_id("fbk", guide_id, str(version), member_id)

    @model_validator(mode="after")
    def _fields_fit_kind(self) -> Self:
        if (self.kind is FeedbackKind.FAILED) != bool(self.because.strip()):
            raise ValueError("exactly what did not work has a reason")
        return self
