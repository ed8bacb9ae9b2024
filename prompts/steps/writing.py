"""Within what a model may word a guide: limits, what may go, and how its part is told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pydantic import Field

from memory.records.base import Record
from prompts.answers import Patterns
from prompts.files import read_toml, validated


class WordingTold(Record):
    """How a steward is told who worded what."""

    worded_one: str
    worded: str
    own: str
    """To the author of a sentence that a model worded."""
    titled: str
    refused_one: str
    refused: str
    fell_back: str
    steps: Mapping[str, str]
    """What each step is called, by its name."""


class WritingEntry(Record):
    """`steps/writing.toml` as it stands."""

    most_words_shown: int = Field(ge=1)
    longest_statement: int = Field(ge=1)
    words_more: int = Field(ge=0)
    titles: int = Field(ge=1, le=8)
    fewest_words: int = Field(ge=1)
    most_words: int = Field(ge=1)
    longest_opening: int = Field(ge=1)
    longest_line: int = Field(ge=1)
    talk: Patterns
    """What a sentence may leave out of a statement, read in any case."""
    told: WordingTold


@lru_cache(maxsize=1)
def load_writing() -> WritingEntry:
    """The shipped `steps/writing.toml`. Raises `PromptError` naming the key."""
    return validated(WritingEntry, read_toml("steps/writing.toml"), "steps/writing.toml")
