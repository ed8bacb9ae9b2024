"""Latency of `ask` from 1,000 to 50,000 passages, beside an exact search over the same vectors."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from evals.bench.measure import Row, in_own_process
from memory.index.protocols import Embedder, Passage, Vectors
from memory.records.base import stable_id

ASKS = 40
COMMUNITY = stable_id("com", "bench")


class _CorpusVectors:
    """Random unit vectors for the corpus, the real embedder for what is asked."""

    def __init__(self, real: Embedder) -> None:
        self._real = real
        self.name = real.name
        self.dimensions = real.dimensions
        self.filling = True
        self._random = np.random.default_rng(7)

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not self.filling:
            return self._real.embed(texts)
        drawn = self._random.standard_normal((len(texts), self.dimensions)).astype(np.float32)
        unit: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
        return unit


def _passages(count: int) -> list[Passage]:
    return [
        Passage(
            id=stable_id("psg", str(n)),
            guide_id=stable_id("gui", str(n // 5)),
            version=1,
            community_id=COMMUNITY,
            facet=None,
            title=f"Guide {n // 5}",
            text=f"Passage {n} says what to do with batch {n % 97} and why it holds.",
        )
        for n in range(count)
    ]


def _latency(count: int) -> tuple[float, float]:
    """Median milliseconds of a search, and of an exact scan of as many vectors."""
    from memory.index.chroma import ChromaIndex
    from memory.index.minilm import MiniLmEmbedder
    from memory.index.search import search_passages

    with TemporaryDirectory() as folder:
        vectors = _CorpusVectors(MiniLmEmbedder())
        index = ChromaIndex(Path(folder) / "index", Path(folder) / "locks", vectors)
        index.rebuild(_passages(count))
        vectors.filling = False
        corpus = np.random.default_rng(7).standard_normal((count, vectors.dimensions))
        corpus = corpus.astype(np.float32)
        ours: list[float] = []
        exact: list[float] = []
        for n in range(ASKS):
            question = f"what should I do with batch {n} when it does not hold?"
            began = time.perf_counter()
            search_passages(index, question, 12, COMMUNITY)
            ours.append(time.perf_counter() - began)
            began = time.perf_counter()
            asked = vectors.embed([question])[0]
            np.argsort(-(corpus @ asked))[:12]
            exact.append(time.perf_counter() - began)
    return statistics.median(ours[1:]) * 1000, statistics.median(exact[1:]) * 1000


def bench_asking(sizes: tuple[int, ...] = (1_000, 50_000)) -> list[Row]:
    """A row a size: median latency, and peak memory."""
    rows: list[Row] = []
    for size in sizes:
        measured = in_own_process(_latency, size)
        ours, exact = measured.found
        rows.append(Row("ask", f"{size:,} passages", ours, "ms", "embed + exact scan, ms", exact))
    return rows
