"""Other ways to rank passages for a question, as baselines of the task `retrieval`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from agent.method.sentences import split_text
from evals.labelled.queries import Lookup
from evals.tasks.comparing import FEWEST, WEIGHTS, Put, reciprocal_rank
from evals.tasks.lexical import Bm25
from evals.tasks.statistics import Array
from memory.index.passages import embedded_text
from memory.index.protocols import Embedder

SHARE_WEIGHT = 0.15
"""Weight of the plain share of words, fitted on no field in particular: the order before this."""
WINDOW_WORDS = 120
"""Words of a window of a long passage, cut at sentences."""
Scoring = Callable[[float, Put], Array]
"""Scores of all passages for a question, by the weight of what is added to likeness."""
Reciprocals = Mapping[str, Mapping[str, float]]
"""Reciprocal ranks by the name of the way, then by the id of the question."""


def rival_ranks(
    lookup: Lookup, ranked: Mapping[str, Sequence[Put]], embedder: Embedder
) -> Reciprocals:
    """Reciprocal ranks of every way; a weight for a field is fitted on the questions of others."""
    texts = [embedded_text(one) for one in lookup.passages]
    words = Bm25(texts)
    bm25 = {put.query.id: words.scores(put.query.text) for puts in ranked.values() for put in puts}
    windows = _windows(texts, embedder)
    pooled = {
        put.query.id: windows(embedder.embed([put.query.text])[0], put.cosines)
        for puts in ranked.values()
        for put in puts
    }
    fixed: dict[str, Callable[[Put], Array]] = {
        "minilm": lambda put: put.cosines,
        "bm25": lambda put: bm25[put.query.id],
        "minilm_share_of_words": lambda put: (
            put.cosines + SHARE_WEIGHT * words.shares(put.query.text)
        ),
    }
    found = {
        name: {put.query.id: _rank(score(put), put) for puts in ranked.values() for put in puts}
        for name, score in fixed.items()
    }
    weighed: dict[str, Scoring] = {
        "minilm_bm25_z_scores": lambda weight, put: (
            _standard(put.cosines) + weight * _standard(bm25[put.query.id])
        ),
        "windows_of_120_words": lambda weight, put: pooled[put.query.id] + weight * put.coverage,
    }
    for name, scoring in weighed.items():
        if held_out := _held_out(ranked, scoring):
            found[name] = held_out
    return found


def _held_out(ranked: Mapping[str, Sequence[Put]], scoring: Scoring) -> dict[str, float]:
    """Reciprocal ranks by the weight that is best on the other fields; none if they are too few."""
    found: dict[str, float] = {}
    for field, puts in ranked.items():
        others = [put for name, each in ranked.items() if name != field for put in each]
        if len(others) < FEWEST:
            return {}
        means = [
            float(np.mean([_rank(scoring(weight, put), put) for put in others]))
            for weight in WEIGHTS
        ]
        weight = WEIGHTS[int(np.argmax(means))]
        found |= {put.query.id: _rank(scoring(weight, put), put) for put in puts}
    return found


def _rank(scores: Array, put: Put) -> float:
    return reciprocal_rank(scores, put.relevant)


def _standard(values: Array) -> Array:
    """Values less their mean, over their standard deviation."""
    spread = float(values.std())
    return (values - values.mean()) / spread if spread else np.zeros_like(values)


def _windows(texts: Sequence[str], embedder: Embedder) -> Callable[[Array, Array], Array]:
    """Pool: the mean of a passage's likeness and that of its best window, where it is long."""
    cut = [(row, window) for row, text in enumerate(texts) for window in windows_of(text)]
    rows = np.array([row for row, _ in cut], dtype=np.int64)
    vectors = embedder.embed([window for _, window in cut])

    def pooled(vector: Array, cosines: Array) -> Array:
        best = np.full(len(texts), -np.inf)
        np.maximum.at(best, rows, vectors @ vector)
        return np.where(np.isfinite(best), (cosines + best) / 2, cosines)

    return pooled


def windows_of(text: str, words: int = WINDOW_WORDS) -> list[str]:
    """Whole sentences together, as many as fit; nothing for a text that is no longer."""
    if len(text.split()) <= words:
        return []
    windows: list[list[str]] = [[]]
    length = 0
    for start, end in split_text(text):
        sentence = text[start:end]
        count = len(sentence.split())
        if windows[-1] and length + count > words:
            windows.append([])
            length = 0
        windows[-1].append(sentence)
        length += count
    return [" ".join(window) for window in windows if window]
