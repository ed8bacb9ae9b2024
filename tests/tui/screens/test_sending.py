"""Far too many words, sending, and the editor."""

from __future__ import annotations

import asyncio
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Button

from agent.services.answering import MAX_ANSWER, record_answer
from agent.services.drafts import keep_draft
from memory.records.inquiry import AnswerKind, QuestionStatus
from memory.records.people import Credit
from tests.tui.screens.inbox_play import (
    kept,
    play,
    question_screen,
    text_of,
    type_in,
    until,
)
from tests.tui.screens.inbox_world import ANSWER, InboxWorld, inbox_world
from tests.tui.screens.snapshots import settled
from tui.screens.understood import UnderstoodScreen


@pytest.fixture
def world(tmp_path: Path) -> Iterator[InboxWorld]:
    """One question is open to Ann."""
    with inbox_world(tmp_path / "home") as made:
        made.ask("valve")
        yield made


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


def test_letters_on_their_way_are_sent_too(world: InboxWorld) -> None:
    """ctrl+s right behind the last letter cuts nothing off, however slow the machine is."""

    async def script(pilot: Pilot[Any]) -> None:
        for letter in ANSWER:
            pilot.app.post_message(events.Key("space" if letter == " " else letter, letter))
        pilot.app.post_message(events.Key("ctrl+s", None))
        await until(pilot, lambda: isinstance(pilot.app.screen, UnderstoodScreen))

    question = world.question()
    play(world, script)
    reply = world.reply_of(question)
    assert reply is not None
    assert reply.text == ANSWER
