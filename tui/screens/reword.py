"""Editing one sentence in place: its sources' verdict as one types, and saving what they carry."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from agent.services.reviewing import MAX_SENTENCE
from agent.services.rewording import Rewording
from tui.drafting import DraftKeeper
from tui.render.judging import problems_text
from tui.render.safe import one_line
from tui.screens.part import RecordChanged
from tui.widgets.answer_field import AnswerField

if TYPE_CHECKING:
    from memory.errors import PassdownError
    from tui.app import PassdownApp

KEEP_WITHIN = 3.0
"""Seconds to keep the last words when the terminal is lost."""
PAUSE = 0.15
"""Seconds without a key after which the words are held against their sources."""


class RewordScreen(ModalScreen[str | None]):
    """One sentence in a field. Only what its sources carry can be saved."""

    app: PassdownApp
    DEFAULT_CSS = """
    RewordScreen { align: center middle; }
    RewordScreen #reword { width: 90%; max-width: 100; height: auto; max-height: 90%;
        border: solid $border; padding: 0 1; background: $surface; }
    RewordScreen #reword-title { text-style: bold; }
    RewordScreen #reword-quotes { height: auto; max-height: 6; }
    RewordScreen AnswerField, RewordScreen AnswerField:focus { height: auto; min-height: 3;
        max-height: 7; border: none; margin: 1 0; }
    RewordScreen #reword-verdict { height: auto; min-height: 1; max-height: 6; }
    RewordScreen #reword-told { height: auto; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save"),
        Binding("escape", "leave", "Back, keep the words", key_display="esc"),
        Binding("ctrl+o", "as_it_was", "As it was", priority=True),
    ]

    def __init__(self, rewording: Rewording, draft: str, keep: Callable[[str], None]) -> None:
        super().__init__()
        self._rewording = rewording
        self._draft = draft
        self._keeper = DraftKeeper(keep, self._kept)
        self._sent = False

    def compose(self) -> ComposeResult:
        """What its sources say, the field, and the verdict."""
        quotes = "\n".join(f"\u201c{one_line(quote)}\u201d" for quote in self._rewording.quotes)
        with Vertical(id="reword"):
            yield Static(f"Sentence {self._rewording.number}. Its sources say:", id="reword-title")
            yield Static(Text(quotes), id="reword-quotes")
            yield AnswerField(MAX_SENTENCE, widget_id="reword-field")
            yield Static("", id="reword-verdict")
            yield Static("", id="reword-told")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Type at once, in the sentence as it stands or as it was typed last."""
        self.app.writing.append(self._keep_last)
        field = self.query_one(AnswerField)
        field.text = self._draft or self._rewording.text
        field.placeholder = "Other words for this sentence"
        field.move_cursor(field.document.end)
        field.focus()
        self._judge()

    def on_unmount(self) -> None:
        """What is typed and not saved stays."""
        self.app.writing.remove(self._keep_last)
        self._keeper.close()

    def _keep_last(self) -> None:
        """Wait for the last words to be kept: the terminal is about to go."""
        self._keeper.flush(KEEP_WITHIN)

    def on_text_area_changed(self) -> None:
        """Keep what is typed, and judge it at the next pause."""
        if self._sent:
            return
        typed = self.query_one(AnswerField).text
        self._keeper.keep(typed if self._rewording.is_new(typed) else "")
        self.set_timer(PAUSE, lambda: self._judge_if(typed))

    def on_answer_field_too_long(self) -> None:
        """A paste that no sentence may have."""
        self.tell(f"A sentence has at most {MAX_SENTENCE:,} characters; the paste was left out.")

    def on_record_changed(self) -> None:
        """Let the screen below read; it tells here what has happened."""
        self.app.screen_stack[-2].post_message(RecordChanged())

    def tell(self, words: str) -> None:
        """Say something that happened meanwhile, without touching what is typed."""
        self.query_one("#reword-told", Static).update(Text(words))

    def action_leave(self) -> None:
        """Back, with the words kept."""
        self.dismiss(None)

    def action_as_it_was(self) -> None:
        """Put the sentence back as it stands."""
        field = self.query_one(AnswerField)
        field.text = self._rewording.text
        field.move_cursor(field.document.end)

    def action_save(self) -> None:
        """Save, if the sources carry it."""
        typed = self.query_one(AnswerField).text
        self._judge()
        if not self._rewording.is_new(typed):
            self.tell("It says just what it said; there is nothing to save.")
        elif self._rewording.problems(typed):
            self.tell("Nothing was saved: its sources do not carry these words.")
        else:
            self._sent = True
            self._keeper.forget()
            self.dismiss(typed)

    def _judge_if(self, typed: str) -> None:
        if self.is_attached and self.query_one(AnswerField).text == typed:
            self._judge()

    def _judge(self) -> None:
        typed = self.query_one(AnswerField).text
        new = self._rewording.is_new(typed)
        problems = self._rewording.problems(typed) if new else ()
        self.query_one("#reword-verdict", Static).update(problems_text(problems, new=new))

    def _kept(self, error: PassdownError | None) -> None:
        """Called from the keeper's thread: say what could not be kept."""
        if error is not None and self.is_attached:
            self.app.call_from_thread(self.tell, f"Not saved yet: {error}")
