"""A guide opened on the desk beside its evidence, and what its screen shows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from textual.pilot import Pilot
from textual.widgets import ContentSwitcher, Static

from memory.records.people import Member
from tests.tui.screens.desk_world import (
    LENA,
    World,
)
from tests.tui.screens.library_world import opened
from tests.tui.screens.snapshots import settled
from tui.screens.desk import DeskScreen
from tui.screens.judging import JudgingScreen
from tui.widgets.lines import LinePane

Script = Callable[[Pilot[Any], JudgingScreen], Awaitable[None]]


def play(
    world: World,
    script: Script,
    name: str = "kettle",
    size: tuple[int, int] = (120, 40),
    member: Member = LENA,
) -> None:
    """Open a guide on the desk and press keys."""

    async def run() -> None:
        async with opened(world, "desk", size, member) as pilot:
            desk = pilot.app.screen
            assert isinstance(desk, DeskScreen)
            desk.open_guide(world.guides[name].id)
            await settled(pilot)
            screen = pilot.app.screen
            assert isinstance(screen, JudgingScreen)
            await script(pilot, screen)

    asyncio.run(run())


def evidence(screen: JudgingScreen) -> str:
    """What the evidence pane shows."""
    return screen.query_one("#judge-evidence", LinePane).plain


def told(screen: JudgingScreen, where: str = "told") -> str:
    """What a line of the screen says."""
    return str(screen.query_one(f"#judge-{where}", Static).render())


def notes(pilot: Pilot[Any]) -> str:
    """Everything the app has told."""
    return "\n".join(note.message for note in pilot.app._notifications)


def pane(screen: JudgingScreen) -> str:
    """Which pane stands beside the sentences."""
    return screen.query_one(ContentSwitcher).current or ""


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    """Wait, at most three seconds, until something shows."""
    for _ in range(60):
        if holds():
            return
        await pilot.pause(0.05)
    assert holds()
