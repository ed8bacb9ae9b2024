"""The weights by which it is told who answers whom in chat logs, from `replies.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from memory.records.base import Record
from prompts.files import read_toml, validated


class RepliesEntry(Record):
    """Weights by feature group, one a case; `agent.sources.irc_answers` tells the cases."""

    fitted_on: tuple[str, ...] = ()
    """Digests of the marked logs they were fitted on."""
    start: Mapping[str, tuple[float, ...]]
    """Of beginning anew."""
    pair: Mapping[str, tuple[float, ...]]
    """Of answering one earlier message."""


@lru_cache(maxsize=1)
def load_replies() -> RepliesEntry:
    """Read and validate the shipped weights. Raises `PromptError` naming the key."""
    return validated(RepliesEntry, read_toml("replies.toml"), "'replies.toml'")
