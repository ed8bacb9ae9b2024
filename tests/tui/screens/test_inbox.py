"""The inbox and the question: type at once, nothing is lost, every way to pass."""

from __future__ import annotations

import asyncio
import stat
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Button, Input, OptionList, Static

from agent.services.answering import MAX_ANSWER, record_answer
from agent.services.drafts import draft_of, keep_draft
from agent.services.enough import say_enough
from agent.services.waiting import expire
from memory.records.inquiry import AnswerKind, Due, DueKind, QuestionStatus
from memory.records.people import Credit, Member
from tests.builders import COMMUNITY, MONDAY
from tests.tui.screens.inbox_world import ANN, ANSWER, BO, LENA, InboxWorld, inbox_world
from tests.tui.screens.snapshots import SIZES, check_snapshot, settled
from tui.app import PassdownApp
from tui.screens.choosing import ChooseScreen, PickScreen, SureScreen
from tui.screens.inbox import InboxScreen
from tui.screens.question import QuestionScreen
from tui.screens.understood import UnderstoodScreen
from tui.widgets.discussion import Discussion
from tui.widgets.option_rows import OptionRows

Script = Callable[[Pilot[Any]], Awaitable[None]]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[InboxWorld]:
    """One question is open to Ann."""
    with inbox_world(tmp_path / "home") as made:
        made.ask("valve")
        yield made


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


class TestPasting:
    """Far too many words."""

    def test_a_paste_of_a_megabyte_is_kept_and_told(self, world: InboxWorld) -> None:
        """All of it is in the record, the field stays quick, and sending says how much to cut."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = question_screen(pilot)
            await type_in(pilot, "ab")
            await pilot.press("left")
            pilot.app.post_message(events.Paste("x" * 1_048_576))
            await until(pilot, lambda: len(kept(world)) == 1_048_578)
            assert kept(world)[0] == "a"
            assert kept(world)[-1] == "b"
            told = " ".join(text_of(screen, "#state").split())
            assert "1,048,578 characters" in told
            assert f"cut {1_048_578 - MAX_ANSWER:,}" in told
            assert len(screen.box.field.text) < 3_000
            began = time.perf_counter()
            await pilot.press("z")
            assert time.perf_counter() - began < 0.5
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert question_screen(pilot) is screen
            assert world.question().status is QuestionStatus.OPEN
            await pilot.press("ctrl+z")
            await until(pilot, lambda: kept(world) == "ab")
            assert screen.box.words == "ab"
            assert not screen.box.field.read_only

        play(world, script)

    def test_a_paste_beyond_a_draft_changes_nothing(self, world: InboxWorld) -> None:
        """It is told, and what was written is as it was."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = question_screen(pilot)
            await type_in(pilot, "ab")
            pilot.app.post_message(events.Paste("x" * 2_000_001))
            await settled(pilot)
            assert screen.box.words == "ab"

        play(world, script)

    def test_somewhat_too_long_is_cut_in_the_field(self, world: InboxWorld) -> None:
        """A little over the limit stays editable, and the line below counts down."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = question_screen(pilot)
            pilot.app.post_message(events.Paste("word " * 4_001))
            await settled(pilot)
            assert "cut 5 to send it" in text_of(screen, "#state")
            await pilot.press(*["backspace"] * 5)
            await settled(pilot)
            assert "20,000 of 20,000" in text_of(screen, "#state")

        play(world, script)

    def test_a_long_draft_comes_back_as_it_was(self, world: InboxWorld) -> None:
        """Coming back to more than the field takes in shows its beginning and loses nothing."""
        keep_draft(world.work, world.actor(), world.question().id, "y" * 100_000)

        async def script(pilot: Pilot[Any]) -> None:
            screen = question_screen(pilot)
            assert len(screen.box.words) == 100_000
            assert screen.box.field.read_only

        play(world, script)
        assert len(kept(world)) == 100_000


class TestSending:
    """ctrl+s."""

    def test_sending_is_instant_and_recorded_first(
        self, world: InboxWorld, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """`Sent` is said before the agent has read a word; leaving at once loses nothing."""
        gate = threading.Event()

        def wait(inquiry_id: str) -> bool:
            return gate.wait(10) and bool(inquiry_id)

        monkeypatch.setattr(world.work.runner, "advance", wait)

        async def script(pilot: Pilot[Any]) -> None:
            await type_in(pilot, "it hums")
            pressing = asyncio.create_task(pilot.press("ctrl+s"))
            await until(pilot, lambda: isinstance(pilot.app.screen, UnderstoodScreen))
            assert text_of(pilot.app.screen, "#sent").startswith("Sent.")
            await until(pilot, lambda: "Working out" in text_of(pilot.app.screen, "#next"))
            assert not gate.is_set()
            gate.set()
            await pressing

        play(world, script)
        reply = world.reply_of(world.questions()[0])
        assert reply is not None
        assert reply.text == "it hums"

    def test_an_empty_field_sends_nothing(self, world: InboxWorld) -> None:
        """It says that there are other ways to pass."""

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert "Nothing to send" in text_of(question_screen(pilot), "#state")

        play(world, script)
        assert world.question().status is QuestionStatus.OPEN

    def test_an_answer_that_is_refused_stays_in_the_field(self, world: InboxWorld) -> None:
        """Only code, or a question that somebody answered elsewhere: told, nothing lost."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = question_screen(pilot)
            pilot.app.post_message(events.Paste("```\ncode\n```"))
            await settled(pilot)
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert question_screen(pilot) is screen
            assert not screen.box.field.read_only
            assert "Not sent" in text_of(screen, "#state") or "kept" in text_of(screen, "#state")
            record_answer(
                world.work, world.actor(), world.question().id, AnswerKind.REPLY, text="it hums"
            )
            await pilot.press("ctrl+s")
            await until(pilot, lambda: screen.query_one("#notice").has_class("-told"))
            assert "it was answered" in text_of(screen, "#notice")
            assert screen.box.words == "```\ncode\n```"

        play(world, script)

    def test_credit_is_chosen_with_the_answer(self, world: InboxWorld) -> None:
        """ctrl+r goes round the ways to appear; the one chosen is stored with the answer."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = question_screen(pilot)
            button = screen.query_one("#credit", Button)
            seen = []
            for _ in range(3):
                await pilot.press("ctrl+r")
                seen.append(str(button.label))
            assert seen == ["By role ^r", "Chatham House ^r", "Named ^r"]
            await pilot.press("ctrl+r")
            await type_in(pilot, "it hums")
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(pilot.app.screen, UnderstoodScreen))

        play(world, script)
        with world.work.store.reading() as unit:
            answer = unit.inquiries.answer(world.questions()[0].id)
        assert answer is not None
        assert answer.credit is Credit.ROLE_ONLY


class TestPassing:
    """Every way not to answer."""

    def test_skip(self, world: InboxWorld) -> None:
        """F9 passes an untouched question at once."""

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("f9")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
            await settled(pilot)

        play(world, script)
        assert world.questions()[0].status is QuestionStatus.SKIPPED

    @pytest.mark.parametrize(
        ("key", "status"), [("f9", QuestionStatus.SKIPPED), ("ctrl+g", QuestionStatus.ENOUGH)]
    )
    def test_begun_words_are_asked_about(
        self, world: InboxWorld, key: str, status: QuestionStatus
    ) -> None:
        """With words in the field, passing asks once; they stay among the unsent ones."""

        async def script(pilot: Pilot[Any]) -> None:
            await type_in(pilot, "it hums")
            await pilot.press(key)
            await settled(pilot)
            assert isinstance(pilot.app.screen, SureScreen)
            await pilot.press("enter")
            await settled(pilot)
            assert question_screen(pilot).box.words == "it hums"
            await pilot.press(key)
            await settled(pilot)
            await pilot.press("right", "enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
            await settled(pilot)
            assert str(pilot.app.screen.query_one(OptionRows).current).startswith("unsent:")

        play(world, script)
        assert world.questions()[0].status is status
        assert kept(world) == "it hums"

    def test_enough(self, world: InboxWorld) -> None:
        """ctrl+g ends the questions here without opting out."""

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("ctrl+g")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
            await settled(pilot)

        play(world, script)
        assert world.questions()[0].status is QuestionStatus.ENOUGH

    def test_not_me_by_typing_a_name(self, world: InboxWorld) -> None:
        """A few letters find the person; bots and oneself are not offered."""

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("ctrl+o")
            await settled(pilot)
            assert isinstance(pilot.app.screen, PickScreen)
            await type_in(pilot, "train")
            rows = pilot.app.screen.query_one(OptionRows)
            assert [o.id for o in rows.options] == [BO.id, PickScreen.NOBODY]
            await pilot.press("down", "enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
            await settled(pilot)

        play(world, script)
        with world.work.store.reading() as unit:
            answer = unit.inquiries.answer(world.questions()[0].id)
        assert answer is not None
        assert (answer.kind, answer.refer_to_id) == (AnswerKind.NOT_ME, BO.id)

    def test_not_me_and_nobody(self, world: InboxWorld) -> None:
        """An unknown person is no dead end: nobody is always there."""

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("ctrl+o")
            await settled(pilot)
            await type_in(pilot, "zzz")
            await pilot.press("escape")
            await settled(pilot)
            assert question_screen(pilot)
            await pilot.press("ctrl+o")
            await settled(pilot)
            await type_in(pilot, "zzz")
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
            await settled(pilot)

        play(world, script)
        with world.work.store.reading() as unit:
            answer = unit.inquiries.answer(world.questions()[0].id)
        assert answer is not None
        assert (answer.kind, answer.refer_to_id) == (AnswerKind.NOT_ME, None)

    def test_later_by_digit_by_enter_and_by_a_day(self, world: InboxWorld) -> None:
        """Each way puts it off; a day that is none is told and nothing happens."""

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("ctrl+l")
            await settled(pilot)
            assert isinstance(pilot.app.screen, ChooseScreen)
            await pilot.press("tab")
            assert isinstance(pilot.app.screen.focused, Input)
            await type_in(pilot, "soon")
            await pilot.press("enter")
            await settled(pilot)
            assert question_screen(pilot)
            assert world.question().snoozed_until is None
            await pilot.press("ctrl+l")
            await settled(pilot)
            await pilot.press("1")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
            await settled(pilot)
            rows = pilot.app.screen.query_one(OptionRows)
            assert "Put off" in str(rows.get_option_at_index(0).prompt)
            await pilot.press("enter")
            await settled(pilot)
            await pilot.press("ctrl+l")
            await settled(pilot)
            await pilot.press("tab")
            await type_in(pilot, "2025-03-20")
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))

        play(world, script)
        until_when = world.question().snoozed_until
        assert until_when is not None
        assert until_when.day == 20

    def test_stop_says_what_it_means_and_asks_once(self, world: InboxWorld) -> None:
        """Enter on the first sight does nothing; yes stops, and the inbox says how to go back."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = question_screen(pilot)
            screen.query_one("#stop", Button).focus()
            await pilot.press("enter")
            await settled(pilot)
            sure = pilot.app.screen
            assert isinstance(sure, SureScreen)
            assert "take it back" in " ".join(str(s.render()) for s in sure.query(Static))
            await pilot.press("n")
            await settled(pilot)
            assert world.question().status is QuestionStatus.OPEN
            await pilot.press("enter")
            await settled(pilot)
            await pilot.press("y")
            await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
            await settled(pilot)
            await until(pilot, lambda: "you said stop" in text_of(pilot.app.screen, "#empty"))

        play(world, script)
        assert not world.seat().member.may_be_asked

    def test_tab_reaches_every_button(self, world: InboxWorld) -> None:
        """Where a terminal swallows a key, tab and enter do the same."""

        async def script(pilot: Pilot[Any]) -> None:
            seen = []
            for _ in range(8):
                await pilot.press("tab")
                seen.append(pilot.app.focused.id if pilot.app.focused else None)
            assert {"send", "later", "not_me", "skip", "enough", "stop", "credit"} <= set(seen)
            assert "discussion" in seen

        play(world, script)


class TestEditor:
    """F4."""

    def _editor(self, folder: Path, script: str) -> str:
        program = folder / "editor.sh"
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return str(program)

    def test_what_the_editor_leaves_is_the_answer(
        self, world: InboxWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It begins with what was typed, which is kept before the terminal is handed over."""
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.setenv("EDITOR", self._editor(tmp_path, 'printf " and more" >> "$1"'))

        async def script(pilot: Pilot[Any]) -> None:
            screen = question_screen(pilot)
            monkeypatch.setattr(pilot.app, "suspend", nullcontext)
            await type_in(pilot, "it hums")
            await pilot.press("f4")
            await settled(pilot)
            assert screen.box.words == "it hums and more"
            await until(pilot, lambda: kept(world) == "it hums and more")
            assert screen.focused is screen.box.field

        play(world, script)

    def test_an_editor_that_fails_takes_nothing_over(
        self, world: InboxWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A crash of it, or a program that is not there, is told; the words stay."""
        monkeypatch.delenv("VISUAL", raising=False)

        async def script(pilot: Pilot[Any]) -> None:
            screen = question_screen(pilot)
            await type_in(pilot, "it hums")
            monkeypatch.setenv("EDITOR", self._editor(tmp_path, "exit 0"))
            await pilot.press("f4")
            await settled(pilot)
            assert screen.box.words == "it hums"
            monkeypatch.setattr(pilot.app, "suspend", nullcontext)
            for editor in (self._editor(tmp_path, "exit 3"), "no-such-editor-here", '"'):
                monkeypatch.setenv("EDITOR", editor)
                await pilot.press("f4")
                await settled(pilot)
                assert screen.box.words == "it hums"

        play(world, script)

    def test_no_editor_from_a_browser(
        self, world: InboxWorld, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Served in a browser, F4 says why it does nothing."""
        monkeypatch.setattr("tui.screens.question.editor_command", lambda: pytest.fail("opened"))

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("f4")
            await settled(pilot)
            assert question_screen(pilot)

        play(world, script, editor=False)


class TestTheList:
    """What else waits."""

    def test_an_empty_inbox_says_so(self, world: InboxWorld) -> None:
        """Nobody wonders whether something is still loading."""

        async def script(pilot: Pilot[Any]) -> None:
            assert "Nothing waits for you" in text_of(pilot.app.screen, "#empty")

        play(world, script, member=BO)

    def test_a_draft_to_confirm_opens_sentence_by_sentence(self, world: InboxWorld) -> None:
        """Drafts stand below the questions, and stewards read what waits at the desk."""
        from agent.services.answering import give_answer
        from agent.services.confirming import confirm_guide
        from memory.records.guide import Guide
        from tui.screens.own_guide import OwnGuideScreen

        give_answer(world.work, world.actor(), world.question().id, AnswerKind.REPLY, text=ANSWER)
        say_enough(world.work, world.actor(), world.inquiries["valve"])

        async def script(pilot: Pilot[Any]) -> None:
            rows = pilot.app.screen.query_one(OptionRows)
            await until(pilot, lambda: rows.option_count > 0)
            assert str(rows.current).startswith("gui_")
            await pilot.press("enter")
            await settled(pilot)
            assert isinstance(pilot.app.screen, OwnGuideScreen)

        play(world, script)
        confirm_guide(world.work, world.actor(), Guide.id_of(world.inquiries["valve"]))

        async def at_the_desk(pilot: Pilot[Any]) -> None:
            await until(pilot, lambda: "1 guide waits" in text_of(pilot.app.screen, "#desk"))

        play(world, at_the_desk, member=LENA)

    def test_what_comes_from_elsewhere_appears_within_two_seconds(self, world: InboxWorld) -> None:
        """A question that another process delivers joins the list."""

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("escape")
            await settled(pilot)
            rows = pilot.app.screen.query_one(OptionRows)
            before = rows.option_count
            began = time.perf_counter()
            world.ask("tap", title="The tap drips")
            asked = time.perf_counter() - began
            await until(pilot, lambda: rows.option_count > before, 2 + asked)

        play(world, script)

    def test_a_tiny_terminal_and_back(self, world: InboxWorld) -> None:
        """At 20x5 one can still write, and at full size nothing was lost."""

        async def script(pilot: Pilot[Any]) -> None:
            await type_in(pilot, "it ")
            await pilot.resize_terminal(20, 5)
            await settled(pilot)
            screen = question_screen(pilot)
            await type_in(pilot, "hums")
            assert screen.box.words == "it hums"
            assert screen.box.field.size.height >= 1
            await pilot.resize_terminal(80, 24)
            await settled(pilot)
            assert screen.box.words == "it hums"
            await pilot.press("escape")
            await pilot.resize_terminal(20, 5)
            await settled(pilot)
            assert pilot.app.screen.query_one(OptionList).size.height >= 1

        play(world, script)


@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_the_inbox(world: InboxWorld, size: tuple[int, int]) -> None:
    """Each state of inbox and question looks as it was looked at."""
    world.ask("tap", title="The tap drips")
    first = world.question()
    keep_draft(world.work, world.actor(), first.id, "It hums, and then")

    async def script(pilot: Pilot[Any]) -> None:
        await check_snapshot(pilot, "inbox")
        pilot.app.push_screen(QuestionScreen(first.id))
        await settled(pilot)
        await check_snapshot(pilot, "question")
        await pilot.press("ctrl+l")
        await check_snapshot(pilot, "question-later")
        await pilot.press("escape", "ctrl+o")
        await check_snapshot(pilot, "question-not-me")
        await pilot.press("escape")
        question_screen(pilot).action_stop()
        await check_snapshot(pilot, "question-stop")
        await pilot.press("escape")
        pilot.app.post_message(events.Paste("long " * 30_000))
        await settled(pilot)
        await check_snapshot(pilot, "question-too-long")

    play(world, script, size=size)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_an_empty_inbox(world: InboxWorld, size: tuple[int, int]) -> None:
    """So does the inbox with nothing in it."""

    async def script(pilot: Pilot[Any]) -> None:
        await check_snapshot(pilot, "inbox-empty")

    play(world, script, size=size, member=BO)
