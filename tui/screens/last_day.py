"""Asking for the last day of something; none where it ends when somebody ends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, Static

from tui.screens.part import RecordChanged

if TYPE_CHECKING:
    from tui.app import PassdownApp

_CSS = """
{name} { align: center middle; }
{name} Vertical { width: 90%; max-width: 72; height: auto; border: solid $border;
    padding: 0 1; background: $surface; }
{name} Static { height: auto; }
{name} #day-title, {name} #day-told { text-style: bold; }
{name} Input { border: tall $border; }
"""


@dataclass(frozen=True, slots=True)
class LastDay:
    """The last day; none: until somebody ends it."""

    day: date | None = None


class LastDayScreen(ModalScreen[LastDay | None]):
    """Asks until when; dismisses with `None` where it is not to be."""

    app: PassdownApp
    DEFAULT_CSS = _CSS.replace("{name}", "LastDayScreen")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "done", "Go on", priority=True),
        Binding("escape", "dismiss(None)", "Back", key_display="esc", priority=True),
    ]

    def __init__(self, title: str, meaning: str, hint: str) -> None:
        super().__init__()
        self._title = title
        self._meaning = meaning
        self._hint = hint

    def compose(self) -> ComposeResult:
        """What it means, and its last day."""
        with Vertical():
            yield Static(Text(self._title), id="day-title")
            yield Static(Text(self._meaning))
            yield Input(placeholder=self._hint)
            yield Static("", id="day-told")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    def on_record_changed(self) -> None:
        """Let the screen below read."""
        self.app.screen_stack[-2].post_message(RecordChanged())

    def action_done(self) -> None:
        """Go on with the day that was typed, or with none."""
        typed = self.query_one(Input).value.strip()
        if not typed:
            self.dismiss(LastDay())
            return
        try:
            self.dismiss(LastDay(date.fromisoformat(typed)))
        except ValueError:
            told = Text("That is no day; write it as 2025-03-09.")
            self.query_one("#day-told", Static).update(told)

    @on(Input.Changed)
    def _typing(self) -> None:
        self.query_one("#day-told", Static).update("")
