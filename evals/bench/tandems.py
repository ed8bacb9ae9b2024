"""Everybody of a large community matched in one run: seconds and memory, and how they grow."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from agent.method.tandem_assignment import offer
from agent.method.tandem_gates import hours_bits
from agent.method.tandem_pool import Pool, TaskNeed, sparse
from agent.method.tandem_search import search
from evals.bench.measure import Row, Timed, in_own_process
from memory.records.tandem_policy import TandemPolicy

TOPICS = 300
TOPICS_EACH = 6
HARDEST, EASIEST = 0.6, 0.2
SIZES: Sequence[tuple[int, int]] = ((5_000, 1_250), (20_000, 5_000))
"""People and tasks; the last is told, beside the first."""


def bench_tandems(sizes: Sequence[tuple[int, int]] = SIZES) -> list[Row]:
    """Seconds to search and to assign three rounds of offers, and peak memory, for the largest.

    The baseline is the smallest size, so that the ratio tells how it grows.
    """
    small, large = (in_own_process(_match, *size) for size in (sizes[0], sizes[-1]))
    beside = f"{sizes[0][0]:,} people, {sizes[0][1]:,} tasks"
    rows = [
        Row("tandems", f"matched, {what}", large.found[key], unit, beside, small.found[key])
        for key, what, unit in (
            ("search", "search", "s"),
            ("assign", "three rounds of offers", "s"),
            ("pairs", "pairs weighed to the end", "pairs"),
            ("offers", "offers", "offers"),
        )
    ]
    return [*rows, Row("tandems", "peak memory", large.peak_mb, "MB", beside, small.peak_mb)]


def _match(people: int, tasks: int) -> Timed:
    pool, needs = _community(people, tasks)
    policy = TandemPolicy()
    began = time.perf_counter()
    pairs = search(pool, needs, policy).pairs
    searched = time.perf_counter() - began
    offers = offer(pairs, policy.offers)
    assigned = time.perf_counter() - began - searched
    found = {
        "search": searched,
        "assign": assigned,
        "pairs": float(len(pairs)),
        "offers": float(sum(map(len, offers))),
    }
    return Timed(searched + assigned, found)


def _community(people: int, tasks: int) -> tuple[Pool, list[TaskNeed]]:
    """People with a few topics each, in offices round the world, two thirds under a chief."""
    chance = np.random.default_rng(0)

    def cells(each: int, low: float, high: float) -> dict[tuple[int, int], float]:
        topics = chance.integers(0, TOPICS, (people, each))
        values = chance.uniform(low, high, (people, each))
        return {
            (person, int(topic)): float(value)
            for person in range(people)
            for topic, value in zip(topics[person], values[person], strict=True)
        }

    known = {cell: value**2 for cell, value in cells(TOPICS_EACH, 0.05, 0.85).items()}
    tacit = {cell: float(chance.random()) for cell in known}
    starts = chance.integers(-8, 14, people)
    heads = chance.integers(0, max(1, people // 10), people)
    yes = np.ones(people, dtype=bool)
    pool = Pool(
        known=sparse(known, people, TOPICS),
        prior=0.2,
        tacit=sparse(tacit, people, TOPICS),
        wishes=sparse(dict.fromkeys(cells(2, 0, 1), 1.0), people, TOPICS),
        opted_in=yes,
        learning=yes,
        helping=yes,
        hours=np.array([hours_bits(2 * int(at), 2 * int(at) + 16) for at in starts], np.uint64),
        chief=np.where(heads < np.arange(people), heads, -1).astype(np.int64),
        coach=np.full(people, 0.9),
        junior_accepts=chance.uniform(0.4, 0.9, people),
        senior_accepts=chance.uniform(0.4, 0.9, people),
        load=chance.uniform(0, 0.5, people),
    )
    return pool, [_task(chance) for _ in range(tasks)]


def _task(chance: np.random.Generator) -> TaskNeed:
    number = int(chance.integers(1, 4))
    topics = np.sort(chance.choice(TOPICS, number, replace=False))
    difficulty = float(chance.uniform(EASIEST, HARDEST))
    return TaskNeed(topics, chance.dirichlet(np.ones(number)), difficulty, float(chance.random()))
