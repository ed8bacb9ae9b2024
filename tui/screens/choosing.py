"""Small windows above a screen: choose one of a few, pick a person, or make sure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.widgets.option_rows import OptionRows

_CSS = """
{name} { align: center middle; }
{name} > Vertical {
    width: 90%; max-width: 72; height: auto; max-height: 90%;
    border: solid $border; padding: 0 2; background: $surface;
}
{name} .title { text-style: bold; margin-bottom: 1; }
{name} OptionRows { height: auto; max-height: 14; background: $surface; }
{name} Input { margin-bottom: 1; }
{name} .keys { color: $text-muted; margin-top: 1; }
{name} Horizontal { height: auto; margin-top: 1; }
{name} Button { margin-right: 2; }
"""
CANCEL: list[BindingType] = [Binding("escape", "dismiss(None)", "Back")]


class ChooseScreen(ModalScreen[str | None]):
    """One of a few choices by number or arrow keys, or words of one's own where those are taken.

    Dismisses with the id of the choice, with `words:` and what was typed, or with `None`.
    """

    DEFAULT_CSS = _CSS.replace("{name}", "ChooseScreen")
    BINDINGS: ClassVar[list[BindingType]] = CANCEL

    def __init__(
        self,
        title: str,
        choices: Sequence[tuple[str, str]],
        *,
        at: str | None = None,
        words: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._choices = list(choices)
        self._at = at
        self._words = words
        """What may be typed instead, as a hint; empty where nothing may."""

    def compose(self) -> ComposeResult:
        """The choices, and the field for words."""
        with Vertical():
            yield Static(Text(self._title), classes="title")
            digits = [*map(str, range(1, 10)), *" " * len(self._choices)]
            numbered = zip(digits, self._choices, strict=False)
            yield OptionRows(*(Option(Text(f"{n}  {told}"), id=one) for n, (one, told) in numbered))
            if self._words:
                yield Static()
                yield Input(placeholder=self._words, compact=True, select_on_focus=False)
            yield Static(Text("enter chooses, esc goes back"), classes="keys")

    def on_mount(self) -> None:
        """Begin at the present choice."""
        ids = [one for one, _ in self._choices]
        choices = self.query_one(OptionRows)
        choices.highlighted = ids.index(self._at) if self._at in ids else 0
        choices.focus()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.dismiss(f"words:{event.value.strip()}")

    def on_key(self, event: Key) -> None:
        """A digit chooses at once; a letter begins words of one's own, where those are taken."""
        character = event.character or ""
        if self._words and character.isalpha() and not isinstance(self.focused, Input):
            field = self.query_one(Input)
            field.focus()
            field.insert_text_at_cursor(character)
            event.stop()
        elif character.isdecimal() and not isinstance(self.focused, Input):
            place = int(character) - 1
            if 0 <= place < len(self._choices):
                self.dismiss(self._choices[place][0])


class PickScreen(ModalScreen[str | None]):
    """Somebody out of many, found by typing. Dismisses with an id, `nobody`, or `None`."""

    DEFAULT_CSS = _CSS.replace("{name}", "PickScreen")
    BINDINGS: ClassVar[list[BindingType]] = [
        *CANCEL,
        Binding("down", "into_list", "Down", show=False),
    ]
    NOBODY: ClassVar[str] = "nobody"

    def __init__(
        self, title: str, find: Callable[[str], Sequence[tuple[str, str]]], nobody: str
    ) -> None:
        super().__init__()
        self._title = title
        self._find = find
        """Ids and names of those who fit what was typed."""
        self._nobody = nobody

    def compose(self) -> ComposeResult:
        """The field first: one types a name at once."""
        with Vertical():
            yield Static(Text(self._title), classes="title")
            yield Input(placeholder="type a name", compact=True)
            yield OptionRows()
            yield Static(
                Text("enter chooses the marked one, down goes to the names, esc back"),
                classes="keys",
            )

    def on_mount(self) -> None:
        """Show everybody there is room for."""
        self._show("")
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        self._show(event.value)

    def _show(self, typed: str) -> None:
        people = [Option(Text(name), id=one) for one, name in self._find(typed)]
        listed = self.query_one(OptionRows)
        listed.clear_options()
        nobody = Option(Text(self._nobody), id=self.NOBODY)
        listed.add_options([*people, nobody] if typed.strip() else [nobody, *people])
        listed.highlighted = 0

    @on(Input.Submitted)
    def _first(self) -> None:
        listed = self.query_one(OptionRows)
        if listed.highlighted is not None:
            self.dismiss(listed.get_option_at_index(listed.highlighted).id)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_into_list(self) -> None:
        """From the field down into the names."""
        self.query_one(OptionRows).focus()


class SureScreen(ModalScreen[bool]):
    """Makes sure of what cannot be taken back. Dismisses with whether it is to be done."""

    DEFAULT_CSS = _CSS.replace("{name}", "SureScreen")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "dismiss(False)", "No"),
        Binding("y", "dismiss(True)", "Yes"),
        Binding("left,right", "other", "Other", show=False),
    ]

    def __init__(self, title: str, meaning: str, yes: str) -> None:
        super().__init__()
        self._title = title
        self._meaning = meaning
        self._yes = yes

    def compose(self) -> ComposeResult:
        """What it means, then the two answers; `no` is where one begins."""
        with Vertical():
            yield Static(Text(self._title), classes="title")
            yield Static(Text(self._meaning))
            with Horizontal():
                yield Button("No, go back (n)", id="no", compact=True)
                yield Button(f"{self._yes} (y)", id="yes", variant="error", compact=True)

    def on_mount(self) -> None:
        """A stray enter does nothing."""
        self.query_one("#no").focus()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_other(self) -> None:
        """To the other button."""
        self.focus_next()
