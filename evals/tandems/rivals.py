"""Plain ways to put people together, under the same gates and with the same solver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.method.tandem import Array
from agent.method.tandem_gates import enough_overlap, in_line
from agent.method.tandem_pool import Pool, TaskNeed
from agent.method.tandem_search import TERMS, Pairs
from memory.records.tandem_policy import TandemPolicy

Score = Callable[[TaskNeed], Array]
"""From a task to how well each pair suits it, shape (people, people), juniors first."""


def by_similarity(pool: Pool) -> Score:
    """Like to like: cosine of two skill profiles, and of the senior's with the task's topics."""
    profile = pool.prior + pool.known.toarray()
    unit = profile / np.linalg.norm(profile, axis=1, keepdims=True)
    alike = unit @ unit.T

    def score(need: TaskNeed) -> Array:
        about = unit[:, need.topics] @ need.omega / np.linalg.norm(need.omega)
        return np.asarray(0.5 * alike + 0.5 * about[None, :])

    return score


def by_chance(pool: Pool, seed: int) -> Score:
    """Anybody with anybody."""
    chance = np.random.default_rng((seed, 1))
    return lambda _need: chance.random((len(pool), len(pool)))


def pairs_by(score: Score, pool: Pool, needs: tuple[TaskNeed, ...], policy: TandemPolicy) -> Pairs:
    """The best pairs of each task under the gates of people."""
    everybody = np.arange(len(pool))
    gates = enough_overlap(pool.hours, pool.hours, policy.gates)
    gates &= ~in_line(pool.chief, everybody, everybody)
    gates &= ~np.eye(len(pool), dtype=bool) & pool.opted_in[:, None] & pool.opted_in[None, :]
    found: list[tuple[NDArray[Any], ...]] = []
    for number, need in enumerate(needs):
        match = np.where(gates, score(need), -np.inf)
        best = np.argsort(-match, axis=None, kind="stable")[: policy.search.pairs]
        junior, senior = np.unravel_index(best, match.shape)
        found.append((np.full(len(best), number), junior, senior, match[junior, senior]))
    task, junior, senior, match = (np.concatenate(part) for part in zip(*found, strict=True))
    none = np.zeros((len(task), len(TERMS)))
    return Pairs(task, junior.astype(np.int64), senior.astype(np.int64), match, none)
