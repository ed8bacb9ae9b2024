"""The order in which passages answer a question: likeness, helped by the rare words both share.

What that is worth is measured on accepted answers: `passdown eval run retrieval`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memory.index.protocols import Hit, Vectors
from memory.index.shelf import Places, Shelf
from memory.index.words import rarity

DIGITS = 6
"""Decimal places of cosine and coverage: beyond those, equal is equal."""
SLACK = 1e-5
"""How far the score of a product of matrices may lie beside that of the passage by itself."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is compared: its unit vector and its content stems."""

    vector: Vectors
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Compared:
    """Passages of one community with their coverage and score, row by row."""

    number: int
    places: Places
    coverage: Numbers
    scores: Numbers


def ranked(
    shelf: Shelf,
    asked: Asked,
    limit: int,
    hidden: Mapping[int, Places],
    word_weight: float,
    near: Mapping[int, Places] | None = None,
) -> Sequence[Hit]:
    """Return the `limit` best passages of these communities, best first; ties by passage id.

    `hidden` has each community's number with the places that count for nothing.

    The score is the cosine plus `word_weight` times the coverage: the share of the question's
    weight in words that stand in the passage. Every passage is compared; with `near`, only those
    places of each community and as many of the best by words.
    """
    weights = coverage_weights(asked.stems, shelf, hidden)
    compared = [
        _compare(shelf, asked, number, weights, word_weight, gone, near)
        for number, gone in hidden.items()
    ]
    return _best(shelf, asked, compared, limit, word_weight)


def coverage_weights(
    stems: frozenset[str], shelf: Shelf, hidden: Mapping[int, Places]
) -> Mapping[str, float]:
    """What each stem of a question weighs in these communities; the weights sum to 1."""
    passages = sum(
        shelf.count(community_id) - len(hidden[number])
        for community_id, number in shelf.communities().items()
        if number in hidden
    )
    weights = {
        stem: rarity(
            passages,
            sum(
                len(np.setdiff1d(shelf.holding(number, stem), gone, assume_unique=True))
                for number, gone in hidden.items()
            ),
        )
        for stem in sorted(stems)
    }
    whole = sum(weights.values())
    return {stem: weight / whole for stem, weight in weights.items()} if whole else {}


def _compare(
    shelf: Shelf,
    asked: Asked,
    number: int,
    weights: Mapping[str, float],
    word_weight: float,
    gone: Places,
    near: Mapping[int, Places] | None,
) -> _Compared:
    vectors = shelf.vectors(number)
    coverage = np.zeros(len(vectors))
    for stem, weight in weights.items():
        coverage[shelf.holding(number, stem)] += weight
    coverage[gone] = 0
    places = np.arange(len(vectors), dtype=np.uint32)
    if near is not None:
        by_words = (coverage > 0) & (coverage >= _nth_best(coverage, len(near[number])))
        places = np.union1d(near[number], np.flatnonzero(by_words)).astype(np.uint32)
    if near is not None or len(gone):
        places = np.setdiff1d(places, gone)
        vectors, coverage = vectors[places], coverage[places]
    scores = vectors @ asked.vector + word_weight * coverage
    return _Compared(number, places, coverage, np.nan_to_num(scores, nan=-np.inf))


def _best(
    shelf: Shelf, asked: Asked, compared: Sequence[_Compared], limit: int, word_weight: float
) -> Sequence[Hit]:
    """Read the best passages and compare each by itself.

    A row of a product of matrices differs in its last digits by where it stands; the order of
    passages must not, so those within `SLACK` of the last one are read too.
    """
    if not compared:
        return ()
    least = _nth_best(np.concatenate([one.scores for one in compared]), limit) - SLACK
    found: list[Hit] = []
    for one in compared:
        rows = np.flatnonzero((one.scores >= least) & np.isfinite(one.scores))
        vectors = shelf.vectors(one.number)
        passages = shelf.passages_at(one.number, [int(place) for place in one.places[rows]])
        found += [
            Hit(
                passage=passages[int(one.places[row])],
                similarity=_cosine(asked.vector, vectors[one.places[row]]),
                coverage=min(1.0, round(float(one.coverage[row]), DIGITS)),
            )
            for row in rows
        ]
    found.sort(key=lambda hit: (-hit.score(word_weight), hit.passage.id))
    return tuple(found[:limit])


def _cosine(one: Vectors, other: Vectors) -> float:
    return round(min(1.0, max(-1.0, float(np.dot(one, other)))), DIGITS)


def _nth_best(values: Numbers, nth: int) -> float:
    """The `nth` largest of the values, or the smallest where there are fewer."""
    if not len(values):
        return float(np.inf)
    if nth >= len(values):
        return float(values.min())
    return float(-np.partition(-values, nth - 1)[nth - 1])
