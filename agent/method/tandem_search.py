"""Which pairs could do a task together: candidates by topic, gates, then every term. Pure.

Never every pair: each task has a shortlist of seniors and one of juniors, both among those with
anything to do with its topics, so that the work grows with the tasks and not with the pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.method import tandem
from agent.method.tandem import Array, Mask, Terms
from agent.method.tandem_gates import Index, Obstacle, enough_overlap, in_line
from agent.method.tandem_pool import Pool, TaskNeed, block
from memory.records.tandem_policy import TandemPolicy

TERMS = ("zone", "exchange", "complement", "acceptance", "value", "reverse", "load")
REFERENCES = 8
"""Juniors of evenly spread skill, against whom all seniors of a task are weighed first."""
TIE = 1e-6
"""How far chance may part equal pairs, so that equal tasks do not all name the same people."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of people for tasks, one row each; `terms` has a column for each of `TERMS`."""

    task: Index
    junior: Index
    senior: Index
    match: Array
    terms: Array

    def __len__(self) -> int:
        return len(self.task)


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found; for each task without a pair, why."""

    pairs: Pairs
    obstacles: tuple[Obstacle | None, ...]


@dataclass(frozen=True, slots=True)
class _Weighed:
    match: Array
    terms: Terms
    p_help: Array
    gates: tuple[tuple[Obstacle, Mask], ...]

    def allowed(self) -> Array:
        """The match, and less than anything where a gate is shut."""
        shut = np.logical_and.reduce([mask for _, mask in self.gates])
        return np.where(shut, self.match, -np.inf)


def search(
    pool: Pool, tasks: Sequence[TaskNeed], policy: TandemPolicy, *, seed: int = 0
) -> Searched:
    """The best pairs of every task from `least_match` on."""
    scarce = tandem.scarcity(pool.experts(policy.shape.expert_from))
    rows: list[tuple[int, Array]] = []
    obstacles: list[Obstacle | None] = []
    for number, need in enumerate(tasks):
        chance = np.random.default_rng((seed, number))
        found = _search_task(pool, need, scarce, policy, chance)
        if isinstance(found, Obstacle):
            obstacles.append(found)
        else:
            obstacles.append(None)
            rows.append((number, found))
    return Searched(_stacked(rows), tuple(obstacles))


def weigh(
    pool: Pool, need: TaskNeed, juniors: Index, seniors: Index, policy: TandemPolicy
) -> tuple[Array, Array]:
    """M of every pair, shape (juniors, seniors), and each term with a last axis for `TERMS`."""
    scarce = tandem.scarcity(pool.experts(policy.shape.expert_from))
    weighed = _weigh(pool, need, juniors, seniors, scarce, policy)
    return weighed.allowed(), _columns(weighed.terms)


def _search_task(
    pool: Pool, need: TaskNeed, scarce: Array, policy: TandemPolicy, chance: np.random.Generator
) -> Array | Obstacle:
    """Rows of junior, senior, match and terms; or why there are none."""
    seniors = _seniors(pool, need, policy)
    if isinstance(seniors, Obstacle):
        return seniors
    juniors = _juniors(pool, need, policy, chance)
    if isinstance(juniors, Obstacle):
        return juniors
    level = pool.skill(juniors, need.topics) @ need.omega
    spread = juniors[np.argsort(level, kind="stable")][
        np.unique(np.linspace(0, len(juniors) - 1, REFERENCES).astype(np.int64))
    ]
    first = _weigh(pool, need, spread, seniors, scarce, policy, learn=False)
    best = first.allowed().max(axis=0)
    seniors = seniors[_top(best, policy.search.seniors, chance)]
    everyone = _weigh(pool, need, juniors, seniors, scarce, policy)
    shut = _shut(everyone, policy)
    if shut is not None:
        return shut
    match = everyone.allowed()
    kept = _top(match.max(axis=1), policy.search.juniors, chance)
    one, other = np.nonzero(match[kept] >= policy.least_match)
    scores = match[kept][one, other]
    order = _top(scores, policy.search.pairs, chance)
    columns = _columns(everyone.terms)[kept][one, other][order]
    people = np.stack([juniors[kept][one], seniors[other], scores], axis=1)[order]
    return np.concatenate([people, columns], axis=1)


def _seniors(pool: Pool, need: TaskNeed, policy: TandemPolicy) -> Index | Obstacle:
    """Who has shown something of the task's topics and is free, those who know most."""
    if not len(need.topics):
        return Obstacle.NO_TOPIC
    holders = pool.holders(need.topics)
    if not len(holders):
        return Obstacle.NOBODY_KNOWS
    willing = holders[pool.opted_in[holders]]
    if not len(willing):
        return Obstacle.NO_SENIOR
    free = _without(willing[pool.helping[willing]], need.barred)
    if not len(free):
        return Obstacle.SENIORS_BUSY
    level = pool.skill(free, need.topics) @ need.omega
    return free[np.argsort(-level, kind="stable")[: policy.search.scanned]]


def _juniors(
    pool: Pool, need: TaskNeed, policy: TandemPolicy, chance: np.random.Generator
) -> Index | Obstacle:
    """Who may need help with the task: people near its topics first, then anybody."""
    near = np.union1d(pool.holders(need.topics), pool.wishers(need.topics))
    near = near[pool.learning[near]]
    if len(near) > policy.search.scanned:
        near = np.sort(chance.choice(near, policy.search.scanned, replace=False))
    others = np.setdiff1d(np.flatnonzero(pool.learning), near, assume_unique=True)
    room = policy.search.scanned - len(near)
    if len(others) > room:
        others = chance.choice(others, min(room, policy.search.juniors), replace=False)
    found = _without(np.union1d(near, others).astype(np.int64), need.barred)
    if not len(found):
        return Obstacle.NO_JUNIOR
    alone = tandem.solo(pool.skill(found, need.topics), need.omega, need.difficulty, policy.shape)
    found = found[alone <= policy.shape.solo_at_most]
    return found if len(found) else Obstacle.NO_JUNIOR


def _without(people: Index, barred: frozenset[int]) -> Index:
    if not barred:
        return people
    return people[~np.isin(people, list(barred))]


def _weigh(
    pool: Pool,
    need: TaskNeed,
    juniors: Index,
    seniors: Index,
    scarce: Array,
    policy: TandemPolicy,
    *,
    learn: bool = True,
) -> _Weighed:
    """Every term and gate of every pair; without `learn`, as if no senior wished to learn."""
    shape, omega = policy.shape, need.omega
    s, e = pool.skill(juniors, need.topics), pool.skill(seniors, need.topics)
    p_solo = tandem.solo(s, omega, need.difficulty, shape)
    p_help = tandem.helped(s, e, pool.coach[seniors], omega, need.difficulty, shape)
    tacit = block(pool.tacit, seniors, need.topics)
    interest = block(pool.wishes, juniors, need.topics) @ omega
    willing = tandem.interested(pool.junior_accepts[juniors], interest, shape)
    wanted = pool.wanted_by(seniors if learn else seniors[:0])
    each = (len(juniors), len(seniors))
    terms = Terms(
        zone=tandem.zone(p_solo, p_help, shape),
        exchange=np.broadcast_to(tandem.exchange(e, tacit, scarce[need.topics], omega), each),
        complement=tandem.complement(s, e, omega, shape),
        acceptance=tandem.acceptance(willing, pool.senior_accepts[seniors]),
        value=np.full(each, need.value),
        reverse=tandem.reverse(
            pool.skill(juniors, wanted),
            pool.skill(seniors, wanted),
            block(pool.wishes, seniors, wanted) > 0,
        ),
        load=np.broadcast_to(pool.load[seniors], each),
    )
    gates = (
        (Obstacle.ONE_PERSON, juniors[:, None] != seniors[None, :]),
        (Obstacle.NO_SENIOR, (e @ omega)[None, :] > (s @ omega)[:, None]),
        (
            Obstacle.NO_COMMON_HOURS,
            enough_overlap(pool.hours[juniors], pool.hours[seniors], policy.gates),
        ),
        (Obstacle.REPORTING_LINE, ~in_line(pool.chief, juniors, seniors)),
    )
    return _Weighed(terms.match(policy.weights), terms, p_help, gates)


def _shut(weighed: _Weighed, policy: TandemPolicy) -> Obstacle | None:
    """The first gate that leaves no pair, or that the task is too hard, or no match good enough."""
    left = np.ones(weighed.match.shape, dtype=bool)
    for obstacle, mask in weighed.gates:
        left &= mask
        if not left.any():
            return obstacle
    shape = policy.shape
    if weighed.p_help[left].max() < shape.centre - 2 * shape.width:
        return Obstacle.BEYOND_ALL
    return None if weighed.match[left].max() >= policy.least_match else Obstacle.WEAK_MATCH


def _top(scores: Array, number: int, chance: np.random.Generator) -> Index:
    """Places of the highest scores, highest first; equal ones in an order of chance."""
    parted = scores + TIE * chance.random(len(scores))
    return np.argsort(-parted, kind="stable")[:number]


def _columns(terms: Terms) -> Array:
    return np.stack([np.asarray(getattr(terms, name)) for name in TERMS], axis=-1)


def _stacked(rows: Sequence[tuple[int, Array]]) -> Pairs:
    if not rows:
        none = np.zeros(0, dtype=np.int64)
        return Pairs(none, none, none, np.zeros(0), np.zeros((0, len(TERMS))))
    task = np.concatenate([np.full(len(found), number) for number, found in rows])
    every = np.concatenate([found for _, found in rows])
    return Pairs(
        task.astype(np.int64),
        every[:, 0].astype(np.int64),
        every[:, 1].astype(np.int64),
        every[:, 2],
        every[:, 3:],
    )
