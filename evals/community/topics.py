"""The topics of the harder world: discussions, and what can be known behind each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from memory.errors import PromptError
from memory.records.base import Record
from memory.records.inquiry import Facet

TOPICS_FILE = Path(__file__).with_name("topics.toml")
Words = Annotated[str, Field(min_length=1)]


class Topic(Record):
    """A discussion, and the claims that can be made behind it, by the facet that each states."""

    title: Words
    words: tuple[Words, ...] = Field(min_length=1)
    ask: Words
    said: Words
    claims: Mapping[Facet, Words] = Field(min_length=1)
    wrong: Mapping[Facet, Words] = Field(default_factory=dict)
    """Claims as somebody holds them who is mistaken; each contradicts the claim of its facet."""

    @model_validator(mode="after")
    def _wrong_ones_contradict(self) -> Self:
        if loose := sorted(set(self.wrong) - set(self.claims)):
            raise ValueError(f"topic {self.title!r}: nothing is contradicted under {loose!r}")
        return self


class _Topics(Record):
    topics: tuple[Topic, ...] = Field(min_length=1)


@lru_cache(maxsize=1)
def load_topics(path: Path = TOPICS_FILE) -> tuple[Topic, ...]:
    """Read and validate the topics. Raises `PromptError` naming the file and the key."""
    try:
        return _Topics.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).topics
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PromptError(f"topics {path.name!r}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PromptError(f"topics {path.name!r}, key {where!r}: {first['msg']}") from error
