"""A list of any length that renders only the lines on the screen, and keeps one's place."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

Row = TypeVar("Row")

DrawRow = Callable[[Row, int, bool, bool], Text]
"""Takes a row, the width, whether it is marked and whether the cursor is on it."""


class RowList(ScrollView, Generic[Row], can_focus=True, inherit_bindings=False):
    """Rows of one line each. The cursor stays on its row while rows come, go and change order."""

    DEFAULT_CSS = "RowList { height: 1fr; overflow-x: hidden; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "A page up", show=False),
        Binding("pagedown", "page(1)", "A page down", show=False),
        Binding("home,g", "go(0)", "First", show=False),
        Binding("end,G", "go(-1)", "Last", show=False),
        Binding("enter", "choose", "Open"),
        Binding("space", "mark", "Mark", tooltip="Mark, to decide on several at once"),
    ]

    class Moved(Message):
        """The cursor stands on another row, or on none."""

    class Chosen(Message):
        """Enter was pressed, or a row clicked that the cursor was on."""

    def __init__(
        self, draw: DrawRow[Row], key: Callable[[Row], Hashable], *, widget_id: str | None = None
    ) -> None:
        super().__init__(id=widget_id)
        self._draw = draw
        self._key = key
        self._rows: Sequence[Row] = ()
        self._at = 0
        self.marked: set[Hashable] = set()

    @property
    def rows(self) -> Sequence[Row]:
        """What is shown."""
        return self._rows

    @property
    def current(self) -> Row | None:
        """The row that the cursor is on."""
        return self._rows[self._at] if self._rows else None

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows; the cursor goes with its row, or stays about where it was."""
        before = self.current
        self._rows = rows
        if self.marked:
            self.marked &= {self._key(row) for row in rows}
        kept = self._place_of(self._key(before)) if before is not None else None
        self._at = kept if kept is not None else max(0, min(self._at, len(rows) - 1))
        self._resize()
        self._follow()
        self.refresh()
        self.post_message(self.Moved())

    def _place_of(self, key: Hashable) -> int | None:
        return next((place for place, row in enumerate(self._rows) if self._key(row) == key), None)

    def marked_rows(self) -> list[Row]:
        """The marked rows, in the order shown."""
        return [row for row in self._rows if self._key(row) in self.marked]

    def mark_all(self) -> None:
        """Mark every row that is shown; once more unmarks all."""
        keys = {self._key(row) for row in self._rows}
        self.marked = set() if keys <= self.marked else keys
        self.refresh()
        self.post_message(self.Moved())

    def render_line(self, y: int) -> Strip:
        """One visible line; nothing else is ever drawn."""
        place = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if place >= len(self._rows) or width < 1:
            return Strip.blank(max(0, width), self.rich_style)
        row = self._rows[place]
        here = place == self._at
        line = self._draw(row, width, self._key(row) in self.marked, here)
        line.truncate(width, overflow="ellipsis", pad=True)
        style = self.rich_style
        if here:
            line.stylize("reverse" if self.has_focus else "underline")
        strip = Strip(line.render(self.app.console), line.cell_len).apply_style(style)
        return strip.adjust_cell_length(width, style)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._resize()
        self._follow()

    def on_focus(self) -> None:
        """The cursor looks otherwise."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor looks otherwise."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a click on the cursor opens."""
        place = event.y + self.scroll_offset.y
        if place < len(self._rows):
            if place == self._at:
                self.action_choose()
            else:
                self._go(place)

    def action_move(self, by: int) -> None:
        """A row up or down."""
        self._go(self._at + by)

    def action_page(self, by: int) -> None:
        """A page up or down."""
        self._go(self._at + by * max(1, self.scrollable_content_region.height - 1))

    def action_go(self, place: int) -> None:
        """To the first (0) or the last (-1) row."""
        self._go(place if place >= 0 else len(self._rows) - 1)

    def action_choose(self) -> None:
        """Open the row."""
        if self._rows:
            self.post_message(self.Chosen())

    def action_mark(self) -> None:
        """Mark or unmark the row, and go on to the next."""
        if self._rows:
            self.marked ^= {self._key(self._rows[self._at])}
            self._go(self._at + 1)
            self.refresh()
            self.post_message(self.Moved())

    def _go(self, place: int) -> None:
        place = max(0, min(place, len(self._rows) - 1))
        if place != self._at:
            self._at = place
            self._follow()
            self.refresh()
            self.post_message(self.Moved())

    def _resize(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._rows))

    def _follow(self) -> None:
        line = Region(0, self._at, 1, 1)
        self.scroll_to_region(line, animate=False, force=True, immediate=True, x_axis=False)
