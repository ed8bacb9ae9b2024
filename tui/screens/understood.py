"""After an answer was sent: what it was understood to say, and what comes next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from agent.services.answering import find_question, go_on
from agent.services.asked import Comes, Next, what_next
from agent.services.enough import record_enough
from agent.services.understanding import (
    Understood,
    UnderstoodSentence,
    follow_meaning,
    record_meaning,
    understand,
)
from memory.records.inquiry import Answer, AnswerKind, Facet, Inquiry
from tui.render.asked import next_told
from tui.render.understood import heading_of, quality_told, sentence_row
from tui.screens.choosing import ChooseScreen
from tui.screens.going_on import meanwhile
from tui.screens.part import PartScreen
from tui.screens.passing import THANKS
from tui.widgets.option_rows import OptionRows

if TYPE_CHECKING:
    from tui.seat import Seat

PAUSE = 0.8
"""Seconds after which a heading that was changed is recorded: keys pass over others on the way."""
NOTHING = "nothing"
_MARGIN = 4
SENT = "Sent. Thank you; your words are kept as you wrote them."
LOOKED_AT = "An answer of yours. Your words are kept as you wrote them."


class Meanings(OptionRows):
    """Sentences; enter shows all headings."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Pick")]


class UnderstoodScreen(PartScreen[Next]):
    """Sentences with the headings they would stand under; a key sets one right."""

    PART: ClassVar[str] = "inbox"
    GUIDANCE: ClassVar[str] = (
        "Your words are kept as you wrote them. Here is what each sentence was taken to be about: "
        "set it right where it is wrong, or say that a sentence is nothing for a guide. You need "
        "not: you confirm every sentence before anything is published. You may leave at any time; "
        "what you sent goes on without you."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "go_on", "Go on", tooltip="To the next question, or back to the list"),
        Binding(
            "right,l", "turn(1)", "Heading", key_display="\u2190\u2192", tooltip="Another heading"
        ),
        Binding("left,h", "turn(-1)", "Heading before", show=False),
        Binding("x,delete", "nothing", "Nothing", key_display="x", tooltip="Nothing for a guide"),
        Binding("ctrl+g", "enough", "Enough", tooltip="Enough for now: no more questions here"),
        Binding("escape", "back", "List"),
    ]
    DEFAULT_CSS = """
    UnderstoodScreen #after { height: 1fr; padding: 0 1; }
    UnderstoodScreen #sent { text-style: bold; }
    UnderstoodScreen #quality { margin-bottom: 1; color: $text-muted; }
    UnderstoodScreen Meanings { height: auto; max-height: 1fr; }
    UnderstoodScreen #next { margin-top: 1; height: auto; max-height: 8; border-top: solid $panel; }
    """

    SENT: ClassVar[bool] = True
    """Whether the answer was sent just now; else it is looked at again."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self._answer = answer
        self._understood: Understood | None = None
        self._next: Next | None = None
        self._working = self.SENT
        self._changed: dict[int, Facet | None] = {}
        self._pause: Timer | None = None

    def compose_part(self) -> ComposeResult:
        """That it was sent comes first, before anything is read."""
        with Vertical(id="after"):
            yield Static(Text(SENT if self.SENT else LOOKED_AT), id="sent")
            yield Static(Text("Reading what you wrote\u2026"), id="quality")
            yield Meanings()
            yield Static(id="next")

    def on_mount(self) -> None:
        """Read the answer, and let the inquiry go on at the same time."""
        seat, answer = self.seat, self._answer
        self._show_next()
        if self.SENT:
            meanwhile(self.app, lambda: go_on(seat.work, answer), self._went_on)
        self._understand()
        super().on_mount()

    def read(self, seat: Seat) -> Next:
        """What comes next, as it stands."""
        question = find_question(seat.work, self._answer.question_id)
        return what_next(seat.work, seat.member, question.inquiry_id)

    def show(self, records: Next) -> None:
        """Show what comes next; the headings stay as they are."""
        self._next = records
        self._show_next()

    def _went_on(self) -> None:
        self._working = False
        if self.is_here:
            self.reload()

    def _show_next(self) -> None:
        told = Text("Working out what comes next\u2026 you may leave, it goes on.", style="dim")
        if self._next is not None and (not self._working or self._next.comes is Comes.QUESTION):
            told = next_told(self._next)
            if self._next.comes is Comes.QUESTION:
                told.append("\nctrl+s answers it; ctrl+g: enough for now.", style="dim")
        self.query_one("#next", Static).update(told)

    def _understand(self) -> None:
        seat, question_id = self.seat, self._answer.question_id
        self.act(lambda: understand(seat.work, seat.member, question_id), self._show_understood)

    def _show_understood(self, understood: Understood) -> None:
        if not self.is_here:
            return
        self._understood = understood
        self.query_one("#quality", Static).update(quality_told(understood))
        listed = self.query_one(Meanings)
        rows = [Option(self._row(each), id=f"s{each.number}") for each in understood.sentences]
        if listed.show_rows(rows) and self.focused is None:
            listed.focus()

    def _row(self, each: UnderstoodSentence) -> Text:
        if each.number in self._changed:
            facet = self._changed[each.number]
            each = replace(each, facets=(facet,) if facet else (), by_author=True)
        return sentence_row(each, self.seat.work.catalogue, self.size.width - _MARGIN)

    @property
    def _current(self) -> UnderstoodSentence | None:
        at = self.query_one(Meanings).highlighted
        if self._understood is None or at is None:
            return None
        return self._understood.sentences[at]

    def _facet_now(self, each: UnderstoodSentence) -> Facet | None:
        if each.number in self._changed:
            return self._changed[each.number]
        return each.facets[0] if each.facets else None

    def action_turn(self, step: int) -> None:
        """The next heading for this sentence, round and round; one of them is none."""
        each, understood = self._current, self._understood
        if each is not None and understood is not None:
            ring: list[Facet | None] = [*understood.choices, None]
            now = self._facet_now(each)
            place = ring.index(now) if now in ring else -1
            self._choose(each, ring[(place + step) % len(ring)])

    def action_nothing(self) -> None:
        """This sentence is nothing for a guide."""
        if self._current is not None:
            self._choose(self._current, None)

    @on(OptionList.OptionSelected)
    def _pick(self) -> None:
        """All headings to pick from."""
        each, understood = self._current, self._understood
        if each is None or understood is None or understood.settled:
            return
        catalogue = self.seat.work.catalogue
        choices = [(f.value, heading_of(f, catalogue)) for f in understood.choices]
        choices.append((NOTHING, heading_of(None, catalogue)))
        now = self._facet_now(each)

        def picked(chosen: str | None) -> None:
            if chosen is not None:
                self._choose(each, None if chosen == NOTHING else Facet(chosen))

        at = now.value if now else NOTHING
        self.app.push_screen(ChooseScreen("This sentence is about", choices, at=at), picked)

    def _choose(self, each: UnderstoodSentence, facet: Facet | None) -> None:
        if self._understood is not None and self._understood.settled:
            self.app.notify(self._understood.settled)
            return
        self._changed[each.number] = facet
        listed = self.query_one(Meanings)
        listed.replace_option_prompt_at_index(each.number - 1, self._row(each))
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._record)

    def _record(self) -> None:
        """Record what was set right; what is known, and a draft that stands, follow it."""
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        changed, self._changed = self._changed, {}
        if not changed:
            return
        seat, question_id = self.seat, self._answer.question_id

        def record() -> None:
            for number, facet in changed.items():
                question = record_meaning(seat.work, seat.actor, question_id, number, facet)
            follow_meaning(seat.work, question)

        def recorded() -> None:
            if self.is_here:
                self._understand()
                self.reload()

        meanwhile(self.app, record, recorded)

    def action_enough(self) -> None:
        """No more questions about this; what was told goes into the draft."""
        self._record()
        seat, question_id = self.seat, self._answer.question_id

        def record() -> Inquiry:
            inquiry_id = find_question(seat.work, question_id).inquiry_id
            return record_enough(seat.work, seat.actor, inquiry_id)

        def recorded(inquiry: Inquiry) -> None:
            self.app.notify(THANKS[AnswerKind.ENOUGH])
            meanwhile(self.app, lambda: seat.work.runner.advance(inquiry.id))
            self.app.pop_screen()

        self.act(record, recorded)

    def action_go_on(self) -> None:
        """To the next question where there is one, else back to the list."""
        from tui.screens.question import QuestionScreen

        self._record()
        if self._next is not None and self._next.question is not None:
            self.app.switch_screen(QuestionScreen(self._next.question.id))
        else:
            self.app.pop_screen()

    def action_back(self) -> None:
        """Back to the list; what was set right is recorded."""
        self._record()
        self.app.pop_screen()


class OwnAnswerScreen(UnderstoodScreen):
    """The same, looked at again under My words."""

    PART: ClassVar[str] = "mine"
    SENT: ClassVar[bool] = False
