"""Whatever people, clock and rules do: no budget, quiet hour or opt-out is broken, nothing hangs.

`PASSDOWN_STEPS=5000` makes the seeded run long, `PASSDOWN_SEED` makes it another one.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.agent.stateful_checks import Watch, let_time_pass
from tests.agent.stateful_world import World

STEPS = int(os.environ.get("PASSDOWN_STEPS", "210"))
SEED = int(os.environ.get("PASSDOWN_SEED", "7"))
STEPS_A_WORLD = 105
NUMBERS = st.integers(0, 10_000)

DEEDS: tuple[tuple[int, Callable[[World, random.Random], None]], ...] = (
    (34, lambda w, r: w.pass_time(_any(r))),
    (4, lambda w, r: w.wait(_any(r))),
    (4, lambda w, _: w.sweep()),
    (30, lambda w, r: w.answer(_any(r), _any(r), _any(r))),
    (5, lambda w, r: w.answer(_any(r), _any(r), _any(r), amid=True)),
    (6, lambda w, r: w.confirm(_any(r))),
    (1, lambda w, r: w.withdraw(_any(r))),
    (6, lambda w, r: w.review(_any(r), _any(r))),
    (4, lambda w, r: w.consent(_any(r), asked=False)),
    (6, lambda w, r: w.consent(_any(r), asked=True)),
    (2, lambda w, r: w.go_away(_any(r), r.randrange(10), 1 + r.randrange(100))),
    (2, lambda w, r: w.change_hours(_any(r), r.choice((0, 0, 0, 1, 2, 3, 4)), _any(r))),
    (3, lambda w, r: w.change_rules(_any(r))),
    (1, lambda w, _: w.forget()),
    (5, lambda w, r: w.talk(_any(r))),
    (1, lambda w, r: w.take_back(_any(r))),
)
"""What can happen in a step of the seeded run, and how often beside the others."""


def _any(chance: random.Random) -> int:
    return chance.randrange(10_000)


@pytest.mark.timeout(0)
def test_a_long_random_life_breaks_no_rule_and_hangs_nowhere(tmp_path: Path) -> None:
    """Every step keeps every rule, and once people fall silent every inquiry comes to its end."""
    left, number, delivered = STEPS, 0, 0
    weights = [weight for weight, _ in DEEDS]
    while left > 0:
        chance = random.Random(SEED + number)
        world = World(tmp_path / f"home{number}", number)
        watch = Watch(world)
        for _ in range(min(left, STEPS_A_WORLD)):
            ((_, deed),) = chance.choices(DEEDS, weights)
            deed(world, chance)
            watch.look()
        let_time_pass(world, watch)
        delivered += watch.delivered
        world.close()
        left -= STEPS_A_WORLD
        number += 1
    assert delivered > STEPS // 20


class Life(RuleBasedStateMachine):
    """The same deeds, chosen by Hypothesis, which shrinks what it finds to a short story."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(Path(mkdtemp(prefix="passdown-")) / "home")
        self.watch = Watch(self.world)

    @rule(wait=NUMBERS)
    def time_passes(self, wait: int) -> None:
        self.world.pass_time(wait)

    @rule(question=NUMBERS, kind=NUMBERS, words=NUMBERS, amid=st.booleans())
    def somebody_answers(self, question: int, kind: int, words: int, *, amid: bool) -> None:
        self.world.answer(question, kind, words, amid=amid)

    @rule(guide=NUMBERS)
    def somebody_confirms(self, guide: int) -> None:
        self.world.confirm(guide)

    @rule(guide=NUMBERS, decision=NUMBERS)
    def a_steward_decides(self, guide: int, decision: int) -> None:
        self.world.review(guide, decision)

    @rule(who=NUMBERS, asked=st.booleans())
    def somebody_opts_out_or_in(self, who: int, *, asked: bool) -> None:
        self.world.consent(who, asked=asked)

    @rule(who=NUMBERS, begins=st.integers(0, 9), days=st.integers(1, 100))
    def somebody_goes_on_leave(self, who: int, begins: int, days: int) -> None:
        self.world.go_away(who, begins, days)

    @rule(who=NUMBERS, hours=NUMBERS, zone=NUMBERS)
    def somebody_moves(self, who: int, hours: int, zone: int) -> None:
        self.world.change_hours(who, hours, zone)

    @rule(policy=NUMBERS)
    def the_rules_change(self, policy: int) -> None:
        self.world.change_rules(policy)

    @rule(thread=NUMBERS)
    def somebody_talks(self, thread: int) -> None:
        self.world.talk(thread)

    @rule(thread=NUMBERS)
    def something_is_taken_back(self, thread: int) -> None:
        self.world.take_back(thread)

    @rule()
    def the_checkpoints_are_lost(self) -> None:
        self.world.forget()

    @invariant()
    def every_rule_holds(self) -> None:
        self.watch.look()

    def teardown(self) -> None:
        let_time_pass(self.world, self.watch)
        self.world.close()


@pytest.mark.timeout(0)
def test_no_story_breaks_a_rule() -> None:
    """Hypothesis finds no order of deeds after which a rule is broken or an inquiry hangs."""
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=max(3, STEPS // 100),
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
