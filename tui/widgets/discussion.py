"""A discussion to scroll through. It wraps once per width and draws only the lines in sight."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.render.discussion import DiscussionPage, Wrapped, wrap_discussion


class Discussion(ScrollView, can_focus=True):
    """Lines of a discussion; opens where the quoted words are."""

    DEFAULT_CSS = """
    Discussion {
        height: 1fr; padding: 0 1; overflow-x: hidden; scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
    }
    Discussion:focus { background-tint: $foreground 5%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", show=False),
        Binding("down,j", "scroll_down", "Down", show=False),
        Binding("home", "scroll_home", "To the beginning", show=False),
        Binding("end", "scroll_end", "To the end", show=False),
    ]

    def __init__(self, *, widget_id: str | None = None) -> None:
        super().__init__(id=widget_id)
        self._page: DiscussionPage | None = None
        self._wrapped = Wrapped((), 0)
        self._width = 0
        self._placed: int | None = None
        """Where the quoted words brought it; somebody who scrolls away from there stays."""

    def show(self, page: DiscussionPage) -> None:
        """Show a discussion; one that is as it was keeps its place."""
        if page == self._page:
            return
        self._page = page
        self._width = 0
        self._wrap()

    def on_resize(self) -> None:
        """Wrap anew where the width changed; keep the quoted words in sight until one scrolls."""
        self._wrap()
        if self._placed is not None and round(self.scroll_offset.y) == self._placed:
            self.call_after_refresh(self.show_quoted)

    def _wrap(self) -> None:
        width = self.scrollable_content_region.width
        if self._page is None or width <= 0 or width == self._width:
            return
        self._width = width
        self._wrapped = wrap_discussion(self._page, width)
        self.virtual_size = Size(width, len(self._wrapped.lines))
        if self._placed is None:
            self._placed = 0
            self.call_after_refresh(self.show_quoted)
        self.refresh()

    def show_quoted(self) -> None:
        """Bring the quoted words into the middle of what is in sight."""
        above = self.scrollable_content_region.height // 2
        if above > 0 and self.max_scroll_y > 0 and not self.allow_vertical_scroll:
            self.call_after_refresh(self.show_quoted)
            return
        line = max(0, self._wrapped.quoted - above)
        self.scroll_to(y=line, animate=False, immediate=True)
        self._placed = round(self.scroll_offset.y)

    def render_line(self, y: int) -> Strip:
        """One line of what is in sight."""
        number = y + round(self.scroll_offset.y)
        width = self.scrollable_content_region.width
        style = self.rich_style
        if number >= len(self._wrapped.lines):
            return Strip.blank(width, style)
        line = self._wrapped.lines[number]
        segments = [
            Segment(segment.text, _over(style, segment.style))
            for segment in line.render(self.app.console)
        ]
        return Strip(segments).adjust_cell_length(width, style)


def _over(below: Style, style: Style | str | None) -> Style:
    return below + style if isinstance(style, Style) else below
