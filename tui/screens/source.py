"""Where a sentence comes from: the cited message in its discussion, its words lit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from agent.services.sources import SourceTalk, open_source
from memory.errors import UserInputError
from tui.render.discussion import DiscussionPage
from tui.render.safe import one_line
from tui.render.source import Lead, source_page
from tui.screens.part import PartScreen
from tui.widgets.discussion import Discussion

if TYPE_CHECKING:
    from tui.seat import Seat


class SourceScreen(PartScreen["SourceTalk | str"]):
    """One cited message at a time; `n` and `b` go through all that a sentence rests on."""

    PART = "library"
    GUIDANCE = (
        "The words that the guide cites stand between >> and <<. People who stay unnamed in the "
        "guide are left out here, and their names are covered in what others say."
    )
    DEFAULT_CSS = """
    SourceScreen #where { height: auto; padding: 0 1; margin-bottom: 1; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Back to the guide", key_display="esc"),
        Binding("n", "other(1)", "Next source"),
        Binding("b", "other(-1)", "Source before"),
    ]

    def __init__(self, guide_id: str, leads: Sequence[Lead]) -> None:
        super().__init__()
        self._guide_id = guide_id
        self._leads = leads
        self._at = 0
        self._moved = False
        """Whether the cited words have yet to be brought into sight."""

    def compose_part(self) -> ComposeResult:
        """Where it was said, and the discussion."""
        yield Static("", id="where")
        yield Discussion(widget_id="talk")

    def on_mount(self) -> None:
        """Arrows scroll at once."""
        self.query_one(Discussion).focus()
        super().on_mount()

    def read(self, seat: Seat) -> SourceTalk | str:
        """The discussion, or why it cannot be shown any more."""
        message_id = self._leads[self._at].message_id
        try:
            return open_source(seat.work, seat.actor, self._guide_id, message_id)
        except UserInputError as refused:
            return str(refused)

    def show(self, records: SourceTalk | str) -> None:
        """Show it; one that is as it was keeps its place."""
        where, talk = self.query_one("#where", Static), self.query_one(Discussion)
        if isinstance(records, str):
            where.update(Text(one_line(f"{records[:1].upper()}{records[1:]}.")))
            talk.show(DiscussionPage("", ()))
            return
        page = source_page(records, self._leads[self._at], self.seat.work.catalogue)
        of = len(self._leads)
        number = f"Source {self._at + 1} of {of}: " if of > 1 else ""
        where.update(Text(f"{number}{page.where()}"))
        talk.show(page.discussion)
        if self._moved:
            self._moved = False
            self.call_after_refresh(talk.show_quoted)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Going on is offered only where there is more than one."""
        del parameters
        return action != "other" or len(self._leads) > 1

    def action_other(self, by: int) -> None:
        """Another message that the sentence rests on."""
        self._at = (self._at + by) % len(self._leads)
        self._moved = True
        self.reload()

    def action_leave(self) -> None:
        """Back to the guide."""
        self.dismiss()
