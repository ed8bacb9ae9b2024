"""Blocks of text to read through: a cursor on those that lead somewhere, only lines in sight drawn.

A key down goes to the next block that leads somewhere where that is in sight, and scrolls a few
lines where it is not, so that one key reads from beginning to end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.console import Group
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.render.blocks import Block

STEP = 3
"""Lines scrolled where nothing further is in sight."""
_MARK, _NO_MARK = "\u258c", " "
_FEWEST_CELLS = 4
_WIDEST = 96


@dataclass(frozen=True, slots=True)
class _Place:
    """Lines of a block: the first, and the one after the last."""

    key: str
    first: int
    end: int


class BlockList(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows blocks one below another, and keeps cursor and place while they change."""

    DEFAULT_CSS = "BlockList { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "A page up", show=False),
        Binding("pagedown,space", "page(1)", "A page down", show=False),
        Binding("home", "go(0)", "To the beginning", show=False),
        Binding("end", "go(-1)", "To the end", show=False),
        Binding("enter", "choose", "Open"),
    ]

    class Moved(Message):
        """The cursor stands elsewhere."""

    class Chosen(Message):
        """Enter was pressed on a block, or it was clicked twice."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, widget_id: str | None = None) -> None:
        super().__init__(id=widget_id)
        self._blocks: Sequence[Block] = ()
        self._lines: list[list[Segment]] = []
        self._places: list[_Place] = []
        self._width = 0
        self._at = 0
        """Index in `_places` of the block that the cursor is on."""

    @property
    def current(self) -> str:
        """Key of the block under the cursor, or nothing."""
        return self._places[self._at].key if self._places else ""

    @property
    def plain(self) -> str:
        """What it shows, without style."""
        lines = ("".join(part.text for part in line).rstrip() for line in self._lines)
        return "\n".join(lines)

    def show_blocks(self, blocks: Sequence[Block], *, at_top: bool = False) -> None:
        """Show other blocks; the cursor stays on its key and the lines stay where they are."""
        before = "" if at_top else self.current
        place = 0 if at_top else round(self.scroll_offset.y)
        self._blocks, self._width = blocks, 0
        self._lines = []
        self._places = [_Place(block.key, 0, 0) for block in blocks if block.key]
        self._wrap()
        keys = [one.key for one in self._places]
        self._at = keys.index(before) if before in keys else min(self._at, max(0, len(keys) - 1))
        if at_top:
            self._at = 0
        self.scroll_to(y=place, animate=False, immediate=True)
        self.refresh()
        self.refresh_bindings()
        self.post_message(self.Moved())

    def go_to(self, key: str) -> None:
        """Put the cursor on a block and bring it to the top."""
        for index, place in enumerate(self._places):
            if place.key == key:
                self._at = index
                self.scroll_to(y=place.first, animate=False, immediate=True)
                self.refresh()
                self.post_message(self.Moved())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Opening is offered only where something leads anywhere."""
        del parameters
        return action != "choose" or any(block.key for block in self._blocks)

    def on_resize(self) -> None:
        """Wrap anew where the width changed, the cursor's block in sight."""
        if self._wrap() and self._places:
            self._follow()

    def on_focus(self) -> None:
        """The cursor looks otherwise."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor looks otherwise."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a click on the cursor opens."""
        line = event.y + round(self.scroll_offset.y)
        for index, place in enumerate(self._places):
            if place.first <= line < place.end:
                if index == self._at:
                    self.action_choose()
                self._at = index
                self.refresh()
                self.post_message(self.Moved())

    def render_line(self, y: int) -> Strip:
        """One line in sight, with a mark beside the block under the cursor."""
        line = y + round(self.scroll_offset.y)
        width, style = self.scrollable_content_region.width, self.rich_style
        if line >= len(self._lines) or width <= 0:
            return Strip.blank(max(0, width), style)
        here = self._places[self._at] if self._places else None
        marked = here is not None and here.first <= line < here.end
        mark = Segment(_MARK if marked else _NO_MARK)
        return Strip([mark, *self._lines[line]]).apply_style(style).adjust_cell_length(width, style)

    def action_move(self, by: int) -> None:
        """To the next or last block that is in sight, else some lines on."""
        top, height = round(self.scroll_offset.y), self.scrollable_content_region.height
        target = self._at + by
        if 0 <= target < len(self._places):
            place, here = self._places[target], self._places[self._at]
            near = place.first < top + height - 1 if by > 0 else place.end > top
            here_done = here.end <= top + height if by > 0 else here.first >= top
            if near and here_done:
                self._at = target
                self._follow()
                self.refresh()
                self.post_message(self.Moved())
                return
        self.scroll_to(y=top + by * STEP, animate=False, immediate=True)

    def action_page(self, by: int) -> None:
        """A page on, the cursor on the first block in sight."""
        height = max(1, self.scrollable_content_region.height - 1)
        self.scroll_to(y=round(self.scroll_offset.y) + by * height, animate=False, immediate=True)
        self._into_sight()

    def action_go(self, place: int) -> None:
        """To the beginning (0) or the end (-1)."""
        if place == 0:
            self._at = 0
            self.scroll_home(animate=False, immediate=True)
        else:
            self._at = max(0, len(self._places) - 1)
            self.scroll_end(animate=False, immediate=True)
        self.refresh()
        self.post_message(self.Moved())

    def action_choose(self) -> None:
        """Open what the cursor is on."""
        if self.current:
            self.post_message(self.Chosen(self.current))

    def _into_sight(self) -> None:
        top, height = round(self.scroll_offset.y), self.scrollable_content_region.height
        here = self._places[self._at] if self._places else None
        if here is None or (here.first >= top and here.first < top + height):
            return
        for index, place in enumerate(self._places):
            if place.first >= top:
                self._at = index
                break
        self.refresh()
        self.post_message(self.Moved())

    def _follow(self) -> None:
        """Bring the cursor's block into sight, with the heading above it where there is room."""
        place = self._places[self._at]
        top, height = round(self.scroll_offset.y), self.scrollable_content_region.height
        above = 0 if self._at == 0 else min(2, place.first)
        if place.first - above < top:
            self.scroll_to(y=place.first - above, animate=False, immediate=True)
        elif place.end > top + height:
            y = min(place.first - above, place.end - height)
            self.scroll_to(y=y, animate=False, immediate=True)

    def _wrap(self) -> bool:
        """Render all blocks to lines of the present width; False: nothing has changed."""
        width = self.scrollable_content_region.width
        if width <= 0 or width == self._width:
            return False
        self._width = width
        room = max(_FEWEST_CELLS, min(width, _WIDEST) - 2)
        console = self.app.console
        options = console.options.update(width=room, height=None, highlight=False)
        self._lines, self._places = [], []
        for block in self._blocks:
            first = len(self._lines)
            shown = Group(block.content)
            self._lines += console.render_lines(shown, options, pad=False)
            if block.key:
                self._places.append(_Place(block.key, first, len(self._lines)))
        self.virtual_size = Size(width, len(self._lines))
        return True
