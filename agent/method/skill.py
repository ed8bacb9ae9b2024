"""Skill on a topic as a Beta mean over evidence that fades with time.

One good answer is not mastery: the prior speaks for a beginner, and only several validated pieces
of evidence outweigh it. What nobody but its author vouches for counts up to a limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from prompts.skill import SkillWeights

DAY_SECONDS = 86_400.0


class EvidenceKind(StrEnum):
    """What a piece of evidence is. Weights and who validated each stand in `skill.toml`."""

    ACCEPTED = "accepted"
    """The asker accepted the answer."""
    THANKED = "thanked"
    """Somebody thanked for it, by a reply or a reaction."""
    VOTED = "voted"
    """Others voted it up; votes bear no dates, so it counts at the time of the answer."""
    REUSED = "reused"
    """Somebody else linked to it from another thread."""
    ANSWERED = "answered"
    """An answer that nobody has said anything of yet."""
    TOLD = "told"
    """A question of the agent was answered."""
    CONFIRMED = "confirmed"
    """Words stand in a guide, confirmed by the expert and approved by a steward."""
    HELPED = "helped"
    """A reader says that such a guide helped."""
    FAILED = "failed"
    """A reader says that such a guide did not work; it counts against."""
    ENDORSED = "endorsed"
    """A peer with evidence of their own on the topic vouches."""
    VOUCHED = "vouched"
    """Anybody else vouches."""
    TAGGED = "tagged"
    """The person says so: a claim."""
    TASK_DONE = "task_done"
    """A tandem's task on the topic was done and reviewed."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a community talks about: the words that stand for it, the most used first."""

    id: str
    name: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason to believe that somebody knows something of some topics."""

    member_id: str
    topic_weights: Mapping[str, float] = field(hash=False)
    """How far it is about each topic, by id: 1 for the main one, less for others."""
    kind: EvidenceKind
    at: datetime
    source_id: str
    """The message, guide, feedback or endorsement that it comes from."""
    weight: float = 1.0
    """Beside the weight of its kind: how much of such a piece it is, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Skill:
    """A Beta distribution over how well somebody knows a topic."""

    alpha: float
    beta: float
    peer: float = 0.0
    """Share of the evidence for it that peers validated, 0 to 1; 0 where there is none."""

    @property
    def mean(self) -> float:
        """0 to 1."""
        return self.alpha / (self.alpha + self.beta)


def decay(age_days: float, half_life_days: float) -> float:
    """What is left of a piece of evidence, 1 for a new one; half after each half-life."""
    return float(0.5 ** (max(0.0, age_days) / half_life_days))


def counted(
    one: Evidence, topic_id: str, at: datetime, half_life_days: float, weights: SkillWeights
) -> float:
    """What a piece of evidence counts for a topic at a time; none that comes later counts."""
    if one.at > at:
        return 0.0
    days = (at - one.at).total_seconds() / DAY_SECONDS
    share = one.topic_weights.get(topic_id, 0.0)
    return weights.kinds[one.kind].weight * one.weight * share * decay(days, half_life_days)


def skill_from(
    evidence: Iterable[Evidence],
    topic_id: str,
    at: datetime,
    half_life_days: float,
    weights: SkillWeights,
) -> Skill:
    """The skill of whose evidence this is; without any, the prior."""
    peers = own = against = 0.0
    for one in evidence:
        kind = weights.kinds[one.kind]
        worth = counted(one, topic_id, at, half_life_days, weights)
        if kind.against:
            against += worth
        elif kind.by_peers:
            peers += worth
        else:
            own += worth
    own = min(own, weights.unvalidated_at_most)
    total = peers + own
    return Skill(
        weights.prior_known + total,
        weights.prior_unknown + against,
        peers / total if total else 0.0,
    )
