"""Whatever people do with tandems: nobody is overbooked, and nothing runs without every yes."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from agent.services.identity import Actor
from agent.services.tandem_wishes import opt_in, opt_out
from agent.services.tandems import (
    check_in,
    confirm,
    decline,
    leave,
    pick,
    review,
    settle_tandems,
)
from agent.services.workplace import Workplace
from evals.worlds.clock import SimulatedClock
from memory.errors import UserInputError
from memory.home import Home
from memory.records.incident import AfterAction
from memory.records.policy import Policy, TriagePolicy
from memory.records.tandem import (
    HOLDING,
    OPEN,
    Going,
    Tandem,
    TandemState,
    TandemTask,
    TaskOrigin,
)
from tests.builders import COMMUNITY, make_member
from tests.builders import MONDAY as NOW

PEOPLE = [make_member(name) for name in ("ana", "ben", "cleo", "dev", "eli", "fay")]
TASKS = 3
RULES = Policy(triage=TriagePolicy(read_meaning=False))
WHO = st.integers(0, len(PEOPLE) - 1)
WHICH = st.integers(0, 10_000)
WORDS = "Rinse the filter first, unless the paper is bleached, because it tastes of paper."
EXAMPLES = int(os.environ.get("PASSDOWN_TANDEM_LIVES", "8"))


class TandemLife(RuleBasedStateMachine):
    """Six people, three tasks, and every act at any time, allowed or not."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="passdown-"))
        home = Home.open(self.folder / "home", create=True)
        self.clock = SimulatedClock(NOW)
        self.work = Workplace(home, home.store(), self.clock, RULES)
        with self.work.store.writing() as unit:
            unit.people.save_community(COMMUNITY)
            unit.people.save_members(PEOPLE)
            for number in range(TASKS):
                unit.tandems.save_task(_task(number))
        for one in PEOPLE:
            opt_in(self.work, _actor(one.id))
        self.made = 0

    @rule(
        task=st.integers(0, TASKS - 1),
        people=st.permutations(range(len(PEOPLE))),
        two=st.booleans(),
    )
    def something_is_offered(self, task: int, people: list[int], *, two: bool) -> None:
        self.made += 1
        now = self.clock.now()
        senior, *juniors = (PEOPLE[one].id for one in people[: 3 if two else 2])
        with self.work.store.writing() as unit:
            unit.tandems.save_tandem(
                Tandem(
                    id=Tandem.id_of(_task(task).id, senior, (*juniors, str(self.made)), now),
                    community_id=COMMUNITY.id,
                    task_id=_task(task).id,
                    senior_id=senior,
                    junior_ids=tuple(juniors),
                    suggested_at=now,
                    changed_at=now,
                )
            )

    @rule(which=WHICH, who=WHO)
    def somebody_picks(self, which: int, who: int) -> None:
        self._try(which, who, pick)

    @rule(which=WHICH)
    def the_juniors_pick(self, which: int) -> None:
        for tandem in self._some(which):
            for junior in tandem.junior_ids:
                self._try(which, _place(junior), pick)

    @rule(which=WHICH, who=WHO)
    def somebody_confirms(self, which: int, who: int) -> None:
        self._try(which, who, confirm)

    @rule(which=WHICH)
    def the_senior_confirms(self, which: int) -> None:
        for tandem in self._some(which):
            self._try(which, _place(tandem.senior_id), confirm)

    @rule(which=WHICH, who=WHO)
    def somebody_declines(self, which: int, who: int) -> None:
        self._try(which, who, decline)

    @rule(which=WHICH, who=WHO)
    def somebody_leaves(self, which: int, who: int) -> None:
        self._try(which, who, leave)

    @rule(which=WHICH, who=WHO, going=st.sampled_from(Going))
    def somebody_checks_in(self, which: int, who: int, going: Going) -> None:
        self._try(which, who, lambda work, actor, key: check_in(work, actor, key, going, "Fine."))

    @rule(which=WHICH, who=WHO, part=st.sampled_from(AfterAction))
    def somebody_reviews(self, which: int, who: int, part: AfterAction) -> None:
        said = {part: f"{WORDS} {part.value}"}
        self._try(which, who, lambda work, actor, key: review(work, actor, COMMUNITY, key, said))

    @rule(who=WHO, inside=st.booleans())
    def somebody_opts_in_or_out(self, who: int, *, inside: bool) -> None:
        act = opt_in if inside else opt_out
        act(self.work, _actor(PEOPLE[who].id))

    @rule(days=st.integers(1, 9))
    def time_passes(self, days: int) -> None:
        self.clock.pass_minutes(days * 24 * 60)
        settle_tandems(self.work, COMMUNITY)

    @invariant()
    def nobody_and_nothing_is_booked_twice(self) -> None:
        with self.work.store.reading() as unit:
            held = unit.tandems.tandems(COMMUNITY.id, HOLDING)
        seniors = Counter(one.senior_id for one in held)
        juniors = Counter(junior for one in held for junior in one.junior_ids)
        tasks = Counter(one.task_id for one in held)
        assert all(number == 1 for each in (seniors, juniors, tasks) for number in each.values())

    @invariant()
    def nothing_runs_without_every_yes(self) -> None:
        with self.work.store.reading() as unit:
            for tandem in unit.tandems.tandems(COMMUNITY.id):
                if tandem.state in {TandemState.RUNNING, TandemState.REVIEWED}:
                    assert {one.member_id for one in tandem.yes} >= set(tandem.people)

    @invariant()
    def a_done_task_was_reviewed_and_nothing_new_waits_for_who_opted_out(self) -> None:
        with self.work.store.reading() as unit:
            every = unit.tandems.tandems(COMMUNITY.id)
            for task in unit.tandems.tasks(COMMUNITY.id, closed=True):
                if task.closed_at is not None:
                    assert any(
                        one.task_id == task.id and one.state is TandemState.REVIEWED
                        for one in every
                    )
            out = {
                one.member_id
                for one in unit.tandems.profiles(COMMUNITY.id)
                if one.opted_in_at is None
            }
        waiting = [one for one in every if one.state is TandemState.PICKED]
        assert not any(out & set(one.people) for one in waiting)

    def teardown(self) -> None:
        self.work.close()
        rmtree(self.folder)

    def _some(self, which: int) -> list[Tandem]:
        with self.work.store.reading() as unit:
            found = unit.tandems.tandems(COMMUNITY.id, OPEN)
        return [found[which % len(found)]] if found else []

    def _try(self, which: int, who: int, act: object) -> None:
        """Act on some open tandem; a refusal has to leave everything as it was."""
        for tandem in self._some(which):
            try:
                act(self.work, _actor(PEOPLE[who].id), tandem.id)  # type: ignore[operator]  # acts differ in what they return
            except UserInputError:
                with self.work.store.reading() as unit:
                    assert unit.tandems.tandem(tandem.id) == tandem


def _actor(member_id: str) -> Actor:
    return Actor(PEOPLE[_place(member_id)], acting_as=False)


def _place(member_id: str) -> int:
    return next(n for n, one in enumerate(PEOPLE) if one.id == member_id)


def _task(number: int) -> TandemTask:
    return TandemTask(
        id=TandemTask.id_of(COMMUNITY.id, TaskOrigin.BACKLOG, str(number)),
        community_id=COMMUNITY.id,
        origin=TaskOrigin.BACKLOG,
        source=str(number),
        title=f"Describe how the grinder {number} is set",
        created_at=NOW,
    )


@pytest.mark.timeout(0)
def test_no_order_of_acts_overbooks_anybody_or_runs_without_consent() -> None:
    """No senior over load, no task or junior double-booked, nothing without both consents."""
    run_state_machine_as_test(
        TandemLife,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
