"""The first pass of triage: what a message's words alone say, quick enough for every message."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from prompts.catalogue import FirstPassEntry

MOST_WORDS = 400
"""Words of a message that the first pass reads."""

_WORD = re.compile(r"[a-z']+|[0-9]+|[?!:]|https?://")
_NUMBER = "0"


def first_pass_words(text: str) -> list[str]:
    """Return the words that the first pass weighs, each once, in order, every number as `0`."""
    found = _WORD.findall(text.lower())[:MOST_WORDS]
    return list(dict.fromkeys(_NUMBER if word[0].isdigit() else word for word in found))


def log_odds_of(words: Sequence[str], entry: FirstPassEntry) -> float:
    """Return the log-odds that a message of these words would be asked about."""
    own = math.fsum(entry.words.get(word, 0.0) for word in words)
    return entry.bias + entry.length * math.log1p(len(words)) + own


def words_log_odds(text: str, entry: FirstPassEntry) -> float:
    """Return the same for a text: bias, length, and its words."""
    return log_odds_of(first_pass_words(text), entry)
