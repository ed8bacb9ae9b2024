"""Questions put to a memory, with how near every passage of it came; and what is fitted on that.

Whatever is fitted for a field is fitted on the questions of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.labelled.queries import Lookup, Query
from evals.tasks.statistics import Array
from memory.index.protocols import PassageIndex
from memory.records.policy import RetrievalPolicy

Marks = NDArray[np.bool_]
WEIGHTS = tuple(n / 20 for n in range(17))
"""Weights of words that are tried, 0 to .8."""
TEN = 10
FEWEST = 50
"""Questions with an answer from which something is fitted."""
PARTS = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
"""Parts of a memory on which it is seen how the bound grows."""
DRAWS = 8
"""How often each part is drawn."""


@dataclass(frozen=True, slots=True)
class Put:
    """A question put to a memory; rows are its passages in one fixed order."""

    query: Query
    memory: str | None
    """Id of a community; `None` is all of them."""
    cosines: Array
    coverage: Array
    relevant: Marks
    """Whether each passage answers."""
    guides: NDArray[np.intp]
    """A number for each passage, the same for passages of one guide."""

    def scores(self, weight: float) -> Array:
        found: Array = self.cosines + weight * self.coverage
        return found

    def best(self, weight: float, among: Marks | None = None) -> float:
        """The score that trust goes by, of the whole memory or a part of it."""
        scores = self.scores(weight)
        return float((scores if among is None else scores[among]).max())


def put_to(
    index: PassageIndex, lookup: Lookup, queries: Sequence[Query], memory: str | None
) -> Iterator[Put]:
    """Put questions to a memory and read how near each of its passages came."""
    rows = [n for n, one in enumerate(lookup.passages) if memory in (None, one.community_id)]
    ids = [lookup.passages[row].id for row in rows]
    of_guide = [lookup.passages[row].guide_id for row in rows]
    guides = np.unique(of_guide, return_inverse=True)[1].astype(np.intp)
    for query in queries:
        near = {hit.passage.id: hit for hit in index.search(query.text, len(rows), memory)}
        if not near:
            continue
        yield Put(
            query,
            memory,
            np.array([near[one].similarity for one in ids]),
            np.array([near[one].coverage for one in ids]),
            np.array([one in query.relevant for one in ids]),
            guides,
        )


def reciprocal_rank(scores: Array, relevant: Marks) -> float:
    """1 over the rank of the best relevant passage, 0 beyond the tenth; ties count against it."""
    best = scores[relevant].max()
    rank = int((scores[~relevant] >= best).sum()) + 1
    return 1 / rank if rank <= TEN else 0.0


def fitted_weight(answered: Sequence[Put]) -> float:
    """The weight of words by which these questions find their answers best."""
    found = [
        float(np.mean([reciprocal_rank(one.scores(weight), one.relevant) for one in answered]))
        for weight in WEIGHTS
    ]
    return WEIGHTS[int(np.argmax(found))]


@dataclass(frozen=True, slots=True)
class Ground:
    """One memory with the questions that it answers, and others that are foreign to it."""

    answered: Sequence[Put]
    foreign: Sequence[Put]


def fitted_bound(grounds: Sequence[Ground], weight: float, seed: int) -> tuple[float, float]:
    """The least score in a memory of one passage, and its growth by the logarithm of their number.

    In each part of each memory the bound is taken at which as large a share of the answered
    questions is turned away as of the foreign ones is let through, and a line is laid through
    these by least squares, with one slope and the mean height.
    """
    random = np.random.default_rng(seed)
    sizes: list[list[float]] = []
    heights: list[list[float]] = []
    for ground in grounds:
        here: list[tuple[float, float]] = []
        for part in PARTS:
            own, passages = _bests(ground.answered, part, weight, random)
            other, _ = _bests(ground.foreign, part, weight, random)
            here.append((float(np.log(passages)), even_bound(own, other)))
        sizes.append([size for size, _ in here])
        heights.append([height for _, height in here])
    x, y = np.array(sizes), np.array(heights)
    apart_x, apart_y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    growth = float((apart_x * apart_y).sum() / (apart_x**2).sum())
    return float(y.mean() - growth * x.mean()), growth


def _bests(
    puts: Sequence[Put], part: float, weight: float, random: np.random.Generator
) -> tuple[Array, float]:
    """Best scores in parts of a memory drawn anew for each question, and how large they were."""
    drawn = [(put, _part(put, part, random)) for put in puts for _ in range(DRAWS)]
    best = np.array([put.best(weight, among) for put, among in drawn])
    return best, float(np.mean([among.sum() for _, among in drawn]))


def even_bound(own: Array, other: Array) -> float:
    """The bound below which as large a share of `own` lies as of `other` lies above it."""
    bounds = np.unique(np.concatenate([own, other]))
    lost = np.searchsorted(np.sort(own), bounds) / len(own)
    told = 1 - np.searchsorted(np.sort(other), bounds) / len(other)
    place = int(np.argmax(lost >= told))
    return float((bounds[place] + bounds[max(0, place - 1)]) / 2)


def _part(put: Put, part: float, random: np.random.Generator) -> Marks:
    """Which passages are in a part of the memory drawn by guides; those that answer always are."""
    count = int(put.guides.max()) + 1
    drawn = random.random(count) < part
    drawn[put.guides[put.relevant]] = True
    drawn[random.integers(count)] |= not drawn.any()
    among: Marks = drawn[put.guides]
    return among


def fitted_rules(
    ranked: Sequence[Put],
    grounds: Sequence[Ground],
    rules: RetrievalPolicy,
    seed: int,
    *,
    fit_weight: bool = True,
) -> RetrievalPolicy:
    """Rules fitted on answered questions put to everything, and on the grounds of their fields.

    With fewer than `FEWEST` questions, or none that is foreign, `rules` as they are.
    """
    known = [ground for ground in grounds if ground.answered and ground.foreign]
    if len(ranked) < FEWEST or not known:
        return rules
    weight = fitted_weight(ranked) if fit_weight else rules.word_weight
    least, growth = fitted_bound(known, weight, seed)
    return rules.model_copy(
        update={"word_weight": weight, "min_score": least, "min_score_growth": max(0.0, growth)}
    )
