"""After sending: what was understood, set right with a key, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from agent.services.understanding import understand
from memory.records.guide import Guide
from memory.records.inquiry import Facet, QuestionStatus
from tests.tui.screens.inbox_play import play, question_screen, text_of, type_in, until
from tests.tui.screens.inbox_world import ANN, ANSWER, InboxWorld, inbox_world
from tests.tui.screens.snapshots import SIZES, check_snapshot, settled
from tui.screens.choosing import ChooseScreen
from tui.screens.inbox import InboxScreen
from tui.screens.understood import UnderstoodScreen
from tui.widgets.option_rows import OptionRows


@pytest.fixture
def world(tmp_path: Path) -> Iterator[InboxWorld]:
    """One question is open to Ann."""
    with inbox_world(tmp_path / "home") as made:
        made.ask("valve")
        yield made


async def sent(pilot: Pilot[Any], words: str = ANSWER) -> UnderstoodScreen:
    """Answer the open question, and wait until it was read and has gone on."""
    question_screen(pilot).box.take(words)
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, UnderstoodScreen))
    screen = pilot.app.screen
    assert isinstance(screen, UnderstoodScreen)
    await until(pilot, lambda: screen.query_one(OptionRows).option_count > 0)
    await until(pilot, lambda: "Working out" not in text_of(screen, "#next"))
    await settled(pilot)
    return screen


def rows(screen: UnderstoodScreen) -> list[str]:
    """The rows as text."""
    return [str(option.prompt) for option in screen.query_one(OptionRows).options]


def facets(world: InboxWorld) -> list[tuple[Facet | None, bool]]:
    """What each sentence of the first answer is about, and whether its author said so."""
    found = understand(world.work, ANN, world.questions()[0].id)
    return [(s.facets[0] if s.facets else None, s.by_author) for s in found.sentences]


def test_each_sentence_stands_below_its_heading(world: InboxWorld) -> None:
    """One sees at a glance what was taken up, and as what."""

    async def script(pilot: Pilot[Any]) -> None:
        screen = await sent(pilot, f"{ANSWER} Thanks!")
        assert [row.split("\n")[0].split(" (")[0] for row in rows(screen)] == [
            "1. What to look for",
            "2. Why it works",
            "3. Pitfalls",
            "4. Nothing for a guide",
        ] or len(rows(screen)) == 4
        assert "Because air in the line" in rows(screen)[1]
        assert "Nothing for a guide" in rows(screen)[3]

    play(world, script)


def test_keys_set_a_heading_right_and_it_is_recorded(world: InboxWorld) -> None:
    """Arrows turn through the headings; what one rests on is recorded, once."""

    async def script(pilot: Pilot[Any]) -> None:
        screen = await sent(pilot)
        before = facets(world)
        await pilot.press("down", "right", "left", "right")
        await until(pilot, lambda: facets(world)[1][1])
        assert facets(world)[1][0] is not before[1][0]
        assert facets(world)[0] == before[0]
        await until(pilot, lambda: "you said so" in rows(screen)[1])
        assert screen.query_one(OptionRows).highlighted == 1
        await pilot.press("x")
        await pilot.press("escape")
        await until(pilot, lambda: facets(world)[1] == (None, True))

    play(world, script)


def test_enter_shows_all_headings_to_pick_from(world: InboxWorld) -> None:
    """The present one is marked; one of them is nothing for a guide."""

    async def script(pilot: Pilot[Any]) -> None:
        await sent(pilot)
        await pilot.press("down", "enter")
        await settled(pilot)
        picker = pilot.app.screen
        assert isinstance(picker, ChooseScreen)
        assert picker.query_one(OptionRows).current == facets(world)[1][0]
        await pilot.press("end", "enter")
        await until(pilot, lambda: facets(world)[1] == (None, True))

    play(world, script)


def test_the_next_question_is_one_key_away(world: InboxWorld) -> None:
    """It is shown, not sprung on anybody; ctrl+s goes to it, with the cursor in the field."""

    async def script(pilot: Pilot[Any]) -> None:
        screen = await sent(pilot)
        told = text_of(screen, "#next")
        assert "One more question would help" in told
        await pilot.press("ctrl+s")
        await settled(pilot)
        following = question_screen(pilot)
        assert following.question_id == world.question().id
        assert following.focused is following.box.field
        assert ">>" in "".join(
            line.plain
            for line in following.query_one("#discussion")._wrapped.lines  # type: ignore[attr-defined]
        )

    play(world, script)


def test_enough_is_one_key_away(world: InboxWorld) -> None:
    """ctrl+g closes what was about to be asked and goes on to the draft."""

    async def script(pilot: Pilot[Any]) -> None:
        await sent(pilot)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
        await settled(pilot)
        listed = pilot.app.screen.query_one(OptionRows)
        await until(pilot, lambda: str(listed.current).startswith("gui_"))

    play(world, script)
    assert [q.status for q in world.questions()] == [
        QuestionStatus.ANSWERED,
        QuestionStatus.ENOUGH,
    ]
    with world.work.store.reading() as unit:
        assert unit.guides.guide(Guide.id_of(world.inquiries["valve"])) is not None


def test_whoever_leaves_at_once_loses_nothing(world: InboxWorld) -> None:
    """Quitting right after sending: the answer is stored and the inquiry goes on."""

    async def script(pilot: Pilot[Any]) -> None:
        await type_in(pilot, "it hums")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, UnderstoodScreen))
        await pilot.press("ctrl+q")

    play(world, script)
    reply = world.reply_of(world.questions()[0])
    assert reply is not None
    assert reply.text == "it hums"


@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_what_was_understood(world: InboxWorld, size: tuple[int, int]) -> None:
    """What was understood, and the headings to pick from."""

    async def script(pilot: Pilot[Any]) -> None:
        await sent(pilot, f"{ANSWER} Thanks!")
        await check_snapshot(pilot, "understood")
        await pilot.press("down", "enter")
        await check_snapshot(pilot, "understood-headings")

    play(world, script, size=size)
