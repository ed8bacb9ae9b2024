"""How it is told whether a reader can act on a guide (`actionability.toml`)."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field

from memory.records.base import Record
from prompts.answers import Patterns
from prompts.files import read_toml, validated


class ActionabilityEntry(Record):
    """Words that name what a step leads to, and how long a guide may be."""

    max_words: int = Field(ge=1)
    results: Patterns


@lru_cache(maxsize=1)
def load_actionability() -> ActionabilityEntry:
    """Read and validate `actionability.toml`. Raises `PromptError` naming the key."""
    found = read_toml("actionability.toml")
    return validated(ActionabilityEntry, found, "'actionability.toml'")
