"""What F1 shows: what this screen is for, and all of its keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

NAMES = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "slash": "/",
    "question_mark": "?",
}


def keys_told(bindings: Iterable[Binding]) -> list[tuple[str, str]]:
    """Keys and what they do, each action once, in the order given."""
    told: dict[str, tuple[str, str]] = {}
    for binding in bindings:
        key = binding.key_display or NAMES.get(binding.key, binding.key)
        text = binding.tooltip or binding.description
        if text:
            told.setdefault(binding.action, (key, text))
    return list(told.values())


class HelpScreen(ModalScreen[None]):
    """Keys and guidance of the screen below. Any of its keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q", "dismiss", "Close", key_display="esc"),
    ]

    def __init__(self, title: str, guidance: str, keys: list[tuple[str, str]]) -> None:
        super().__init__()
        self._title = title
        self._guidance = guidance
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Guidance first, then the keys."""
        keys = Table.grid(padding=(0, 2))
        for key, text in self._keys:
            keys.add_row(Text(key, style="bold"), Text(text))
        with VerticalScroll(id="help"):
            yield Static(Text(self._title, style="bold"), id="help-title")
            yield Static(Text(self._guidance), id="help-guidance")
            yield Static(keys)
        yield Footer(show_command_palette=False)
