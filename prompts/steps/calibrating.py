"""The small samples on which an endpoint is measured, one file for each step that has one."""

from __future__ import annotations

from functools import lru_cache
from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Record
from memory.records.inquiry import Facet
from prompts.files import Entry, read_toml, validated


class MarkedSentence(Record):
    """A sentence with the facets that it states."""

    text: str = Field(min_length=1)
    facets: tuple[Facet, ...]


class ReadItem(Record):
    """A message of an expert under a question, sentence by sentence."""

    id: str
    title: str
    asked: str
    sentences: tuple[MarkedSentence, ...] = Field(min_length=1)


class AnsweredItem(Record):
    """An answer to a question about somebody's own words, sentence by sentence."""

    id: str
    said: str
    quote: str
    facet: Facet
    question: str
    sentences: tuple[MarkedSentence, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_quoted(self) -> Self:
        if self.quote not in self.said or self.quote not in self.question:
            raise ValueError(f"sample {self.id!r} quotes what was not said")
        return self


class WeighedMessage(Record):
    """A message with how much a question to its author would bring, 0 to 3."""

    text: str = Field(min_length=1)
    worth: int = Field(ge=0, le=3)


class JudgedItem(Record):
    """A discussion whose messages have each another author."""

    id: str
    title: str
    messages: tuple[WeighedMessage, ...] = Field(min_length=2)


class AskedItem(Record):
    """A message of an expert under a question."""

    id: str
    title: str
    asked: str
    said: str


class ReadSample(Record):
    """`find_facets.toml`."""

    items: tuple[ReadItem, ...] = Field(min_length=1)


class AnsweredSample(Record):
    """`understand.toml`."""

    items: tuple[AnsweredItem, ...] = Field(min_length=1)


class JudgedSample(Record):
    """`judge.toml`."""

    items: tuple[JudgedItem, ...] = Field(min_length=1)


class AskedSample(Record):
    """`compose_question.toml`."""

    least: float = Field(gt=0, le=1)
    """Share of the items for which a wording has to pass."""
    items: tuple[AskedItem, ...] = Field(min_length=1)


class Calibration(Record):
    """All samples that ship."""

    find_facets: ReadSample
    understand: AnsweredSample
    judge: JudgedSample
    compose_question: AskedSample


@lru_cache(maxsize=1)
def load_calibration() -> Calibration:
    """Read the shipped samples. Raises `PromptError` naming file and key."""
    return Calibration(
        find_facets=_read(ReadSample, "find_facets"),
        understand=_read(AnsweredSample, "understand"),
        judge=_read(JudgedSample, "judge"),
        compose_question=_read(AskedSample, "compose_question"),
    )


def _read(entry: type[Entry], step: str) -> Entry:
    where = f"steps/calibration/{step}.toml"
    return validated(entry, read_toml(where), where)
