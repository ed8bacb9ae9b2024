"""Typing why a guide did not work here, in a sentence of one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from memory.records.feedback import MAX_REASON
from tui.screens.part import RecordChanged
from tui.widgets.answer_field import AnswerField

if TYPE_CHECKING:
    from tui.app import PassdownApp

HINT = (
    "In a sentence of your own: what is different here, or what happened instead? "
    "The guide's authors and the stewards read it, without your name."
)


class ReasonScreen(ModalScreen[str | None]):
    """Asks why it did not work; dismisses with the words, or `None`. `keep` holds what is typed."""

    app: PassdownApp
    DEFAULT_CSS = """
    ReasonScreen { align: center middle; }
    ReasonScreen #reason { width: 90%; max-width: 76; height: 14; max-height: 90%;
        border: solid $border; padding: 0 1; background: $surface; }
    ReasonScreen #reason-title { text-style: bold; }
    ReasonScreen Static { height: auto; }
    ReasonScreen AnswerField { min-height: 2; border: tall $border; }
    ReasonScreen #reason-told { text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Send"),
        Binding("escape", "leave", "Back, keep the words", key_display="esc"),
    ]

    def __init__(self, title: str, words: str, keep: Callable[[str], None]) -> None:
        super().__init__()
        self._title = title
        self._words = words
        self._keep = keep

    def compose(self) -> ComposeResult:
        """What is asked, the field, and a line for what is missing."""
        with Vertical(id="reason"):
            yield Static(Text(self._title), id="reason-title")
            yield Static(Text(HINT))
            yield AnswerField(MAX_REASON, widget_id="reason-field")
            yield Static("", id="reason-told")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Type at once, from where one left off."""
        field = self.query_one(AnswerField)
        field.placeholder = "Here it is different because \u2026"
        field.text = self._words
        field.move_cursor(field.document.end)
        field.focus()

    def on_text_area_changed(self) -> None:
        """Keep what is typed."""
        self._keep(self.query_one(AnswerField).text)

    def on_record_changed(self) -> None:
        """Let the screen below read."""
        self.app.screen_stack[-2].post_message(RecordChanged())

    def on_answer_field_too_long(self) -> None:
        """A paste that no reason may have."""
        self._tell(f"A reason has at most {MAX_REASON:,} characters; the paste was left out.")

    def _tell(self, words: str) -> None:
        self.query_one("#reason-told", Static).update(Text(words))

    def action_leave(self) -> None:
        """Back, with the words kept."""
        self.dismiss(None)

    def action_send(self) -> None:
        """Send, if something was said."""
        words = self.query_one(AnswerField).text.strip()
        if not words:
            self._tell("A sentence is needed.")
        elif len(words) > MAX_REASON:
            self._tell(f"That is {len(words):,} characters; at most {MAX_REASON:,} are taken.")
        else:
            self.dismiss(words)
