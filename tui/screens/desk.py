"""The steward's desk: the queue of guides with age, risk and completeness, to open and decide."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from agent.services.deciding import BulkApproval, approve_clean, reject, send_back
from agent.services.desk import (
    Desk,
    DeskMemory,
    DeskRow,
    Order,
    Section,
    found_in,
    in_order,
    open_desk,
)
from agent.services.workplace import Workplace
from memory.errors import PassdownError
from tui.render.desk import (
    bulk_words,
    desk_note,
    refused_text,
    row_heading,
    row_line,
    row_reasons,
    sections_line,
    titles_line,
)
from tui.render.safe import visible
from tui.render.times import counted
from tui.screens.comment import Asked, Commented, CommentScreen
from tui.screens.grace import Grace, Pending
from tui.screens.part import PartScreen
from tui.seat import Seat
from tui.widgets.rows import RowList

Reads = Callable[[Workplace], Any]


class DeskScreen(PartScreen[Desk]):
    """Guides to decide on, due for review, disputed, with experts, and published."""

    PART = "desk"
    AUTO_FOCUS = "#desk-rows"
    GUIDANCE = (
        "What waits for a steward. Enter opens a guide beside its evidence. Risk is a sum of "
        "plain signs, told below the list; `said` is how much of what a guide can tell is known. "
        "Search by words, names or risk:high. With several marked, a approves those whose checks "
        "all pass and names the others; x and r ask for one comment for all. A decision can be "
        "taken back with u for five seconds; then it is recorded. Published guides are taken back "
        "with w in the opened guide, for good."
    )
    DEFAULT_CSS = """
    DeskScreen #desk-sections { height: 1; margin-top: 1; }
    DeskScreen #desk-filter { height: 1; border: none; padding: 0 1; background: $boost; }
    DeskScreen #desk-heading { height: 1; }
    DeskScreen #desk-reasons { height: auto; max-height: 3; border-top: solid $border; }
    DeskScreen #desk-note { height: 1; }
    DeskScreen #desk-pending { height: 1; text-style: bold; }
    DeskScreen #desk-pending.-empty, DeskScreen #desk-refused { display: none; }
    DeskScreen #desk-refused { padding: 1 2; }
    DeskScreen.-refused #desk-body { display: none; }
    DeskScreen.-refused #desk-refused { display: block; }
    DeskScreen.-low #desk-reasons, DeskScreen.-low #desk-heading { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/", show=False),
        Binding("s", "sort", "Sort", tooltip="Sort by age, risk, completeness, title"),
        Binding("a", "approve", "Approve", tooltip="Approve the marked guides that are clean"),
        Binding("r", "send_back", "Send back", tooltip="Send the marked guides back"),
        Binding("x", "reject", "Reject", tooltip="Reject the marked guides, with a comment"),
        Binding("u", "take_back", "Undo", show=False, tooltip="Take a decision back (5 s)"),
        Binding("left,h", "section(-1)", "Previous part", show=False),
        Binding("right,l", "section(1)", "Next part", show=False),
        *(
            Binding(str(n), f"nth_section({n})", f"Part {n}", show=False)
            for n in range(1, len(Section) + 1)
        ),
        Binding("f9", "upkeep", "Upkeep", tooltip="Decide what calls guides into question"),
        Binding("ctrl+a", "mark_all", "Mark all", show=False, tooltip="Mark all that is shown"),
        Binding("escape", "leave_search", "Back to the list", show=False, key_display="esc"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._desk: Desk | None = None
        self._section = Section.WAITING
        self._order = Order.AGE
        self._memory = DeskMemory()
        self._sorted: dict[tuple[Section, Order], list[DeskRow]] = {}
        self.grace = Grace(self, self._record, self._show_pending)

    def compose_part(self) -> ComposeResult:
        """Sections, search, the list, and what is told of the guide under the cursor."""
        yield Static("", id="desk-refused")
        with Vertical(id="desk-body"):
            yield Static("", id="desk-sections")
            yield Input(placeholder="/ to search: words, names, risk:high", id="desk-filter")
            yield Static("", id="desk-heading")
            yield RowList[DeskRow](self._draw, _key, widget_id="desk-rows")
            yield Static("", id="desk-reasons")
            yield Static("", id="desk-note")
            yield Static("", id="desk-pending", classes="-empty")

    @property
    def rows(self) -> RowList[DeskRow]:
        """The list."""
        return self.query_one("#desk-rows", RowList)

    def read(self, seat: Seat) -> Desk:
        """Everything on this steward's desk."""
        return open_desk(seat.work, seat.member, self._memory)

    def show(self, records: Desk) -> None:
        """Show the queue; cursor, marks, search and focus stay."""
        first = self._desk is None
        self._desk = records
        self._sorted.clear()
        self.set_class(records.refused, "-refused")
        self.refresh_bindings()
        if records.refused:
            self.query_one("#desk-refused", Static).update(refused_text(records))
            return
        if self._section not in records.sections():
            self._section = Section.WAITING
        self._fill()
        if first and self.focused is None:
            self.rows.focus()

    def on_mount(self) -> None:
        """Read, and let the search be looked at as one types."""
        self.query_one("#desk-filter", Input).cursor_blink = False
        super().on_mount()

    def on_unmount(self) -> None:
        """A decision that could still be taken back takes effect."""
        self.grace.leave()

    def on_resize(self) -> None:
        """Redraw what depends on the width."""
        self.set_class(self.size.height < 16, "-low")  # noqa: PLR2004 - lines the body needs
        if self._desk is not None and not self._desk.refused:
            self._fill()

    def _draw(self, row: DeskRow, width: int, marked: bool, here: bool) -> Text:
        return row_line(row, width, self.seat.work.clock.now(), marked=marked, here=here)

    def _listed(self) -> list[DeskRow]:
        """The rows of the section that fit the search, without those just being decided on."""
        if self._desk is None:
            return []
        key = (self._section, self._order)
        if key not in self._sorted:
            self._sorted[key] = in_order(self._desk.listed(self._section), self._order)
        found = found_in(self._sorted[key], self.query_one("#desk-filter", Input).value)
        pending = self.grace.pending.guide_ids if self.grace.pending else frozenset()
        return [row for row in found if row.guide_id not in pending] if pending else found

    def _fill(self) -> None:
        desk = self._desk
        if desk is None:
            return
        width = max(1, self.size.width)
        rows = self._listed()
        self.rows.show_rows(rows)
        self.query_one("#desk-sections", Static).update(sections_line(desk, self._section, width))
        self.query_one("#desk-heading", Static).update(row_heading(width, self._section))
        wanted = self.query_one("#desk-filter", Input).value
        note = desk_note(desk, len(rows), self._section, self._order, wanted)
        self.query_one("#desk-note", Static).update(Text(note, no_wrap=True, overflow="ellipsis"))

    def on_input_changed(self) -> None:
        """Search as one types."""
        self._fill()

    def on_input_submitted(self) -> None:
        """Enter goes to the list."""
        self.rows.focus()

    def on_row_list_moved(self) -> None:
        """Tell why the guide under the cursor stands where it does."""
        row = self.rows.current
        told = row_reasons(row, max(20, self.size.width)) if row else Text()
        marked = len(self.rows.marked)
        if marked:
            told = Text.assemble((f"{counted(marked, 'guide')} marked. ", "bold"), told)
        self.query_one("#desk-reasons", Static).update(told)

    def on_row_list_chosen(self) -> None:
        """Open the guide."""
        row = self.rows.current
        if row is not None:
            self.open_guide(row.guide_id)

    def open_guide(self, guide_id: str) -> None:
        """Open a guide beside its evidence."""
        from tui.screens.judging import JudgingScreen

        self.app.push_screen(JudgingScreen(self, guide_id))

    def neighbour(self, guide_id: str, by: int) -> str | None:
        """The guide before or after this one in the list, as it is sorted and searched."""
        ids = [row.guide_id for row in self.rows.rows]
        if guide_id not in ids:
            return ids[0] if ids and by > 0 else None
        place = ids.index(guide_id) + by
        return ids[place] if 0 <= place < len(ids) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Deciding is for what waits for a decision: the footer offers it nowhere else."""
        del parameters
        if action in ("approve", "send_back", "reject"):
            return not self._desk_refused and self._section in (Section.WAITING, Section.DISPUTED)
        if action == "upkeep":
            return not self._desk_refused and self._section is Section.QUESTIONED
        return not (action in ("sort", "mark_all", "search") and self._desk_refused)

    def action_upkeep(self) -> None:
        """To what calls these guides into question."""
        self.app.action_open_part("upkeep")

    def action_search(self) -> None:
        """Into the search."""
        self.query_one("#desk-filter", Input).focus()

    def action_leave_search(self) -> None:
        """Back to the list; once more empties the search."""
        search = self.query_one("#desk-filter", Input)
        if self.focused is search:
            self.rows.focus()
        else:
            search.value = ""

    def action_sort(self) -> None:
        """The next order."""
        orders = list(Order)
        self._order = orders[(orders.index(self._order) + 1) % len(orders)]
        self._fill()

    def action_section(self, by: int) -> None:
        """The section beside this one."""
        if self._desk is not None:
            sections = self._desk.sections()
            place = sections.index(self._section) + by
            self.action_nth_section(1 + place % len(sections))

    def action_nth_section(self, number: int) -> None:
        """The section with this number."""
        sections = self._desk.sections() if self._desk is not None else ()
        if number <= len(sections) and not self._desk_refused:
            self._section = sections[number - 1]
            self._fill()
            self.refresh_bindings()

    def action_mark_all(self) -> None:
        """Mark all that is shown."""
        self.rows.mark_all()

    @property
    def _desk_refused(self) -> bool:
        return self._desk is None or self._desk.refused

    def _meant(self) -> list[DeskRow]:
        """The marked rows, else the one under the cursor; only what waits for a decision."""
        rows = self.rows.marked_rows() or [row for row in (self.rows.current,) if row is not None]
        waiting = [row for row in rows if row.section is Section.WAITING]
        if not waiting and not self._desk_refused:
            self.notify("Nothing here waits for a decision; open it with enter.")
        return waiting

    def action_approve(self) -> None:
        """Approve what is clean of the marked guides, and name the others."""
        rows = self._meant()
        if not rows:
            return
        guides = [(row.guide_id, row.version) for row in rows]
        work, actor = self.seat.work, self.seat.actor
        self.decide(
            Pending(
                told=f"Approving {self._titles(rows)} if clean",
                guide_ids=frozenset(row.guide_id for row in rows),
                act=lambda: approve_clean(work, actor, guides),
                then=self._approved,
                refused=lambda _: None,
            )
        )

    def _approved(self, done: BulkApproval) -> None:
        severity = "warning" if done.left else "information"
        self.notify(
            visible(bulk_words(done)),
            title="Approved" if not done.left else "Some were left",
            severity="warning" if severity == "warning" else "information",
            timeout=12,
            markup=False,
        )

    def action_send_back(self) -> None:
        """Send the marked guides back with one comment."""
        self._with_comment("revise", "Send back", "What has to change? Their authors read it.")

    def action_reject(self) -> None:
        """Reject the marked guides with one comment."""
        self._with_comment("reject", "Reject", "Why? Their authors read it. They are let go.")

    def _with_comment(self, act: str, verb: str, hint: str) -> None:
        rows = self._meant()
        if not rows:
            return
        asked = Asked(f"{verb}: {self._titles(rows)}", hint, act)

        def go_on(said: Commented | None) -> None:
            if said is not None:
                self._decide_all(act, rows, said.text)

        self.app.push_screen(CommentScreen(asked, "", lambda _: None), go_on)

    def _decide_all(self, act: str, rows: list[DeskRow], comment: str) -> None:
        work, actor = self.seat.work, self.seat.actor
        service = send_back if act == "revise" else reject

        def decide() -> list[str]:
            refused: list[str] = []
            for row in rows:
                try:
                    service(work, actor, row.guide_id, comment, version=row.version)
                except PassdownError as error:
                    refused.append(str(error))
            return refused

        verb = "Sending back" if act == "revise" else "Rejecting"
        self.decide(
            Pending(
                told=f"{verb} {self._titles(rows)}",
                guide_ids=frozenset(row.guide_id for row in rows),
                act=decide,
                then=self._refusals,
                refused=lambda _: None,
            )
        )

    def _refusals(self, refused: list[str]) -> None:
        for words in refused:
            self.notify(visible(words), severity="error", timeout=10, markup=False)

    def _titles(self, rows: list[DeskRow]) -> str:
        return titles_line([row.title for row in rows], 40)

    def decide(self, pending: Pending) -> None:
        """Hold a decision for as long as it can be taken back."""
        self.rows.marked.clear()
        self.grace.begin(pending)
        self._fill()

    def action_take_back(self) -> None:
        """Take back what is not recorded yet."""
        if self.grace.take_back():
            self._fill()
            self.notify("Taken back; nothing was recorded.")
        else:
            self.notify("There is nothing to take back any more.")

    def _record(self, pending: Pending) -> None:
        self.act(pending.act, pending.then, refused=pending.refused)

    def _show_pending(self) -> None:
        """How long the last decision can be taken back, here and in an opened guide."""
        pending = self.grace.pending
        words = f"{pending.told} in {self.grace.left} s; u takes it back" if pending else ""
        if self.is_attached:
            told = self.query_one("#desk-pending", Static)
            told.update(Text(words, no_wrap=True, overflow="ellipsis"))
            told.set_class(not words, "-empty")
        from tui.screens.judging import JudgingScreen

        for screen in self.app.screen_stack:
            if isinstance(screen, JudgingScreen):
                screen.tell_pending(words)


def _key(row: DeskRow) -> Hashable:
    return row.guide_id
