"""The library: titles at once, passages a moment later, every key, and what others change."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from memory.records.people import Member
from tests.tui.screens.desk_world import BO, LENA, World
from tests.tui.screens.library_world import (
    PAPER,
    Shelf,
    kettle,
    opened,
    retract,
    type_words,
)
from tests.tui.screens.snapshots import SIZES, check_snapshot, settled
from tui.screens.library import LibraryScreen
from tui.screens.reader import ReaderScreen
from tui.widgets.blocks import BlockList

Script = Callable[[Pilot[Any]], Awaitable[None]]
PATIENCE = 600
"""Tenths of a second for an answer of the memory on a busy machine."""


@pytest.fixture
def world(shelf: Shelf, tmp_path: Path) -> Iterator[World]:
    """Three published guides."""
    with shelf.copied(tmp_path / "home") as made:
        yield made


def play(
    world: World, script: Script, size: tuple[int, int] = (80, 24), member: Member = LENA
) -> None:
    """Open the library and press keys."""

    async def run() -> None:
        async with opened(world, "library", size, member) as pilot:
            await script(pilot)

    asyncio.run(run())


def library(pilot: Pilot[Any]) -> LibraryScreen:
    """The screen."""
    screen = pilot.app.screen
    assert isinstance(screen, LibraryScreen)
    return screen


async def answered(pilot: Pilot[Any]) -> LibraryScreen:
    """Wait until the memory has answered to what stands in the field."""
    screen = library(pilot)
    for _ in range(PATIENCE):
        await pilot.pause(0.1)
        told = screen._recall
        if screen._refused or (told is not None and told.question == screen._typed):
            break
    await settled(pilot)
    return screen


def titles(screen: LibraryScreen) -> list[str]:
    """Titles in the list, from the top."""
    return [row.title for row in screen._titles.rows]


def told(screen: LibraryScreen) -> str:
    """The line that says what is shown."""
    return str(screen.query_one("#told").render())


def test_one_types_at_once_and_the_shelf_is_there(world: World) -> None:
    """The field has the focus; with nothing typed every published guide is listed, no draft."""

    async def script(pilot: Pilot[Any]) -> None:
        screen = library(pilot)
        assert isinstance(screen.focused, Input)
        assert len(titles(screen)) == 3
        assert "Cloth or paper" not in titles(screen)
        assert told(screen) == "3 guides, newest"

    play(world, script)


def test_titles_show_at_once_and_passages_follow(world: World) -> None:
    """The first paint needs no search; the answer has the limits of the advice in it."""

    async def script(pilot: Pilot[Any]) -> None:
        screen = library(pilot)
        await type_words(pilot, "paper tast")
        assert titles(screen) == [PAPER]
        await answered(pilot)
        assert screen._shows_passages
        assert told(screen) == "1 guide speaks to this"
        assert "Skip it when you use a cloth filter." in screen._passages.plain
        await pilot.press("ctrl+t")
        assert not screen._shows_passages
        await pilot.press("ctrl+t")
        assert screen._shows_passages

    play(world, script)


def test_an_answer_to_other_words_is_dropped(world: World) -> None:
    """What was typed last is what is answered, however the answers come in."""

    async def script(pilot: Pilot[Any]) -> None:
        from agent.services.recall import Recall

        screen = library(pilot)
        await type_words(pilot, "paper")
        screen._asked = "something else"
        screen._answered(Recall("something else", (), ()))
        assert screen._recall is None
        assert not screen._shows_passages
        await answered(pilot)
        assert screen._recall is not None
        assert screen._recall.question == "paper"

    play(world, script)


def test_where_nothing_is_known_people_are_named(world: World) -> None:
    """The memory does not guess: it says so, and enter opens nothing."""

    async def script(pilot: Pilot[Any]) -> None:
        await type_words(pilot, "quantum submarine")
        screen = await answered(pilot)
        assert told(screen) == "No guide speaks to this"
        assert "Nothing is known about this yet." in screen._passages.plain
        await pilot.press("enter")
        await settled(pilot)
        assert pilot.app.screen is screen

    play(world, script)


def test_arrows_choose_and_enter_reads_without_leaving_the_field(world: World) -> None:
    """From the field to the second guide: two keys; escape comes back to the same place."""

    async def script(pilot: Pilot[Any]) -> None:
        screen = library(pilot)
        await pilot.press("down", "pagedown", "pageup", "down")
        second = screen._titles.current
        assert second is screen._titles.rows[1]
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ReaderScreen)
        assert second.title in pilot.app.screen.query_one(BlockList).plain
        await pilot.press("escape")
        await settled(pilot)
        assert screen._titles.current is second
        assert isinstance(screen.focused, Input)

    play(world, script)


def test_the_shelf_is_sorted_by_age_help_and_need(world: World) -> None:
    """One key goes through the orders: newest, most helpful, due for review."""

    async def script(pilot: Pilot[Any]) -> None:
        screen = library(pilot)
        assert titles(screen)[-1] == PAPER
        await pilot.press("ctrl+o")
        assert told(screen) == "3 guides, most helpful"
        assert titles(screen)[0] == PAPER
        await pilot.press("ctrl+o")
        assert told(screen) == "3 guides, due for review"
        assert titles(screen)[0] == "The roaster starts slowly on Mondays"
        await pilot.press("ctrl+o")
        assert told(screen) == "3 guides, newest"

    play(world, script)


def test_escape_empties_the_field(world: World) -> None:
    """One key back to the whole shelf."""

    async def script(pilot: Pilot[Any]) -> None:
        screen = library(pilot)
        await type_words(pilot, "paper")
        await pilot.press("escape")
        assert screen._typed == ""
        assert len(titles(screen)) == 3

    play(world, script)


def test_what_was_taken_back_is_gone_within_two_seconds(world: World) -> None:
    """A guide that another process retracts leaves titles and passages; what is typed stays."""

    async def script(pilot: Pilot[Any]) -> None:
        await type_words(pilot, "paper taste")
        screen = await answered(pilot)
        assert screen._recall is not None
        assert screen._recall.guides
        await asyncio.to_thread(retract, world, kettle(world))
        for _ in range(PATIENCE):
            await pilot.pause(0.1)
            if not screen._recall.guides:
                break
        await settled(pilot)
        assert screen._typed == "paper taste"
        assert PAPER not in titles(screen)
        assert PAPER not in screen._passages.plain

    play(world, script)


def test_a_paste_of_a_megabyte_is_cut_to_a_question(world: World) -> None:
    """Nothing hangs, and what is asked is at most as long as a question may be."""

    async def script(pilot: Pilot[Any]) -> None:
        from textual.events import Paste

        screen = library(pilot)
        screen.query_one(Input).post_message(Paste("paper " * 200_000))
        await settled(pilot)
        assert len(screen.query_one(Input).value) <= 2_000
        await answered(pilot)
        assert screen._recall is not None or screen._refused

    play(world, script)


def test_a_tiny_terminal_and_back(world: World) -> None:
    """20 columns by 5 lines show what they can, and nothing is lost."""

    async def script(pilot: Pilot[Any]) -> None:
        await type_words(pilot, "paper")
        screen = await answered(pilot)
        await pilot.resize_terminal(20, 5)
        await settled(pilot)
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert screen._typed == "paper"
        assert "Skip it when" in screen._passages.plain

    play(world, script)


@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_the_library(world: World, size: tuple[int, int]) -> None:
    """The shelf, titles while typing, passages with their limits, and that nothing is known."""

    async def script(pilot: Pilot[Any]) -> None:
        await check_snapshot(pilot, "library-shelf")
        await type_words(pilot, "paper tast")
        await answered(pilot)
        await check_snapshot(pilot, "library-passages")
        await pilot.press("ctrl+t")
        await check_snapshot(pilot, "library-titles")
        await pilot.press("escape")
        await type_words(pilot, "quantum submarine")
        await answered(pilot)
        await check_snapshot(pilot, "library-nothing")

    play(world, script, size, BO)
