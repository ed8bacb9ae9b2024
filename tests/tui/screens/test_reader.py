"""The reader: limits first, a key from every source, a word to the authors, and what goes away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from agent.services.feedback import feedback_by, feedback_on, take_back_feedback
from memory.records.feedback import MAX_REASON, FeedbackKind
from memory.records.people import Member
from tests.tui.screens.desk_world import ADA, BEN, LENA, MILO, World
from tests.tui.screens.library_world import REASON, Shelf, kettle, opened, retract, type_words
from tests.tui.screens.snapshots import SIZES, check_snapshot, settled
from tui.screens.reader import ReaderScreen
from tui.screens.reason import ReasonScreen
from tui.screens.source import SourceScreen
from tui.widgets.answer_field import AnswerField
from tui.widgets.blocks import BlockList
from tui.widgets.discussion import Discussion

Script = Callable[[Pilot[Any]], Awaitable[None]]


@pytest.fixture
def world(shelf: Shelf, tmp_path: Path) -> Iterator[World]:
    """Three published guides."""
    with shelf.copied(tmp_path / "home") as made:
        yield made


def play(
    world: World,
    script: Script,
    size: tuple[int, int] = (80, 24),
    member: Member = LENA,
    guide: str = "kettle",
) -> None:
    """Open a guide and press keys."""

    async def run() -> None:
        async with opened(world, "library", size, member) as pilot:
            pilot.app.push_screen(ReaderScreen(world.guides[guide].id))
            await settled(pilot)
            await script(pilot)

    asyncio.run(run())


def reader(pilot: Pilot[Any]) -> ReaderScreen:
    """The screen."""
    screen = pilot.app.screen
    assert isinstance(screen, ReaderScreen)
    return screen


def shown(pilot: Pilot[Any]) -> str:
    """All of the guide as text."""
    return reader(pilot).query_one(BlockList).plain


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    """Wait, at most twenty seconds, until something holds."""
    for _ in range(200):
        if holds():
            return
        await pilot.pause(0.1)
    assert holds()


def test_limits_stand_right_after_the_advice(world: World) -> None:
    """On the smallest usual terminal nobody has to scroll to learn when it does not apply."""

    async def script(pilot: Pilot[Any]) -> None:
        screen = reader(pilot)
        lines = shown(pilot).splitlines()
        limit = next(n for n, line in enumerate(lines) if "Skip it when you use" in line)
        assert limit < screen.query_one(BlockList).size.height
        headings = [line for line in lines if line.isupper()]
        assert headings[0].strip() == "LIMITS"

    play(world, script)


def test_a_guide_without_limits_says_so(world: World) -> None:
    """Silence about limits is not a promise that there are none."""

    async def script(pilot: Pilot[Any]) -> None:
        assert "Nobody has said yet the limits of this advice." in shown(pilot)
        assert "review was due 27 Feb 2025" in shown(pilot)

    play(world, script, guide="old")


def test_enter_on_a_sentence_shows_where_it_was_said(world: World) -> None:
    """Two keys to the source, its words lit; escape leads back to the sentence."""

    async def script(pilot: Pilot[Any]) -> None:
        guide = reader(pilot)
        await pilot.press("down", "enter")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, SourceScreen)
        talk = screen.query_one(Discussion)
        said = "\n".join(str(line) for line in talk._wrapped.lines)
        assert ">>Skip it when you use a cloth filter.<<" in said
        assert "\x1b" not in said
        await pilot.press("escape")
        await settled(pilot)
        assert pilot.app.screen is guide
        assert guide.query_one(BlockList).current == "s:1"

    play(world, script)


def test_a_sentence_with_two_sources_leads_to_both(world: World) -> None:
    """`n` and `b` go round; what was told to the agent shows in the debate behind the guide."""

    async def script(pilot: Pilot[Any]) -> None:
        await pilot.press("down", "down", "down", "down", "down", "enter")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, SourceScreen)
        where = screen.query_one("#where")
        assert str(where.render()) == "Source 1 of 2: What was told to the agent"
        await pilot.press("n")
        await settled(pilot)
        assert str(where.render()).startswith("Source 2 of 2: \u201cHow do you keep")
        await pilot.press("b")
        await settled(pilot)
        assert str(where.render()).startswith("Source 1 of 2")

    play(world, script)


def test_nothing_leads_to_people_who_stay_unnamed(world: World) -> None:
    """In Chatham House mode a sentence tells neither who said it nor where."""

    async def script(pilot: Pilot[Any]) -> None:
        guide = reader(pilot)
        assert "Ada" not in shown(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert pilot.app.screen is guide
        await pilot.press("t")
        await settled(pilot)
        assert "Ada" not in shown(pilot)

    play(world, script, guide="unnamed")


def test_the_trail_unfolds_and_folds(world: World) -> None:
    """How the guide came about is one key away, and out of the way again."""

    async def script(pilot: Pilot[Any]) -> None:
        assert "Ada Berg said, 28" not in shown(pilot)
        await pilot.press("t")
        await settled(pilot)
        assert "Ada Berg said, 28" in shown(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "Ada Berg said, 28" not in shown(pilot)

    play(world, script)


def test_helped_counts_and_can_be_taken_back(world: World) -> None:
    """One key each; the page shows what one said."""

    async def script(pilot: Pilot[Any]) -> None:
        await pilot.press("h")
        await until(pilot, lambda: "You said that it helped." in shown(pilot))
        assert "Helped 3 people" in shown(pilot)
        await pilot.press("u")
        await until(pilot, lambda: "You said" not in shown(pilot))
        assert feedback_by(world.work, MILO, kettle(world).id) is None

    play(world, script, member=MILO)


def test_did_not_work_asks_why_and_keeps_the_words(world: World) -> None:
    """What is typed is sent as it is; going back keeps it, and an empty reason is refused."""

    async def script(pilot: Pilot[Any]) -> None:
        await pilot.press("f")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ReasonScreen)
        await pilot.press("ctrl+s")
        assert isinstance(pilot.app.screen, ReasonScreen)
        await type_words(pilot, "Ours are cloth")
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("f")
        await settled(pilot)
        assert pilot.app.screen.query_one(AnswerField).text == "Ours are cloth"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReaderScreen))
        await until(pilot, lambda: "You said that it did not work here" in shown(pilot))
        said = feedback_by(world.work, MILO, kettle(world).id)
        assert said is not None
        assert (said.kind, said.because) == (FeedbackKind.FAILED, "Ours are cloth")

    play(world, script, member=MILO)


def test_a_paste_that_is_too_long_is_told(world: World) -> None:
    """A page of text is no reason; what was typed before stays."""

    async def script(pilot: Pilot[Any]) -> None:
        from textual.events import Paste

        await pilot.press("f")
        await settled(pilot)
        screen = pilot.app.screen
        await type_words(pilot, "no")
        screen.query_one(AnswerField).post_message(Paste("x" * 1_000_000))
        await settled(pilot)
        assert len(screen.query_one(AnswerField).text) <= MAX_REASON
        assert "at most 1,000" in str(screen.query_one("#reason-told").render())

    play(world, script)


def test_reasons_are_shown_to_stewards_and_authors_alone(world: World) -> None:
    """Counts are everybody's; the words of a reader are for those who can mend the guide."""
    texts: dict[str, str] = {}
    for member in (LENA, ADA, BEN):

        async def script(pilot: Pilot[Any], who: str = member.handle) -> None:
            texts[who] = " ".join(shown(pilot).split())

        play(world, script, member=member)
    assert REASON in texts["lena"]
    assert REASON in texts["ada"]
    assert REASON not in texts["ben"]
    assert "did not work for 1" in texts["ben"]


def test_a_guide_taken_back_while_it_is_open_leaves_the_screen(world: World) -> None:
    """Nothing of it stays in sight; a reason that is being typed is not lost, and not stored."""

    async def script(pilot: Pilot[Any]) -> None:
        await pilot.press("f")
        await settled(pilot)
        await type_words(pilot, "too late")
        await asyncio.to_thread(retract, world, kettle(world))
        below = pilot.app.screen_stack[-2]
        await until(pilot, lambda: "taken back" in below.query_one(BlockList).plain)
        assert "paper" not in below.query_one(BlockList).plain
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert feedback_on(world.work, kettle(world).id).failed == 1
        await pilot.press("c", "t", "h", "p")
        await settled(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert not isinstance(pilot.app.screen, ReaderScreen)

    play(world, script)


def test_what_another_reader_says_appears_without_losing_the_place(world: World) -> None:
    """Counts follow the record while the cursor stays where it is."""

    async def script(pilot: Pilot[Any]) -> None:
        await pilot.press("down", "down", "down")
        before = reader(pilot).query_one(BlockList).current
        actor, guide_id = world.actor(BEN), kettle(world).id
        await asyncio.to_thread(take_back_feedback, world.work, actor, guide_id)
        await until(pilot, lambda: "Helped 1 person" in shown(pilot))
        assert reader(pilot).query_one(BlockList).current == before

    play(world, script)


def test_copy_goes_to_the_clipboard_and_a_new_file(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Markdown as the command prints it, for this account alone; a second copy overwrites none."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)

    async def script(pilot: Pilot[Any]) -> None:
        await pilot.press("c")
        await settled(pilot)
        await pilot.press("c")
        await settled(pilot)
        names = sorted(path.name for path in folder.iterdir())
        stem = "how-do-you-keep-the-paper-taste-out"
        assert names == [f"{stem}-2.md", f"{stem}.md"]
        written = (folder / f"{stem}.md").read_text(encoding="utf-8")
        assert written.startswith("# How do you keep the paper taste out")
        assert (folder / f"{stem}.md").stat().st_mode & 0o077 == 0
        assert pilot.app.clipboard == written

    play(world, script)


def test_the_pager_gets_the_whole_guide(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text without colour or escapes, with the debate; a terminal that cannot be lent says so."""
    paged: list[str] = []

    async def script(pilot: Pilot[Any]) -> None:
        paged.append(reader(pilot)._plain())
        monkeypatch.setenv("PAGER", "no-such-program-here")
        await pilot.press("p")
        await settled(pilot)
        assert any("no such program" in note.message for note in pilot.app._notifications)
        monkeypatch.setenv("PAGER", "cat")
        await pilot.press("p")
        await settled(pilot)
        assert any("cannot be handed" in note.message for note in pilot.app._notifications)

    play(world, script)
    assert "HOW WE GOT HERE" in paged[0]
    assert "\x1b" not in paged[0]


def test_keys_read_from_beginning_to_end(world: World) -> None:
    """Down alone reaches the last line, and up alone the first; nothing is out of reach."""

    async def script(pilot: Pilot[Any]) -> None:
        blocks = reader(pilot).query_one(BlockList)
        for _ in range(60):
            await pilot.press("down")
        assert blocks.scroll_offset.y == blocks.max_scroll_y
        for _ in range(60):
            await pilot.press("up")
        assert blocks.scroll_offset.y == 0
        await pilot.press("end")
        assert blocks.scroll_offset.y == blocks.max_scroll_y
        await pilot.press("home", "pagedown", "pageup")
        assert blocks.scroll_offset.y == 0

    play(world, script)


def test_a_click_moves_and_a_second_one_opens(world: World) -> None:
    """A mouse does what the keys do."""

    async def script(pilot: Pilot[Any]) -> None:
        blocks = reader(pilot).query_one(BlockList)
        line = next(n for n, text in enumerate(blocks.plain.splitlines()) if "Skip it" in text)
        await pilot.click(BlockList, offset=(10, line))
        assert blocks.current == "s:1"
        await pilot.click(BlockList, offset=(10, line))
        await settled(pilot)
        assert isinstance(pilot.app.screen, SourceScreen)

    play(world, script)


@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_the_reader(world: World, size: tuple[int, int]) -> None:
    """A guide, its source, its trail, a reason being typed, and a guide that is gone."""

    async def script(pilot: Pilot[Any]) -> None:
        await check_snapshot(pilot, "reader-guide")
        await pilot.press("down", "enter")
        await check_snapshot(pilot, "reader-source")
        await pilot.press("escape", "t")
        await check_snapshot(pilot, "reader-trail")
        await pilot.press("f")
        await settled(pilot)
        await type_words(pilot, "Ours are cloth")
        await check_snapshot(pilot, "reader-reason")
        await pilot.press("escape")
        await asyncio.to_thread(retract, world, kettle(world))
        await until(pilot, lambda: "taken back" in shown(pilot))
        await check_snapshot(pilot, "reader-gone")

    play(world, script, size, MILO)
