"""Communities in which no tandem can be, and tasks that nobody can do: said in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from agent.method.tandem_gates import Obstacle, hours_bits, task_obstacle
from agent.method.tandem_pool import Pool, TaskNeed, sparse
from agent.method.tandem_search import search
from memory.records.tandem_policy import TandemGates, TandemPolicy
from prompts.tandem import load_tandem

POLICY = TandemPolicy()
DAY = hours_bits(18, 34)
NIGHT = hours_bits(-6, 10)
TASK = TaskNeed(np.array([0]), np.array([1.0]), 0.25, 0.8)


def pool(skill: list[float], **changes: object) -> Pool:
    """People of these skills on one topic, all taking part, in one office, under nobody."""
    people = len(skill)
    known = sparse({(n, 0): one - 0.2 for n, one in enumerate(skill) if one > 0.2}, people, 1)
    yes = np.ones(people, dtype=bool)
    made = Pool(
        known=known,
        prior=0.2,
        tacit=known * 0 + known.sign(),
        wishes=sparse({}, people, 1),
        opted_in=yes,
        learning=yes,
        helping=yes,
        hours=np.full(people, DAY, dtype=np.uint64),
        chief=np.full(people, -1, dtype=np.int64),
        coach=np.full(people, 0.9),
        junior_accepts=np.full(people, 0.7),
        senior_accepts=np.full(people, 0.7),
        load=np.zeros(people),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields by name


def obstacle(people: Pool, task: TaskNeed = TASK) -> Obstacle | None:
    """Why there is no pair for a task."""
    (found,) = search(people, [task], POLICY).obstacles
    return found


def test_two_who_fit_are_put_together() -> None:
    """The one who knows helps the one who does not, and nothing is in the way."""
    found = search(pool([0.75, 0.2]), [TASK], POLICY)
    assert found.obstacles == (None,)
    assert (found.pairs.junior.tolist(), found.pairs.senior.tolist()) == ([1], [0])


def test_a_community_without_a_senior_says_so() -> None:
    """Beginners alone know nothing that could be passed on."""
    assert obstacle(pool([0.2, 0.2])) is Obstacle.NOBODY_KNOWS
    assert obstacle(pool([0.22, 0.21], chief=np.array([-1, -1])), _hard(0.9)) is Obstacle.BEYOND_ALL


def test_a_community_without_a_junior_says_so() -> None:
    """Where everybody can do it alone, nobody needs a tandem."""
    assert obstacle(pool([0.8, 0.75])) is Obstacle.NO_JUNIOR


def test_one_person_is_no_tandem() -> None:
    """Nobody is their own senior."""
    assert obstacle(pool([0.3]), _hard(0.3)) is Obstacle.ONE_PERSON


def test_nobody_who_opted_out_is_counted() -> None:
    """What people know is of no use to a matching that they are not in."""
    nobody = np.zeros(2, dtype=bool)
    out = pool([0.75, 0.2], opted_in=nobody, learning=nobody, helping=nobody)
    assert obstacle(out) is Obstacle.NO_SENIOR


def test_seniors_in_a_tandem_are_busy() -> None:
    """Load is a reason of its own."""
    assert obstacle(pool([0.75, 0.2], helping=np.array([False, True]))) is not None
    busy = np.array([False, False])
    assert obstacle(pool([0.75, 0.2], helping=busy)) is Obstacle.SENIORS_BUSY


@pytest.mark.parametrize("chief", [[-1, 0], [1, -1]])
def test_one_reporting_line_is_never_put_together(chief: list[int]) -> None:
    """Neither a chief with their people nor the other way round."""
    assert obstacle(pool([0.75, 0.2], chief=np.array(chief))) is Obstacle.REPORTING_LINE


def test_a_line_holds_over_several_levels() -> None:
    """The chief of one's chief is a chief."""
    people = pool([0.75, 0.2, 0.2], chief=np.array([-1, 2, 0]))
    assert obstacle(people) is Obstacle.REPORTING_LINE


def test_a_circle_of_chiefs_ends() -> None:
    """A wrong entry hangs nothing."""
    assert obstacle(pool([0.75, 0.2], chief=np.array([1, 0]))) is Obstacle.REPORTING_LINE


def test_disjoint_time_zones_say_so() -> None:
    """Two people who are never at work at the same time share no tandem."""
    hours = np.array([DAY, NIGHT], dtype=np.uint64)
    assert obstacle(pool([0.75, 0.2], hours=hours)) is Obstacle.NO_COMMON_HOURS


def test_skills_that_never_meet_a_task_say_so() -> None:
    """A task about nothing that is known here has nobody to ask."""
    assert obstacle(pool([0.75, 0.2]), TaskNeed(TASK.topics[:0], TASK.omega[:0], 0.3, 0.5)) is (
        Obstacle.NO_TOPIC
    )


def test_a_task_that_nobody_can_do_says_so() -> None:
    """Even the best help does not reach it."""
    assert obstacle(pool([0.75, 0.2]), _hard(0.95)) is Obstacle.BEYOND_ALL


def test_tasks_that_are_none_for_learning_say_so() -> None:
    """What cannot be undone, takes too long or burns is left to those who know it."""
    gates = TandemGates()
    assert task_obstacle(reversible=False, days=1, urgent=False, gates=gates) is (
        Obstacle.NOT_REVERSIBLE
    )
    assert task_obstacle(reversible=True, days=8, urgent=False, gates=gates) is Obstacle.TOO_LONG
    assert task_obstacle(reversible=True, days=1, urgent=True, gates=gates) is Obstacle.URGENT
    assert task_obstacle(reversible=True, days=7, urgent=False, gates=gates) is None


def test_every_obstacle_is_said_with_what_would_help() -> None:
    """No code reaches a reader without words."""
    words = load_tandem().obstacles
    assert all(len(words[one].split(".")) >= 2 for one in Obstacle)


def _hard(difficulty: float) -> TaskNeed:
    return TaskNeed(TASK.topics, TASK.omega, difficulty, TASK.value)
