"""Every way not to answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from memory.records.inquiry import AnswerKind, QuestionStatus
from tests.tui.screens.inbox_play import (
    kept,
    play,
    question_screen,
    text_of,
    type_in,
    until,
)
from tests.tui.screens.inbox_world import BO, InboxWorld, inbox_world
from tests.tui.screens.snapshots import settled
from tui.screens.choosing import ChooseScreen, PickScreen, SureScreen
from tui.screens.inbox import InboxScreen
from tui.widgets.option_rows import OptionRows


@pytest.fixture
def world(tmp_path: Path) -> Iterator[InboxWorld]:
    """One question is open to Ann."""
    with inbox_world(tmp_path / "home") as made:
        made.ask("valve")
        yield made


class TestPassing:
    """Every way not to answer."""

    def test_skip(self, world: InboxWorld) -> None:
        """F9 passes an untouched question at once."""

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("f9")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
            await settled(pilot)

        play(world, script)
        assert world.questions()[0].status is QuestionStatus.SKIPPED

    @pytest.mark.parametrize(
        ("key", "status"), [("f9", QuestionStatus.SKIPPED), ("ctrl+g", QuestionStatus.ENOUGH)]
    )
    def test_begun_words_are_asked_about(
        self, world: InboxWorld, key: str, status: QuestionStatus
    ) -> None:
        """With words in the field, passing asks once; they stay among the unsent ones."""

        async def script(pilot: Pilot[Any]) -> None:
            await type_in(pilot, "it hums")
            await pilot.press(key)
            await settled(pilot)
            assert isinstance(pilot.app.screen, SureScreen)
            await pilot.press("enter")
            await settled(pilot)
            assert question_screen(pilot).box.words == "it hums"
            await pilot.press(key)
            await settled(pilot)
            await pilot.press("right", "enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
            await settled(pilot)
            assert str(pilot.app.screen.query_one(OptionRows).current).startswith("unsent:")

        play(world, script)
        assert world.questions()[0].status is status
        assert kept(world) == "it hums"

    def test_enough(self, world: InboxWorld) -> None:
        """ctrl+g ends the questions here without opting out."""

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("ctrl+g")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
            await settled(pilot)

        play(world, script)
        assert world.questions()[0].status is QuestionStatus.ENOUGH

    def test_not_me_by_typing_a_name(self, world: InboxWorld) -> None:
        """A few letters find the person; bots and oneself are not offered."""

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("ctrl+o")
            await settled(pilot)
            assert isinstance(pilot.app.screen, PickScreen)
            await type_in(pilot, "train")
            rows = pilot.app.screen.query_one(OptionRows)
            assert [o.id for o in rows.options] == [BO.id, PickScreen.NOBODY]
            await pilot.press("down", "enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
            await settled(pilot)

        play(world, script)
        with world.work.store.reading() as unit:
            answer = unit.inquiries.answer(world.questions()[0].id)
        assert answer is not None
        assert (answer.kind, answer.refer_to_id) == (AnswerKind.NOT_ME, BO.id)

    def test_not_me_and_nobody(self, world: InboxWorld) -> None:
        """An unknown person is no dead end: nobody is always there."""

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("ctrl+o")
            await settled(pilot)
            await type_in(pilot, "zzz")
            await pilot.press("escape")
            await settled(pilot)
            assert question_screen(pilot)
            await pilot.press("ctrl+o")
            await settled(pilot)
            await type_in(pilot, "zzz")
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
            await settled(pilot)

        play(world, script)
        with world.work.store.reading() as unit:
            answer = unit.inquiries.answer(world.questions()[0].id)
        assert answer is not None
        assert (answer.kind, answer.refer_to_id) == (AnswerKind.NOT_ME, None)

    def test_later_by_digit_by_enter_and_by_a_day(self, world: InboxWorld) -> None:
        """Each way puts it off; letters are typed, and a day that is none is told, no more."""

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("ctrl+l")
            await settled(pilot)
            assert isinstance(pilot.app.screen, ChooseScreen)
            await type_in(pilot, "soon")
            assert isinstance(pilot.app.screen.focused, Input)
            assert pilot.app.screen.focused.value == "soon"
            await pilot.press("enter")
            await settled(pilot)
            assert question_screen(pilot)
            assert world.question().snoozed_until is None
            await pilot.press("ctrl+l")
            await settled(pilot)
            await pilot.press("1")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
            await settled(pilot)
            rows = pilot.app.screen.query_one(OptionRows)
            assert "Put off" in str(rows.get_option_at_index(0).prompt)
            await pilot.press("enter")
            await settled(pilot)
            await pilot.press("ctrl+l")
            await settled(pilot)
            await pilot.press("tab")
            await type_in(pilot, "2025-03-20")
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))

        play(world, script)
        until_when = world.question().snoozed_until
        assert until_when is not None
        assert until_when.day == 20

    def test_stop_says_what_it_means_and_asks_once(self, world: InboxWorld) -> None:
        """Enter on the first sight does nothing; yes stops, and the inbox says how to go back."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = question_screen(pilot)
            screen.query_one("#stop", Button).focus()
            await pilot.press("enter")
            await settled(pilot)
            sure = pilot.app.screen
            assert isinstance(sure, SureScreen)
            assert "take it back" in " ".join(str(s.render()) for s in sure.query(Static))
            await pilot.press("n")
            await settled(pilot)
            assert world.question().status is QuestionStatus.OPEN
            await pilot.press("enter")
            await settled(pilot)
            await pilot.press("y")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
            await settled(pilot)
            await until(pilot, lambda: "you said stop" in text_of(pilot.app.screen, "#empty"))

        play(world, script)
        assert not world.seat().member.may_be_asked

    def test_tab_reaches_every_button(self, world: InboxWorld) -> None:
        """Where a terminal swallows a key, tab and enter do the same."""

        async def script(pilot: Pilot[Any]) -> None:
            seen = []
            for _ in range(8):
                await pilot.press("tab")
                seen.append(pilot.app.focused.id if pilot.app.focused else None)
            assert {"send", "later", "not_me", "skip", "enough", "stop", "credit"} <= set(seen)
            assert "discussion" in seen

        play(world, script)


def test_acts_of_one_screen_run_one_after_another(world: InboxWorld) -> None:
    """A key pressed twice never has two services at work at once."""
    at_work: list[int] = []
    done: list[int] = []

    def service(number: int) -> int:
        at_work.append(number)
        assert at_work == [number]
        time.sleep(0.1)
        at_work.remove(number)
        return number

    async def script(pilot: Pilot[Any]) -> None:
        screen = question_screen(pilot)
        for number in range(4):
            screen.act(partial(service, number), done.append)
        await until(pilot, lambda: len(done) == 4)

    play(world, script)
    assert sorted(done) == list(range(4))
