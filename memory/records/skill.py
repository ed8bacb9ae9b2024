"""What people say of skills: of their own, of a peer's, and how stewards name topics."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Id, Record, UtcTime, stable_id

MAX_TOPIC = 80
"""Characters of a topic's words."""
MAX_BECAUSE = 1_000
"""Characters of what somebody vouches for another by."""


class SkillWordKind(StrEnum):
    """What was said."""

    TAG = "tag"
    """Of oneself: a claim."""
    ENDORSE = "endorse"
    """Of a peer."""


class SkillWord(Record):
    """One person's word that somebody knows a topic; taking it back deletes it."""

    id: Id
    community_id: Id
    member_id: Id
    """Whom it is about."""
    by_id: Id
    """Who says so."""
    kind: SkillWordKind
    topic: str = Field(min_length=1, max_length=MAX_TOPIC)
    """In words; which topic of the community they mean is read anew each time."""
    because: str = Field(default="", max_length=MAX_BECAUSE)
    said_at: UtcTime

    @staticmethod
    def id_of(member_id: str, by_id: str, topic: str) -> str:
        return stable_id("skl", member_id, by_id, " ".join(topic.casefold().split()))

    @model_validator(mode="after")
    def _nobody_endorses_themselves(self) -> Self:
        if (self.kind is SkillWordKind.TAG) != (self.member_id == self.by_id):
            raise ValueError("a tag is of oneself, and an endorsement of somebody else")
        return self


class TopicName(Record):
    """A steward's decision on a topic, which stands for it by one of its terms."""

    id: Id
    community_id: Id
    term: str = Field(min_length=1, max_length=MAX_TOPIC)
    name: str = Field(default="", max_length=MAX_TOPIC)
    """What it is called from now on."""
    into: str = Field(default="", max_length=MAX_TOPIC)
    """A term of the topic that it is part of from now on."""
    by_id: Id
    decided_at: UtcTime

    @staticmethod
    def id_of(community_id: str, term: str, decided_at: str) -> str:
        return stable_id("tnm", community_id, term.casefold(), decided_at)

    @model_validator(mode="after")
    def _one_decision(self) -> Self:
        if bool(self.name.strip()) == bool(self.into.strip()):
            raise ValueError("a topic is either named or joined to another")
        return self


class BadgeChoice(Record):
    """Whether somebody wants to be told how many used what they explained."""

    member_id: Id
    community_id: Id
    shown: bool
    chosen_at: UtcTime
