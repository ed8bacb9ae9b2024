"""Whom to offer what, over the whole community at once, by integer programming (HiGHS). Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.method.tandem_gates import Index
from agent.method.tandem_search import Pairs

GAP = 0.01
"""How far below the best possible sum of matches an assignment may stay."""
NODES = 1
"""Nodes of the search tree: the first relaxation comes within the gap, and time stays bounded."""
HALF = 0.5


def assign(pairs: Pairs) -> Index:
    """Rows of `pairs` with each task, junior and senior at most once and the highest sum.

    Where the solver finds nothing within its bounds, the best rows that fit, one by one.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, vstack

    count = len(pairs)
    if not count:
        return np.zeros(0, dtype=np.int64)
    rows, ones = np.arange(count), np.ones(count)
    at_most_once = vstack(
        [
            csr_array((ones, (np.unique(each, return_inverse=True)[1], rows)))
            for each in (pairs.task, pairs.junior, pairs.senior)
        ]
    )
    found = milp(
        -pairs.match,
        integrality=ones,
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(at_most_once, -np.inf, 1.0),
        options={"mip_rel_gap": GAP, "node_limit": NODES},
    )
    if found.x is None:
        return _one_by_one(pairs)
    return np.flatnonzero(np.asarray(found.x) > HALF).astype(np.int64)


def offer(pairs: Pairs, rounds: int) -> list[Index]:
    """One assignment after the other, each without what was offered before.

    So nobody, junior or senior, is offered more than `rounds` tandems, and no junior the same task
    or the same senior twice.
    """
    left = np.arange(len(pairs))
    offers: list[Index] = []
    width = int(max(pairs.task.max(), pairs.senior.max()) + 1) if len(pairs) else 1
    by_task, by_senior = pairs.junior * width + pairs.task, pairs.junior * width + pairs.senior
    for _ in range(rounds):
        chosen = left[assign(some(pairs, left))]
        if not len(chosen):
            break
        offers.append(chosen)
        again = np.isin(by_task, by_task[chosen]) | np.isin(by_senior, by_senior[chosen])
        left = left[~again[left]]
    return offers


def seat(pairs: Pairs, chosen: Index, learners: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Further juniors for the tasks of chosen rows that have room, by row; best matches first.

    `learners` is how many juniors each task takes. Nobody who was chosen in this round, or seated
    already, is seated again.
    """
    busy = set(pairs.junior[chosen].tolist()) | set(pairs.senior[chosen].tolist())
    seated: dict[int, tuple[int, ...]] = {}
    for row in chosen[np.argsort(-pairs.match[chosen], kind="stable")].tolist():
        room = learners[int(pairs.task[row])] - 1
        if room < 1:
            continue
        same = np.flatnonzero((pairs.task == pairs.task[row]) & (pairs.senior == pairs.senior[row]))
        same = same[np.argsort(-pairs.match[same], kind="stable")]
        free = [one for one in pairs.junior[same].tolist() if one not in busy][:room]
        if free:
            busy.update(free)
            seated[row] = tuple(free)
    return seated


def some(pairs: Pairs, rows: Index) -> Pairs:
    """These rows of the pairs."""
    return Pairs(
        pairs.task[rows],
        pairs.junior[rows],
        pairs.senior[rows],
        pairs.match[rows],
        pairs.terms[rows],
    )


def _one_by_one(pairs: Pairs) -> Index:
    taken: tuple[set[int], set[int], set[int]] = (set(), set(), set())
    kept: list[int] = []
    order = np.argsort(-pairs.match, kind="stable")
    for row in order.tolist():
        three = (int(pairs.task[row]), int(pairs.junior[row]), int(pairs.senior[row]))
        if not any(one in known for one, known in zip(three, taken, strict=True)):
            kept.append(row)
            for one, known in zip(three, taken, strict=True):
                known.add(one)
    return np.array(sorted(kept), dtype=np.int64)
