"""How people of the simulation learn: knowledge spaces, not the formula that is measured.

Each topic is a ladder of single pieces of knowledge, the lower ones needed for the higher (Doignon
and Falmagne 1985). A task needs a stretch of the ladder. In a tandem the junior does the task and
the senior explains what is missing, rung by rung, within the help budget:

- a rung can be grasped only where most of the rungs right below it are held (the outer fringe);
- a senior explains only what they hold, and the worse the further it lies below their own
  frontier: experts forget what was hard (Hinds 1999);
- what is written down a junior would have learnt alone, so it is no gain of the tandem; how much is
  written differs by topic and rung, and a rare topic is written down less;
- whoever carries much already has less time to explain, and a chief's presence keeps questions
  back;
- hours that the two do not share are lost; whoever does not want to take part does not begin.

No logistic curve, zone or weight of the method stands in here; skill is how much of a ladder
somebody holds, and nothing in the matching ever sees it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.method.tandem import Array, Mask

RUNGS = 20
BELOW = 4
"""Rungs right below one that have to be held before it can be grasped, most of them."""
MOST = 0.75
FORGETS = 7.0
"""Rungs between a senior's frontier and what they explain, at which half as much comes across."""
BEGIN = 0.2
"""Hours of the senior to get going, whatever is learnt."""
EXPLAIN = 0.12
"""Hours of the senior to explain one rung, whether it is grasped or not."""
TAKE_OVER = 0.25
"""Hours that a rung costs that is out of the junior's reach: the senior does it instead."""
BUDGET = 1.0
"""Hours of help in one tandem at most."""
ASKED = 0.05
"""Hours that an offer costs that somebody turns down."""
UNDER_A_CHIEF = 0.3
"""Share of questions that are asked in front of one's own chief."""
FEW_HOURS = 0.4
"""Share of the help that comes about where the two share less than two hours of a day."""


@dataclass(frozen=True)
class Truth:
    """What nobody sees: who holds which rungs, and what is written down."""

    held: Mask
    """(people, topics, rungs)"""
    written: Mask
    """(topics, rungs)"""
    willing: Array
    """Probability to accept an offer, by person."""
    load: Array
    chief: NDArray[np.int64]
    hours: NDArray[np.int64]
    """Hour of the day in UTC at which each begins to work."""


@dataclass(frozen=True, slots=True)
class TrueTask:
    """The stretches of ladders that a task needs: topic, first and last rung."""

    needs: tuple[tuple[int, int, int], ...]


def run_tandem(
    truth: Truth, task: TrueTask, junior: int, senior: int, chance: np.random.Generator
) -> tuple[float, float]:
    """Rungs that the junior learnt and would not have learnt alone, and the senior's hours."""
    if chance.random() > truth.willing[junior] or chance.random() > truth.willing[senior]:
        return 0.0, ASKED
    share = 1 - truth.load[senior]
    if _in_line(truth.chief, junior, senior):
        share *= UNDER_A_CHIEF
    apart = abs(int(truth.hours[junior]) - int(truth.hours[senior]))
    if 8 - min(apart, 24 - apart) < 2:  # noqa: PLR2004 - a working day less the hours apart
        share *= FEW_HOURS
    hours, learnt = BEGIN, 0
    for topic, low, high in task.needs:
        mine = truth.held[junior, topic].copy()
        theirs = truth.held[senior, topic]
        frontier = int(np.flatnonzero(theirs).max(initial=0))
        for rung in range(low, high + 1):
            if mine[rung]:
                continue
            if hours >= BUDGET:
                break
            if mine[max(0, rung - BELOW) : rung].mean() < MOST if rung else False:
                hours += TAKE_OVER
                continue
            hours += EXPLAIN
            clear = 0.5 ** (max(0, frontier - rung) / FORGETS) * share
            if theirs[rung] and chance.random() < clear:
                mine[rung] = True
                learnt += not truth.written[topic, rung]
    return float(learnt), hours


def _in_line(chief: NDArray[np.int64], one: int, other: int) -> bool:
    for low, high in ((one, other), (other, one)):
        at = int(chief[low])
        for _ in range(len(chief)):
            if at == high:
                return True
            if at < 0:
                break
            at = int(chief[at])
    return False
