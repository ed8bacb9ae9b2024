"""The inbox: what waits, what is empty, and how it looks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import OptionList

from agent.services.drafts import keep_draft
from agent.services.enough import say_enough
from memory.records.inquiry import AnswerKind
from tests.tui.screens.inbox_play import (
    play,
    question_screen,
    text_of,
    type_in,
    until,
)
from tests.tui.screens.inbox_world import ANSWER, BO, LENA, InboxWorld, inbox_world
from tests.tui.screens.snapshots import SIZES, check_snapshot, settled
from tui.screens.question import QuestionScreen
from tui.widgets.option_rows import OptionRows


@pytest.fixture
def world(tmp_path: Path) -> Iterator[InboxWorld]:
    """One question is open to Ann."""
    with inbox_world(tmp_path / "home") as made:
        made.ask("valve")
        yield made


class TestTheList:
    """What else waits."""

    def test_an_empty_inbox_says_so(self, world: InboxWorld) -> None:
        """Nobody wonders whether something is still loading."""

        async def script(pilot: Pilot[Any]) -> None:
            assert "Nothing waits for you" in text_of(pilot.app.screen, "#empty")

        play(world, script, member=BO)

    def test_a_draft_to_confirm_opens_sentence_by_sentence(self, world: InboxWorld) -> None:
        """Drafts stand below the questions, and stewards read what waits at the desk."""
        from agent.services.answering import give_answer
        from agent.services.confirming import confirm_guide
        from memory.records.guide import Guide
        from tui.screens.own_guide import OwnGuideScreen

        give_answer(world.work, world.actor(), world.question().id, AnswerKind.REPLY, text=ANSWER)
        say_enough(world.work, world.actor(), world.inquiries["valve"])

        async def script(pilot: Pilot[Any]) -> None:
            rows = pilot.app.screen.query_one(OptionRows)
            await until(pilot, lambda: rows.option_count > 0)
            assert str(rows.current).startswith("gui_")
            await pilot.press("enter")
            await settled(pilot)
            assert isinstance(pilot.app.screen, OwnGuideScreen)

        play(world, script)
        confirm_guide(world.work, world.actor(), Guide.id_of(world.inquiries["valve"]))

        async def at_the_desk(pilot: Pilot[Any]) -> None:
            await until(pilot, lambda: "1 guide waits" in text_of(pilot.app.screen, "#desk"))

        play(world, at_the_desk, member=LENA)

    def test_what_comes_from_elsewhere_appears_within_two_seconds(self, world: InboxWorld) -> None:
        """A question that another process delivers joins the list."""

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("escape")
            await settled(pilot)
            rows = pilot.app.screen.query_one(OptionRows)
            before = rows.option_count
            began = time.perf_counter()
            world.ask("tap", title="The tap drips")
            asked = time.perf_counter() - began
            await until(pilot, lambda: rows.option_count > before, 2 + asked)

        play(world, script)

    def test_a_tiny_terminal_and_back(self, world: InboxWorld) -> None:
        """At 20x5 one can still write, and at full size nothing was lost."""

        async def script(pilot: Pilot[Any]) -> None:
            await type_in(pilot, "it ")
            await pilot.resize_terminal(20, 5)
            await settled(pilot)
            screen = question_screen(pilot)
            await type_in(pilot, "hums")
            assert screen.box.words == "it hums"
            assert screen.box.field.size.height >= 1
            await pilot.resize_terminal(80, 24)
            await settled(pilot)
            assert screen.box.words == "it hums"
            await pilot.press("escape")
            await pilot.resize_terminal(20, 5)
            await settled(pilot)
            assert pilot.app.screen.query_one(OptionList).size.height >= 1

        play(world, script)


@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_the_inbox(world: InboxWorld, size: tuple[int, int]) -> None:
    """Each state of inbox and question looks as it was looked at."""
    world.ask("tap", title="The tap drips")
    first = world.question()
    keep_draft(world.work, world.actor(), first.id, "It hums, and then")

    async def script(pilot: Pilot[Any]) -> None:
        await check_snapshot(pilot, "inbox")
        pilot.app.push_screen(QuestionScreen(first.id))
        await settled(pilot)
        await check_snapshot(pilot, "question")
        await pilot.press("ctrl+l")
        await check_snapshot(pilot, "question-later")
        await pilot.press("escape", "ctrl+o")
        await check_snapshot(pilot, "question-not-me")
        await pilot.press("escape")
        question_screen(pilot).action_stop()
        await check_snapshot(pilot, "question-stop")
        await pilot.press("escape")
        pilot.app.post_message(events.Paste("long " * 30_000))
        await settled(pilot)
        await check_snapshot(pilot, "question-too-long")

    play(world, script, size=size)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_an_empty_inbox(world: InboxWorld, size: tuple[int, int]) -> None:
    """So does the inbox with nothing in it."""

    async def script(pilot: Pilot[Any]) -> None:
        await check_snapshot(pilot, "inbox-empty")

    play(world, script, size=size, member=BO)
