"""Searching for `ask` among 1,000 to 50,000 passages: time beside an exact scan, and memory.

Timed is what `ask` does to find passages: embed the question, search by similarity, and order by
the words shared. Opening the home and setting the pages are not in it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from evals.bench.measure import Row, in_own_process, peak_mb
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """Median milliseconds of a search and of an exact scan of as many vectors; memory in MB."""

    search: float
    scan: float
    peak: float
    """Of the process that built the index and searched it, before the scan."""
    vectors: float
    """The vectors alone."""


def _question(number: int) -> str:
    return f"what should I do with batch {number} when it does not hold?"


def _asked(count: int) -> _Asked:
    from memory.index.chroma import ChromaIndex
    from memory.index.minilm import MiniLmEmbedder
    from memory.index.search import search_passages

    with TemporaryDirectory() as folder:
        vectors = _CorpusVectors(MiniLmEmbedder())
        index = ChromaIndex(Path(folder) / "index", Path(folder) / "locks", vectors)
        index.rebuild(_passages(count))
        vectors.filling = False
        search: list[float] = []
        for n in range(ASKS):
            began = time.perf_counter()
            search_passages(index, _question(n), 12, COMMUNITY)
            search.append(time.perf_counter() - began)
        peak = peak_mb()
    drawn = np.random.default_rng(7).standard_normal((count, vectors.dimensions))
    corpus = drawn.astype(np.float32)
    scan: list[float] = []
    for n in range(ASKS):
        began = time.perf_counter()
        np.argsort(-(corpus @ vectors.embed([_question(n)])[0]))[:12]
        scan.append(time.perf_counter() - began)
    return _Asked(
        search=statistics.median(search[1:]) * 1000,
        scan=statistics.median(scan[1:]) * 1000,
        peak=peak,
        vectors=corpus.nbytes / 1024**2,
    )


def bench_asking(sizes: tuple[int, ...] = (1_000, 50_000)) -> list[Row]:
    """Two rows a size: median time to find passages, and peak memory of building and searching."""
    rows: list[Row] = []
    for size in sizes:
        found: _Asked = in_own_process(_asked, size).found
        timed, held = f"embed+search+order, {size:,} passages", f"peak memory, {size:,} passages"
        rows += [
            Row("ask", timed, found.search, "ms", "embed + exact scan, ms", found.scan),
            Row("ask", held, found.peak, "MB", "the vectors alone, MB", found.vectors),
        ]
    return rows
