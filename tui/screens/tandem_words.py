"""Typing a few words about a tandem: how it goes, or an answer to one of the four questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from memory.records.tandem import MAX_WORDS
from tui.screens.part import RecordChanged
from tui.widgets.answer_field import AnswerField

if TYPE_CHECKING:
    from tui.app import PassdownApp


class TandemWordsScreen(ModalScreen[str | None]):
    """Asks for words, which may be none; dismisses with them, or with `None` to go back."""

    app: PassdownApp
    DEFAULT_CSS = """
    TandemWordsScreen { align: center middle; }
    TandemWordsScreen Vertical { width: 90%; max-width: 76; height: 14; max-height: 90%;
        border: solid $border; padding: 0 1; background: $surface; }
    TandemWordsScreen Static { height: auto; }
    TandemWordsScreen #asked { text-style: bold; }
    TandemWordsScreen AnswerField { min-height: 2; border: tall $border; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Go on"),
        Binding("escape", "dismiss(None)", "Back", key_display="esc"),
    ]

    def __init__(self, asked: str, hint: str) -> None:
        super().__init__()
        self._asked = asked
        self._hint = hint

    def compose(self) -> ComposeResult:
        """What is asked, what becomes of it, and the field."""
        with Vertical():
            yield Static(Text(self._asked), id="asked")
            yield Static(Text(self._hint))
            yield AnswerField(MAX_WORDS, widget_id="words")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(AnswerField).focus()

    def on_record_changed(self) -> None:
        """Let the screen below read."""
        self.app.screen_stack[-2].post_message(RecordChanged())

    def action_send(self) -> None:
        """Go on with what was typed, or with nothing."""
        self.dismiss(self.query_one(AnswerField).text.strip()[:MAX_WORDS])
