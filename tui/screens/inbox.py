"""The inbox: what is asked of one person, and what else waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from agent.services.asked import Asked, OnDesk, asked_of, on_desk
from agent.services.drafts import drop_draft
from memory.records.people import Member
from tui.render.asked import consent_row, draft_row, question_row, unsent_row
from tui.render.times import counted
from tui.screens.choosing import SureScreen
from tui.screens.part import PartScreen
from tui.screens.question import QuestionScreen
from tui.widgets.option_rows import OptionRows

if TYPE_CHECKING:
    from tui.seat import Seat

WIDER = "wider:"
"""Before the id of a guide that may show words of theirs to everybody."""
_MARGIN = 4
"""Columns of a row that are not text."""


@dataclass(frozen=True, slots=True)
class InboxRecords:
    """What waits for one person."""

    asked: Asked
    member: Member


class InboxScreen(PartScreen[InboxRecords]):
    """Questions first. Where there is one alone, it opens at once, ready to type."""

    PART: ClassVar[str] = "inbox"
    GUIDANCE: ClassVar[str] = (
        "What is asked of you, the newest and most valuable first, each with the time it takes. "
        "Below it: what you put off, drafts of your words that wait for your yes, guides that "
        "would show words of yours to everybody, and words that you did not send in time."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x,delete", "let_go", "Let unsent words go", key_display="x", show=False),
    ]
    DEFAULT_CSS = """
    InboxScreen OptionRows { height: 1fr; }
    InboxScreen #empty { padding: 1 2; height: auto; }
    InboxScreen #desk { padding: 0 2; height: auto; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._records: InboxRecords | None = None
        self._desk: OnDesk | None = None

    def compose_part(self) -> ComposeResult:
        """The list, and what waits elsewhere."""
        yield Static(id="empty")
        yield OptionRows()
        yield Static(id="desk")

    def read(self, seat: Seat) -> InboxRecords:
        """Questions and unsent words; no discussion is read for the list."""
        with seat.work.store.reading() as unit:
            member = unit.people.member(seat.member.id) or seat.member
        return InboxRecords(asked_of(seat.work, member), member)

    def show(self, records: InboxRecords) -> None:
        """Show the list, with the row one was on still marked; drafts come a moment later."""
        first, self._records = self._records is None, records
        alone = records.asked.open[0] if len(records.asked.open) == 1 else None
        if first and alone is not None and self.is_current:
            # What waits elsewhere is read on coming back: its services take long to import.
            self.app.push_screen(QuestionScreen(alone.question.id))
            self._show_rows()
            return
        self._show_rows()
        work, member = self.seat.work, records.member
        self.act(lambda: on_desk(work, member), self._show_desk)

    def _show_desk(self, desk: OnDesk) -> None:
        if not self.is_here:
            return
        changed = self._desk is None or (desk.to_confirm, desk.to_agree) != (
            self._desk.to_confirm,
            self._desk.to_agree,
        )
        self._desk = desk
        if changed:
            self._show_rows()
        told = ""
        if desk.to_review:
            verb = "waits" if desk.to_review == 1 else "wait"
            told = f"{counted(desk.to_review, 'guide')} {verb} for your decision at the desk (F5)."
        self.query_one("#desk", Static).update(told)

    def on_resize(self) -> None:
        """Rows are cut to the width."""
        self._show_rows()

    def _show_rows(self) -> None:
        if self._records is None or not self.is_here:
            return
        listed = self.query_one(OptionRows)
        anything = listed.show_rows(self._rows(self.size.width - _MARGIN))
        self._show_emptiness(anything)
        if anything and self.focused is None:
            listed.focus()

    def _rows(self, width: int) -> list[Option]:
        records = self._records
        if records is None:
            return []
        asked, member = records.asked, records.member
        zone = ZoneInfo(member.timezone or self.seat.work.policy.ask.timezone)
        parts = (
            (
                "Questions to you",
                [(q.question.id, question_row(q, asked.now, width, zone)) for q in asked.open],
            ),
            (
                "Put off",
                [(q.question.id, question_row(q, asked.now, width, zone)) for q in asked.snoozed],
            ),
            (
                "Drafts that wait for your yes",
                [
                    (g.id, draft_row(g, width))
                    for g in (self._desk.to_confirm if self._desk else ())
                ],
            ),
            (
                "Words of yours that everybody may read, if you agree",
                [
                    (f"{WIDER}{one.width.guide.id}", consent_row(one, width))
                    for one in (self._desk.to_agree if self._desk else ())
                ],
            ),
            (
                "Unsent words",
                [
                    (f"unsent:{u.question.id}", unsent_row(u, asked.now, width))
                    for u in asked.unsent
                ],
            ),
        )
        rows: list[Option] = []
        for title, lines in parts:
            if lines:
                rows.append(Option(Text(f"{title} ({len(lines)})", style="bold"), disabled=True))
                rows += [Option(text, id=one) for one, text in lines]
        return rows

    def _show_emptiness(self, anything: bool) -> None:
        records = self._records
        empty = self.query_one("#empty", Static)
        empty.display = not anything
        self.query_one(OptionRows).display = anything
        if records is None or anything:
            return
        if records.member.consent.opted_out_at is not None:
            empty.update("You are not asked anything: you said stop. My words (F3) takes it back.")
        else:
            empty.update(
                "Nothing waits for you. A question comes when something you wrote could help "
                "others, never more than your policy allows.\n\nF3 shows your own words, F6 the "
                "library."
            )

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        wanted = (event.option.id or "").removeprefix("unsent:")
        if wanted.startswith("que_"):
            self.app.push_screen(QuestionScreen(wanted))
        elif wanted.startswith(WIDER):
            self._open_wider(wanted.removeprefix(WIDER))
        elif wanted.startswith("gui_"):
            from tui.screens.own_guide import OwnGuideScreen

            self.app.push_screen(OwnGuideScreen(wanted))

    def _open_wider(self, guide_id: str) -> None:
        """Ask whether a guide may show words of theirs to everybody."""
        from tui.screens.wider import ask_wider

        waiting = self._desk.to_agree if self._desk else ()
        asked = next((one for one in waiting if one.width.guide.id == guide_id), None)
        if asked is not None:
            ask_wider(self, asked)

    def action_let_go(self) -> None:
        """Let unsent words go for good, once that is sure."""
        wanted = self.query_one(OptionRows).current or ""
        question_id = wanted.removeprefix("unsent:")
        if question_id == wanted:
            return
        seat = self.seat

        def sure(said: bool | None) -> None:
            if said:
                self.act(lambda: drop_draft(seat.work, seat.actor, question_id), lambda _: None)

        title = "Let these unsent words go?"
        meaning = "They are deleted and cannot be brought back."
        self.app.push_screen(SureScreen(title, meaning, "Let them go"), sure)
