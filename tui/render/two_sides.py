"""Two sides of something: beside each other where there is room, else one below the other."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

BESIDE = 84
"""Cells from which on two columns can be read with ease."""


class TwoSides:
    """Both sides whole; neither is ever cut."""

    def __init__(self, first: Sequence[RenderableType], second: Sequence[RenderableType]) -> None:
        self._first = first
        self._second = second

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console
        if options.max_width < BESIDE:
            yield from (*self._first, Text(), *self._second)
            return
        table = Table.grid(padding=(0, 3, 0, 0), expand=True)
        table.add_column(ratio=1)
        table.add_column(ratio=1)
        table.add_row(Group(*self._first), Group(*self._second))
        yield table
