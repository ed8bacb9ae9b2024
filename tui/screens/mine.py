"""My words: everything that stands or waits to stand in one person's name, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from agent.services.consent import Credited, choose_credit, opt_in, opt_out
from agent.services.feedback import Thanks, thanks_for
from agent.services.mine import InMyName, in_my_name
from memory.records.guide import GuideStatus
from memory.records.people import Credit, Member
from tui.render.mine import answer_row, guide_row, hours_told, thanks_told
from tui.render.times import counted
from tui.render.words import CREDIT_WORDS
from tui.screens.choosing import ChooseScreen, SureScreen
from tui.screens.part import PartScreen
from tui.screens.passing import STOPPING
from tui.widgets.option_rows import OptionRows

if TYPE_CHECKING:
    from tui.seat import Seat

_MARGIN = 4


@dataclass(frozen=True, slots=True)
class MineRecords:
    """Everything of one person."""

    mine: InMyName
    thanks: Thanks
    reviewers: Mapping[str, str]
    """Guide id to the name of the steward who approved it."""


class MineScreen(PartScreen[MineRecords]):
    """Drafts to confirm first, then guides, then answers."""

    PART: ClassVar[str] = "mine"
    GUIDANCE: ClassVar[str] = (
        "What stands in your name, or waits to. Open a guide to confirm your sentences one by "
        "one, put them in other words, leave them out, or take all of them back, also after it "
        "was published. Open an answer to see what it was understood to say."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "credit", "Credit", tooltip="How you appear, where a guide says nothing else"),
        Binding(
            "o", "asking", "Ask me or not", tooltip="Stop all questions to you, or take it back"
        ),
    ]
    DEFAULT_CSS = """
    MineScreen #person { height: auto; max-height: 6; padding: 0 1; border-bottom: solid $panel; }
    MineScreen OptionRows { height: 1fr; }
    MineScreen #empty { padding: 1 2; height: auto; display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._records: MineRecords | None = None

    def compose_part(self) -> ComposeResult:
        """The person, then the list."""
        yield Static(id="person")
        yield Static(
            "Nothing stands in your name yet. When you answer a question, your words wait here "
            "for your yes before anybody reads them.",
            id="empty",
        )
        yield OptionRows()

    def read(self, seat: Seat) -> MineRecords:
        """All of it in a few reads; guides of others are not touched."""
        mine = in_my_name(seat.work, seat.member)
        with seat.work.store.reading() as unit:
            reviewers = {
                one.guide.id: (known.name if (known := unit.people.member(reviewer)) else "")
                for one in mine.others
                if one.guide.review is not None and (reviewer := one.guide.review.reviewer_id)
            }
        return MineRecords(mine, thanks_for(seat.work, seat.member), reviewers)

    def show(self, records: MineRecords) -> None:
        """Show it, with the row one was on still marked."""
        self._records = records
        self._show_rows()

    def on_resize(self) -> None:
        """Rows are cut to the width."""
        self._show_rows()

    def _show_rows(self) -> None:
        if self._records is None or not self.is_here:
            return
        self.query_one("#person", Static).update(self._person(self._records))
        listed = self.query_one(OptionRows)
        anything = listed.show_rows(self._rows(self._records, self.size.width - _MARGIN))
        listed.display = anything
        self.query_one("#empty").display = not anything
        if anything and self.focused is None:
            listed.focus()

    def _person(self, records: MineRecords) -> Text:
        member = records.mine.member
        out = [one for one in records.mine.others if one.guide.status is GuideStatus.PUBLISHED]
        approvals = Counter(records.reviewers.get(one.guide.id, "") for one in out)
        approvals.pop("", None)
        lines = [
            f"By default you appear {CREDIT_WORDS[member.consent.credit]}.",
            hours_told(member, self.seat.work.policy.ask),
            thanks_told(records.thanks.helped, records.thanks.failed, approvals),
        ]
        if records.mine.withdrawn:
            lines.append(f"Taken back from {counted(records.mine.withdrawn, 'guide')}.")
        return Text("\n".join(line for line in lines if line))

    def _rows(self, records: MineRecords, width: int) -> list[Option]:
        thanks = {one.guide_id: one for one in records.thanks.guides}
        mine = records.mine
        parts: list[tuple[str, list[tuple[str, Text]]]] = [
            (
                title,
                [
                    (
                        own.guide.id,
                        guide_row(
                            own,
                            records.reviewers.get(own.guide.id, ""),
                            thanks.get(own.guide.id),
                            width,
                        ),
                    )
                    for own in guides
                ],
            )
            for title, guides in (("Wait for your yes", mine.waiting), ("Your guides", mine.others))
        ]
        told = [(own.answer.question_id, answer_row(own, width)) for own in reversed(mine.answers)]
        parts.append(("What you told the agent", told))
        rows: list[Option] = []
        for title, lines in parts:
            if lines:
                rows.append(Option(Text(f"{title} ({len(lines)})"), disabled=True))
                rows += [Option(text, id=one) for one, text in lines]
        return rows

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        from tui.screens.own_guide import OwnGuideScreen
        from tui.screens.understood import OwnAnswerScreen

        wanted = event.option.id or ""
        if wanted.startswith("gui_"):
            self.app.push_screen(OwnGuideScreen(wanted))
        elif self._records is not None:
            answers = {own.answer.question_id: own.answer for own in self._records.mine.answers}
            if wanted in answers:
                self.app.push_screen(OwnAnswerScreen(answers[wanted]))

    def action_credit(self) -> None:
        """Choose how one appears by default; published pages follow at once."""
        if self._records is None:
            return
        seat = self.seat
        choices = [(way.value, told[0].upper() + told[1:]) for way, told in CREDIT_WORDS.items()]

        def done(credited: Credited) -> None:
            kept = f"; {counted(len(credited.kept), 'guide')} keep another way" * bool(
                credited.kept
            )
            self.app.notify(f"By default you appear {CREDIT_WORDS[credited.credit]}{kept}.")
            self.reload()

        def picked(chosen: str | None) -> None:
            if chosen is not None:
                self.act(lambda: choose_credit(seat.work, seat.actor, Credit(chosen)), done)

        at = self._records.mine.member.consent.credit.value
        self.app.push_screen(ChooseScreen("You appear by default", choices, at=at), picked)

    def action_asking(self) -> None:
        """Take a stop back at once; say stop once it is sure."""
        if self._records is None:
            return
        seat = self.seat

        def done(member: Member) -> None:
            told = "You may be asked again." if member.may_be_asked else "You are asked no more."
            self.app.notify(told)
            self.reload()

        if self._records.mine.member.consent.opted_out_at is not None:
            self.act(lambda: opt_in(seat.work, seat.actor), done)
            return

        def sure(said: bool | None) -> None:
            if said:
                self.act(lambda: opt_out(seat.work, seat.actor), done)

        title = "Stop all questions to you?"
        self.app.push_screen(SureScreen(title, STOPPING, "Stop them"), sure)
