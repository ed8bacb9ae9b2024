"""Agreeing that everybody reads one's words, in the inbox and in one's own guide."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from agent.services.visibility import set_visibility
from agent.services.widening import consent_to, widen, width_of
from memory.errors import UserInputError
from memory.records.visibility import Level
from tests.agent.seeing_world import ALPHA, seeing_world, talk, token
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import ADA, BO, LENA, World
from tests.tui.screens.inbox_play import text_of, until
from tests.tui.screens.library_world import opened
from tests.tui.screens.snapshots import SIZES, check_snapshot, settled
from tui.screens.inbox import InboxScreen
from tui.screens.own_guide import OwnGuideScreen
from tui.screens.wider import WiderScreen
from tui.widgets.option_rows import OptionRows

Script = Callable[[Pilot[Any]], Awaitable[None]]
WHY = "new people ask for it every week"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A guide from closed talk that a steward wishes to show to everybody."""
    with seeing_world(tmp_path / "home") as made:
        actor, thread = made.actor(LENA), talk(made, ALPHA).id
        only = [ADA.handle, BO.handle, LENA.handle]
        set_visibility(made.work, COMMUNITY, actor, thread, Level.MEMBERS, WHY, only=only)
        widen(made.work, actor, made.guides[ALPHA].id, WHY)
        yield made


def play(world: World, script: Script, *, size: tuple[int, int] = (80, 24)) -> None:
    """Run the screens of Ada, who is quoted, and a script of keys on them."""

    async def run() -> None:
        async with opened(world, "inbox", size, ADA) as pilot:
            await script(pilot)

    asyncio.run(run())


async def to_the_wish(pilot: Pilot[Any]) -> WiderScreen:
    """Open what waits in the inbox."""
    screen = pilot.app.screen
    assert isinstance(screen, InboxScreen)
    rows = screen.query_one(OptionRows)
    await until(pilot, lambda: str(rows.current).startswith("wider:"))
    await pilot.press("enter")
    await settled(pilot)
    asking = pilot.app.screen
    assert isinstance(asking, WiderScreen)
    return asking


@pytest.mark.parametrize("size", SIZES)
def test_the_words_are_read_before_a_yes(world: World, size: tuple[int, int]) -> None:
    """Each of them, why it is wished and what a yes means; enter alone says nothing."""

    async def script(pilot: Pilot[Any]) -> None:
        asking = await to_the_wish(pilot)
        drawn = " ".join(str(one.render()) for one in asking.query("Static"))
        assert token(ALPHA, ADA) in drawn
        assert WHY in drawn
        await check_snapshot(pilot, "wider")
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, InboxScreen)

    play(world, script, size=size)
    asked = consent_to(world.work, ADA, world.guides[ALPHA].id)
    assert asked is not None
    assert asked.agreed is None


def test_a_yes_counts_and_is_taken_back_in_ones_own_guide(world: World) -> None:
    """The inbox has nothing left then; the guide tells how one's word stands."""
    guide = world.guides[ALPHA].id

    async def yes(pilot: Pilot[Any]) -> None:
        await to_the_wish(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "Nothing waits" in text_of(pilot.app.screen, "#empty"))

    play(world, yes)
    assert ADA.id in {one.id for one in width_of(world.work, world.actor(LENA), guide).agreed}

    async def no(pilot: Pilot[Any]) -> None:
        pilot.app.push_screen(OwnGuideScreen(guide))
        await settled(pilot)
        await until(pilot, lambda: "You agreed" in text_of(pilot.app.screen, "#title"))
        await pilot.press("v")
        await settled(pilot)
        await pilot.press("n")
        await until(pilot, lambda: "You said no" in text_of(pilot.app.screen, "#title"))

    play(world, no)
    width = width_of(world.work, world.actor(LENA), guide)
    assert [one.id for one in width.declined] == [ADA.id]


def test_who_said_no_is_not_asked_again_and_stewards_are_told_who(world: World) -> None:
    """A second wish says whose word is missing; nothing is asked of those who declined."""
    guide = world.guides[ALPHA].id

    async def no(pilot: Pilot[Any]) -> None:
        await to_the_wish(pilot)
        await pilot.press("n")
        await until(pilot, lambda: "Nothing waits" in text_of(pilot.app.screen, "#empty"))

    play(world, no)
    with pytest.raises(UserInputError, match=f"waits for the yes of.*@{ADA.handle}"):
        widen(world.work, world.actor(LENA), guide, WHY)
