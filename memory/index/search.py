"""Finding passages for a question: cosine similarity, helped by the words that both share."""

from __future__ import annotations

import re
from dataclasses import dataclass

from memory.index.passages import embedded_text
from memory.index.protocols import Passage, PassageIndex

OVERLAP_WEIGHT = 0.15
"""Weight of shared words in the score. Question title to accepted answer, 515 questions of two
craft communities, MRR@10: similarity alone .583, with .05 to .30 of overlap .602 to .618 and best
at .15 to .20, in each community alike."""
POOL = 40
"""Passages fetched by similarity before the order is settled by score."""

_WORD = re.compile(r"[^\W_]{2,}")
_FUNCTION_WORDS = frozenset(
    _WORD.findall(
        "about after all also am an and any are as at be because been before being between both "
        "but by can could did do does doing down during each few for from further get had has "
        "have having he her here him his how i if in into is it its itself just like make me "
        "more most my no nor not of off on once only or other our out over own same she should "
        "so some such than that the their them then there these they this those through to too "
        "under until up use using very was we were what when where which while who whom why "
        "will with would you your "
    )
)


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage with two readings of how well it fits a query."""

    passage: Passage
    similarity: float
    """Cosine, -1 to 1."""
    overlap: float
    """Share of the query's content words that stand in the passage's title or text, 0 to 1."""

    @property
    def score(self) -> float:
        """`similarity + OVERLAP_WEIGHT * overlap`: the order of results, and of trust in them."""
        return self.similarity + OVERLAP_WEIGHT * self.overlap


def search_passages(
    index: PassageIndex, query: str, limit: int, community_id: str | None = None
) -> tuple[FoundPassage, ...]:
    """Return the `limit` best passages by falling score; ties by passage id.

    Whether the best one is good enough to speak of is the caller's to decide: `score` separates
    known from foreign ground better than similarity does (AUROC .985 against .980).
    """
    if limit < 1:
        return ()
    asked = content_stems(query)
    found = [
        FoundPassage(hit.passage, hit.similarity, _overlap(asked, hit.passage))
        for hit in index.search(query, max(limit, POOL), community_id)
    ]
    return tuple(sorted(found, key=lambda one: (-one.score, one.passage.id))[:limit])


def content_stems(text: str) -> frozenset[str]:
    """Return the English stems of the words in `text` that carry content."""
    import snowballstemmer

    words = [word for word in _WORD.findall(text.lower()) if word not in _FUNCTION_WORDS]
    return frozenset(snowballstemmer.stemmer("english").stemWords(words))


def _overlap(asked: frozenset[str], passage: Passage) -> float:
    if not asked:
        return 0.0
    return len(asked & content_stems(embedded_text(passage))) / len(asked)
