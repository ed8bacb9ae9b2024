"""Rows of several lines to choose from; the one chosen stands out by light and dark alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import OptionList
from textual.widgets.option_list import Option


class OptionRows(OptionList):
    """A list that keeps its place by the ids of its rows while they come and go."""

    DEFAULT_CSS = """
    OptionRows { border: none; padding: 0; background: $background; }
    OptionRows:focus { border: none; background: $background; background-tint: $background 0%; }
    OptionRows > .option-list--option { padding: 0 1; }
    OptionRows > .option-list--option-highlighted { background: $panel; color: $foreground; }
    OptionRows:focus > .option-list--option-highlighted {
        background: $foreground; color: $background; text-style: none;
    }
    OptionRows > .option-list--option-disabled { color: $foreground; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open"),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
    ]

    @property
    def current(self) -> str | None:
        """Id of the row one is on."""
        at = self.highlighted
        return None if at is None else self.get_option_at_index(at).id

    def show_rows(self, rows: Sequence[Option]) -> bool:
        """Show other rows; whether any can be chosen. One's place goes with its row."""
        at, before = self.current, self.highlighted or 0
        self.clear_options()
        self.add_options(rows)
        places = [n for n, row in enumerate(rows) if not row.disabled]
        if not places:
            return False
        known = {rows[n].id: n for n in places if rows[n].id}
        near = min(places, key=lambda n: abs(n - before))
        self.highlighted = known.get(at, near) if at is not None else near
        return True
