"""Whatever people decide, in whatever order: the log explains every state, and no rule is broken.

`PASSDOWN_STEPS=5000` makes the seeded run long, `PASSDOWN_SEED` makes it another one.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from agent.policy.access import is_in_force
from agent.services import reviewing
from agent.services.escalating import escalate
from agent.services.granting import give_grant, revoke_grant
from agent.services.identity import Actor, actor_of, bind_account
from agent.services.retracting import retract_published
from agent.services.stopping import resume_work, stop_work
from agent.services.superseding import restore
from agent.services.sweeping import sweep
from agent.services.withdrawing import withdraw_words
from memory.errors import UserInputError
from memory.records.decisions import TO_MEMBER
from memory.records.guide import Decision, Guide, GuideStatus
from memory.records.people import Member
from tests.agent.governance_log import LogReader
from tests.agent.governance_world import at_account, governed
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import BEN, BO, DISPUTED, KETTLE, LENA, MILO, PEOPLE, RISKY, TESS

STEPS = int(os.environ.get("PASSDOWN_STEPS", "40"))
SEED = int(os.environ.get("PASSDOWN_SEED", "11"))
STEPS_A_WORLD = 60
NUMBERS = st.integers(0, 10_000)
RULES: tuple[dict[str, Any], ...] = (
    {"model": "decentralised", "quorum": 2},
    {"model": "federated"},
    {"model": "centralised", "central_stewards": ["milo", "ben"]},
    {"model": "decentralised", "quorum": 1},
)
KEEPERS = (LENA, MILO, TESS, BO)
STOPPERS = (TESS, TESS, LENA)
TOPICS = ("paper filter", "old files", "small basket")
Thing = TypeVar("Thing")


class Killed(BaseException):
    """Stands in for the end of the process: nothing in the code can catch it."""


def pick(things: Sequence[Thing], number: int) -> Thing:
    """One of them, by a number of any size."""
    return things[number % len(things)]


class Society:
    """A community whose members decide; every deed takes plain numbers, and may be refused."""

    def __init__(self, rules: int) -> None:
        self.folder = Path(mkdtemp(prefix="passdown-"))
        self._open = ExitStack()
        chosen = pick(RULES, rules)
        self.world = self._open.enter_context(governed(self.folder / "home", **chosen))
        self.work = self.world.work
        said = tuple((facet, LENA, text) for facet, _, text in KETTLE)
        self.world.add("lenas", said, title="All of it Lena's")
        self.world.add("both", DISPUTED, title="Which grind for the small basket", dispute=(0, 3))
        self.world.add("old", RISKY[:3], title="Old files on the roaster")
        self.world.add("bens", [(f, BEN, t) for f, _, t in KETTLE], title="Ben on paper")
        self.world.add("ready", KETTLE, GuideStatus.PUBLISHED, title="Rinsing by the book")
        for member in PEOPLE:
            with at_account(member.handle):
                bind_account(self.work, COMMUNITY, member.handle)
        peers = "quorum" in chosen
        guides = list(self.world.guides.values())
        self.log = LogReader(guides, {TESS.id}, chosen["quorum"] if peers else None)
        self.topics: dict[str, str] = {}
        self.did = 0

    def _guide(self, number: int) -> Guide:
        return pick(sorted(self.world.guides.values(), key=lambda one: one.id), number)

    def _actor(self, who: int, as_who: int, among: Sequence[Member] = PEOPLE) -> Actor:
        """Somebody at their own account, in every third case in another's name.

        That one mostly holds a grant, where there is any.
        """
        member, name = pick(among, who), None
        if as_who % 3 == 0:
            name = pick(PEOPLE, as_who).handle
            granted = sorted(self.log.grants) if as_who % 5 else []
            if granted:
                holder, for_whom = pick(granted, who)
                member = next(one for one in PEOPLE if one.id == holder)
                name = next(one.handle for one in PEOPLE if one.id == for_whom)
        with at_account(member.handle):
            return actor_of(self.work, COMMUNITY, name)

    def do(self, deed: Callable[[], object]) -> None:
        """Let it happen, or be refused in words."""
        with suppress(UserInputError):
            deed()
            self.did += 1

    def decide(self, guide: int, who: int, as_who: int, decision: int, *, killed: bool) -> None:
        """Approve, send back or reject, or vote so; the process may end right after."""
        wanted = pick((*(Decision.APPROVE,) * 7, *Decision), decision)
        with pytest.MonkeyPatch.context() as patch, suppress(Killed):
            if killed:
                patch.setattr(reviewing, "advance", _die)
            self.do(
                lambda: reviewing.review_guide(
                    self.work, self._actor(who, as_who), self._guide(guide).id, wanted, "Because."
                )
            )

    def dispute(self, guide: int, who: int) -> None:
        """Put a guide to the technical authority."""
        guide_id = self._guide(guide).id
        self.do(lambda: escalate(self.work, self._actor(who, 1, KEEPERS), guide_id, "Really?"))

    def take_back(self, guide: int, who: int, as_who: int) -> None:
        """Retract what is published."""
        guide_id = self._guide(guide).id
        self.do(
            lambda: retract_published(
                self.work, self._actor(who, as_who, KEEPERS), guide_id, "It is wrong."
            )
        )

    def bring_back(self, guide: int, who: int, as_who: int) -> None:
        """Restore what was retracted."""
        guide_id = self._guide(guide).id
        self.do(
            lambda: restore(self.work, self._actor(who, as_who, KEEPERS), guide_id, "It was right.")
        )

    def withdraw(self, guide: int, who: int) -> None:
        """An author takes their words back; of the guide of two nobody does here."""
        chosen = self._guide(guide)
        authors = chosen.current.authors()
        if len(authors) == 1:
            among = [one for one in PEOPLE if one.id in (*authors, BO.id)]
            self.do(lambda: withdraw_words(self.work, self._actor(who, 1, among), chosen.id))

    def grant(self, who: int, to: int, giver: int, as_who: int) -> None:
        """Let somebody act for another, mostly by their own will."""
        member, holder = pick(PEOPLE, who), pick(PEOPLE, to)
        among = (member, member, LENA, pick(PEOPLE, giver))
        self.do(
            lambda: give_grant(
                self.work,
                COMMUNITY,
                self._actor(giver, as_who, among),
                member.handle,
                holder.handle,
            )
        )

    def revoke(self, number: int, giver: int) -> None:
        """End a grant, or try."""
        if not self.log.grants:
            return
        holder_id, member_id = pick(sorted(self.log.grants), number)
        member = next(one for one in PEOPLE if one.id == member_id)
        among = (member, MILO, pick(PEOPLE, giver))
        self.do(
            lambda: revoke_grant(
                self.work, COMMUNITY, self._actor(giver, 1, among), member.id, holder_id
            )
        )

    def stop(self, topic: int, who: int) -> None:
        """Stop work on a topic."""

        def order() -> None:
            actor = self._actor(who, 1, STOPPERS)
            made = stop_work(self.work, actor, COMMUNITY, pick(TOPICS, topic), "It may harm.")
            self.topics[made.id] = made.topic

        self.do(order)

    def resume(self, topic: int, who: int) -> None:
        """Let it go on."""
        words = pick(TOPICS, topic)
        self.do(lambda: resume_work(self.work, self._actor(who, 1, STOPPERS), COMMUNITY, words))

    def sweep(self, hours: int) -> None:
        """Time passes and the agent looks what is due."""
        self.world.clock.forward(hours=hours % 50)
        assert not sweep(self.work).failed

    def look(self) -> None:
        """The log, read from its beginning, says exactly what is stored."""
        with self.work.store.reading() as unit:
            lines = unit.log.decisions(None, 1_000_000)
            stored = {guide.id: guide.status for guide in unit.guides.guides(COMMUNITY.id)}
            stops = {stop.id: stop.topic for stop in unit.stops.stops(COMMUNITY.id)}
            now = self.world.clock.now()
            grants = {
                (grant.account.removeprefix(TO_MEMBER), grant.member_id)
                for grant in unit.people.grants_in(COMMUNITY.id)
                if is_in_force(grant, now)
            }
        self.log.follow(lines, self.topics)
        assert {key: known.status for key, known in self.log.guides.items()} == stored
        assert self.log.stops == stops
        assert self.log.grants == grants

    def end(self) -> None:
        """Whatever a killed process left undone is done by a sweep, or waits for a reason."""
        self.sweep(1)
        self.look()
        self._open.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _die(*_: object) -> None:
    raise Killed


DEEDS: tuple[tuple[int, Callable[[Society, Callable[[], int]], None]], ...] = (
    (40, lambda s, n: s.decide(n(), n(), n(), n(), killed=n() % 5 == 0)),
    (4, lambda s, n: s.dispute(n(), n())),
    (6, lambda s, n: s.take_back(n(), n(), n())),
    (8, lambda s, n: s.bring_back(n(), n(), n())),
    (2, lambda s, n: s.withdraw(n(), n())),
    (10, lambda s, n: s.grant(n(), n(), n(), n())),
    (5, lambda s, n: s.revoke(n(), n())),
    (6, lambda s, n: s.stop(n(), n())),
    (9, lambda s, n: s.resume(n(), n())),
    (8, lambda s, n: s.sweep(n())),
)
"""What can happen in a step of the seeded run, and how often beside the others."""


@pytest.mark.timeout(0)
def test_the_log_explains_every_state_of_a_long_life() -> None:
    """However long people decide, nothing is put out twice, alone, or on a stopped topic."""
    left, number, did, out = STEPS, 0, 0, 0
    weights = [weight for weight, _ in DEEDS]
    while left > 0:
        chance = random.Random(SEED + number)
        society = Society(number)
        for _ in range(min(left, STEPS_A_WORLD)):
            ((_, deed),) = chance.choices(DEEDS, weights)
            deed(society, partial(chance.randrange, 10_000))
            society.look()
        society.end()
        did += society.did
        out += sum(len(known.published) for known in society.log.guides.values())
        left -= STEPS_A_WORLD
        number += 1
    assert did > STEPS // 10
    assert out


class Life(RuleBasedStateMachine):
    """The same deeds, chosen by Hypothesis, which shrinks what it finds to a short story."""

    def __init__(self) -> None:
        super().__init__()
        self.society = Society(0)

    @rule(guide=NUMBERS, who=NUMBERS, as_who=NUMBERS, decision=NUMBERS, killed=st.booleans())
    def somebody_decides(
        self, guide: int, who: int, as_who: int, decision: int, *, killed: bool
    ) -> None:
        self.society.decide(guide, who, as_who, decision, killed=killed)

    @rule(guide=NUMBERS, who=NUMBERS)
    def somebody_disputes(self, guide: int, who: int) -> None:
        self.society.dispute(guide, who)

    @rule(guide=NUMBERS, who=NUMBERS, as_who=NUMBERS, back=st.booleans())
    def somebody_retracts_or_restores(
        self, guide: int, who: int, as_who: int, *, back: bool
    ) -> None:
        deed = self.society.bring_back if back else self.society.take_back
        deed(guide, who, as_who)

    @rule(guide=NUMBERS, who=NUMBERS)
    def an_author_withdraws(self, guide: int, who: int) -> None:
        self.society.withdraw(guide, who)

    @rule(who=NUMBERS, to=NUMBERS, giver=NUMBERS, as_who=NUMBERS)
    def somebody_grants(self, who: int, to: int, giver: int, as_who: int) -> None:
        self.society.grant(who, to, giver, as_who)

    @rule(number=NUMBERS, giver=NUMBERS)
    def somebody_revokes(self, number: int, giver: int) -> None:
        self.society.revoke(number, giver)

    @rule(topic=NUMBERS, who=NUMBERS, lift=st.booleans())
    def somebody_stops_work_or_lifts_it(self, topic: int, who: int, *, lift: bool) -> None:
        (self.society.resume if lift else self.society.stop)(topic, who)

    @rule(hours=NUMBERS)
    def the_agent_looks(self, hours: int) -> None:
        self.society.sweep(hours)

    @invariant()
    def the_log_explains_it(self) -> None:
        self.society.look()

    def teardown(self) -> None:
        self.society.end()


@pytest.mark.timeout(0)
def test_no_story_of_decisions_breaks_a_rule() -> None:
    """Hypothesis finds no order of decisions that the log does not explain."""
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=max(2, STEPS // 60),
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
