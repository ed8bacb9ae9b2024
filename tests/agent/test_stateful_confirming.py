"""Whatever two authors and a steward do, in whatever order, authors keep the say over their words.

`PASSDOWN_STORIES` sets how many stories Hypothesis tells (8 unless told).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from memory.errors import PermissionDeniedError, UserInputError
from memory.records.guide import Decision, GuideStatus
from memory.records.people import Credit
from tests.agent.conftest import make_guild
from tests.agent.two_authors import AUTHORS, Pair

STORIES = int(os.environ.get("PASSDOWN_STORIES", "8"))
NUMBERS = st.integers(1, 7)
WHO = st.sampled_from(AUTHORS)
REFUSED = (UserInputError, PermissionDeniedError)
"""What cannot be done just now is refused in words, and changes nothing."""


class Say(RuleBasedStateMachine):
    """Every deed may be refused; whatever is done keeps the witness content."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="passdown-"))
        self.pair = Pair(make_guild(self.folder))
        self.pair.begin()
        self.words = 0

    def _try(self, deed: object, *given: object, **more: object) -> None:
        before = self.pair.guide
        assert callable(deed)
        try:
            deed(*given, **more)
        except REFUSED:
            assert self.pair.guide == before

    def _fresh(self) -> str:
        self.words += 1
        return f"remark number {self.words} on the growth of tables"

    @rule(who=WHO)
    def somebody_confirms_all(self, who: object) -> None:
        self._try(self.pair.confirm, who)

    @rule(who=WHO, number=NUMBERS, mode=st.sampled_from((None, *Credit)))
    def somebody_confirms_one(self, who: object, number: int, mode: Credit | None) -> None:
        self._try(self.pair.confirm, who, number, credit=mode)

    @rule(who=WHO, number=NUMBERS)
    def somebody_corrects(self, who: object, number: int) -> None:
        self._try(self.pair.correct, who, number, self._fresh())

    @rule(who=WHO, number=NUMBERS)
    def somebody_strikes(self, who: object, number: int) -> None:
        self._try(self.pair.strike, who, number)

    @rule(who=WHO, sure=st.integers(0, 5))
    def somebody_withdraws(self, who: object, sure: int) -> None:
        if sure == 0:
            self._try(self.pair.withdraw, who)

    @rule(who=WHO, mode=st.sampled_from(Credit), default=st.booleans())
    def somebody_chooses_credit(self, who: object, mode: Credit, *, default: bool) -> None:
        self._try(self.pair.credit, who, mode, default=default)

    @rule(approve=st.booleans(), sure=st.integers(0, 3))
    def the_steward_decides(self, *, approve: bool, sure: int) -> None:
        decision = Decision.APPROVE if approve or sure else Decision.REVISE
        self._try(self.pair.review, decision)

    @rule(number=NUMBERS)
    def the_steward_edits(self, number: int) -> None:
        sentences = self.pair.guide.current.sentences()
        if number <= len(sentences):
            self._try(self.pair.edit, number, sentences[number - 1].text.capitalize())

    @rule()
    def everybody_agrees(self) -> None:
        """The quick way to a published guide, so that stories go on after one."""
        for who in AUTHORS:
            numbers = self.pair.numbers_of(who)
            if numbers:
                self._try(self.pair.confirm, who, *numbers)
        self._try(self.pair.review, Decision.APPROVE)

    @rule()
    def somebody_answers(self) -> None:
        self._try(self.pair.answer, self._fresh())

    @rule(days=st.integers(1, 12))
    def time_passes(self, days: int) -> None:
        self.pair.guild.clock.forward(days=days)
        self.pair.guild.advance()

    @rule()
    def the_checkpoints_are_lost(self) -> None:
        for file in self.pair.guild.work.home.path.glob("checkpoints*"):
            file.unlink()

    @invariant()
    def authors_have_the_say(self) -> None:
        self.pair.assert_all_is_well()

    @invariant()
    def what_is_out_was_agreed_one_by_one_where_asked(self) -> None:
        guide = self.pair.guide
        if guide.status is GuideStatus.CONFIRMED:
            for who in AUTHORS:
                mode = guide.credit_of(who.id, Credit.CREDITED)
                keys = set(guide.current.keys_of(who.id)) - set(guide.approved)
                if mode is Credit.CHATHAM_HOUSE:
                    assert {(who.id, key) for key in keys} <= self.pair.alone

    def teardown(self) -> None:
        self.pair.guild.work.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.mark.timeout(0)
def test_no_story_takes_the_say_from_an_author() -> None:
    """Nothing is published without its author's yes, and nothing taken back is ever shown."""
    run_state_machine_as_test(
        Say,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            phases=(Phase.explicit, Phase.generate),  # shrinking a story takes many minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
