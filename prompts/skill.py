"""What evidence of skill weighs, how topics are made, how people are ranked, and what is said."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pydantic import Field

from memory.records.base import Fraction, Record
from prompts.files import filled, read_toml, validated


class KindWeight(Record):
    """One kind of evidence."""

    weight: float = Field(gt=0)
    by_peers: bool = False
    """Whether somebody else validated it."""
    against: bool = False
    """Whether it speaks against the skill."""
    says: str
    """How it is told beside its words, as of the person."""


class SkillWeights(Record):
    """The prior of a skill, and what each kind of evidence weighs; all [design]."""

    prior_known: float = Field(gt=0)
    prior_unknown: float = Field(gt=0)
    unvalidated_at_most: float = Field(gt=0)
    """What all evidence that nobody else vouches for counts at most, on one topic."""
    knows_from: Fraction
    """Mean skill from which somebody counts as one who knows a topic."""
    kinds: Mapping[str, KindWeight]


class TopicRules(Record):
    """How topics are made of tags, channels and phrases."""

    least_threads: int = Field(ge=1)
    """Threads that have to hold a term."""
    most_share: Fraction
    """A term that more of all threads hold says nothing."""
    again_from: float = Field(ge=1)
    """How often a phrase has to stand in a thread that opens with it, on average."""
    labels_from: float = Field(ge=0)
    """Labels a thread, on average, from which single words add nothing to them."""
    most_topics: int = Field(ge=1)
    """Topics that one thread is about at most."""
    phrases: int = Field(ge=0)
    """Phrases taken at most, beside tags and channels."""
    terms: int = Field(ge=1)
    """Terms that are clustered at most, the most used first."""
    join_from: Fraction
    """Likeness from which two terms are one topic."""
    likeness_of_names: Fraction
    """What of a likeness is that of the terms' meaning; the rest is that of their threads."""


class RankingRules(Record):
    """How people are ranked for a question; `weights` are fitted on coffee and beer."""

    days: float = Field(gt=0)
    """Scale of the power law by which an answer fades with its age."""
    questions: float = Field(gt=0)
    """The same in questions asked since."""
    power: float = Field(gt=0)
    last_few: int = Field(ge=1)
    """Questions that count as the last few."""
    hours: float = Field(gt=0)
    """Width of what counts as the same hour of the day."""
    accepted_of_two: Fraction
    """Share accepted that is assumed of two answers nobody has seen."""
    like_from: Fraction
    """Likeness from which an answered question is evidence for this one."""
    like_share_of_best: Fraction
    """Share of the best likeness that it has to reach, too."""
    weights: Mapping[str, float]
    """By `Trait`."""


class SkillEntry(Record):
    """`skill.toml` as it stands."""

    weights: SkillWeights
    topics: TopicRules
    ranking: RankingRules
    wording: Mapping[str, str]

    def say(self, key: str, /, **slots: object) -> str:
        """Fill the wording `key`. Raises `PromptError` for an unknown key or a missing slot."""
        return filled(self.wording, key, slots, "'skill.toml'")


@lru_cache(maxsize=1)
def load_skill() -> SkillEntry:
    """Read and validate `skill.toml`. Raises `PromptError` naming the key."""
    return validated(SkillEntry, read_toml("skill.toml"), "'skill.toml'")
