"""What in a later message speaks against a guide: marks, reach and fitted weights, validated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from pydantic import Field, field_validator

from memory.records.base import Fraction, Record
from prompts.files import read_toml, validated


class ReachEntry(Record):
    """How far and how closely a message is read against one sentence."""

    nearby: int = Field(ge=0)
    """Sentences before and behind whose marks count too."""
    beginnings: int = Field(ge=1)
    """Words that guide and message have in common before they are read."""
    shared_least: float = Field(ge=0)
    """Weight of the words that the sentence itself shares."""
    near_least: float = Field(ge=0)
    """The same with the sentences around it."""
    near_part: Fraction
    """The same as a share of the guide's words."""
    common_from: int = Field(ge=1)
    """Guide sentences that hold a word, above which it weighs less."""
    lightest: Fraction
    """What the commonest word weighs."""
    seen_whole: Fraction
    """Share of its words from which a sentence is told by the careful comparison alone."""
    same_within: Fraction
    """Relative distance up to which two durations are one."""
    longest: int = Field(ge=1)
    """Words above which a sentence is as long as any."""


class GainsayingEntry(Record):
    """All of `gainsaying.toml`."""

    breaks: str
    """What ends a clause."""
    reach: ReachEntry
    marks: Mapping[str, tuple[str, ...]]
    """Patterns by what they mark."""
    seconds: Mapping[str, float]
    """Spans of time and their length."""
    counts: Mapping[str, float]
    """Words that count spans of time."""

    @field_validator("marks")
    @classmethod
    def _compile(cls, marks: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        for pattern in (one for patterns in marks.values() for one in patterns):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"pattern {pattern!r}: {error}") from error
        return marks


class WeightsEntry(Record):
    """What each sign weighs, in log-odds; all of `gainsaying_weights.toml`."""

    bias: float
    threshold: float
    """Log-odds from which a message is taken to speak against a sentence."""
    weights: Mapping[str, float]


@lru_cache(maxsize=1)
def load_gainsaying() -> GainsayingEntry:
    """Read and validate the marks. Raises `PromptError` naming the key."""
    return validated(GainsayingEntry, read_toml("gainsaying.toml"), "'gainsaying.toml'")


@lru_cache(maxsize=1)
def load_gainsaying_weights() -> WeightsEntry:
    """Read and validate the weights. Raises `PromptError` naming the key."""
    name = "gainsaying_weights.toml"
    return validated(WeightsEntry, read_toml(name), repr(name))
