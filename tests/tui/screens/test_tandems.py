"""The tandems board: every key of a tandem's life, refusals in words, and its looks."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agent.services.identity import Actor
from agent.services.tandem_wishes import opt_in
from agent.services.tandems import find_tandem, pick
from memory.records.people import Member
from memory.records.tandem import Tandem, TandemState, TandemTask, TaskOrigin
from tests.tui.screens.desk_world import BEN, LENA, World
from tests.tui.screens.library_world import Shelf, opened, type_words
from tests.tui.screens.snapshots import SIZES, check_snapshot, settled
from tui.widgets.lines import LinePane

QUESTION = "Which kettle keeps its temperature while one pours"


def offered(world: World, senior: Member = LENA, junior: Member = BEN) -> Tandem:
    """An offer between two people who take part."""
    for one in (senior, junior):
        opt_in(world.work, Actor(one, acting_as=False))
    now, community = world.work.clock.now(), senior.community_id
    task = TandemTask(
        id=TandemTask.id_of(community, TaskOrigin.BACKLOG, "kettle"),
        community_id=community,
        origin=TaskOrigin.BACKLOG,
        source="kettle",
        title=QUESTION,
        created_at=now,
    )
    tandem = Tandem(
        id=Tandem.id_of(task.id, senior.id, (junior.id,), now),
        community_id=community,
        task_id=task.id,
        senior_id=senior.id,
        junior_ids=(junior.id,),
        suggested_at=now,
        changed_at=now,
    )
    with world.work.store.writing() as unit:
        unit.tandems.save_task(task)
        unit.tandems.save_tandem(tandem)
    return tandem


def test_a_tandem_lives_from_yes_to_review_by_keys(shelf: Shelf, tmp_path: Path) -> None:
    """Juniors pick, seniors confirm, both check in and answer, each on their own screen."""

    async def play() -> None:
        with shelf.copied(tmp_path / "home") as world:
            tandem = offered(world)
            async with opened(world, "tandems", member=BEN) as pilot:
                await pilot.press("y")
                await settled(pilot)
            assert find_tandem(world.work, tandem.id).state is TandemState.PICKED
            async with opened(world, "tandems", member=LENA) as pilot:
                await pilot.press("y")
                await settled(pilot)
                assert find_tandem(world.work, tandem.id).state is TandemState.RUNNING
                await pilot.press("x")
                await type_words(pilot, "No kettle here")
                await pilot.press("ctrl+s")
                await settled(pilot)
                assert find_tandem(world.work, tandem.id).checkins[0].words == "No kettle here"
                await pilot.press("r")
                await type_words(pilot, "We wanted a steady stream")
                for _ in range(4):
                    await pilot.press("ctrl+s")
                    await pilot.pause()
                await settled(pilot)
            said = find_tandem(world.work, tandem.id).answers
            assert [one.words for one in said] == ["We wanted a steady stream"]
            assert said[0].thread_id is not None

    asyncio.run(play())


def test_no_is_asked_once_more_and_then_holds(shelf: Shelf, tmp_path: Path) -> None:
    """A stray key declines nothing; a sure one does, and the row goes."""

    async def play() -> None:
        with shelf.copied(tmp_path / "home") as world:
            tandem = offered(world)
            async with opened(world, "tandems", member=BEN) as pilot:
                await pilot.press("n", "n")
                await settled(pilot)
                assert find_tandem(world.work, tandem.id).state is TandemState.SUGGESTED
                await pilot.press("n", "y")
                await settled(pilot)
            assert find_tandem(world.work, tandem.id).state is TandemState.DECLINED

    asyncio.run(play())


def test_somebody_can_leave_while_it_runs(shelf: Shelf, tmp_path: Path) -> None:
    """The safe exit is one key and a yes away."""

    async def play() -> None:
        with shelf.copied(tmp_path / "home") as world:
            tandem = offered(world)
            pick(world.work, Actor(BEN, acting_as=False), tandem.id)
            async with opened(world, "tandems", member=LENA) as pilot:
                await pilot.press("y")
                await settled(pilot)
                await pilot.press("n", "y")
                await settled(pilot)
            assert find_tandem(world.work, tandem.id).state is TandemState.LEFT

    asyncio.run(play())


def test_taking_part_is_one_key_and_back(shelf: Shelf, tmp_path: Path) -> None:
    """Nobody takes part until they say so, and everybody can stop."""

    async def play() -> None:
        with shelf.copied(tmp_path / "home") as world:
            async with opened(world, "tandems", member=BEN) as pilot:
                for inside in (True, False):
                    await pilot.press("o")
                    await settled(pilot)
                    with world.work.store.reading() as unit:
                        profile = unit.tandems.profile(BEN.id)
                    assert profile is not None
                    assert (profile.opted_in_at is not None) is inside

    asyncio.run(play())


def test_f12_goes_there_and_the_card_can_be_read(shelf: Shelf, tmp_path: Path) -> None:
    """The part has a key, and enter leads from the row to its card."""

    async def play() -> None:
        with shelf.copied(tmp_path / "home") as world:
            offered(world)
            async with opened(world, "library", member=BEN) as pilot:
                await pilot.press("f12")
                await settled(pilot)
                await pilot.press("enter")
                pane = pilot.app.screen.query_one(LinePane)
                assert pane.has_focus
                assert "The first half hour" in pane.plain

    asyncio.run(play())


@pytest.mark.parametrize("size", SIZES)
def test_looks(shelf: Shelf, tmp_path: Path, size: tuple[int, int]) -> None:
    """An offer with its card, and a board without any, at both sizes."""

    async def play() -> None:
        with shelf.copied(tmp_path / "home") as world:
            async with opened(world, "tandems", size, BEN) as pilot:
                await check_snapshot(pilot, "tandems-none")
            offered(world)
            async with opened(world, "tandems", size, BEN) as pilot:
                await check_snapshot(pilot, "tandems-offer")

    asyncio.run(play())
