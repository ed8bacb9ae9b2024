"""Upkeep on the screen: every side quoted, reasons asked, and two stewards never overwrite."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from agent.services.alike import say_apart
from agent.services.challenging import set_aside
from memory.records.challenge import AlikeState, ChallengeState, RecheckState
from memory.records.decisions import Action
from memory.records.guide import GuideStatus
from memory.records.people import Member
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import ADA, LENA, MILO, World
from tests.tui.screens.library_world import Shelf, opened, type_words
from tests.tui.screens.snapshots import SIZES, check_snapshot, settled
from tests.tui.screens.upkeep_world import (
    AGAINST,
    AUTHOR_SAYS,
    challenge_of,
    pair_of,
    recheck_of,
    upkeep_world,
)
from tui.app import PassdownApp
from tui.screens.choosing import ChooseScreen, PickScreen, SureScreen
from tui.screens.comment import CommentScreen
from tui.screens.reader import ReaderScreen
from tui.screens.upkeep import UpkeepScreen
from tui.widgets.banner import Banner
from tui.widgets.blocks import BlockList

Script = Callable[[Pilot[Any]], Awaitable[None]]
HEARD: list[str] = []
"""What the screens of the present test notified."""


@pytest.fixture(scope="module")
def furnished_once(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The world, made once; each test works in a copy."""
    home = tmp_path_factory.mktemp("upkeep") / "home"
    with upkeep_world(home) as made:
        return Shelf(home, dict(made.guides))


@pytest.fixture
def world(furnished_once: Shelf, tmp_path: Path) -> Iterator[World]:
    """A contradiction, an answer and a pair."""
    with furnished_once.copied(tmp_path / "home") as made:
        yield made


def play(
    world: World,
    script: Script,
    size: tuple[int, int] = (80, 24),
    member: Member = LENA,
    part: str = "upkeep",
) -> None:
    """Open the part and press keys."""

    def heard(self: PassdownApp, message: str, **how: Any) -> None:
        HEARD.append(message)
        shown_as_ever(self, message, **how)

    async def run() -> None:
        async with opened(world, part, size, member) as pilot:
            await script(pilot)

    HEARD.clear()
    shown_as_ever = PassdownApp.notify
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PassdownApp, "notify", heard)
        asyncio.run(run())


def blocks(pilot: Pilot[Any]) -> BlockList:
    """The one column of the screen."""
    return pilot.app.screen.query_one(BlockList)


def shown(pilot: Pilot[Any]) -> str:
    """All of the screen's text, white space single."""
    return " ".join(blocks(pilot).plain.split())


def offered(pilot: Pilot[Any]) -> set[str]:
    """The keys in the footer that do something here."""
    return {
        entry.binding.description
        for entry in pilot.app.screen.active_bindings.values()
        if entry.binding.show and entry.enabled
    }


def told(pilot: Pilot[Any]) -> str:
    """Everything that was notified, also what has left the screen again."""
    del pilot
    return "\n".join(HEARD)


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    """Wait, at most thirty seconds, until something holds."""
    for _ in range(300):
        if holds():
            return
        await pilot.pause(0.1)
    assert holds()


async def say_why(pilot: Pilot[Any], words: str) -> None:
    """Type a reason and send it."""
    await until(pilot, lambda: isinstance(pilot.app.screen, CommentScreen))
    await type_words(pilot, words)
    await pilot.press("ctrl+s")
    await settled(pilot)


async def go_to(pilot: Pilot[Any], key: str) -> None:
    """Put the cursor on an entry."""
    blocks(pilot).go_to(key)
    await settled(pilot)


def acts(world: World, name: str) -> list[tuple[str, str]]:
    """Who did what to a guide for which reason."""
    with world.work.store.reading() as unit:
        return [(act.by_id, act.comment) for act in unit.desk.acts(world.guides[name].id)]


def logged(world: World, action: Action) -> list[str]:
    """Who did things of one kind, by the log."""
    with world.work.store.reading() as unit:
        lines = [line for line in unit.log.decisions(limit=500) if line.action is action]
    return [line.on_behalf_of or line.actor for line in lines]


def test_a_contradiction_is_set_aside_with_a_reason(world: World) -> None:
    """Both sides stand there in full with who and when; a reason is asked; the log has it."""

    async def script(pilot: Pilot[Any]) -> None:
        text = shown(pilot)
        assert "The guide, sentence 1, Ada Berg, #brewing, 28 Feb 2025:" in text
        assert "\u201cRinse the paper filter with hot water before you brew.\u201d" in text
        assert "Against it, Ben Cole, #brewing," in text
        assert f"\u201c{AGAINST}\u201d" in text
        assert f"\u201c{AUTHOR_SAYS}\u201d" in text
        assert "Asked of Ada Berg, 3 Mar 2025:" in text
        assert "[Upkeep]" in pilot.app.screen.query_one(Banner).render().plain
        assert {"Set aside", "Replace", "Open"} <= offered(pilot)
        assert "Let stand" not in offered(pilot)
        await pilot.press("a")
        await settled(pilot)
        await pilot.press("ctrl+s")
        assert isinstance(pilot.app.screen, CommentScreen)
        await say_why(pilot, "another paper")
        await until(pilot, lambda: challenge_of(world)[0] is ChallengeState.SET_ASIDE)
        await until(pilot, lambda: AGAINST not in blocks(pilot).plain)
        await until(pilot, lambda: "The guide stands as it is." in told(pilot))

    play(world, script)
    assert challenge_of(world) == (ChallengeState.SET_ASIDE, LENA.id)
    assert acts(world, "kettle") == [(LENA.id, "another paper")]
    assert LENA.id in logged(world, Action.CHALLENGE_SETTLED)


def test_the_second_of_two_stewards_is_told_and_overwrites_nothing(world: World) -> None:
    """Milo is first while Lena types: she reads so, his decision stays, her words are kept."""

    async def script(pilot: Pilot[Any]) -> None:
        key = blocks(pilot).current
        await pilot.press("a")
        await settled(pilot)
        await type_words(pilot, "mine")
        milo = world.actor(MILO)
        await asyncio.to_thread(set_aside, world.work, milo, key, "his reason")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "already by Milo Varga" in told(pilot))
        await until(pilot, lambda: AGAINST not in blocks(pilot).plain)

    play(world, script)
    assert challenge_of(world) == (ChallengeState.SET_ASIDE, MILO.id)
    assert acts(world, "kettle") == [(MILO.id, "his reason")]


def test_whoever_may_not_sees_nothing(world: World) -> None:
    """An expert reads why it is closed; no word of anybody, no key, and no act."""

    async def script(pilot: Pilot[Any]) -> None:
        text = shown(pilot)
        assert "not open to you" in text
        assert "paper" not in text
        assert not {"Set aside", "Let stand", "The same", "Replace", "Open"} & offered(pilot)
        await pilot.press("a", "l", "n", "s", "d", "x", "enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, UpkeepScreen)

    play(world, script, member=ADA)
    assert challenge_of(world)[0] is ChallengeState.OPEN


def test_an_authors_answer_stands_or_makes_a_new_version(world: World) -> None:
    """Their words go into a version that waits for their yes, after being asked once more."""

    async def script(pilot: Pilot[Any]) -> None:
        await go_to(pilot, recheck_of(world).id)
        assert {"Let stand", "New version", "Replace"} <= offered(pilot)
        await pilot.press("n")
        await settled(pilot)
        assert isinstance(pilot.app.screen, SureScreen)
        await pilot.press("escape", "l")
        await settled(pilot)
        await pilot.press("escape", "n")
        await settled(pilot)
        await pilot.press("y")
        await until(pilot, lambda: recheck_of(world).state is RecheckState.RENEWED)
        await until(pilot, lambda: "waits for its author" in told(pilot))

    play(world, script)
    after = world.now("kettle")
    assert after.current.number == 2
    assert after.status is not GuideStatus.PUBLISHED
    assert LENA.id in logged(world, Action.GUIDE_RENEWED)


def test_an_answer_is_settled_once(world: World) -> None:
    """Let stand with a reason; who comes second is told, and their act is not recorded."""

    async def script(pilot: Pilot[Any]) -> None:
        key = recheck_of(world).id
        await go_to(pilot, key)
        await pilot.press("l")
        await settled(pilot)
        await say_why(pilot, "the old paper is still sold")
        await until(pilot, lambda: recheck_of(world).state is RecheckState.SETTLED)

    play(world, script)
    assert acts(world, "kettle") == [(LENA.id, "the old paper is still sold")]


def test_of_two_guides_one_stays_or_both_are_kept_apart(world: World) -> None:
    """They stand side by side; the other leads to the one that stays."""
    pair = pair_of(world)

    async def script(pilot: Pilot[Any]) -> None:
        await go_to(pilot, pair.id)
        assert {"The same", "Keep apart"} <= offered(pilot)
        sides = [
            line for line in blocks(pilot).plain.splitlines() if "for the small basket" in line
        ]
        assert any("A finer grind" in line for line in sides)
        await pilot.press("s")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ChooseScreen)
        await pilot.press("1")
        await settled(pilot)
        await say_why(pilot, "one rule")
        await until(pilot, lambda: pair_of(world).state is AlikeState.SAME)

    play(world, script, (120, 40))
    with world.work.store.reading() as unit:
        left = unit.guides.guide(pair.second_id)
    assert left is not None
    assert left.status is GuideStatus.SUPERSEDED


def test_what_another_process_decides_leaves_the_screen(world: World) -> None:
    """Within two seconds a pair that Milo kept apart is gone; enter opens what is left."""

    async def script(pilot: Pilot[Any]) -> None:
        pair = pair_of(world)
        assert "may be one" in shown(pilot)
        await asyncio.to_thread(say_apart, world.work, world.actor(MILO), pair.id, "two baskets")
        await until(pilot, lambda: "may be one" not in shown(pilot))
        await pilot.press("x")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickScreen))
        await pilot.press("escape", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReaderScreen))

    play(world, script)


@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_upkeep(world: World, size: tuple[int, int]) -> None:
    """All three kinds, the reason that is asked for, and the end of the list."""

    async def script(pilot: Pilot[Any]) -> None:
        await check_snapshot(pilot, "upkeep")
        await pilot.press("a")
        await settled(pilot)
        await check_snapshot(pilot, "upkeep-aside")
        await pilot.press("escape")
        await settled(pilot)
        await go_to(pilot, pair_of(world).id)
        await check_snapshot(pilot, "upkeep-alike")

    play(world, script, size)


def test_f9_and_f10_go_there(world: World) -> None:
    """Both parts are a key away from any other, and help tells what they are for."""

    async def script(pilot: Pilot[Any]) -> None:
        await pilot.press("f9")
        await until(pilot, lambda: AGAINST in shown(pilot))
        await pilot.press("f10")
        await until(pilot, lambda: "How guides are decided: federated" in shown(pilot))
        assert COMMUNITY.name

    play(world, script, part="pulse")
