"""A summary of a text of a given length: its most central sentences, in their order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.method.measures import count_words
from memory.index.protocols import Embedder


def summary_of(sentences: Sequence[str], words: int, embedder: Embedder) -> str:
    """The sentences nearest to the mean of all, until the next would exceed `words` by half.

    Centroid summaries follow Radev et al. 2004.
    """
    if not sentences:
        return ""
    vectors = embedder.embed(list(sentences))
    order = np.argsort(-(vectors @ vectors.mean(axis=0)), kind="stable")
    kept: list[int] = []
    told = 0
    for place in order:
        length = count_words(sentences[place])
        if told + length / 2 > words:
            break
        kept.append(int(place))
        told += length
    return " ".join(sentences[place] for place in sorted(kept))
