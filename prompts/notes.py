"""What is said about notes that members submit, from `notes.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from memory.records.base import Record
from prompts.files import read_toml, validated


class NotesEntry(Record):
    """Wording about submitted notes."""

    reason: str
    """Why a note is a moment."""
    declined: Mapping[str, str]
    """Code of a gate to why nobody is asked about a note."""


@lru_cache(maxsize=1)
def load_notes() -> NotesEntry:
    """Read and validate the shipped wording. Raises `PromptError` naming the key."""
    return validated(NotesEntry, read_toml("notes.toml"), "'notes.toml'")
