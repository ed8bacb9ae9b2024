"""Playing the inbox: a script of keys on the screens of somebody, and what to wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Static

from agent.services.drafts import draft_of
from memory.records.people import Member
from tests.tui.screens.inbox_world import ANN, InboxWorld
from tests.tui.screens.snapshots import settled
from tui.app import PassdownApp
from tui.screens.question import QuestionScreen

Script = Callable[[Pilot[Any]], Awaitable[None]]


def play(
    world: InboxWorld,
    script: Script,
    *,
    size: tuple[int, int] = (80, 24),
    member: Member = ANN,
    editor: bool = True,
) -> None:
    """Run the screens for somebody, and a script of keys on them."""

    async def run() -> None:
        app = PassdownApp(world.seat(member), "inbox", editor=editor)
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            await script(pilot)

    asyncio.run(run())


def question_screen(pilot: Pilot[Any]) -> QuestionScreen:
    """The open question."""
    screen = pilot.app.screen
    assert isinstance(screen, QuestionScreen), screen
    return screen


async def type_in(pilot: Pilot[Any], words: str) -> None:
    """Type words key by key."""
    await pilot.press(*("space" if c == " " else c for c in words))
    await pilot.pause()


async def until(pilot: Pilot[Any], holds: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something holds, or fail."""
    for _ in range(round(seconds / 0.05)):
        if holds():
            return
        await pilot.pause(0.05)
    raise AssertionError("it did not happen in time")


def text_of(screen: Any, wanted: str) -> str:
    """What a static part of a screen says."""
    return str(screen.query_one(wanted, Static).render())


def kept(world: InboxWorld) -> str:
    """The draft in the record."""
    draft = draft_of(world.work, ANN, world.questions()[-1].id)
    return draft.text if draft else ""
