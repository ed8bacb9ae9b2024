"""The wording of task cards and the estimates of tasks (`tandem.toml`), validated once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

from pydantic import Field, model_validator

from memory.errors import PromptError
from memory.records.base import Fraction, Record
from memory.records.incident import AfterAction
from memory.records.tandem import MOST_LEARNERS, TaskOrigin
from prompts.files import read_toml, validated

Wordings = tuple[str, ...]
HARD = "HARD"
"""Stands in a list of steps for the hard one."""
FEWEST_STEPS, MOST_STEPS = 3, 6


class FindingEntry(Record):
    """How many tasks are found, and from when on something is one."""

    quiet_days: float = Field(ge=0)
    most_questions: int = Field(ge=1)
    due_days: float = Field(ge=0)
    gap_share: Fraction
    gap_questions: int = Field(ge=1)
    most_gaps: int = Field(ge=0)


class EstimateEntry(Record):
    """What a task of an origin is taken for where nobody says otherwise."""

    difficulty: Fraction
    value: Fraction
    days: float = Field(gt=0)
    learners: int = Field(ge=1, le=MOST_LEARNERS)


class OriginEntry(Record):
    """How a task of an origin is told."""

    title: Wordings = Field(min_length=1)
    worth: Wordings = Field(min_length=1)
    first: Wordings = Field(min_length=1)
    steps: Wordings = Field(min_length=FEWEST_STEPS, max_length=MOST_STEPS)
    done: Wordings = Field(min_length=1)

    @model_validator(mode="after")
    def _one_hard_step(self) -> OriginEntry:
        if self.steps.count(HARD) != 1:
            raise ValueError(f"the steps need {HARD!r} once")
        return self


class FocusEntry(Record):
    """What a tandem passes on where the senior's words are richest in one facet."""

    open: str
    goal: Wordings = Field(min_length=1)
    hard: Wordings = Field(min_length=1)
    teach: Wordings = Field(min_length=1)


class TandemEntry(Record):
    """All of `tandem.toml`."""

    finding: FindingEntry
    estimates: Mapping[TaskOrigin, EstimateEntry]
    origins: Mapping[TaskOrigin, OriginEntry]
    focus: Mapping[str, FocusEntry]
    headings: Mapping[str, str]
    lines: Mapping[str, Wordings]
    deeds: Mapping[str, str]
    review: Mapping[AfterAction, str]
    obstacles: Mapping[str, str]

    @model_validator(mode="after")
    def _whole(self) -> TandemEntry:
        for name, told in (("estimates", self.estimates), ("origins", self.origins)):
            if missing := [origin.value for origin in TaskOrigin if origin not in told]:
                raise ValueError(f"{name} lack {missing!r}")
        if missing := [part.value for part in AfterAction if part not in self.review]:
            raise ValueError(f"review lacks {missing!r}")
        if "OTHER" not in self.focus:
            raise ValueError("focus lacks 'OTHER'")
        return self

    def line(self, key: str, seed: str, /, **slots: str) -> str:
        """One of the wordings of a line, filled. Raises `PromptError` for an unknown key."""
        if key not in self.lines:
            raise PromptError(f"tandem wording {key!r} is missing")
        return filled(chosen(self.lines[key], f"{key}:{seed}"), **slots)


def chosen(wordings: Sequence[str], seed: str) -> str:
    """One of several wordings, always the same for a seed."""
    digest = hashlib.blake2b(seed.encode(), digest_size=4).digest()
    return wordings[int.from_bytes(digest) % len(wordings)]


def filled(wording: str, **slots: str) -> str:
    """A wording with its slots filled. Raises `PromptError` where one is missing."""
    try:
        return wording.format(**slots)
    except (KeyError, IndexError) as error:
        raise PromptError(f"tandem wording {wording[:40]!r}: {error} is missing") from error


@lru_cache(maxsize=1)
def load_tandem() -> TandemEntry:
    """Read and validate `tandem.toml`. Raises `PromptError` naming the key."""
    return validated(TandemEntry, read_toml("tandem.toml"), "'tandem.toml'")
