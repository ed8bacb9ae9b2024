"""What is said around an answer from the memory, and how limits with numbers read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from memory.records.base import Record
from prompts.files import filled, read_toml, validated


class ComparingEntry(Record):
    """Words that compare with a number, and words that multiply one."""

    at_most: tuple[str, ...]
    at_least: tuple[str, ...]
    including: tuple[str, ...]
    of_versions: tuple[str, ...]
    before_names: tuple[str, ...]
    versions: tuple[str, ...]
    magnitudes: Mapping[str, int]


class RecallEntry(Record):
    """`recall.toml` as it stands."""

    wording: Mapping[str, str]
    comparing: ComparingEntry

    def say(self, key: str, /, **slots: object) -> str:
        """Fill the wording `key`. Raises `PromptError` for an unknown key or a missing slot."""
        return filled(self.wording, key, slots, "'recall.toml'")


@lru_cache(maxsize=1)
def load_recall() -> RecallEntry:
    """Read and validate `recall.toml`. Raises `PromptError` naming the key."""
    found = read_toml("recall.toml")
    comparing = found.pop("comparing", {})
    return validated(RecallEntry, {"wording": found, "comparing": comparing}, "'recall.toml'")
