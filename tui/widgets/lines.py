"""A text to scroll through that wraps once per width and keeps one place in sight."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.render.judging import wrapped

_ABOVE = 3
"""Lines left above the place that is brought into sight."""


class LinePane(ScrollView, can_focus=True, inherit_bindings=False):
    """Lines of a text, opened where `start` stands in it."""

    DEFAULT_CSS = """
    LinePane { height: 1fr; overflow-x: hidden; padding: 0 1; scrollbar-size-vertical: 1;
        scrollbar-gutter: stable; }
    LinePane:focus { background-tint: $foreground 5%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", show=False),
        Binding("down,j", "scroll_down", "Down", show=False),
        Binding("home", "scroll_home", "To the beginning", show=False),
        Binding("end", "scroll_end", "To the end", show=False),
        Binding("pageup", "page_up", "A page up", show=False),
        Binding("pagedown", "page_down", "A page down", show=False),
    ]

    def __init__(self, *, widget_id: str | None = None) -> None:
        super().__init__(id=widget_id)
        self._text = Text()
        self._start = 0
        self._lines: list[Text] = []
        self._width = 0

    @property
    def plain(self) -> str:
        """What it shows, without style."""
        return self._text.plain

    def show_text(self, text: Text, start: int = 0) -> None:
        """Show a text from about `start`; one that is as it was keeps its place."""
        if text.plain == self._text.plain and start == self._start:
            return
        self._text, self._start, self._width = text, start, 0
        self._wrap()

    def on_resize(self) -> None:
        """Wrap anew where the width changed."""
        self._wrap()

    def render_line(self, y: int) -> Strip:
        """One line of what is in sight."""
        place = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if place >= len(self._lines):
            return Strip.blank(max(0, width), self.rich_style)
        line = self._lines[place]
        strip = Strip(line.render(self.app.console), line.cell_len).apply_style(self.rich_style)
        return strip.adjust_cell_length(width, self.rich_style)

    def _wrap(self) -> None:
        width = self.scrollable_content_region.width
        if width <= 0 or width == self._width:
            return
        self._width = width
        self._lines, at = wrapped(self._text, self._start, width)
        self.virtual_size = Size(width, len(self._lines))
        # Forced, for the bar of a text that has just become long is not there yet.
        self.scroll_to(y=max(0, at - _ABOVE) if self._start else 0, animate=False, force=True)
        self.refresh()
