"""The wording of who sees what (`visibility.toml`), validated once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from memory.records.base import Record
from prompts.files import filled, read_toml, validated


class VisibilityEntry(Record):
    """`visibility.toml` as it stands."""

    wording: Mapping[str, str]

    def say(self, key: str, /, **slots: object) -> str:
        """Fill the wording `key`. Raises `PromptError` for an unknown key or a missing slot."""
        return filled(self.wording, key, slots, "'visibility.toml'")


@lru_cache(maxsize=1)
def load_visibility() -> VisibilityEntry:
    """Read and validate `visibility.toml`. Raises `PromptError` naming the key."""
    found = read_toml("visibility.toml")
    return validated(VisibilityEntry, {"wording": found}, "'visibility.toml'")
