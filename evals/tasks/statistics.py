"""Measures over items and their 95 % intervals by resampling the items.

Every measure is a function of how often each item counts, so that one matrix product gives it
for all resamples at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Statistic = Callable[[Array], Array]
"""From how often each item counts, shape (draws, items), to one value a draw, shape (draws,)."""

DRAWS = 1000
INTERVAL = (2.5, 97.5)
"""Percentiles of the resamples that bound the interval."""
HALF = 0.5
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a task found: plain numbers by name, and the same for each baseline."""

    metrics: Mapping[str, float]
    baselines: Mapping[str, Mapping[str, float]]


def resamples(items: int, seed: int, draws: int = DRAWS) -> Array:
    """How often each of `items` is drawn, with replacement, in each draw; shape (draws, items)."""
    drawn = np.random.default_rng(seed).integers(0, items, size=(draws, items))
    rows = np.arange(draws)[:, None] * items
    counts = np.bincount((drawn + rows).ravel(), minlength=draws * items)
    return counts.reshape(draws, items).astype(np.float64)


def with_interval(name: str, statistic: Statistic, items: int, seed: int) -> dict[str, float]:
    """`name` over all items, and the bounds of its 95 % interval as `name_low`, `name_high`.

    Draws for which the measure is undefined (NaN) are left out. Nothing is returned where it is
    undefined over all items.
    """
    value = float(statistic(np.ones((1, items)))[0]) if items else np.nan
    if np.isnan(value):
        return {}
    drawn = statistic(resamples(items, seed))
    low, high = np.percentile(drawn[~np.isnan(drawn)], INTERVAL)
    return {name: value, f"{name}_low": float(low), f"{name}_high": float(high)}


def share(right: Sequence[float], of: Sequence[float] | None = None) -> Statistic:
    """Sum of `right` over the sum of `of` (1 an item where left out)."""
    above = np.asarray(right, dtype=np.float64)
    below = np.ones_like(above) if of is None else np.asarray(of, dtype=np.float64)

    def statistic(counts: Array) -> Array:
        return _ratio(counts @ above, counts @ below)

    return statistic


def difference(first: Statistic, second: Statistic) -> Statistic:
    """The first measure less the second, over the same items."""
    return lambda counts: first(counts) - second(counts)


@dataclass(frozen=True, slots=True)
class Confusion:
    """Right, false and missed marks, each of shape (items, classes)."""

    right: Array
    false: Array
    missed: Array

    @property
    def support(self) -> Array:
        """True marks of each class, shape (classes,)."""
        total: Array = (self.right + self.missed).sum(axis=0)
        return total

    def macro_f1(self, classes: Sequence[int]) -> Statistic:
        """Mean F1 over these classes; one that a draw neither holds nor claims is left out."""

        def statistic(counts: Array) -> Array:
            right, false, missed = (
                counts @ part[:, list(classes)] for part in (self.right, self.false, self.missed)
            )
            each = _ratio(2 * right, 2 * right + false + missed)
            known = ~np.isnan(each)
            return _ratio(np.where(known, each, 0.0).sum(axis=1), known.sum(axis=1) * 1.0)

        return statistic

    def of_class(self, number: int) -> dict[str, float]:
        """Precision, recall, F1 and support of one class; 0 where nothing was claimed or right."""
        right, false, missed = (
            float(part[:, number].sum()) for part in (self.right, self.false, self.missed)
        )
        return {
            "precision": right / max(1.0, right + false),
            "recall": right / max(1.0, right + missed),
            "f1": 2 * right / max(1.0, 2 * right + false + missed),
            "support": right + missed,
        }


def confusion(gold: Array, said: Array) -> Confusion:
    """Compare marks of shape (items, classes): gold 1, 0 or NaN where it is disputed."""
    claimed = said > HALF
    right, wanted = gold == 1, gold == 0
    return Confusion(
        (right & claimed).astype(np.float64),
        (wanted & claimed).astype(np.float64),
        (right & ~claimed).astype(np.float64),
    )


def average_precision(labels: Sequence[float], scores: Sequence[float]) -> Statistic:
    """Sum over falling distinct scores of the gain in recall times the precision there.

    Items of one score stand or fall together, so their order does not matter. NaN for a draw
    without a positive.
    """
    wanted, given = np.asarray(labels, dtype=np.float64), np.asarray(scores, dtype=np.float64)
    order = np.argsort(-given, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(given[order])), len(order) - 1)

    def statistic(counts: Array) -> Array:
        ranked = counts[:, order]
        right = np.cumsum(ranked * wanted[order], axis=1)[:, ends]
        passed = np.cumsum(ranked, axis=1)[:, ends]
        precision = np.where(passed > 0, right / np.maximum(passed, 1), 0.0)
        gained = np.diff(right, axis=1, prepend=0.0)
        return _ratio((gained * precision).sum(axis=1), right[:, -1])

    return statistic


def words_of(text: str) -> list[str]:
    """The words of a text, lower case."""
    return [found.lower().replace("\u2019", "'") for found in _WORD.findall(text)]


def overlaps(quote: str, anchor: str) -> bool:
    """Whether a quote holds at least half of an anchor's words, each as often as it stands."""
    wanted = Counter(words_of(anchor))
    shared = sum((wanted & Counter(words_of(quote))).values())
    return bool(wanted) and shared >= HALF * wanted.total()


def _ratio(above: Array, below: Array) -> Array:
    """`above / below`, NaN where there is nothing below."""
    safe = np.where(below > 0, below, 1.0)
    return np.asarray(np.where(below > 0, above / safe, np.nan))


def flattened(figures: Figures) -> dict[str, float]:
    """One level for a log: metrics by name, baselines as `baseline/name`."""
    flat = dict(figures.metrics)
    for baseline, numbers in figures.baselines.items():
        flat |= {f"{baseline}/{name}": value for name, value in numbers.items()}
    return flat


def unflattened(flat: Mapping[str, Any]) -> Figures:
    """What `flattened` made one level of."""
    metrics: dict[str, float] = {}
    baselines: dict[str, dict[str, float]] = {}
    for name, value in flat.items():
        baseline, slash, key = name.partition("/")
        if slash:
            baselines.setdefault(baseline, {})[key] = float(value)
        else:
            metrics[name] = float(value)
    return Figures(metrics, baselines)
