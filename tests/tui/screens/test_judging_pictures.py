"""A guide beside its evidence looks, in each state, as it was looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from agent.services.retracting import retract_published
from tests.tui.screens.desk_world import (
    KETTLE,
    MILO,
    TESS,
    World,
)
from tests.tui.screens.judging_play import play, told, until
from tests.tui.screens.library_world import Shelf, type_words
from tests.tui.screens.snapshots import SIZES, check_snapshot, settled
from tui.screens.judging import JudgingScreen

SUMMARY = KETTLE[0][2]


@pytest.fixture
def world(furnished: Shelf, tmp_path: Path) -> Iterator[World]:
    """A copy of it."""
    with furnished.copied(tmp_path / "home") as made:
        yield made


@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_judging(world: World, size: tuple[int, int]) -> None:
    """The guide beside its evidence, its checks, and each dialog."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        await pilot.press("j")
        await check_snapshot(pilot, "judging-evidence")
        await pilot.press("c")
        await check_snapshot(pilot, "judging-checks")
        await pilot.press("c", "r")
        await check_snapshot(pilot, "judging-send-back")
        await pilot.press("escape", "t")
        await check_snapshot(pilot, "judging-put-to")
        await pilot.press("escape", "e")
        await settled(pilot)
        await type_words(pilot, " 9 times")
        verdict = pilot.app.screen.query_one("#reword-verdict", Static)
        await until(pilot, lambda: "Not yet" in str(verdict.render()))
        await check_snapshot(pilot, "judging-edit")
        del screen

    play(world, script, "risky", size)


@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_what_others_did(world: World, size: tuple[int, int]) -> None:
    """A new version with its changes, and a guide that was taken back while open."""
    from agent.services.reviewing import edit_sentence

    guide = world.guides["kettle"]
    edit_sentence(world.work, world.actor(MILO), guide.id, 1, SUMMARY[:-1], version=1)

    async def changed(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        del screen
        await pilot.press("d")
        await check_snapshot(pilot, "judging-changes")

    async def gone(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        out = world.guides["out"]
        retract_published(world.work, world.actor(TESS), out.id, "It burns.")
        await until(pilot, lambda: "took it back" in told(screen))
        await check_snapshot(pilot, "judging-retracted")

    play(world, changed, "kettle", size)
    play(world, gone, "out", size)
