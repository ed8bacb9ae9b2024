"""Find from which log-odds a facet counts as stated, on messages the reader never saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from agent.reader.encoder import FACETS
from evals.fit.reader.readings import Reading
from evals.labelled.reading import LabelledMessage
from memory.errors import UserInputError
from memory.records.inquiry import Facet

Array = NDArray[np.float64]
Truths = NDArray[np.bool_]

ROUNDING = 1e-12
COMMON_COUNTS = 40.0
"""Messages that state a facet, for which its own threshold counts as much as the common one."""


def fit_thresholds(
    readings: Sequence[Reading], messages: Sequence[LabelledMessage]
) -> dict[Facet, float]:
    """Return a threshold a facet: best F1 of `stated by the message`, drawn to the common one.

    A message's log-odds of a facet are those of its highest sentence; a site weighs the root of
    its size. Raises `UserInputError` for a reading of no labelled message.
    """
    labelled = {one.id: one for one in messages}
    if missing := sorted({one.id for one in readings} - set(labelled)):
        raise UserInputError(
            f"{missing[0]!r} is read and is not labelled; empty the build folder and fit anew"
        )
    odds = np.array([one.facets.max(axis=0) for one in readings], dtype=np.float64)
    stated = np.array(
        [[labelled[one.id].gold.states(facet) is True for facet in FACETS] for one in readings]
    )
    weights = site_weights([one.site for one in readings])
    common = common_threshold(odds, stated, weights)
    return {
        facet: smoothed(
            best_threshold(odds[:, column], stated[:, column], weights),
            int(stated[:, column].sum()),
            common,
        )
        for column, facet in enumerate(FACETS)
    }


def site_weights(sites: Sequence[str]) -> Array:
    """Return a weight a message; those of a site add up to the root of their number."""
    sizes: Mapping[str, int] = Counter(sites)
    return np.array([sizes[site] ** -0.5 for site in sites])


def f1_curve(odds: Array, stated: Truths, weights: Array) -> tuple[Array, Array]:
    """Return all log-odds that occur, rising, and the weighted F1 of `odds >= each`."""
    order = np.argsort(odds, kind="stable")
    ranked, hit = odds[order], (weights * stated)[order]
    starts = np.flatnonzero(np.diff(ranked, prepend=-np.inf) > 0)
    passed = np.cumsum(weights[order][::-1])[::-1][starts]
    hits = np.cumsum(hit[::-1])[::-1][starts]
    return ranked[starts], 2 * hits / (passed + hit.sum())


def best_threshold(odds: Array, stated: Truths, weights: Array) -> float:
    """Return the threshold of the highest F1; the highest such one where several are equal."""
    thresholds, scores = f1_curve(odds, stated, weights)
    return float(thresholds[np.flatnonzero(scores >= scores.max() - ROUNDING)[-1]])


def common_threshold(odds: Array, stated: Truths, weights: Array) -> float:
    """Return the one threshold for which the mean F1 of all facets, shape (n, 12), is highest."""
    curves = [f1_curve(odds[:, n], stated[:, n], weights) for n in range(odds.shape[1])]
    tried = np.unique(np.concatenate([thresholds for thresholds, _ in curves]))
    mean = np.zeros(len(tried))
    for thresholds, scores in curves:
        none_pass = np.append(scores, 0.0)
        mean += none_pass[np.searchsorted(thresholds, tried)] / len(curves)
    return float(tried[np.flatnonzero(mean >= mean.max() - ROUNDING)[-1]])


def smoothed(own: float, positives: int, common: float) -> float:
    """Return a facet's own threshold, drawn to the common one where few messages state it."""
    return (positives * own + COMMON_COUNTS * common) / (positives + COMMON_COUNTS)
