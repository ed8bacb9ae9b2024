"""The wording of after-action reviews, from `incident.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Record
from memory.records.incident import TELLS, AfterAction
from memory.records.inquiry import Facet
from prompts.files import read_toml, validated

NAME = "review"
"""What the names of these phrasings begin with: `review.why.1`."""


class ReviewQuestion(Record):
    """One of the four questions, in the phrasings in which it may be put."""

    surely: float = Field(ge=0, le=1)
    """Confidence from which a sentence of an answer states another facet than the one asked for."""
    because: str
    minutes: float = Field(gt=0)
    texts: tuple[str, ...] = Field(min_length=1)
    """Each with the slot {q} in straight quotation marks."""

    @model_validator(mode="after")
    def _quotes_the_incident(self) -> Self:
        for text in self.texts:
            if text.count('"{q}"') != 1 or text.count("{") != 1:
                raise ValueError(f'{text!r} has to hold "{{q}}" once, and no other slot')
        return self


class ReviewWording(Record):
    """What people read about a review besides its questions."""

    reason: str
    destination: str


class IncidentEntry(Record):
    """All wording of after-action reviews."""

    questions: Mapping[AfterAction, ReviewQuestion]
    wording: ReviewWording
    headings: Mapping[Facet, str]
    """The words over a section of a lesson, in a reader's order."""
    lacks: Mapping[AfterAction, str]

    @model_validator(mode="after")
    def _all_four(self) -> Self:
        for name in ("questions", "lacks"):
            missing = [part.value for part in AfterAction if part not in getattr(self, name)]
            if missing:
                raise ValueError(f"{name!r} lacks {missing!r}")
        told = {facet for facets in TELLS.values() for facet in facets}
        if set(self.headings) != told:
            raise ValueError(f"'headings' are of {sorted(set(self.headings) ^ told)!r} wrongly")
        return self


@lru_cache(maxsize=1)
def load_incident() -> IncidentEntry:
    """Read and validate the shipped wording. Raises `PromptError` naming the key."""
    return validated(IncidentEntry, read_toml("incident.toml"), "'incident.toml'")


def template_of(part: AfterAction, time: int) -> str:
    """Name of the phrasing in which a question is put for the `time`th time, from 1."""
    return f"{NAME}.{part.value}.{time}"


def part_of(template: str) -> AfterAction | None:
    """Which of the four questions a phrasing is; `None` for any other phrasing."""
    name, _, rest = template.partition(".")
    found = rest.partition(".")[0]
    return AfterAction(found) if name == NAME and found in set(AfterAction) else None
