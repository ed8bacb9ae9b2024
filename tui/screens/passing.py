"""Every way not to answer a question: later, not me, skip, enough, stop."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from textual.binding import Binding, BindingType

from agent.services.answering import go_on, record_answer
from agent.services.snoozing import snooze, snooze_choices, until_when
from memory.errors import UserInputError
from memory.records.inquiry import Answer, AnswerKind, Question
from tui.render.asked import day_told
from tui.render.safe import one_line
from tui.screens.choosing import ChooseScreen, PickScreen, SureScreen
from tui.screens.going_on import meanwhile
from tui.screens.part import PartScreen, Records

if TYPE_CHECKING:
    from tui.seat import Seat

FOUND = 100
"""People listed at once when one is picked."""
THANKS = {
    AnswerKind.SKIP: "Skipped. That is all right.",
    AnswerKind.NOT_ME: "Passed on. Thank you.",
    AnswerKind.ENOUGH: "Enough for now. What you told so far goes into a draft.",
    AnswerKind.STOP: "You are not asked any more. My words (F3) takes it back.",
}
STOPPING = (
    "The agent asks you nothing more, at once and for good: every open question to you is closed, "
    "and nobody is told. What you told before stays as it is. You can take it back at any time, "
    "under My words (F3) or with `passdown hours --ask-again`."
)


PASSING: list[BindingType] = [
    Binding("f9", "skip", "Skip", tooltip="Skip: no reason needed, never held against you"),
    Binding("ctrl+g", "enough", "Enough", tooltip="Enough for now: no more questions here"),
    Binding("ctrl+o", "not_me", "Not me", show=False, tooltip="Not me: somebody else, or nobody"),
    Binding("ctrl+l", "later", "Later", show=False, tooltip="Later: put it off until a day"),
]
"""Keys of every way to pass a question but the last, which is a button: stop."""


class PassingScreen(PartScreen[Records]):
    """A screen about one open question, with the ways to pass it."""

    question_id: str

    def keep_words(self) -> bool:
        """Keep what was begun, before the question closes; whether there is anything."""
        return False

    def leave(self) -> None:
        """Go where one came from."""
        self.dismiss()

    def action_skip(self) -> None:
        """Pass the question; words that were begun are asked about first."""
        if not self.keep_words():
            self._pass(AnswerKind.SKIP)
            return
        self._make_sure(
            "Skip this question?",
            "You began an answer. It is not sent; it stays among your unsent words.",
            "Skip it",
            AnswerKind.SKIP,
        )

    def action_enough(self) -> None:
        """No more questions about this, and on to the draft with what was told."""
        if not self.keep_words():
            self._pass(AnswerKind.ENOUGH)
            return
        self._make_sure(
            "Enough for now?",
            "You began an answer. It is not sent; it stays among your unsent words. ctrl+s sends "
            "it first.",
            "Enough for now",
            AnswerKind.ENOUGH,
        )

    def action_stop(self) -> None:
        """Ask nothing more of this person, once they have read what that means."""
        self.keep_words()
        self._make_sure("Stop all questions to you?", STOPPING, "Stop them", AnswerKind.STOP)

    def action_not_me(self) -> None:
        """Say who would know, or that one does not know who."""
        from agent.services.browsing import list_members

        seat = self.seat
        self.keep_words()

        def find(typed: str) -> list[tuple[str, str]]:
            people = list_members(seat.work, seat.community, typed.strip())
            fitting = [m for m in people if not m.is_bot and m.id != seat.member.id]
            return [(m.id, _called(m.name, m.handle, m.title)) for m in fitting[:FOUND]]

        def picked(who: str | None) -> None:
            if who is not None:
                self._pass(AnswerKind.NOT_ME, None if who == PickScreen.NOBODY else who)

        title = "Who would know? The question then goes to them."
        self.app.push_screen(PickScreen(title, find, "I do not know who would"), picked)

    def action_later(self) -> None:
        """Put the question off until a day."""
        work, member = self.seat.work, self.seat.member
        self.keep_words()
        zone = ZoneInfo(member.timezone or work.policy.ask.timezone)
        days = {choice.name: choice.until for choice in snooze_choices(work, member)}
        told = [(name, f"{name}: {day_told(until, zone)}") for name, until in days.items()]

        def picked(chosen: str | None) -> None:
            if chosen is None:
                return
            typed = chosen.removeprefix("words:")
            try:
                until = days[chosen] if chosen in days else until_when(work, member, typed)
            except UserInputError as error:
                self.app.tell(error)
                return
            self._put_off(until, day_told(until, zone))

        hint = "or type a day: fri (tab first for 2026-05-04)"
        self.app.push_screen(ChooseScreen("Put it off until", told, words=hint), picked)

    def _put_off(self, until: datetime, told: str) -> None:
        seat = self.seat

        def done(_question: Question) -> None:
            self.app.notify(f"Put off until {told}. You can still answer it before.")
            self.leave()

        self.act(lambda: snooze(seat.work, seat.actor, self.question_id, until), done)

    def _make_sure(self, title: str, meaning: str, yes: str, kind: AnswerKind) -> None:
        def sure(said: bool | None) -> None:
            if said:
                self._pass(kind)

        self.app.push_screen(SureScreen(title, meaning, yes), sure)

    def _pass(self, kind: AnswerKind, refer_to: str | None = None) -> None:
        seat: Seat = self.seat

        def done(answer: Answer) -> None:
            self.app.notify(THANKS[kind])
            meanwhile(self.app, lambda: go_on(seat.work, answer))
            self.leave()

        self.act(
            lambda: record_answer(seat.work, seat.actor, self.question_id, kind, refer_to=refer_to),
            done,
        )


def _called(name: str, handle: str, title: str) -> str:
    told = one_line(name)
    if handle and handle != name:
        told += f" (@{one_line(handle)})"
    return f"{told}, {one_line(title)}" if title else told
