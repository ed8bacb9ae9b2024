"""What calls a published guide into question: a later message, its age, a twin, a successor.

None of these records holds anybody's words: they name places, which are quoted when they are read.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from memory.records.base import Fraction, Id, Record, UtcTime, stable_id


class ChallengeState(StrEnum):
    """Where a contradiction stands."""

    OPEN = "open"
    SET_ASIDE = "set_aside"
    """A steward looked at it and lets the guide stand."""
    SOURCE_GONE = "source_gone"
    """The later words were edited, deleted, taken back or made private."""
    REWRITTEN = "rewritten"
    """The guide does not hold the sentence any more."""
    UPHELD = "upheld"
    """Its author, asked about it, says that the sentence holds."""


class Challenge(Record):
    """A later sentence of a message against a sentence of a published guide."""

    id: Id
    community_id: Id
    guide_id: Id
    version: int = Field(ge=1)
    """The version in which the sentence stood when it was found."""
    sentence: Id
    """`sentence_key` of the guide's sentence."""
    message_id: Id
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    fingerprint: Id
    """Of the message's words, so that an edit is noticed."""
    author_id: Id
    kind: Literal["denial", "opposite", "number"]
    state: ChallengeState = ChallengeState.OPEN
    said_at: UtcTime
    found_at: UtcTime
    settled_at: UtcTime | None = None
    settled_by: Id | None = None

    @staticmethod
    def fingerprint_of(words: str) -> str:
        return stable_id("pri", words)

    @staticmethod
    def id_of(guide_id: str, sentence: str, message_id: str, start: int, words: str) -> str:
        return stable_id("chg", guide_id, sentence, message_id, str(start), words)

    @model_validator(mode="after")
    def _settled_when_not_open(self) -> Self:
        if (self.state is ChallengeState.OPEN) != (self.settled_at is None):
            raise ValueError(f"challenge {self.id!r} is settled exactly when it is not open")
        if (self.state is ChallengeState.SET_ASIDE) and self.settled_by is None:
            raise ValueError(f"challenge {self.id!r} was set aside by nobody")
        return self


class RecheckState(StrEnum):
    """Where the question whether a guide still holds stands."""

    ASKED = "asked"
    HOLDS = "holds"
    CHANGED = "changed"
    """Its author says that it holds no longer as it stands: the guide is marked."""
    UNCLEAR = "unclear"
    """Answered, but neither yes nor no: a steward reads it."""
    UNANSWERED = "unanswered"
    """Skipped, passed on, or left until it ended: a steward sees it."""
    RENEWED = "renewed"
    """The author's words stand in a new version."""
    SETTLED = "settled"
    """A steward decided in its author's stead."""


class Recheck(Record):
    """One question whether a sentence of a guide still holds. One for each cause."""

    id: Id
    community_id: Id
    guide_id: Id
    version: int = Field(ge=1)
    sentence: Id
    """`sentence_key` of the sentence that was asked about."""
    question_id: Id
    asked_of: Id
    challenge_id: Id | None = None
    """What contradicts it; `None`: its date has come."""
    state: RecheckState = RecheckState.ASKED
    asked_at: UtcTime
    settled_at: UtcTime | None = None

    @staticmethod
    def id_of(guide_id: str, cause: str) -> str:
        """`cause` is the id of a challenge, or the day that the review was due."""
        return stable_id("chk", guide_id, cause)


class AlikeState(StrEnum):
    """What became of the proposal that two guides say the same."""

    PROPOSED = "proposed"
    SAME = "same"
    APART = "apart"
    """Not the same: never proposed again."""


class AlikePair(Record):
    """Two published guides that may be one."""

    id: Id
    community_id: Id
    first_id: Id
    second_id: Id
    likeness: Fraction
    """Cosine of their meanings, 0 to 1."""
    shared: int = Field(ge=0)
    """Messages that both cite."""
    state: AlikeState = AlikeState.PROPOSED
    found_at: UtcTime
    settled_at: UtcTime | None = None
    settled_by: Id | None = None

    @staticmethod
    def id_of(first_id: str, second_id: str) -> str:
        return stable_id("twn", *sorted((first_id, second_id)))

    @model_validator(mode="after")
    def _two_in_order(self) -> Self:
        if self.first_id >= self.second_id:
            raise ValueError("the two guides of a pair stand in the order of their ids")
        if (self.state is AlikeState.PROPOSED) != (self.settled_by is None):
            raise ValueError(f"pair {self.id!r} is settled exactly when somebody decided")
        return self


class Succession(Record):
    """Which guide took another's place."""

    guide_id: Id
    successor_id: Id
    community_id: Id
    by_id: Id
    at: UtcTime

    @model_validator(mode="after")
    def _by_another(self) -> Self:
        if self.guide_id == self.successor_id:
            raise ValueError(f"guide {self.guide_id!r} cannot take its own place")
        return self
