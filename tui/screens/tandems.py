"""The tandems board: what is offered to one person, its card, and every act by a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from agent.services.tandem_board import Board, BoardRow, Part, read_board
from memory.records.incident import AfterAction
from memory.records.tandem import HOLDING, Going, Tandem, TandemState
from tui.render.tandem import card_text, row_text, wishes_text
from tui.screens.choosing import SureScreen
from tui.screens.part import PartScreen
from tui.screens.tandem_words import TandemWordsScreen
from tui.widgets.lines import LinePane
from tui.widgets.rows import RowList

if TYPE_CHECKING:
    from agent.services.skills import SkillGraph
    from agent.services.workplace import Workplace
    from tui.seat import Seat

S = TandemState
_ALLOWED: dict[str, frozenset[TandemState]] = {
    "agree": frozenset({S.SUGGESTED, S.PICKED}),
    "refuse": frozenset({S.SUGGESTED, *HOLDING}),
    "going": frozenset({S.RUNNING}),
    "review": frozenset({S.RUNNING, S.REVIEWED}),
}


class TandemsScreen(PartScreen[Board]):
    """Offers and running tandems above, the card of the one the cursor is on below."""

    PART = "tandems"
    GUIDANCE = (
        "A tandem is a task that you do with somebody who knows more of it, or less. Juniors pick, "
        "seniors confirm, and nothing begins without everybody's yes. You can say no or leave at "
        "any point, without a reason, and nobody is told who did. The card says why you two, what "
        "to do first, and what the agent found. At the end each of you answers four questions; "
        "your words are kept in your name."
    )
    DEFAULT_CSS = """
    TandemsScreen RowList { height: auto; max-height: 35%; border-bottom: solid $panel; }
    TandemsScreen #taking-part { height: auto; padding: 0 1; color: $text-muted; }
    TandemsScreen #none { padding: 1 2; height: auto; display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "agree", "Yes", tooltip="Pick as a junior, confirm as the senior"),
        Binding("n", "refuse", "No, or leave", tooltip="Decline, take back, or leave"),
        Binding("w", "going('well')", "Goes well", show=False, tooltip="Check in: it goes well"),
        Binding("l", "going('slowly')", "Slowly", show=False, tooltip="Check in: slower"),
        Binding("x", "going('stuck')", "Stuck", show=False, tooltip="Check in: stuck"),
        Binding("r", "review", "Review", tooltip="Answer the four questions at the end"),
        Binding("o", "take_part", "Take part", tooltip="Opt in or out of tandems"),
        Binding("s", "suggest", "Look again", tooltip="Match everybody who takes part anew"),
        Binding("tab", "app.focus_next", "Card", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._board: Board | None = None
        self._graph: SkillGraph | None = None
        self._cards: dict[Tandem, Text] = {}

    def compose_part(self) -> ComposeResult:
        """Whether one takes part, the list, and the card."""
        yield Static("", id="taking-part")
        yield Static("", id="none")
        yield RowList[BoardRow](_draw, lambda row: row.tandem.id, widget_id="tandems")
        yield LinePane(widget_id="card")

    def read(self, seat: Seat) -> Board:
        """The board as of now."""
        return read_board(seat.work, seat.community, seat.member)

    def show(self, records: Board) -> None:
        """Show it with the cursor where it was."""
        self._board = records
        told = self.query_one("#taking-part", Static)
        told.update(wishes_text(records.profile))
        told.display = bool(records.rows) or records.profile.opted_in_at is not None
        none = self.query_one("#none", Static)
        none.update(Text(records.why_none))
        none.display = not records.rows
        rows = self.query_one(RowList)
        rows.display = bool(records.rows)
        rows.show_rows(records.rows)
        rows.styles.height = min(len(records.rows) + 1, max(3, self.size.height // 3))
        if records.rows and self.focused is None:
            rows.focus()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the tandem under the cursor allows."""
        del parameters
        row = self._row
        if action not in _ALLOWED:
            return True
        if row is None or row.tandem.state not in _ALLOWED[action]:
            return False
        return action != "agree" or row.waits_for_me

    @property
    def _row(self) -> BoardRow | None:
        rows = self.query(RowList)
        return rows.first().current if rows else None

    @on(RowList.Moved)
    def _moved(self) -> None:
        """Show the card of the row; it is put together once."""
        row = self._row
        self.refresh_bindings()
        pane = self.query_one(LinePane)
        if row is None:
            pane.show_text(Text())
            return
        known = self._cards.get(row.tandem)
        if known is not None:
            pane.show_text(known)
            return
        pane.show_text(Text("The agent is putting the card together."))
        tandem = row.tandem
        self.act(lambda: self._make_card(tandem), lambda card: self._show_card(tandem, card))

    def _make_card(self, tandem: Tandem) -> Text:
        from agent.services.skills import read_skills
        from agent.services.tandem_cards import make_card
        from agent.services.tandem_wording import worded_card

        seat = self.seat
        if self._graph is None:
            self._graph = read_skills(seat.work, seat.community)
        return card_text(worded_card(seat.work, make_card(seat.work, self._graph, tandem)))

    def _show_card(self, tandem: Tandem, card: Text) -> None:
        self._cards[tandem] = card
        row = self._row
        if self.is_here and row is not None and row.tandem == tandem:
            self.query_one(LinePane).show_text(card)

    @on(RowList.Chosen)
    def _chosen(self) -> None:
        """Enter goes to the card, to read on."""
        self.query_one(LinePane).focus()

    def action_agree(self) -> None:
        """Pick as a junior, confirm as the senior."""
        from agent.services.tandems import confirm, pick

        row = self._row
        if row is None:
            return
        senior = row.part is Part.SENIOR
        act, said = (confirm, "It runs now.") if senior else (pick, "The senior is asked next.")
        seat, key = self.seat, row.tandem.id
        self.act(lambda: act(seat.work, seat.actor, key), lambda _: self._done(said))

    def action_refuse(self) -> None:
        """Say no, or leave; asked once more."""
        row = self._row
        if row is None:
            return
        running = row.tandem.state is TandemState.RUNNING
        asked = "Leave this tandem?" if running else "Say no to this tandem?"
        told = "No reason is asked for, and nobody is told who it was."
        self.app.push_screen(
            SureScreen(asked, told, "Leave" if running else "Say no"),
            lambda sure: self._refuse(row, running=running, sure=sure),
        )

    def _refuse(self, row: BoardRow, *, running: bool, sure: bool | None) -> None:
        from agent.services.tandems import decline, leave

        if not sure:
            return
        act, seat, key = (leave if running else decline), self.seat, row.tandem.id
        self.act(lambda: act(seat.work, seat.actor, key), lambda _: self._done("Done."))

    def action_going(self, going: str) -> None:
        """Say how it goes, with words or without."""
        row = self._row
        if row is None:
            return
        hint = "A sentence, if you like; those who are in it read it."
        self.app.push_screen(
            TandemWordsScreen(f"It goes {going}.", hint),
            lambda words: self._check_in(row, Going(going), words),
        )

    def _check_in(self, row: BoardRow, going: Going, words: str | None) -> None:
        from agent.services.tandems import check_in

        if words is None:
            return
        seat, key = self.seat, row.tandem.id
        self.act(
            lambda: check_in(seat.work, seat.actor, key, going, words),
            lambda _: self._done("Noted."),
        )

    def action_review(self) -> None:
        """Ask the four questions, one after the other; an empty answer skips one."""
        row = self._row
        if row is not None:
            self._ask(row, list(AfterAction), {})

    def _ask(self, row: BoardRow, left: list[AfterAction], said: dict[AfterAction, str]) -> None:
        from agent.services.tandems import review
        from prompts.tandem import load_tandem

        if not left:
            seat, key = self.seat, row.tandem.id
            self.act(
                lambda: review(seat.work, seat.actor, seat.community, key, said),
                lambda _: self._done("Thank you; your words are kept in your name."),
            )
            return
        part, *rest = left

        def answered(words: str | None) -> None:
            if words is not None:
                self._ask(row, rest, {**said, part: words})

        hint = "Leave it empty to skip it. Your words are kept in your name."
        self.app.push_screen(TandemWordsScreen(load_tandem().review[part], hint), answered)

    def action_take_part(self) -> None:
        """Opt in, or out again."""
        from agent.services.tandem_wishes import opt_in, opt_out

        if self._board is None:
            return
        inside = self._board.profile.opted_in_at is not None
        seat = self.seat
        act: Callable[[], object] = (
            (lambda: opt_out(seat.work, seat.actor))
            if inside
            else (lambda: opt_in(seat.work, seat.actor))
        )
        said = "You take part no more." if inside else "You take part now."
        self.act(act, lambda _: self._done(said))

    def action_suggest(self) -> None:
        """Match everybody who takes part anew; takes a while in a large community."""
        from agent.services.tandem_suggesting import suggest_tandems

        self.notify("The agent looks for tandems.")
        work: Workplace = self.seat.work
        community = self.seat.community
        self.act(lambda: suggest_tandems(work, community), lambda _: self._done("Looked again."))

    def _done(self, words: str) -> None:
        self.notify(words)
        self.reload()


def _draw(row: BoardRow, width: int, marked: bool, here: bool) -> Text:
    del width, marked
    line = Text("> " if here else "  ")
    line.append_text(row_text(row))
    return line
