"""The wording of stop-work (`governance.toml`), validated once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from memory.records.base import Record
from prompts.files import filled, read_toml, validated


class GovernanceEntry(Record):
    """`governance.toml` as it stands."""

    wording: Mapping[str, str]

    def say(self, key: str, /, **slots: object) -> str:
        """Fill the wording `key`. Raises `PromptError` for an unknown key or a missing slot."""
        return filled(self.wording, key, slots, "'governance.toml'")


@lru_cache(maxsize=1)
def load_governance() -> GovernanceEntry:
    """Read and validate `governance.toml`. Raises `PromptError` naming the key."""
    found = read_toml("governance.toml")
    return validated(GovernanceEntry, {"wording": found}, "'governance.toml'")
