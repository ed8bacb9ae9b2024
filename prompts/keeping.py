"""What is said about people who were forgotten, from `keeping.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pydantic import Field

from memory.records.base import Record
from prompts.files import read_toml, validated


class KeepingEntry(Record):
    """Wording about keeping a home."""

    stand_in: str = Field(min_length=1, max_length=60)
    """What somebody is called who was forgotten."""
    portrait: Mapping[str, str]
    """What a kind of record tells about a person, by table."""


@lru_cache(maxsize=1)
def load_keeping() -> KeepingEntry:
    """Read and validate the shipped wording. Raises `PromptError` naming the key."""
    return validated(KeepingEntry, read_toml("keeping.toml"), "'keeping.toml'")
