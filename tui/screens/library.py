"""The library: ask and search as one types; below the field titles at once, then passages."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.console import Group
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widgets import ContentSwitcher, Input, Static

from agent.services.library import ShelfOrder, ShelvedGuide, find_titles, read_shelf, sort_shelf
from tui.render.blocks import Block
from tui.render.library import shelf_line, shelf_words
from tui.screens.part import PartScreen
from tui.widgets.blocks import BlockList
from tui.widgets.rows import RowList

if TYPE_CHECKING:
    from agent.services.recall import Recall
    from memory.errors import PassdownError
    from tui.seat import Seat

PAUSE = 0.3
"""Seconds without a key before the memory is asked."""
LONGEST = 2_000
"""Characters of a question."""
ORDERS = tuple(ShelfOrder)
MOST_FOUND = 1_000
"""Titles listed of those that hold what was typed; nobody scrolls further."""


class AskField(Input):
    """One line; a paste of several runs together, and one that is too long is cut, not lost."""

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        words = " ".join(event.text[: 2 * LONGEST].split())
        room = LONGEST - len(self.value)
        self.insert_text_at_cursor(words[:room])
        if len(words) > room:
            self.notify(f"A question has at most {LONGEST:,} characters; the rest was left out.")


class LibraryScreen(PartScreen[tuple[ShelvedGuide, ...]]):
    """A search field that keeps the focus; arrows move in the list below it, enter opens."""

    PART = "library"
    GUIDANCE = (
        "Type what you want to know, as you would ask a colleague. Titles that hold your words "
        "show at once; a moment later what the guides themselves say, with the limits of the "
        "advice first where your question comes up against one. Where nothing is known you see "
        "who might know. An empty field lists every published guide. What you search and read is "
        "stored nowhere."
    )
    DEFAULT_CSS = """
    LibraryScreen #ask { border: tall $border; height: 3; }
    LibraryScreen #told { height: 1; padding: 0 1; color: $text-muted; }
    LibraryScreen ContentSwitcher { height: 1fr; }
    LibraryScreen RowList { padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Read", priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("pageup", "page(-1)", "A page up", show=False, priority=True),
        Binding("pagedown", "page(1)", "A page down", show=False, priority=True),
        Binding("ctrl+o", "order", "Order", tooltip="Newest, most helpful, due for review"),
        Binding("ctrl+t", "titles", "Titles or passages"),
        Binding("escape", "clear", "Clear", key_display="esc"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._shelf: tuple[ShelvedGuide, ...] = ()
        self._sorted: list[ShelvedGuide] = []
        self._found = 0
        """How many titles hold what was typed."""
        self._order = ShelfOrder.NEWEST
        self._recall: Recall | None = None
        """What the memory says to what stands in the field; `None` until it has answered."""
        self._asked = ""
        """What the memory is being asked now."""
        self._refused = ""
        self._titles_wanted = False
        self._timer: Timer | None = None

    def compose_part(self) -> ComposeResult:
        """The field, a line that tells what is shown, and the lists."""
        yield AskField(placeholder="Ask, or search the titles", id="ask", max_length=LONGEST)
        yield Static("", id="told")
        with ContentSwitcher(initial="titles"):
            titles = RowList[ShelvedGuide](self._draw, _guide_id, widget_id="titles")
            titles.can_focus = False
            yield titles
            passages = BlockList(widget_id="passages")
            passages.can_focus = False
            yield passages

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()
        super().on_mount()

    def read(self, seat: Seat) -> tuple[ShelvedGuide, ...]:
        """The whole shelf."""
        return read_shelf(seat.work, seat.community, seat.member)

    def show(self, records: tuple[ShelvedGuide, ...]) -> None:
        """Show the shelf as it is now; what the memory said is asked anew."""
        changed = records != self._shelf
        if changed:
            self._shelf = records
            self._sort()
        if self._recall is not None or self._refused:
            self._ask()

    @property
    def _typed(self) -> str:
        return self.query_one(Input).value.strip()

    @property
    def _titles(self) -> RowList[ShelvedGuide]:
        return self.query_one("#titles", RowList)

    @property
    def _passages(self) -> BlockList:
        return self.query_one("#passages", BlockList)

    @property
    def _shows_passages(self) -> bool:
        return self.query_one(ContentSwitcher).current == "passages"

    def _sort(self) -> None:
        self._sorted = sort_shelf(self._shelf, self._order)
        self._list_titles()

    def _list_titles(self, *, from_top: bool = False) -> None:
        found = find_titles(self._sorted, self._typed)
        self._found = len(found)
        self._titles.show_rows(found[:MOST_FOUND] if self._typed else found)
        if from_top:
            self._titles.action_go(0)
        self._tell()

    def _tell(self) -> None:
        """Say what is shown, and what is being waited for."""
        words = shelf_words(
            self._found,
            len(self._shelf),
            self._order,
            self._recall if self._shows_passages else None,
            typed=bool(self._typed),
            searching=self._waits,
            refused=self._refused,
        )
        self.query_one("#told", Static).update(Text(words, no_wrap=True, overflow="ellipsis"))

    @property
    def _waits(self) -> bool:
        return bool(self._typed) and self._recall is None and not self._refused

    @on(Input.Changed)
    def _type(self) -> None:
        """Titles at once; what the memory said to other words is dropped."""
        self._recall, self._refused, self._titles_wanted = None, "", False
        self.query_one(ContentSwitcher).current = "titles"
        self._list_titles(from_top=True)
        if self._timer is not None:
            self._timer.stop()
        if self._typed:
            self._timer = self.set_timer(PAUSE, self._ask)

    def _ask(self) -> None:
        """Ask the memory, one question at a time; what was typed meanwhile is asked after."""
        question = self._typed
        if self._asked or not question:
            return
        from agent.services.recall import ask_memory

        seat, self._asked = self.seat, question
        self.act(
            lambda: ask_memory(seat.work, seat.community, question, seat.member),
            self._answered,
            refused=self._not_answered,
        )

    def _answered(self, recall: Recall) -> None:
        asked, self._asked = self._asked, ""
        if asked != self._typed:
            self._ask()
            return
        again = self._recall is not None
        self._recall, self._refused = recall, ""
        self._passages.show_blocks(self._blocks(recall), at_top=not again)
        if not self._titles_wanted:
            self.query_one(ContentSwitcher).current = "passages"
        self._tell()

    def _not_answered(self, error: PassdownError) -> None:
        asked, self._asked = self._asked, ""
        self._refused = str(error)
        self._tell()
        if asked != self._typed:
            self._refused = ""
            self._ask()

    def _blocks(self, recall: Recall) -> list[Block]:
        """One block for each guide that speaks to the question, or who might know."""
        from agent.services.recall import Recall as OneRecall
        from tui.render.pages import guide_page
        from tui.render.recall import recall_blocks

        now = self.seat.work.clock.now()
        if not recall.guides:
            return [Block(Group(*recall_blocks(recall, {}, now)))]
        blocks: list[Block] = []
        for found in recall.guides:
            guide_id = found.page.guide.id
            alone = OneRecall(recall.question, (found,), ())
            lines = recall_blocks(alone, {guide_id: guide_page(found.page)}, now)
            if blocks:
                blocks.append(Block(Text()))
            blocks.append(Block(Group(*lines), guide_id))
        return blocks

    def _draw(self, row: ShelvedGuide, width: int, marked: bool, here: bool) -> Text:  # noqa: ARG002 - nothing is marked here
        return shelf_line(row, width, self.seat.work.clock.now(), here=here)

    def action_move(self, by: int) -> None:
        """Up or down in what is shown."""
        (self._passages if self._shows_passages else self._titles).action_move(by)

    def action_page(self, by: int) -> None:
        """A page up or down in what is shown."""
        (self._passages if self._shows_passages else self._titles).action_page(by)

    def action_open(self) -> None:
        """Read the guide that the cursor is on."""
        current = self._titles.current
        guide_id = self._passages.current if self._shows_passages else ""
        if not self._shows_passages and current is not None:
            guide_id = current.guide_id
        if guide_id:
            self._open(guide_id)

    @on(RowList.Chosen)
    def _row_chosen(self) -> None:
        self.action_open()

    @on(BlockList.Chosen)
    def _block_chosen(self, event: BlockList.Chosen) -> None:
        self._open(event.key)

    def _open(self, guide_id: str) -> None:
        from tui.screens.reader import ReaderScreen

        self.app.push_screen(ReaderScreen(guide_id))

    def action_order(self) -> None:
        """The next way to sort, and round again."""
        self._order = ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)]
        self._sort()
        self._titles.action_go(0)

    def action_titles(self) -> None:
        """From passages to titles and back."""
        if self._recall is None:
            return
        self._titles_wanted = self._shows_passages
        self.query_one(ContentSwitcher).current = "titles" if self._titles_wanted else "passages"
        self._tell()

    def action_clear(self) -> None:
        """Empty the field: the whole shelf again."""
        self.query_one(Input).value = ""


def _guide_id(row: ShelvedGuide) -> str:
    return row.guide_id
