"""The answer field with what is said below it, and the keeping of every word that is typed."""

from __future__ import annotations

import time

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static, TextArea

from memory.errors import PassdownError
from tui.drafting import DraftKeeper, Save
from tui.render.asked import refused_paste, size_told, too_long_told
from tui.widgets.answer_field import AnswerField

PAUSE = 0.5
"""Seconds without a key after which what is written is kept."""
LONGEST_GAP = 2.0
"""Seconds of unbroken typing after which it is kept as well."""
ROOM = 10_000
"""Characters above the longest answer that the field takes in, to be cut in it."""
BEGINNING = 2_000
"""Characters shown of a text that the field does not take in."""


class AnswerBox(Vertical):
    """Type at once; pauses keep what is typed. Closing it keeps the rest."""

    DEFAULT_CSS = """
    AnswerBox { height: 1fr; }
    AnswerBox #state { height: auto; max-height: 5; padding: 0 1; color: $text-muted; }
    """

    class Kept(Message):
        """What is written was kept, or could not be."""

        def __init__(self, error: PassdownError | None) -> None:
            super().__init__()
            self.error = error

    def __init__(self, save: Save, *, most: int, most_kept: int) -> None:
        super().__init__()
        self.field = AnswerField(most + ROOM, widget_id="answer")
        """Where the answer is typed; it can be read until the very end."""
        self._most = most
        self._most_kept = most_kept
        self._keeper = DraftKeeper(save, self._saved)
        self._pause: Timer | None = None
        self._since: float | None = None
        self._long: str | None = None
        self._before = ""
        self._seen = ""
        self._refused = False

    def _saved(self, error: PassdownError | None) -> None:
        """Called from the keeper's thread."""
        self.post_message(self.Kept(error))

    def compose(self) -> ComposeResult:
        """The field, and a line on its state."""
        yield self.field
        yield Static(id="state")

    @property
    def words(self) -> str:
        """All that is written, also where the field shows only its beginning."""
        return self.field.text if self._long is None else self._long

    def restore(self, draft: str) -> None:
        """Put what was begun before in front of whatever was typed meanwhile."""
        typed = self.words
        self.take(f"{draft}\n{typed}" if typed.strip() else draft)
        self._seen = draft
        self.say("Your draft, as you left it")

    def take(self, text: str) -> None:
        """Write `text` in the place of what there is."""
        if len(text) > self._most + ROOM:
            self._hold(text)
            return
        self._let_go()
        self.field.load_text(text)
        self.field.move_cursor(self.field.document.end)

    def freeze(self) -> None:
        """Let what is written be read and copied, and no more be written."""
        self.keep_now()
        self.field.read_only = True

    def thaw(self) -> None:
        """Let it be written again."""
        self.field.read_only = self._long is not None

    def keep_now(self) -> None:
        """Keep what is written, in a thread; nothing happens where all of it is kept."""
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        self._since = None
        if self.words != self._seen:
            self._seen = self.words
            self._keeper.keep(self._seen)

    def kept(self, timeout: float) -> bool:
        """Keep what is written and wait for it; whether it is stored."""
        self.keep_now()
        return self._keeper.flush(timeout)

    def forget(self) -> None:
        """It was sent: there is nothing to keep."""
        self._seen = self.words
        self._keeper.forget()

    def on_unmount(self) -> None:
        """Whoever leaves finds all of it again, to the last letter."""
        self.keep_now()
        self._keeper.close()

    def say(self, words: str) -> None:
        """Say something below the field, with how long the answer is once that matters."""
        size = size_told(len(self.words), self._most)
        told = " \u00b7 ".join(part for part in (words, size) if part)
        self.query_one("#state", Static).update(Text(told))

    @on(TextArea.Changed)
    def _typed(self) -> None:
        if self._long is not None or self.field.text == self._seen:
            return
        self.say("")
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        if now - self._since > LONGEST_GAP:
            self.keep_now()
            return
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self.keep_now)

    @on(Kept)
    def _told(self, event: Kept) -> None:
        event.stop()
        if event.error is not None:
            if not self._refused:
                self.app.notify(str(event.error), title=event.error.title, severity="warning")
            self._refused = True
            self.say("Not kept yet; it is tried again all the time")
            return
        self._refused = False
        if self._long is None and self.words == self._seen:
            self.say("Draft kept" if self.words.strip() else "")

    @on(AnswerField.TooLong)
    def _hold_paste(self, event: AnswerField.TooLong) -> None:
        event.stop()
        if len(event.whole) > self._most_kept:
            self.app.notify(refused_paste(len(event.whole)), severity="warning", timeout=10)
            return
        before = self.words
        self._hold(event.whole)
        self._before = before

    @on(AnswerField.TakenBack)
    def _take_back(self, event: AnswerField.TakenBack) -> None:
        event.stop()
        self.take(self._before)
        self.keep_now()

    def _hold(self, whole: str) -> None:
        """Keep a text that the field does not take in, and show how it begins."""
        self._long = whole
        self._before = ""
        self.field.shows_part = True
        self.field.read_only = True
        self.field.load_text(whole[:BEGINNING])
        self.query_one("#state", Static).update(Text(too_long_told(len(whole), self._most)))
        self.keep_now()

    def _let_go(self) -> None:
        self._long = None
        self.field.shows_part = False
        self.field.read_only = False
