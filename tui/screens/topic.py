"""Asking for a topic in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, Static

from tui.screens.part import RecordChanged

if TYPE_CHECKING:
    from tui.app import PassdownApp

LONGEST = 200
"""Characters."""


class TopicScreen(ModalScreen[str | None]):
    """Asks for one to a few words; dismisses with them, or `None`."""

    app: PassdownApp
    DEFAULT_CSS = """
    TopicScreen { align: center middle; }
    TopicScreen Vertical { width: 90%; max-width: 72; height: auto; border: solid $border;
        padding: 0 1; background: $surface; }
    TopicScreen Static { height: auto; }
    TopicScreen #topic-title { text-style: bold; }
    TopicScreen Input { border: tall $border; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "done", "Go on", priority=True),
        Binding("escape", "dismiss(None)", "Back", key_display="esc", priority=True),
    ]

    def __init__(self, title: str, meaning: str, typed: str = "") -> None:
        super().__init__()
        self._title = title
        self._meaning = meaning
        self._typed = typed

    def compose(self) -> ComposeResult:
        """What it means, and the field."""
        with Vertical():
            yield Static(Text(self._title), id="topic-title")
            yield Static(Text(self._meaning))
            yield Input(
                self._typed,
                placeholder="one to a few words that its guides speak of",
                max_length=LONGEST,
                select_on_focus=False,
            )
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    def on_record_changed(self) -> None:
        """Let the screen below read."""
        self.app.screen_stack[-2].post_message(RecordChanged())

    def action_done(self) -> None:
        """Go on, if something was typed."""
        typed = self.query_one(Input).value.strip()
        if typed:
            self.dismiss(typed)
