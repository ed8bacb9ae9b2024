"""The question: type at once, nothing is lost, and sending is instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from agent.services.drafts import draft_of, keep_draft
from agent.services.waiting import expire
from memory.records.inquiry import Due, DueKind
from tests.builders import COMMUNITY, MONDAY
from tests.tui.screens.inbox_play import (
    kept,
    play,
    question_screen,
    text_of,
    type_in,
    until,
)
from tests.tui.screens.inbox_world import ANN, BO, InboxWorld, inbox_world
from tests.tui.screens.snapshots import settled
from tui.screens.inbox import InboxScreen
from tui.screens.question import QuestionScreen
from tui.screens.understood import UnderstoodScreen
from tui.widgets.discussion import Discussion
from tui.widgets.option_rows import OptionRows


@pytest.fixture
def world(tmp_path: Path) -> Iterator[InboxWorld]:
    """One question is open to Ann."""
    with inbox_world(tmp_path / "home") as made:
        made.ask("valve")
        yield made


class TestTheQuestion:
    """What is shown, and where the cursor is."""

    def test_one_question_opens_with_the_cursor_in_the_field(self, world: InboxWorld) -> None:
        """The first key typed is the first letter of the answer."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = question_screen(pilot)
            assert screen.focused is screen.box.field
            await type_in(pilot, "q? 1")
            assert screen.box.words == "q? 1"

        play(world, script)

    def test_the_quoted_words_are_marked_in_the_discussion(self, world: InboxWorld) -> None:
        """The thread is there as it was, escapes inert, the quoted words between marks."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = question_screen(pilot)
            quote = world.question().quote.quote
            lines = [line.plain for line in screen.query_one(Discussion)._wrapped.lines]
            shown = " ".join(" ".join(lines).split())
            assert f">>{quote}<<" in shown
            assert "\x1b" not in shown
            assert "\u3042\u308a\u304c\u3068\u3046" in shown
            why = text_of(screen, "#why")
            assert "Why you" in why
            assert "It takes about" in why
            assert "Your answer goes to a guide" in why

        play(world, script)

    def test_the_discussion_scrolls_without_leaving_the_field(self, world: InboxWorld) -> None:
        """ctrl+up and ctrl+down move what is read, not what is typed."""
        world.ask("long", "The line is cold in the morning. " * 90)

        async def script(pilot: Pilot[Any]) -> None:
            pilot.app.push_screen(QuestionScreen(world.question("long").id))
            await settled(pilot)
            screen = question_screen(pilot)
            discussion = screen.query_one(Discussion)
            await pilot.press("ctrl+down", "ctrl+down")
            await pilot.pause()
            down = discussion.scroll_offset.y
            await pilot.press("ctrl+up")
            await pilot.pause()
            assert discussion.scroll_offset.y == down - 3
            assert screen.focused is screen.box.field
            discussion.focus()
            await pilot.press("end")
            await pilot.pause()
            bottom = discussion.scroll_offset.y
            assert bottom == discussion.max_scroll_y
            await pilot.press("up", "k")
            await pilot.pause()
            assert discussion.scroll_offset.y == bottom - 2
            await pilot.press("home", "down", "j")
            await pilot.pause()
            assert discussion.scroll_offset.y == 2

        play(world, script)

    def test_several_questions_show_the_list(self, world: InboxWorld) -> None:
        """With more than one the person chooses; enter opens, escape comes back to the row."""
        world.ask("tap", title="The tap drips")

        async def script(pilot: Pilot[Any]) -> None:
            assert isinstance(pilot.app.screen, InboxScreen)
            rows = pilot.app.screen.query_one(OptionRows)
            first = rows.current
            await pilot.press("j")
            second = rows.current
            await pilot.press("k")
            assert rows.current == first != second
            await pilot.press("down", "enter")
            await settled(pilot)
            assert question_screen(pilot).question_id == second
            await pilot.press("escape")
            await settled(pilot)
            assert isinstance(pilot.app.screen, InboxScreen)
            assert rows.current == second

        play(world, script)

    def test_a_foreign_question_is_not_shown(self, world: InboxWorld) -> None:
        """Whoever was not asked sees a plain refusal and no words."""

        async def script(pilot: Pilot[Any]) -> None:
            pilot.app.push_screen(QuestionScreen(world.question().id))
            await settled(pilot)
            assert text_of(pilot.app.screen, "#question") == ""

        play(world, script, member=BO)


class TestDrafts:
    """Nothing that was typed is lost."""

    def test_a_pause_keeps_what_is_typed_and_sending_ends_it(self, world: InboxWorld) -> None:
        """The draft is in the record before anything is sent, and gone with the sending."""

        async def script(pilot: Pilot[Any]) -> None:
            await type_in(pilot, "it hums")
            await until(pilot, lambda: kept(world) == "it hums")
            await until(pilot, lambda: text_of(pilot.app.screen, "#state") == "Draft kept")
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(pilot.app.screen, UnderstoodScreen))
            await settled(pilot)
            assert draft_of(world.work, ANN, world.questions()[0].id) is None

        play(world, script)

    def test_leaving_keeps_it_and_coming_back_finds_it(self, world: InboxWorld) -> None:
        """Escape, another part and quitting keep the words; the cursor is behind them."""

        async def script(pilot: Pilot[Any]) -> None:
            await type_in(pilot, "one")
            await pilot.press("escape")
            await until(pilot, lambda: kept(world) == "one")
            await settled(pilot)
            await pilot.press("enter")
            await settled(pilot)
            assert question_screen(pilot).box.words == "one"
            await type_in(pilot, " two")
            await pilot.press("f3")
            await settled(pilot)
            await pilot.press("f2")
            await settled(pilot)
            assert question_screen(pilot).box.words == "one two"
            await type_in(pilot, " three")

        play(world, script)
        assert kept(world) == "one two three"

    def test_unbroken_typing_is_kept_too(
        self, world: InboxWorld, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever never pauses loses at most the longest gap."""
        monkeypatch.setattr("tui.widgets.answer_box.PAUSE", 1000.0)
        monkeypatch.setattr("tui.widgets.answer_box.LONGEST_GAP", 0.05)

        async def script(pilot: Pilot[Any]) -> None:
            await type_in(pilot, "ab")
            await pilot.pause(0.1)
            await type_in(pilot, "c")
            await until(pilot, lambda: "abc".startswith(kept(world) or "-"))

        play(world, script)

    def test_a_change_of_the_record_steals_neither_place_nor_words(self, world: InboxWorld) -> None:
        """While somebody types, another process changes things; the field stays as it is."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = question_screen(pilot)
            await type_in(pilot, "it hums")
            await pilot.press("left", "left")
            place = screen.box.field.cursor_location
            world.ask("tap", title="The tap drips")
            await pilot.pause(1.5)
            await settled(pilot, still=False)
            assert question_screen(pilot) is screen
            assert (screen.box.words, screen.box.field.cursor_location) == ("it hums", place)
            assert screen.focused is screen.box.field

        play(world, script)

    def test_a_question_that_closes_meanwhile_leaves_the_words(self, world: InboxWorld) -> None:
        """Its time runs out while somebody writes: told plainly, readable, in the inbox after."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = question_screen(pilot)
            await type_in(pilot, "half a thought")
            question = world.question()
            world.clock.at = MONDAY + timedelta(days=30)
            due = Due(
                key=f"expire:{question.id}",
                community_id=COMMUNITY.id,
                kind=DueKind.EXPIRE,
                subject_id=question.id,
                at=world.clock.at,
            )
            assert expire(world.work, due)
            await until(pilot, lambda: screen.query_one("#notice").has_class("-told"))
            told = text_of(screen, "#notice")
            assert "its time ran out" in told
            assert "kept, for you to copy" in told
            assert screen.box.field.read_only
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert screen.box.words == "half a thought"
            await pilot.press("escape")
            await settled(pilot)
            rows = pilot.app.screen.query_one(OptionRows)
            assert rows.current == f"unsent:{question.id}"
            await pilot.press("enter")
            await settled(pilot)
            assert question_screen(pilot).box.words == "half a thought"
            await pilot.press("escape")
            await settled(pilot)
            await pilot.press("x")
            await settled(pilot)
            await pilot.press("y")
            await until(pilot, lambda: not kept(world))

        play(world, script)

    def test_a_home_that_is_locked_loses_no_word(
        self, world: InboxWorld, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A save that is refused is told and tried again until it succeeds."""
        from memory.errors import StoreError

        monkeypatch.setattr("tui.drafting.RETRY", 0.05)
        refusals = [StoreError("another process kept it locked")] * 2
        really = keep_draft

        def locked(*args: Any) -> object:
            if refusals:
                raise refusals.pop()
            return really(*args)

        monkeypatch.setattr("tui.screens.question.keep_draft", locked)

        async def script(pilot: Pilot[Any]) -> None:
            await type_in(pilot, "it hums")
            await until(pilot, lambda: kept(world) == "it hums")
            assert not refusals

        play(world, script)
