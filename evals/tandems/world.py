"""A community of 200 with planted pairs and traps, and what a matching can see of it.

What is seen is noisy: skill as the shipped Beta mean over a random number of validated answers,
difficulty estimated wrongly, willingness and tacitness from a handful of cases. The truth
(`learning.Truth`) is kept apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agent.method.skill import Skill
from agent.method.tandem import Array
from agent.method.tandem_gates import hours_bits
from agent.method.tandem_pool import Pool, TaskNeed, sparse
from evals.tandems.learning import RUNGS, TrueTask, Truth

PEOPLE = 200
COMMON, RARE = 8, 24
TOPICS = COMMON + RARE
TASKS = 140
STEPS = (-0.08, 0.0, 0.08)
"""Each planted pair's topic has an easier task, one at the junior's level and a harder one."""
PLANTED = 16
TRAPPED = 8
WISHING = 0.5
"""Share of two topics drawn for everybody that they would like to learn."""
TWO_TOPICS = 0.4
"""Share of tasks that need a second topic."""
STARS = 2
CHIEFS = 20
PIECE = 0.4
MOST_SHOWN = 60.0
ESTIMATE = 0.05
"""Spread of the error with which difficulty is estimated."""
"""What one piece of evidence counts: a mixture of acceptances, thanks and votes."""
COACH = 0.9
"""What a matching takes for the coaching of who has not been in a tandem yet."""


@dataclass(frozen=True)
class World:
    """What can be seen, what is true, and what was planted."""

    pool: Pool
    needs: tuple[TaskNeed, ...]
    truth: Truth
    tasks: tuple[TrueTask, ...]
    planted: tuple[tuple[int, int], ...]
    """Complementary pairs: junior, senior."""
    stars: tuple[int, ...]
    """Know everything and have no time."""
    chiefs: tuple[tuple[int, int], ...]
    """Pairs as good as the planted ones, but one reports to the other."""
    gaps: tuple[tuple[int, int], ...]
    """A beginner and somebody at the very top."""


def make_world(seed: int, piece: float = PIECE) -> World:
    """The community of a seed; the larger the `piece`s of evidence, the fewer and noisier."""
    chance = np.random.default_rng(seed)
    level = _levels(chance)
    numbers = chance.permutation(PEOPLE)
    planted = tuple(zip(numbers[:PLANTED], numbers[PLANTED : 2 * PLANTED], strict=True))
    at = 2 * PLANTED
    chiefs = tuple(
        zip(numbers[at : at + TRAPPED], numbers[at + TRAPPED : at + 2 * TRAPPED], strict=True)
    )
    at += 2 * TRAPPED
    gaps = tuple(
        zip(numbers[at : at + TRAPPED], numbers[at + TRAPPED : at + 2 * TRAPPED], strict=True)
    )
    stars = tuple(int(one) for one in numbers[at + 2 * TRAPPED : at + 2 * TRAPPED + STARS])
    load = chance.beta(1.5, 4.0, PEOPLE)
    willing = chance.uniform(0.45, 0.95, PEOPLE)
    hours = (np.array([8, 2, 15])[chance.choice(3, PEOPLE, p=[0.5, 0.25, 0.25])]).astype(np.int64)
    hours += chance.integers(-1, 2, PEOPLE)
    chief = _hierarchy(chance, numbers)
    wishes = {
        (person, int(topic)): 1.0
        for person in range(PEOPLE)
        for topic in chance.choice(TOPICS, 2, replace=False)
        if chance.random() < WISHING
    }
    centres: list[tuple[int, float]] = []
    for place, (junior, senior) in enumerate((*planted, *chiefs)):
        topic, strong = COMMON + place, place % COMMON
        level[junior, topic], level[senior, topic] = 0.36, 0.76
        level[junior, strong], level[senior, strong] = 0.76, 0.25
        wishes[int(junior), topic] = wishes[int(senior), strong] = 1.0
        load[senior], willing[[junior, senior]] = 0.08, 0.88
        hours[junior] = hours[senior]
        centres += [(topic, 0.36 + step) for step in STEPS]
    for junior, senior in chiefs:
        chief[junior] = senior
    for place, (junior, senior) in enumerate(gaps):
        level[junior, place % COMMON], level[senior, place % COMMON] = 0.12, 0.97
        hours[junior] = hours[senior]
        wishes[int(junior), place % COMMON] = 1.0
    level[list(stars)], load[list(stars)], willing[list(stars)] = 0.9, 0.92, 0.9
    truth, tasks, needs = _truth(chance, level, load, willing, chief, hours, centres)
    pool = _seen(chance, level, truth, wishes, piece)
    pairs = [tuple((int(a), int(b)) for a, b in each) for each in (planted, chiefs, gaps)]
    return World(pool, needs, truth, tasks, pairs[0], stars, pairs[1], pairs[2])


def _levels(chance: np.random.Generator) -> Array:
    """True skill: newcomers, people on their way, and experts of one or two common topics."""
    level = chance.uniform(0.0, 0.25, (PEOPLE, TOPICS))
    bands = np.array([(0.15, 0.45), (0.3, 0.65), (0.6, 0.9)])
    for person in range(PEOPLE):
        low, high = bands[chance.choice(3, p=[0.4, 0.4, 0.2])]
        for topic in chance.choice(COMMON, chance.integers(1, 4), replace=False):
            level[person, topic] = chance.uniform(low, high)
    return level


def _hierarchy(chance: np.random.Generator, numbers: np.ndarray) -> np.ndarray:
    """Whom each reports to: two thirds have a chief among twenty, who have one above them."""
    heads = numbers[-CHIEFS:]
    chief = np.where(chance.random(PEOPLE) < 2 / 3, chance.choice(heads, PEOPLE), -1)
    chief[heads] = heads[0]
    chief[heads[0]] = -1
    return np.where(chief == np.arange(PEOPLE), -1, chief).astype(np.int64)


def _truth(
    chance: np.random.Generator,
    level: Array,
    load: Array,
    willing: Array,
    chief: np.ndarray,
    hours: np.ndarray,
    centres: list[tuple[int, float]],
) -> tuple[Truth, tuple[TrueTask, ...], tuple[TaskNeed, ...]]:
    rung = np.arange(RUNGS) / RUNGS
    held = rung < level[:, :, None] + chance.normal(0, 0.06, (PEOPLE, TOPICS, RUNGS))
    openness = np.concatenate([chance.uniform(0.3, 0.8, COMMON), chance.uniform(0.1, 0.4, RARE)])
    written = chance.random((TOPICS, RUNGS)) < openness[:, None] * (1 - 0.5 * rung)
    centres = [
        *centres,
        *(
            (int(chance.integers(TOPICS)), float(chance.uniform(0.15, 0.75)))
            for _ in range(TASKS - len(centres))
        ),
    ]
    tasks, needs = [], []
    for topic, centre in centres:
        parts = [(topic, centre, 1.0)]
        if chance.random() < TWO_TOPICS:
            parts = [(topic, centre, 0.7), ((topic + 1) % TOPICS, centre * 0.6, 0.3)]
        tasks.append(TrueTask(tuple(_stretch(one, c) for one, c, _ in parts)))
        order = sorted(parts)
        estimate = sum(c * share for _, c, share in parts) + chance.normal(0, ESTIMATE)
        needs.append(
            TaskNeed(
                np.array([one for one, _, _ in order]),
                np.array([share for _, _, share in order]),
                float(np.clip(estimate, 0.05, 0.95)),
                float(chance.random()),
            )
        )
    truth = Truth(held, written, willing, load, chief, hours)
    return truth, tuple(tasks), tuple(needs)


def _stretch(topic: int, centre: float) -> tuple[int, int, int]:
    middle = round(centre * RUNGS)
    return topic, max(0, middle - 3), min(RUNGS - 1, middle + 3)


def _seen(
    chance: np.random.Generator,
    level: Array,
    truth: Truth,
    wishes: dict[tuple[int, int], float],
    piece: float,
) -> Pool:
    """What evidence shows: validated answers come at random, more to whom is active."""
    prior = Skill(1.0, 4.0).mean
    activity = chance.lognormal(0.0, 0.35, (PEOPLE, 1))
    rate = activity * np.maximum(0.0, 5 * level - 1) / np.maximum(0.02, 1 - level)
    shown = piece * chance.poisson(np.minimum(rate, MOST_SHOWN) / piece)
    mean = np.vectorize(lambda w: Skill(1.0 + w, 4.0).mean)(shown)
    unwritten = (truth.held & ~truth.written[None]).sum(2) / np.maximum(1, truth.held.sum(2))
    cases = 1 + chance.poisson(4.0, (PEOPLE, TOPICS))
    tacit = chance.binomial(cases, unwritten) / cases
    asked = 6
    accepts = (chance.binomial(asked, truth.willing) + 2) / (asked + 4)
    cells = [(int(a), int(b)) for a, b in np.argwhere(shown > 0)]
    bits = [hours_bits(2 * int(hour), 2 * int(hour) + 16) for hour in truth.hours]
    everybody = np.ones(PEOPLE, dtype=bool)
    return Pool(
        known=sparse({cell: float(mean[cell]) - prior for cell in cells}, PEOPLE, TOPICS),
        prior=prior,
        tacit=sparse({cell: float(tacit[cell]) for cell in cells}, PEOPLE, TOPICS),
        wishes=sparse(wishes, PEOPLE, TOPICS),
        opted_in=everybody,
        learning=everybody,
        helping=everybody,
        hours=np.array(bits, dtype=np.uint64),
        chief=truth.chief,
        coach=np.full(PEOPLE, COACH),
        junior_accepts=accepts,
        senior_accepts=accepts,
        load=np.clip(truth.load + chance.normal(0, 0.05, PEOPLE), 0, 1),
    )
