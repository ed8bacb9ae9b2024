"""The pulse on the screen: counts and times, and the pause button on every screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from agent.inquiry.wakes import plan
from agent.journal import note
from agent.services.pausing import pause_agent, pause_now
from memory.records.decisions import Action
from memory.records.inquiry import DueKind
from memory.records.people import Member
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import ADA, LENA, World
from tests.tui.screens.library_world import Shelf, kettle, opened, type_words
from tests.tui.screens.snapshots import SIZES, check_snapshot, settled
from tui.screens.pulse import PauseScreen, PulseScreen
from tui.widgets.banner import Banner
from tui.widgets.blocks import BlockList

Script = Callable[[Pilot[Any]], Awaitable[None]]


@pytest.fixture
def world(shelf: Shelf, tmp_path: Path) -> Iterator[World]:
    """A day on which the agent did a little of everything."""
    with shelf.copied(tmp_path / "home") as made:
        guide, now = kettle(made), made.clock.now()
        with made.work.store.writing() as unit:
            for minutes, action in (
                (95, Action.QUESTION_DELIVERED),
                (95, Action.QUESTION_DELIVERED),
                (60, Action.ANSWERED),
                (30, Action.GUIDE_PUBLISHED),
            ):
                at = now - timedelta(minutes=minutes)
                note(unit, at, COMMUNITY.id, action, guide.id)
            later = now + timedelta(days=3, hours=2)
            plan(unit, COMMUNITY.id, DueKind.REMIND, "que_0123456789abcdef", later)
        yield made


def play(
    world: World,
    script: Script,
    size: tuple[int, int] = (80, 24),
    member: Member = LENA,
    part: str = "pulse",
) -> None:
    """Open a part and press keys."""

    async def run() -> None:
        async with opened(world, part, size, member) as pilot:
            await script(pilot)

    asyncio.run(run())


def shown(pilot: Pilot[Any]) -> str:
    """All of the pulse as text."""
    screen = pilot.app.screen
    assert isinstance(screen, PulseScreen)
    return screen.query_one(BlockList).plain


def top_line(pilot: Pilot[Any]) -> str:
    """What the banner says."""
    return pilot.app.screen.query_one(Banner).render().plain


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    """Wait, at most twenty seconds, until something holds."""
    for _ in range(200):
        if holds():
            return
        await pilot.pause(0.1)
    assert holds()


def test_the_day_is_told_in_counts_and_times(world: World) -> None:
    """What was done, what comes, budgets and open inquiries; nobody's name."""

    async def script(pilot: Pilot[Any]) -> None:
        text = shown(pilot)
        assert "asked 2 · reminded 0 · answered 1 · drafted 0 · published 1" in text
        assert "09:25 asked 2 questions" in text
        assert "published \u201cHow do you keep the paper taste out\u201d" in text
        assert "Thu 6 Mar, 13:00 remind of 1 question" in text
        assert "1 waiting for their authors' yes" in text
        assert "Ada" not in text
        assert "Ben" not in text

    play(world, script)


def test_times_are_those_of_the_person(world: World) -> None:
    """Two people in two zones see the same minute by their own clocks."""
    far = LENA.model_copy(update={"timezone": "Asia/Tokyo"})

    async def script(pilot: Pilot[Any]) -> None:
        assert "3 Mar 2025 (Asia/Tokyo)" in shown(pilot)
        assert "18:25 asked 2 questions" in shown(pilot)

    play(world, script, member=far)


def test_a_steward_pauses_to_a_day_and_resumes(world: World) -> None:
    """Two keys and a day; the record holds it, every banner says it, one key ends it."""

    async def script(pilot: Pilot[Any]) -> None:
        await pilot.press("p")
        await settled(pilot)
        assert isinstance(pilot.app.screen, PauseScreen)
        await type_words(pilot, "soon")
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, PauseScreen)
        pilot.app.screen.query_one(Input).value = "2025-03-09"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, PulseScreen))
        await until(pilot, lambda: "paused through Sun 9 Mar" in shown(pilot))
        await until(pilot, lambda: "PAUSED through 9 Mar" in top_line(pilot))
        pause = pause_now(world.work, COMMUNITY)
        assert pause is not None
        assert pause.until is not None
        await pilot.press("r")
        await until(pilot, lambda: "paused through" not in shown(pilot))
        await until(pilot, lambda: "PAUSED" not in top_line(pilot))
        assert pause_now(world.work, COMMUNITY) is None

    play(world, script)


def test_a_day_that_has_passed_is_refused_plainly(world: World) -> None:
    """Nothing is paused, and a sentence says why."""

    async def script(pilot: Pilot[Any]) -> None:
        await pilot.press("p")
        await settled(pilot)
        await type_words(pilot, "2024-12-24")
        await pilot.press("enter")
        await settled(pilot)
        assert any("has passed" in one.message for one in pilot.app._notifications)
        assert pause_now(world.work, COMMUNITY) is None

    play(world, script)


def test_the_button_is_for_those_who_look_after_the_community(world: World) -> None:
    """An expert sees the pulse without the key, and pressing it does nothing."""

    async def script(pilot: Pilot[Any]) -> None:
        await pilot.press("p", "r")
        await settled(pilot)
        assert isinstance(pilot.app.screen, PulseScreen)
        assert pause_now(world.work, COMMUNITY) is None

    play(world, script, member=ADA)


def test_a_pause_by_another_process_shows_in_every_part(world: World) -> None:
    """Within two seconds the banner of the library says so too, and forgets it at its end."""

    async def script(pilot: Pilot[Any]) -> None:
        end = world.clock.now() + timedelta(hours=2)
        actor = world.actor(LENA)
        await asyncio.to_thread(pause_agent, world.work, actor, COMMUNITY, end)
        await until(pilot, lambda: "PAUSED until 13:00" in top_line(pilot))
        world.clock.forward(hours=2)
        await until(pilot, lambda: "PAUSED" not in top_line(pilot))

    play(world, script, part="library", member=ADA)


@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_the_pulse(world: World, size: tuple[int, int]) -> None:
    """A day at work, the question until when, and a pause."""

    async def script(pilot: Pilot[Any]) -> None:
        await check_snapshot(pilot, "pulse-day")
        await pilot.press("p")
        await settled(pilot)
        await check_snapshot(pilot, "pulse-until")
        await pilot.press("escape")
        await settled(pilot)
        actor = world.actor(LENA)
        await asyncio.to_thread(pause_agent, world.work, actor, COMMUNITY)
        await until(pilot, lambda: "PAUSED" in top_line(pilot))
        await until(pilot, lambda: "paused until" in shown(pilot))
        await check_snapshot(pilot, "pulse-paused")

    play(world, script, size)
