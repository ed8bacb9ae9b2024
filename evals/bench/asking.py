"""`ask` among 1,000 to 50,000 passages: finding them, what is missed, memory, the whole command.

Timed is what `ask` does to find passages within a community: embed the question, compare, weigh
the words shared, read what is found. The baseline is the same embedding and a plain scan of as
many vectors by numpy. What is missed is told against that scan. The whole command is a process of
its own, from the shell to the printed answer; its baseline is the same command in a home with
nothing published, which is what starting costs.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from evals.bench.measure import Row, in_own_process, peak_mb
from evals.bench.memories import BENCH, EACH, RandomVectors, fill_home, passages, question_about
from memory.index.protocols import Embedder, Vectors
from memory.records.policy import RetrievalPolicy

ASKS = 40
COMMANDS = 5
WANTED = 24
"""Passages that `ask` looks at."""
FOUND = 10


class _CorpusVectors(RandomVectors):
    """Random unit vectors for the corpus, the real embedder for what is asked."""

    def __init__(self, real: Embedder) -> None:
        super().__init__(real)
        self._real = real
        self.filling = True

    def embed(self, texts: Sequence[str]) -> Vectors:
        return super().embed(texts) if self.filling else self._real.embed(texts)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Median milliseconds of a search and of an exact scan of as many vectors; memory in MB."""

    search: float
    scan: float
    recall: float
    """Share of the ten nearest by the scan that the search finds by likeness alone."""
    peak: float
    """Of the process that searched, before the scan."""
    vectors: float
    """The vectors alone."""


def _build(folder: str, guides: int) -> None:
    from memory.index.chroma import ChromaIndex
    from memory.index.minilm import MiniLmEmbedder

    index = ChromaIndex(
        Path(folder) / "index", Path(folder) / "locks", RandomVectors(MiniLmEmbedder())
    )
    index.rebuild(passages(guides))
    index.close()


def _asked(folder: str, guides: int) -> _Asked:
    from memory.index.chroma import ChromaIndex
    from memory.index.minilm import MiniLmEmbedder
    from memory.index.search import search_passages

    embedder = MiniLmEmbedder()
    index = ChromaIndex(Path(folder) / "index", Path(folder) / "locks", embedder)
    questions = [question_about(7 * n % guides) for n in range(ASKS)]
    search: list[float] = []
    for question in questions:
        began = time.perf_counter()
        search_passages(index, question, WANTED, RetrievalPolicy(), BENCH.id)
        search.append(time.perf_counter() - began)
    peak = peak_mb()
    corpus = RandomVectors(embedder).embed([""] * (guides * EACH))
    ids = [passage.id for passage in passages(guides)]
    scan: list[float] = []
    met = 0
    for question in questions:
        began = time.perf_counter()
        nearest = np.argsort(-(corpus @ embedder.embed([question])[0]))[:FOUND]
        scan.append(time.perf_counter() - began)
        hits = index.search(question, FOUND, BENCH.id)
        met += len({hit.passage.id for hit in hits} & {ids[row] for row in nearest})
    return _Asked(
        search=statistics.median(search[1:]) * 1000,
        scan=statistics.median(scan[1:]) * 1000,
        recall=met / (FOUND * ASKS),
        peak=peak,
        vectors=corpus.nbytes / 1024**2,
    )


def _fill(home: str, guides: int) -> None:
    from agent.services.workplace import open_workplace

    with open_workplace(Path(home)) as work:
        fill_home(work, guides)


def _command(home: str) -> float:
    """Median seconds of the whole command, from its start to its end."""
    taken: list[float] = []
    for n in range(COMMANDS):
        began = time.perf_counter()
        subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "tui.cli", "--home", home, "ask", question_about(n), "--json"],
            check=True,
            capture_output=True,
        )
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def bench_asking(sizes: tuple[int, ...] = (1_000, 50_000)) -> list[Row]:
    """Four rows a size: time to find passages, what is found, memory, and the whole command."""
    rows: list[Row] = []
    with TemporaryDirectory() as folder:
        bare = str(Path(folder) / "bare")
        in_own_process(_fill, bare, 0)
        starting = _command(bare)
    for size in sizes:
        with TemporaryDirectory() as folder:
            in_own_process(_build, folder, size // EACH)
            found: _Asked = in_own_process(_asked, folder, size // EACH).found
        with TemporaryDirectory() as folder:
            in_own_process(_fill, folder, size // EACH)
            whole = _command(folder)
        of = f"{size:,} passages"
        rows += [
            Row("ask", f"find, {of}", found.search, "ms", "embed + exact scan, ms", found.scan),
            Row("ask", f"ten nearest found, {of}", found.recall, "share", "exact scan", 1.0),
            Row("ask", f"memory, {of}", found.peak, "MB", "the vectors alone, MB", found.vectors),
            Row("ask", f"whole command, {of}", whole, "s", "nothing published, s", starting),
        ]
    return rows
