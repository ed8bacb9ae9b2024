"""One's own sentences in one guide: confirm, put in other words, leave out, take back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from agent.services.confirming import NumberedSentence, confirm_guide, numbered_sentences
from agent.services.consent import choose_credit
from agent.services.correcting import Changed, correct_sentence, strike_sentences
from agent.services.widening import Consent, consent_to
from agent.services.withdrawing import withdraw_words
from memory.errors import PassdownError
from memory.records.guide import Guide, GuideStatus, Review
from memory.records.people import Credit
from tui.render.consent import consent_state
from tui.render.listing import GUIDE_STATUS
from tui.render.mine import own_sentence_row
from tui.render.safe import one_line
from tui.render.times import counted, said_date
from tui.render.words import CREDIT_WORDS
from tui.screens.choosing import ChooseScreen, SureScreen
from tui.screens.other_words import OtherWordsScreen
from tui.screens.part import PartScreen
from tui.screens.wider import ask_wider
from tui.widgets.option_rows import OptionRows

if TYPE_CHECKING:
    from tui.seat import Seat

_MARGIN = 4
GONE = frozenset({GuideStatus.RETRACTED, GuideStatus.REJECTED})


@dataclass(frozen=True, slots=True)
class OwnGuideRecords:
    """A guide with the sentences that stand in one's name."""

    guide: Guide
    own: tuple[NumberedSentence, ...]
    reviews: tuple[Review, ...]
    credit: Credit
    wider: Consent | None
    """What they are asked about showing their words to everybody, or said to it."""


class Sentences(OptionRows):
    """Sentences; enter says yes to one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,y", "select", "Yes", key_display="y")]


class OwnGuideScreen(PartScreen[OwnGuideRecords]):
    """Sentence by sentence, each with the words it rests on."""

    PART: ClassVar[str] = "mine"
    GUIDANCE: ClassVar[str] = (
        "Each sentence stands as it will be read, above the words of yours that it rests on. "
        "Nothing is published without your yes to it. Other words of yours take its place and "
        "are a yes by themselves. What you leave out or take back is quoted nowhere again; of a "
        "published guide that holds at once."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "yes_to_all", "All", tooltip="Yes to all of your sentences"),
        Binding("e", "reword", "Reword", tooltip="Put a sentence in other words of yours"),
        Binding("x,delete", "strike", "Leave out", key_display="x"),
        Binding("w", "withdraw", "Take back", tooltip="Take back all of your words in it"),
        Binding("c", "credit", "Credit", show=False, tooltip="How you appear in this guide"),
        Binding("v", "wider", "Who reads it", show=False, tooltip="Whether everybody may read it"),
        Binding("escape", "back", "Back"),
    ]
    DEFAULT_CSS = """
    OwnGuideScreen #title {
        height: auto; max-height: 8; padding: 0 1; border-bottom: solid $panel;
    }
    OwnGuideScreen Sentences { height: 1fr; }
    """

    def __init__(self, guide_id: str) -> None:
        super().__init__()
        self.guide_id = guide_id
        self._records: OwnGuideRecords | None = None
        self._busy = False

    def compose_part(self) -> ComposeResult:
        """Title and state, then the sentences."""
        yield Static(id="title")
        yield Sentences()

    def read(self, seat: Seat) -> OwnGuideRecords:
        """The guide as it stands now."""
        guide, sentences = numbered_sentences(seat.work, self.guide_id, seat.member)
        with seat.work.store.reading() as unit:
            member = unit.people.member(seat.member.id) or seat.member
            reviews = tuple(unit.guides.reviews(guide.id))
        own = tuple(s for s in sentences if member.id in s.sentence.author_ids)
        if guide.status in GONE:
            own = ()
        credit = guide.credit_of(member.id, member.consent.credit)
        wider = consent_to(seat.work, member, guide.id)
        return OwnGuideRecords(guide, own, reviews, credit, wider)

    def show(self, records: OwnGuideRecords) -> None:
        """Show it, with the sentence one was on still marked."""
        self._records = records
        self._show_rows()

    def on_resize(self) -> None:
        """Sources are cut to the width."""
        self._show_rows()

    def _show_rows(self) -> None:
        records = self._records
        if records is None or not self.is_here:
            return
        self.query_one("#title", Static).update(self._head(records))
        catalogue, width = self.seat.work.catalogue, self.size.width - _MARGIN
        rows = [
            Option(
                own_sentence_row(each, self.seat.member.id, catalogue, width),
                id=str(each.number),
            )
            for each in records.own
        ]
        listed = self.query_one(Sentences)
        if listed.show_rows(rows) and self.focused is None:
            listed.focus()

    def _head(self, records: OwnGuideRecords) -> Text:
        guide = records.guide
        if not records.own:
            return Text.assemble(
                (one_line(guide.current.title), "bold"),
                "\nNothing of it stands in your name any more. Esc goes back.",
            )
        lacking = sum(self.seat.member.id in each.missing for each in records.own)
        state = GUIDE_STATUS[guide.status]
        if lacking:
            state = f"{lacking} of {counted(len(records.own), 'sentence')} without your yes"
        lines = [f"{state}; you appear {CREDIT_WORDS[records.credit]}."]
        if records.wider is not None:
            lines.append(consent_state(records.wider))
        comments = dict.fromkeys((r.decided_at, r.comment) for r in records.reviews if r.comment)
        lines += [f"A steward on {said_date(at)}: {one_line(said)}" for at, said in comments]
        if records.credit is Credit.CHATHAM_HOUSE and lacking:
            lines.append("Wording can tell who speaks: read each, and say yes one by one.")
        return Text.assemble((one_line(guide.current.title), "bold"), "\n", "\n".join(lines))

    @property
    def _current(self) -> NumberedSentence | None:
        at = self.query_one(Sentences).current
        own = self._records.own if self._records else ()
        return next((each for each in own if str(each.number) == at), None)

    def _do(self, service: Callable[[Guide], object], told: Callable[[object], str]) -> None:
        """Act on the version that is shown; another that came meanwhile is not touched."""
        if self._records is None or self._busy:
            return
        self._busy = True
        guide = self._records.guide

        def done(returned: object) -> None:
            self._busy = False
            self.app.notify(told(returned))
            if self.is_here:
                self.reload()

        def refused(_error: PassdownError) -> None:
            self._busy = False
            if self.is_here:
                self.reload()

        self.act(lambda: service(guide), done, refused=refused)

    @on(OptionList.OptionSelected)
    def _yes(self) -> None:
        """Yes to this sentence, and on to the next that waits."""
        each, records = self._current, self._records
        if each is None or records is None:
            return
        if self.seat.member.id not in each.missing:
            self.app.notify("This sentence has your yes already.")
            return
        later = [s.number for s in records.own if self.seat.member.id in s.missing]
        after = next((n for n in later if n > each.number), None)
        if after is not None:
            rows = [s.number for s in records.own]
            self.query_one(Sentences).highlighted = rows.index(after)
        self._confirm((each.number,))

    def action_yes_to_all(self) -> None:
        """Yes to every sentence of one's own."""
        self._confirm(())

    def _confirm(self, numbers: tuple[int, ...]) -> None:
        seat = self.seat

        def service(guide: Guide) -> Guide:
            return confirm_guide(
                seat.work,
                seat.actor,
                guide.id,
                sentences=numbers,
                version=guide.current.number,
            )

        def told(after: object) -> str:
            guide = after if isinstance(after, Guide) else None
            if guide is None or guide.missing(seat.member.id):
                return "Confirmed."
            if guide.awaiting():
                missing = counted(len(guide.awaiting()), "author")
                return f"Thank you. The yes of {missing} is still missing."
            return "Thank you. A steward decides next."

        self._do(service, told)

    def action_reword(self) -> None:
        """Put this sentence in other words of one's own."""
        each, seat = self._current, self.seat
        if each is None:
            return

        def written(words: str | None) -> None:
            if words is None or words == each.sentence.text:
                return
            self._do(
                lambda guide: correct_sentence(
                    seat.work,
                    seat.actor,
                    guide.id,
                    each.number,
                    words,
                    version=guide.current.number,
                ),
                _told_change("Your words stand there now."),
            )

        self.app.push_screen(OtherWordsScreen(each.sentence.text), written)

    def action_strike(self) -> None:
        """Leave this sentence out, once that is sure."""
        each, seat = self._current, self.seat
        if each is None:
            return

        def service(guide: Guide) -> Changed:
            return strike_sentences(
                seat.work, seat.actor, guide.id, [each.number], version=guide.current.number
            )

        self._make_sure(
            "Leave this sentence out?",
            f"\u201c{one_line(each.sentence.text)}\u201d\n\nIt is quoted nowhere again.",
            "Leave it out",
            lambda: self._do(service, _told_change("It is left out.")),
        )

    def action_withdraw(self) -> None:
        """Take all of one's words back, once that is sure."""
        seat = self.seat
        if self._records is None or not self._records.own:
            return
        self._make_sure(
            "Take all of your words back?",
            f"{counted(len(self._records.own), 'sentence')} of yours leave this guide at once and "
            "are quoted nowhere again. What you told the agent about it is erased.",
            "Take them back",
            lambda: self._do(
                lambda guide: withdraw_words(seat.work, seat.actor, guide.id),
                _told_change("Your words are taken back."),
            ),
        )

    def _make_sure(self, title: str, meaning: str, yes: str, then: Callable[[], None]) -> None:
        def sure(said: bool | None) -> None:
            if said:
                then()

        self.app.push_screen(SureScreen(title, meaning, yes), sure)

    def action_credit(self) -> None:
        """Choose how one appears in this guide."""
        seat, records = self.seat, self._records
        if records is None or not records.own:
            return
        choices = [(way.value, told[0].upper() + told[1:]) for way, told in CREDIT_WORDS.items()]

        def picked(chosen: str | None) -> None:
            if chosen is not None:
                credit = Credit(chosen)
                self._do(
                    lambda guide: choose_credit(seat.work, seat.actor, credit, guide.id),
                    lambda _: f"In this guide you appear {CREDIT_WORDS[credit]}.",
                )

        title = "In this guide you appear"
        self.app.push_screen(ChooseScreen(title, choices, at=records.credit.value), picked)

    def action_wider(self) -> None:
        """Say whether everybody may read these words, where a steward asks for it."""
        if self._records is None or self._records.wider is None:
            self.app.notify("Nobody asks to show these words to more people.")
            return
        ask_wider(self, self._records.wider)

    def action_back(self) -> None:
        """Back to where one came from."""
        self.app.pop_screen()


def _told_change(words: str) -> Callable[[object], str]:
    """What is said of a change: that it was made, what it leaves, and what it differs from."""

    def told(changed: object) -> str:
        if not isinstance(changed, Changed):
            return words
        lines = [words, *map(one_line, changed.differs)]
        if changed.let_go:
            lines.append("Too little is left without it: the guide is let go.")
        return " ".join(lines)

    return told
