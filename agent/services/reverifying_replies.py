"""What an answer to `does this still hold?` says: yes, no, or what a steward has to read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from memory.records.challenge import RecheckState
from prompts.life import load_life


def read_reply(words: str) -> RecheckState:
    """`HOLDS`, `CHANGED`, or `UNCLEAR` where it says both, neither, or a yes with a turn."""
    holds, changed, turns = _patterns()
    said_yes, said_no = bool(holds.search(words)), bool(changed.search(words))
    if said_yes and not said_no and not turns.search(words):
        return RecheckState.HOLDS
    if said_no and not said_yes:
        return RecheckState.CHANGED
    return RecheckState.UNCLEAR


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    entry = load_life().reading
    return _one(entry.holds), _one(entry.changed), _one(entry.turns)


def _one(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)
