"""One simulated community put to one way of matching: what is offered, learnt and carried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np

from agent.method.tandem_assignment import assign, offer, some
from agent.method.tandem_gates import Index
from agent.method.tandem_search import TERMS, Pairs, search
from evals.tandems.learning import run_tandem
from evals.tandems.rivals import by_chance, by_similarity, pairs_by
from evals.tandems.world import World, make_world
from memory.records.tandem_policy import TandemPolicy, TandemSearch

RUNS = 5
"""How often each tandem is lived through, to average out chance."""
NOISIER = 1.0
"""What a piece of evidence counts in the noisier world: few pieces, each a whole one."""
WIDE = TandemSearch(pairs=40, seniors=16, juniors=30)
"""Search for the ablations, which weigh the same pairs by other weights."""
SHIPPED, SIMILAR, RANDOM, NOISY = "shipped", "similarity", "random", "shipped_noisier"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a matching came to in one community."""

    tandems: int
    gain: float
    """Rungs learnt, in one life of all tandems of the first round on average."""
    hours: float
    """Hours that seniors gave."""
    found: int
    """Planted pairs among the offers."""
    planted: int
    trapped: int
    """Offers that hit a trap."""
    offers: int
    most_offers: int
    """Offers that one senior got at most."""
    load: float
    """Sum over the tandems of what their seniors carried already."""


@lru_cache(maxsize=1)
def trial(seed: int) -> Mapping[str, Mapping[str, float]]:
    """Outcomes by matching for the community of a seed."""
    policy, world = TandemPolicy(), make_world(seed)
    pool, needs = world.pool, world.needs
    pairs = search(pool, needs, policy, seed=seed).pairs
    found = {SHIPPED: outcome(world, pairs, offer(pairs, policy.offers), seed)}
    wide = policy.model_copy(update={"least_match": 0.0, "search": WIDE})
    every = search(pool, needs, wide, seed=seed).pairs
    for term in TERMS:
        less = _without(every, term, policy)
        found[f"no_{term}"] = outcome(world, less, offer(less, policy.offers), seed)
    rivals = {SIMILAR: by_similarity(pool), RANDOM: by_chance(pool, seed)}
    for name, score in rivals.items():
        theirs = pairs_by(score, pool, needs, policy)
        found[name] = outcome(world, theirs, [assign(theirs)], seed)
    noisy = make_world(seed, piece=NOISIER)
    theirs = search(noisy.pool, noisy.needs, policy, seed=seed).pairs
    found[NOISY] = outcome(noisy, theirs, offer(theirs, policy.offers), seed)
    return {name: asdict(one) for name, one in found.items()}


def outcome(world: World, pairs: Pairs, offers: list[Index], seed: int) -> Outcome:
    """Live through the tandems of the first round, and count all offers."""
    chance = np.random.default_rng((seed, 2))
    first = offers[0] if offers else np.zeros(0, dtype=np.int64)
    gain = hours = 0.0
    for row in first.tolist():
        task = world.tasks[int(pairs.task[row])]
        for _ in range(RUNS):
            learnt, spent = run_tandem(
                world.truth, task, int(pairs.junior[row]), int(pairs.senior[row]), chance
            )
            gain, hours = gain + learnt / RUNS, hours + spent / RUNS
    rows = np.concatenate([first[:0], *offers])
    told = list(zip(pairs.junior[rows].tolist(), pairs.senior[rows].tolist(), strict=True))
    traps = {*world.chiefs, *world.gaps}
    return Outcome(
        tandems=len(first),
        gain=gain,
        hours=hours,
        found=sum(pair in told for pair in world.planted),
        planted=len(world.planted),
        trapped=sum(pair in traps or pair[1] in world.stars for pair in told),
        offers=len(told),
        most_offers=int(np.bincount(pairs.senior[rows]).max(initial=0)),
        load=float(world.truth.load[pairs.senior[first]].sum()),
    )


def _without(pairs: Pairs, term: str, policy: TandemPolicy) -> Pairs:
    """The same pairs weighed without one term; the bar is lowered by what it could have given."""
    weights = np.array([getattr(policy.weights, name) for name in TERMS])
    weights[TERMS.index("load")] *= -1
    lost = weights[TERMS.index(term)]
    weights[TERMS.index(term)] = 0.0
    match = pairs.terms @ weights
    bar = policy.least_match * (1 - max(0.0, lost))
    kept = np.flatnonzero(match >= bar)
    return some(Pairs(pairs.task, pairs.junior, pairs.senior, match, pairs.terms), kept)
