"""How votes on a guide stand, in words."""

from __future__ import annotations

from agent.services.voting import Tally
from memory.records.guide import Decision


def vote_words(tally: Tally) -> str:
    """What a vote came to that has not decided yet."""
    counts = ", ".join(f"{tally.count(decision)} to {decision.value}" for decision in Decision)
    return f"Your vote counts. So far: {counts}; {tally.quorum} that agree decide."
