"""Governance of communities: which model, whose rights, `[governance]` in `passdown.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Id, Record, UtcTime, stable_id
from memory.records.people import Member, Role

STEWARDS = (Role.STEWARD, Role.TECHNICAL_AUTHORITY)
PEERS = (Role.CORE, Role.ACTIVE, Role.EXPERT, *STEWARDS)
"""Who votes in the decentralised model: all but those who only read, pay or keep the machines."""


class GovernanceModel(StrEnum):
    """Who approves guides (method, section 7)."""

    CENTRALISED = "centralised"
    """A central steward approves everything."""
    FEDERATED = "federated"
    """A community's steward approves within the rules of the home."""
    DECENTRALISED = "decentralised"
    """Peers approve by quorum."""


class GovernanceRules(Record):
    """The rules of one community. A right that is left out goes as the model says."""

    model: GovernanceModel = GovernanceModel.FEDERATED
    quorum: int = Field(default=2, ge=1, le=100)
    """Votes that decide in the decentralised model; authors' own votes are none of them."""
    central_stewards: tuple[str, ...] = ()
    """Handles of those who approve in the centralised model; in the others they are stewards."""
    see: tuple[Role, ...] | None = None
    """Who reads guides before they are out; without it stewards, and voters where peers vote."""
    ask: tuple[Role, ...] | None = None
    """Who asks the memory; without it anybody, known here or not."""
    answer: tuple[Role, ...] | None = None
    """Who is asked by the agent and may answer; without it everybody."""
    approve: tuple[Role, ...] | None = None
    """Who decides on guides; without it stewards, or peers where they vote."""
    retract: tuple[Role, ...] | None = None
    """Who takes a published guide back; without it stewards, in the centralised model central."""
    stop: tuple[Role, ...] = (Role.TECHNICAL_AUTHORITY,)
    """Who stops the work on a topic and lets it go on."""

    def is_central(self, member: Member) -> bool:
        """Whether this person is named as a central steward."""
        names = {name.removeprefix("@").casefold() for name in self.central_stewards}
        if member.ids & set(self.central_stewards):
            return True
        return any(one.handle.casefold() in names for one in member.handles)


class GovernancePolicy(GovernanceRules):
    """The rules of a home, and what single communities have otherwise, by name."""

    communities: Mapping[str, GovernanceRules] = Field(default_factory=dict)
    """`[governance.communities.NAME]`; a key that is left out there goes as for the home."""

    def of(self, community: str) -> GovernanceRules:
        """The rules of the community of this name."""
        kept = {name: getattr(self, name) for name in GovernanceRules.model_fields}
        wanted = community.casefold()
        for name, own in self.communities.items():
            if name.casefold() == wanted:
                kept |= {key: getattr(own, key) for key in own.model_fields_set}
        return GovernanceRules.model_validate(kept)

    @model_validator(mode="after")
    def _somebody_approves(self) -> Self:
        every: dict[str, GovernanceRules] = {"this home": self}
        every |= {name: self.of(name) for name in self.communities}
        for name, rules in every.items():
            if rules.model is GovernanceModel.CENTRALISED and not rules.central_stewards:
                raise ValueError(
                    f"the centralised model of {name!r} names nobody in 'central_stewards', so "
                    "nobody could approve anything; give their handles"
                )
        return self


class StopWork(Record):
    """One order to stop work on a topic: its guides are frozen until it is lifted."""

    id: Id
    community_id: Id
    topic: str = Field(min_length=1, max_length=200)
    because: str = Field(min_length=1, max_length=2_000)
    stopped_by: Id
    stopped_at: UtcTime
    lifted_by: Id | None = None
    lifted_at: UtcTime | None = None

    @staticmethod
    def id_of(community_id: str, topic: str, stopped_at: UtcTime) -> str:
        return stable_id("stp", community_id, topic, stopped_at.isoformat())

    @property
    def holds(self) -> bool:
        """Whether it has not been lifted."""
        return self.lifted_at is None

    @model_validator(mode="after")
    def _lifted_wholly(self) -> Self:
        if (self.lifted_by is None) != (self.lifted_at is None):
            raise ValueError(f"stop-work {self.id!r} is lifted by somebody at some time, or not")
        if self.lifted_at is not None and self.lifted_at < self.stopped_at:
            raise ValueError(f"stop-work {self.id!r} is lifted before it was ordered")
        return self
