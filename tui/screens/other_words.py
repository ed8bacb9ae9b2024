"""A small field to put a sentence in other words of one's own."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Static, TextArea


class OtherWordsScreen(ModalScreen[str | None]):
    """The sentence as it stands, ready to be changed. Dismisses with the words, or `None`."""

    DEFAULT_CSS = """
    OtherWordsScreen { align: center middle; }
    OtherWordsScreen > Vertical {
        width: 90%; max-width: 80; height: auto; max-height: 90%;
        border: solid $border; padding: 0 2; background: $surface;
    }
    OtherWordsScreen .title { text-style: bold; margin-bottom: 1; }
    OtherWordsScreen TextArea, OtherWordsScreen TextArea:focus {
        height: 6; border: none; background: $boost; padding: 0 1;
    }
    OtherWordsScreen .keys { color: $text-muted; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "done", "Put them there"),
        Binding("escape", "dismiss(None)", "Leave it as it is"),
    ]

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        """The field; what it means stands above it."""
        with Vertical():
            yield Static(
                Text("Other words of yours; a published guide waits for a steward again"),
                classes="title",
            )
            yield TextArea(self._words, soft_wrap=True, tab_behavior="focus")
            yield Static(Text("ctrl+s puts them there, esc leaves it as it is"), classes="keys")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """At the end of the sentence."""
        field = self.query_one(TextArea)
        field.move_cursor(field.document.end)
        field.focus()

    def action_done(self) -> None:
        """Put the words there."""
        self.dismiss(" ".join(self.query_one(TextArea).text.split()) or None)
