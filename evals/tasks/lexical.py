"""BM25 over passages, the plain lexical baseline (Robertson and Zaragoza 2009)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from evals.tasks.statistics import Array
from memory.index.words import rarity, stems

K1, B = 1.2, 0.75
"""The customary saturation of repeated words, and how far long texts are discounted."""


class Bm25:
    """Texts as bags of stems."""

    def __init__(self, texts: Sequence[str]) -> None:
        bags = [Counter(stems(text)) for text in texts]
        lengths = np.array([bag.total() for bag in bags], dtype=np.float64)
        self._count = len(bags)
        self._discount = K1 * (1 - B + B * lengths / max(1.0, float(lengths.mean())))
        self._rows: dict[str, list[tuple[int, int]]] = {}
        for row, bag in enumerate(bags):
            for stem, times in bag.items():
                self._rows.setdefault(stem, []).append((row, times))

    def scores(self, query: str) -> Array:
        """How well each text answers, shape `(texts,)`."""
        found = np.zeros(self._count)
        for stem in dict.fromkeys(stems(query)):
            holding = self._rows.get(stem, [])
            if holding:
                rows, times = (np.array(column) for column in zip(*holding, strict=True))
                weight = rarity(self._count, len(holding))
                found[rows] += weight * times * (K1 + 1) / (times + self._discount[rows])
        return found

    def shares(self, query: str) -> Array:
        """Share of the query's stems that each text holds, shape `(texts,)`."""
        wanted = dict.fromkeys(stems(query))
        found = np.zeros(self._count)
        for stem in wanted:
            found[[row for row, _ in self._rows.get(stem, [])]] += 1
        return found / max(1, len(wanted))
