"""Joinings: that two members of a community are one person, who said so, when and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Id, Record, UtcTime, stable_id
from memory.records.people import Consent


class Joining(Record):
    """A steward's word that two members are one person. It is kept when it is taken back."""

    id: Id
    community_id: Id
    leader_id: Id
    """Under whose name the person goes, unless they were one with others before."""
    member_id: Id
    because: str = Field(min_length=1, max_length=2_000)
    joined_by: Id
    joined_at: UtcTime
    before: Mapping[str, Consent] = Field(default_factory=dict)
    """What each of the two had agreed to by themselves, by member id."""
    separated_by: Id | None = None
    separated_at: UtcTime | None = None
    separated_because: str = Field(default="", max_length=2_000)

    @staticmethod
    def id_of(leader_id: str, member_id: str, joined_at: UtcTime) -> str:
        return stable_id("joi", *sorted((leader_id, member_id)), joined_at.isoformat())

    @property
    def pair(self) -> frozenset[str]:
        """Ids of the two, in no order."""
        return frozenset({self.leader_id, self.member_id})

    @property
    def holds(self) -> bool:
        """Whether it has not been taken back."""
        return self.separated_at is None

    @model_validator(mode="after")
    def _of_two(self) -> Self:
        if self.leader_id == self.member_id:
            raise ValueError(f"joining {self.id!r} names {self.member_id!r} twice")
        return self

    @model_validator(mode="after")
    def _separated_wholly(self) -> Self:
        if (self.separated_by is None) != (self.separated_at is None):
            raise ValueError(f"joining {self.id!r} is taken back by somebody at some time, or not")
        return self
