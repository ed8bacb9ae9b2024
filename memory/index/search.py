"""Finding passages for a question, and how sure the best of them has to be to speak of it."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from memory.index.protocols import Hit, PassageIndex
from memory.index.words import content_stems
from memory.records.policy import RetrievalPolicy

__all__ = ["Found", "content_stems", "is_about", "least_score", "search_passages"]

MEASURED_UP_TO = 2_000
"""Passages up to which it was measured how the bound grows; beyond, it stays."""
ALL_WORDS = 0.999
"""Coverage from which all words of a question stand in a passage."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: hits by falling score, and the score from which they count."""

    hits: tuple[Hit, ...]
    least: float
    rules: RetrievalPolicy

    def score(self, hit: Hit) -> float:
        """Likeness helped by shared words: the order of hits, and of trust in them."""
        return hit.score(self.rules.word_weight)

    def counts(self, hit: Hit) -> bool:
        """Whether the hit is good enough to say that something is known."""
        return self.score(hit) >= self.least


def search_passages(
    index: PassageIndex,
    query: str,
    limit: int,
    rules: RetrievalPolicy,
    community_id: str | None = None,
    *,
    without: Collection[str] = (),
) -> Found:
    """Return the `limit` best passages of a community, or of all; ties by passage id.

    Guides among `without` are left out before anything is counted or ranked.
    """
    hits = index.search(query, limit, community_id, word_weight=rules.word_weight, without=without)
    least = least_score(rules, index.count(community_id, without=without))
    return Found(tuple(hits), least, rules)


def is_about(query: str, hits: Sequence[Hit]) -> bool:
    """Whether a guide is about just what is asked, whatever likeness says; `hits` are its own.

    Likeness says little of a question of one word or two. A guide is about them if all stand in
    its title or summary, or if the only one stands in two of its passages.
    """
    stems = content_stems(query)
    if not stems:
        return False
    holding = [hit for hit in hits if hit.coverage >= ALL_WORDS]
    if any(hit.passage.facet is None for hit in holding):
        return True
    return len(stems) == 1 and len(holding) > 1


def least_score(rules: RetrievalPolicy, passages: int) -> float:
    """Return the score below which nothing is said to be known, among so many passages.

    The best of many foreign passages scores higher than the best of few, about evenly by the
    logarithm of their number; the bound rises with it, as far as that was measured.
    """
    counted = min(max(1, passages), MEASURED_UP_TO)
    return rules.min_score + rules.min_score_growth * math.log(counted)
