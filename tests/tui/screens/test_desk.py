"""The steward's queue by keys: moving, searching, sorting, marking, deciding, undoing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from agent.services.desk import Desk, open_desk
from agent.services.reviewing import review_guide
from memory.records.guide import Decision, GuideStatus
from memory.records.people import Member
from tests.tui.screens.desk_world import BO, LENA, MILO, World
from tests.tui.screens.library_world import Shelf, opened, type_words
from tests.tui.screens.snapshots import SIZES, check_snapshot, settled
from tui.screens.comment import CommentScreen
from tui.screens.desk import DeskScreen
from tui.screens.judging import JudgingScreen
from tui.widgets.answer_field import AnswerField

Script = Callable[[Pilot[Any], DeskScreen], Awaitable[None]]


@pytest.fixture
def world(furnished: Shelf, tmp_path: Path) -> Iterator[World]:
    """A copy of it."""
    with furnished.copied(tmp_path / "home") as made:
        yield made


def play(
    world: World, script: Script, size: tuple[int, int] = (80, 24), member: Member = LENA
) -> None:
    """Open the desk and press keys."""

    async def run() -> None:
        async with opened(world, "desk", size, member) as pilot:
            desk = pilot.app.screen
            assert isinstance(desk, DeskScreen)
            await script(pilot, desk)

    asyncio.run(run())


def names(world: World, desk: DeskScreen) -> list[str]:
    """What the list shows, by the guides' names here."""
    by_id = {guide.id: name for name, guide in world.guides.items()}
    return [by_id[row.guide_id] for row in desk.rows.rows]


def told(desk: DeskScreen, where: str) -> str:
    """What a line of the screen says."""
    return str(desk.query_one(f"#desk-{where}", Static).render())


def at(world: World, desk: DeskScreen) -> str:
    """The guide under the cursor."""
    row = desk.rows.current
    assert row is not None
    return next(name for name, guide in world.guides.items() if guide.id == row.guide_id)


def test_moving_and_opening(world: World) -> None:
    """Arrows, j and k, home and end move the cursor; enter opens, escape comes back to it."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        assert names(world, desk) == ["risky", "kettle", "disputed"]
        for keys, name in (
            (("down",), "kettle"),
            (("j",), "disputed"),
            (("j",), "disputed"),
            (("k", "up"), "risky"),
            (("end",), "disputed"),
            (("home",), "risky"),
            (("pagedown",), "disputed"),
            (("pageup",), "risky"),
            (("G", "g", "down"), "kettle"),
        ):
            await pilot.press(*keys)
            assert at(world, desk) == name
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, JudgingScreen)
        await pilot.press("escape")
        await settled(pilot)
        assert desk.is_current
        assert at(world, desk) == "kettle"

    play(world, script)


def test_sections_by_number_and_by_arrow(world: World) -> None:
    """Each part has its number; left and right go round."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        for key, shown in (
            ("2", ["due"]),
            ("3", ["disputed"]),
            ("4", ["draft"]),
            ("5", ["due", "out"]),
            ("right", ["risky", "kettle", "disputed"]),
            ("left", ["due", "out"]),
            ("h", ["draft"]),
            ("l", ["due", "out"]),
            ("1", ["risky", "kettle", "disputed"]),
        ):
            await pilot.press(key)
            assert names(world, desk) == shown
        assert "[1 Decide (3)]" in told(desk, "sections")

    play(world, script)


def test_search_as_one_types_and_sort(world: World) -> None:
    """Slash searches, enter and escape go back, s sorts; the cursor stays on its guide."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        await pilot.press("down", "slash")
        await type_words(pilot, "paper")
        assert names(world, desk) == ["kettle"]
        assert "1 of 3 guides" in told(desk, "note")
        await pilot.press("enter")
        assert desk.rows.has_focus
        await pilot.press("escape")
        assert len(desk.rows.rows) == 3
        assert at(world, desk) == "kettle"
        await pilot.press("s")
        assert names(world, desk)[0] == "risky"
        assert "riskiest first" in told(desk, "note")
        assert at(world, desk) == "kettle"
        await pilot.press("s", "s")
        assert "by title" in told(desk, "note")
        await pilot.press("slash", "x", "escape")
        assert desk.rows.has_focus
        assert desk.query_one(Input).value == "x"

    play(world, script)


def test_the_guide_under_the_cursor_is_explained(world: World) -> None:
    """Its risk is told in words, and how many are marked."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        await settled(pilot)
        assert "high risk: tells of harm" in told(desk, "reasons")
        await pilot.press("space")
        assert at(world, desk) == "kettle"
        await settled(pilot)
        assert "1 guide marked" in told(desk, "reasons")
        await pilot.press("ctrl+a")
        await settled(pilot)
        assert "3 guides marked" in told(desk, "reasons")
        await pilot.press("ctrl+a")
        assert not desk.rows.marked

    play(world, script)


def test_several_are_approved_only_if_clean_and_the_others_are_named(world: World) -> None:
    """After the time to take it back, the clean one is published and the others are told of."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        await pilot.press("ctrl+a", "a")
        assert names(world, desk) == []
        assert "u takes it back" in told(desk, "pending")
        assert world.now("kettle").status is GuideStatus.CONFIRMED
        desk.grace.flush()
        await settled(pilot)
        assert world.now("kettle").status is GuideStatus.PUBLISHED
        assert world.now("risky").status is GuideStatus.CONFIRMED
        (note,) = pilot.app._notifications
        assert "1 guide approved" in note.message
        assert "The roaster starts slowly" in note.message
        desk.reload()
        await settled(pilot)
        assert names(world, desk) == ["risky", "disputed"]

    play(world, script)


def test_a_decision_is_taken_back_within_its_time(world: World) -> None:
    """`u` brings the guides back into the list, and nothing was recorded."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        await pilot.press("down", "a", "u")
        await settled(pilot)
        assert names(world, desk) == ["risky", "kettle", "disputed"]
        assert told(desk, "pending") == ""
        await pilot.press("u")
        assert [n.message for n in pilot.app._notifications][-1].startswith("There is nothing")

    play(world, script)
    assert world.now("kettle").status is GuideStatus.CONFIRMED


def test_a_decision_takes_effect_when_its_time_is_over(world: World) -> None:
    """Without another key it is recorded by itself."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        desk.grace.seconds = 0.2
        await pilot.press("down", "a")
        for _ in range(100):
            await pilot.pause(0.1)
            if world.now("kettle").status is GuideStatus.PUBLISHED:
                break
        assert world.now("kettle").status is GuideStatus.PUBLISHED

    play(world, script)


def test_leaving_lets_a_pending_decision_take_effect(world: World) -> None:
    """Whoever quits has decided; nothing is lost between the key and the end."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        del desk
        await pilot.press("down", "a")

    play(world, script)
    assert world.now("kettle").status is GuideStatus.PUBLISHED


def test_several_are_rejected_only_with_a_comment(world: World) -> None:
    """`x` asks for one comment for all; without words nothing is sent."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        await pilot.press("space", "space", "x")
        assert isinstance(pilot.app.screen, CommentScreen)
        await pilot.press("ctrl+s")
        assert isinstance(pilot.app.screen, CommentScreen)
        await type_words(pilot, "Too thin.")
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert names(world, desk) == ["disputed"]
        desk.grace.flush()
        await settled(pilot)

    play(world, script)
    assert {world.now(name).status for name in ("risky", "kettle")} == {GuideStatus.REJECTED}
    assert world.now("disputed").status is GuideStatus.CONFIRMED


def test_several_are_sent_back_and_one_that_was_decided_meanwhile_is_told(world: World) -> None:
    """What Milo decided first stays decided; the other is sent back, and Lena reads who it was."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        await pilot.press("space", "space", "r")
        await type_words(pilot, "Say why.")
        await pilot.press("ctrl+s")
        guide = world.guides["kettle"]
        review_guide(world.work, world.actor(MILO), guide.id, Decision.REJECT, "No.")
        desk.grace.flush()
        await settled(pilot)
        notes = [note.message for note in pilot.app._notifications]
        assert any("Milo Varga was quicker" in note for note in notes)

    play(world, script)
    assert world.now("kettle").status is GuideStatus.REJECTED
    with world.work.store.reading() as unit:
        (review,) = unit.guides.reviews(world.guides["risky"].id)
    assert review.comment == "Say why."


def test_what_waits_for_no_decision_is_not_decided_on(world: World) -> None:
    """In other parts than the first no key decides, and the footer offers none."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        for part, offered in (("4", False), ("5", False), ("1", True)):
            await pilot.press(part)
            keys = {b.binding.key for b in desk.active_bindings.values() if b.binding.show}
            assert ({"a", "x", "r"} <= keys) == offered
            if not offered:
                await pilot.press("a", "x", "r")
                assert pilot.app.screen is desk
                assert desk.grace.pending is None

    play(world, script)


def test_others_changes_appear_without_moving_the_cursor(world: World) -> None:
    """A guide that is decided elsewhere goes; cursor, search text and focus stay."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        await pilot.press("down", "down", "slash", "e")
        risky = world.guides["risky"]
        review_guide(world.work, world.actor(MILO), risky.id, Decision.REJECT, "No.")
        for _ in range(30):
            await pilot.pause(0.1)
            if len(desk.rows.rows) < 3:
                break
        assert names(world, desk) == ["kettle", "disputed"]
        assert at(world, desk) == "disputed"
        assert desk.query_one(Input).has_focus
        assert desk.query_one(Input).value == "e"

    play(world, script)


def test_a_click_moves_the_cursor_and_a_second_one_opens(world: World) -> None:
    """The mouse does what the keys do."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        await pilot.click("#desk-rows", offset=(10, 1))
        assert at(world, desk) == "kettle"
        await pilot.click("#desk-rows", offset=(10, 1))
        await settled(pilot)
        assert isinstance(pilot.app.screen, JudgingScreen)

    play(world, script)


def test_whoever_is_no_steward_reads_why_and_what_to_do_instead(world: World) -> None:
    """No list and no key that decides; who decides is named."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        text = told(desk, "refused")
        assert "Lena Park" in text
        assert "F2" in text
        await pilot.press("a", "x", "r", "s", "2", "enter", "u")
        assert pilot.app.screen is desk
        assert desk.grace.pending is None

    play(world, script, member=BO)


@pytest.mark.parametrize("size", [(20, 5), (44, 12), (300, 80)])
def test_any_size_of_window_is_survived(world: World, size: tuple[int, int]) -> None:
    """Very small and very large windows show what they can, and keys go on working."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        await pilot.resize_terminal(*size)
        await settled(pilot)
        await pilot.press("down", "enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, JudgingScreen)
        await pilot.press("j", "c", "c", "d", "d", "o", "escape")
        await settled(pilot)
        assert at(world, desk) == "kettle"

    play(world, script)


def test_an_editor_that_cannot_be_opened_leaves_the_words_as_they_are(world: World) -> None:
    """Where no editor can take over the terminal, F4 says so and nothing is lost."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        del desk
        await pilot.press("x")
        await type_words(pilot, "Too thin")
        await pilot.press("f4")
        told = pilot.app.screen.query_one("#comment-told", Static)
        assert str(told.render())
        assert pilot.app.screen.query_one(AnswerField).text == "Too thin"

    play(world, script)


def test_a_paste_of_a_megabyte_leaves_the_comment_as_it_was(world: World) -> None:
    """What no comment may have is refused in words, and what was typed stays."""
    from textual.events import Paste

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        del desk
        await pilot.press("x")
        await type_words(pilot, "Too")
        field = pilot.app.screen.query_one(AnswerField)
        field.post_message(Paste("x" * 1_000_000))
        await settled(pilot)
        assert field.text == "Too"

    play(world, script)


def test_ten_thousand_rows_are_searched_sorted_and_drawn_at_once(world: World) -> None:
    """A key in a list of ten thousand is shown in well under a tenth of a second."""
    from dataclasses import replace

    row = open_desk(world.work, LENA).rows[0]
    rows = tuple(
        replace(row, guide_id=f"gui_{n:016x}", title=f"Guide {n}", words=f"guide {n} paper")
        for n in range(10_000)
    )

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        desk.show(Desk(rows))
        await pilot.press("2" if rows[0].section.value != "waiting" else "1")
        await settled(pilot)
        took = []
        for key in ("down", "end", "pageup", "slash", "9", "9", "enter", "s"):
            began = perf_counter()
            await pilot.press(key)
            took.append(perf_counter() - began)
        assert len(desk.rows.rows) < 10_000
        assert sorted(took)[len(took) // 2] < 0.5

    play(world, script)


@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_the_queue(world: World, size: tuple[int, int]) -> None:
    """The queue, a search, marked guides, and what somebody who is no steward sees."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        del desk
        await check_snapshot(pilot, "desk-queue")
        await pilot.press("ctrl+a", "5")
        await check_snapshot(pilot, "desk-published")
        await pilot.press("1", "slash")
        await type_words(pilot, "risk:high")
        await check_snapshot(pilot, "desk-search")
        await type_words(pilot, " nothing")
        await check_snapshot(pilot, "desk-nothing-found")

    play(world, script, size)


@pytest.mark.parametrize("size", SIZES)
def test_a_picture_for_somebody_who_is_no_steward(world: World, size: tuple[int, int]) -> None:
    """A sentence who decides, and what one can do instead."""

    async def script(pilot: Pilot[Any], desk: DeskScreen) -> None:
        del desk
        await check_snapshot(pilot, "desk-refused")

    play(world, script, size, BO)
