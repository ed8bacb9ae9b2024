"""The script of a sample's people: who knows what behind which words, and how they take a question.

The file's own header explains its keys.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from evals.sample import EXPERTS_FILE
from evals.worlds.hearing import Wanted
from memory.errors import PromptError
from memory.records.base import Record

Words = Annotated[str, Field(min_length=1)]


class Manner(StrEnum):
    """How somebody takes a question."""

    ANSWERS = "answers"
    VAGUE_FIRST = "vague_first"
    SKIPS = "skips"
    REFERS = "refers"
    STOPS = "stops"
    SILENT = "silent"


_NEEDS_OPENING = frozenset({Manner.VAGUE_FIRST, Manner.SKIPS, Manner.REFERS, Manner.STOPS})


class TopicKnowledge(Record):
    """What one person knows behind one thing that they, or `said_by`, wrote."""

    name: Words
    wrote: tuple[Words, ...] = Field(min_length=1)
    words: tuple[Words, ...] = Field(min_length=1)
    said_by: str = ""
    knows: Mapping[Wanted, Words] = Field(default_factory=dict)
    manner: Manner | None = None
    opening: str = ""
    refer_to: str = ""

    @model_validator(mode="after")
    def _manner_is_playable(self) -> Self:
        if (self.manner is Manner.REFERS) != bool(self.refer_to):
            raise ValueError(f"topic {self.name!r}: exactly a referral names somebody")
        if self.manner in _NEEDS_OPENING and not self.opening:
            raise ValueError(f"topic {self.name!r}: its manner needs an opening")
        return self


class ScriptedExpert(Record):
    """One person of the script."""

    handle: Words
    manner: Manner = Manner.ANSWERS
    opening: str = ""
    nothing_more: tuple[Words, ...] = ()
    topics: tuple[TopicKnowledge, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.manner is Manner.REFERS:
            raise ValueError(f"{self.handle!r}: somebody refers topic by topic, not always")
        if self.manner in _NEEDS_OPENING and not self.opening:
            raise ValueError(f"{self.handle!r}: manner {self.manner.value!r} needs an opening")
        names = [topic.name for topic in self.topics]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.handle!r}: a topic name is used twice")
        return self


class Script(Record):
    """The whole file."""

    experts: tuple[ScriptedExpert, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _people_stand_once(self) -> Self:
        handles = [expert.handle for expert in self.experts]
        doubled = sorted({handle for handle in handles if handles.count(handle) > 1})
        if doubled:
            raise ValueError(f"handles used twice: {doubled}")
        return self


def load_script(path: Path = EXPERTS_FILE) -> Script:
    """Read and validate a script. Raises `PromptError` naming the file and the key."""
    try:
        return Script.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PromptError(f"script {path.name!r}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PromptError(f"script {path.name!r}, key {where!r}: {first['msg']}") from error
