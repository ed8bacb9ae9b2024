"""The shipped sample on which the steps of a guide are measured at an endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pydantic import Field

from memory.records.base import Record
from prompts.files import read_toml, validated


class WritingSample(Record):
    """What one person said, statement by statement."""

    said: tuple[str, ...] = Field(min_length=1)


class MergingSample(Record):
    """Two statements, and whether they say the same."""

    one: str
    other: str
    same: bool


class NamingSample(Record):
    """How a discussion opened, and what its guide advises."""

    opening: str
    advice: str


class CheckingSample(Record):
    """Words, a sentence made of them, and whether they carry it."""

    words: str
    sentence: str
    carried: bool


class TandemSample(Record):
    """Lines of a card, with the people in it and what they said."""

    people: tuple[str, ...]
    lines: tuple[str, ...] = Field(min_length=1)
    evidence: tuple[str, ...]


class GuideSamples(Record):
    """`guide_samples.toml` as it stands."""

    least: Mapping[str, float]
    """By the name of a step, the score from which it is worth its calls."""
    writing: tuple[WritingSample, ...] = Field(min_length=1)
    merging: tuple[MergingSample, ...] = Field(min_length=1)
    naming: tuple[NamingSample, ...] = Field(min_length=1)
    checking: tuple[CheckingSample, ...] = Field(min_length=1)
    tandem: TandemSample


@lru_cache(maxsize=1)
def load_guide_samples() -> GuideSamples:
    """The shipped `steps/guide_samples.toml`. Raises `PromptError` naming the key."""
    where = "steps/guide_samples.toml"
    return validated(GuideSamples, read_toml(where), where)
