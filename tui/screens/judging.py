"""A guide beside its evidence: sentence by sentence, with checks, differences and the decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.widgets import ContentSwitcher, OptionList, Static
from textual.widgets.option_list import Option

from agent.services.checks import ORDER
from agent.services.deskdrafts import drop_draft, keep_draft
from agent.services.judging import Judged, open_judging
from agent.services.rewording import Rewording, reword
from memory.records.guide import Guide, GuideStatus
from tui.render.judging import (
    check_prompt,
    difference_text,
    evidence_text,
    finding_prompt,
    happened,
    heading_of,
    history_lines,
    put_words,
    sentence_prompt,
    standing_words,
    worst_by_sentence,
)
from tui.render.safe import one_line
from tui.screens.comment import Asked, Commented, CommentScreen, SureScreen
from tui.screens.decisions import Decisions
from tui.screens.part import PartScreen
from tui.screens.reword import RewordScreen
from tui.seat import Seat
from tui.widgets.lines import LinePane

if TYPE_CHECKING:
    from tui.screens.desk import DeskScreen

WIDE = 100
"""Columns from which the evidence stands beside the guide, and not below it."""
_DECIDING = frozenset({"approve", "send_back", "reject", "reword", "escalate"})
LOW = 18
"""Lines below which only one of both is shown."""


class JudgingScreen(PartScreen[Judged]):
    """One guide to judge. Moving through its sentences moves the evidence."""

    PART = "desk"
    AUTO_FOCUS = "#judge-sentences"
    GUIDANCE = (
        "The guide, and beside or below it the talk that the sentence under the cursor rests on; "
        "the cited words stand between \u00bb and \u00ab. a approves, r sends back, x rejects: u "
        "takes that back for five seconds. e rewords the sentence within its sources; its author "
        "confirms it again. t puts the guide to somebody else who decides. w takes a published "
        "guide back for good. c shows the checks; enter on a reason goes to its sentence."
    )
    DEFAULT_CSS = """
    JudgingScreen #judge-title { height: auto; max-height: 2; text-style: bold; }
    JudgingScreen #judge-standing { height: auto; max-height: 2; }
    JudgingScreen #judge-told { height: auto; max-height: 4; text-style: bold; }
    JudgingScreen #judge-told.-empty, JudgingScreen #judge-pending.-empty { display: none; }
    JudgingScreen #judge-pending { height: 1; text-style: bold; }
    JudgingScreen #judge-body { layout: horizontal; height: 1fr; border-top: solid $border; }
    JudgingScreen #judge-sentences { width: 1fr; height: 1fr; border: none; padding: 0;
        background: transparent; }
    JudgingScreen #judge-side { width: 1fr; height: 1fr; border-left: solid $border; }
    JudgingScreen #judge-checks { height: 1fr; border: none; padding: 0 1;
        background: transparent; }
    JudgingScreen OptionList > .option-list--option-highlighted { text-style: underline;
        color: $foreground; background: $background; }
    JudgingScreen OptionList:focus > .option-list--option-highlighted { text-style: bold;
        color: $background; background: $foreground; }
    JudgingScreen OptionList > .option-list--option-disabled { color: $foreground; }
    JudgingScreen.-narrow #judge-body { layout: vertical; }
    JudgingScreen.-narrow #judge-side { width: 1fr; border-left: none; border-top: solid $border; }
    JudgingScreen.-low #judge-side { display: none; }
    JudgingScreen.-low.-side #judge-side { display: block; }
    JudgingScreen.-low.-side #judge-sentences { display: none; }
    JudgingScreen.-low #judge-standing { display: none; }
    JudgingScreen.-tiny #judge-title { max-height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "approve", "Approve"),
        Binding("r", "send_back", "Send back", tooltip="Send back with a comment"),
        Binding("x", "reject", "Reject", tooltip="Reject with a comment"),
        Binding("e", "reword", "Edit", tooltip="Edit the sentence within its sources"),
        Binding(
            "t",
            "escalate",
            "Put to",
            show=False,
            tooltip="Put it to another decider",
        ),
        Binding("c", "side('judge-checks')", "Checks"),
        Binding("d", "side('judge-difference')", "Changes", show=False, tooltip="What has changed"),
        Binding("n", "next_source", "Source", show=False, tooltip="The sentence's next source"),
        Binding("u", "take_back", "Undo", show=False, tooltip="Take a decision back (5 s)"),
        Binding("w", "retract", "Retract", tooltip="Take a published guide back, for good"),
        Binding(
            "o", "other_half", "Evidence", show=False, tooltip="Guide or evidence (low window)"
        ),
        Binding(
            "tab", "other_pane", "Other pane", show=False, tooltip="Into the evidence and back"
        ),
        Binding("j", "sentence(1)", "Next sentence", show=False),
        Binding("k", "sentence(-1)", "Previous sentence", show=False),
        Binding("right_square_bracket", "neighbour(1)", "Next guide", show=False),
        Binding("left_square_bracket", "neighbour(-1)", "Previous guide", show=False),
        Binding("escape,q", "back", "Back", key_display="esc"),
    ]

    def __init__(self, desk: DeskScreen, guide_id: str) -> None:
        super().__init__()
        self.desk = desk
        self._guide_id = guide_id
        self._judged: Judged | None = None
        self._seen = 0
        self._source = 0
        self._shown: tuple[object, ...] = ()
        self.decisions = Decisions(self)

    def compose_part(self) -> ComposeResult:
        """Title and standing, the sentences, and what stands beside them."""
        yield Static("", id="judge-title")
        yield Static("", id="judge-standing")
        yield Static("", id="judge-told", classes="-empty")
        with Container(id="judge-body"):
            yield OptionList(id="judge-sentences")
            with Vertical(id="judge-side"), ContentSwitcher(initial="judge-evidence"):
                yield LinePane(widget_id="judge-evidence")
                yield OptionList(id="judge-checks")
                yield LinePane(widget_id="judge-difference")
        yield Static("", id="judge-pending", classes="-empty")

    @property
    def judged(self) -> Judged | None:
        """The guide as it was read last."""
        return self._judged

    @property
    def sentences(self) -> OptionList:
        """The guide's sentences."""
        return self.query_one("#judge-sentences", OptionList)

    @property
    def number(self) -> int:
        """Number of the sentence under the cursor, 1 being the summary."""
        place = self.sentences.highlighted
        option = self.sentences.get_option_at_index(place) if place is not None else None
        return int((option.id or "s1")[1:]) if option is not None else 1

    def read(self, seat: Seat) -> Judged:
        """The guide with all that it takes to judge it."""
        return open_judging(seat.work, seat.actor, self._guide_id)

    def show(self, records: Judged) -> None:
        """Show the guide; sentence, pane and place stay."""
        first = self._judged is None
        self._judged = records
        self._seen = self._seen or records.guide.current.number
        self._show_standing(records)
        shown = (records.guide.current.number, records.guide.status, records.checks)
        if shown != self._shown:
            self._shown = shown
            self._show_sentences(records)
            self._show_checks(records)
            text = difference_text(records.difference, self.seat.work.catalogue)
            self.query_one("#judge-difference", LinePane).show_text(text)
        self._show_evidence()
        self.refresh_bindings()
        if first:
            self.sentences.focus()

    def _show_standing(self, judged: Judged) -> None:
        now = self.seat.work.clock.now()
        gone = judged.guide.status is GuideStatus.RETRACTED
        title = "This guide was taken back" if gone else one_line(judged.guide.current.title)
        self.query_one("#judge-title", Static).update(Text(title))
        self.query_one("#judge-standing", Static).update(Text(standing_words(judged, now)))
        happened_now = happened(judged, self._seen, now)
        kept = bool(judged.drafts) and bool(happened_now)
        told = [happened_now, "What you typed is kept." if kept else "", put_words(judged, now)]
        told += list(history_lines(judged))
        if judged.refusal and judged.guide.status is GuideStatus.CONFIRMED:
            told.append(f"You cannot decide on it: {judged.refusal}.")
        words = "\n".join(part for part in told if part)
        line = self.query_one("#judge-told", Static)
        line.update(Text(words))
        line.set_class(not words, "-empty")
        above = self.app.screen_stack[-1]
        if happened_now and isinstance(above, CommentScreen | RewordScreen):
            above.tell(f"{happened_now} What you typed is kept.")

    def _show_sentences(self, judged: Judged) -> None:
        at = self.number if self.sentences.option_count else 1
        self.sentences.clear_options()
        if judged.guide.status is GuideStatus.RETRACTED:
            return
        worst = worst_by_sentence(judged.checks)
        last: object = self
        for number, (facet, sentence) in enumerate(judged.guide.current.placed(), start=1):
            if facet is not last:
                heading = heading_of(facet, self.seat.work.catalogue)
                self.sentences.add_option(Option(Text(heading, style="bold"), disabled=True))
                last = facet
            prompt = sentence_prompt(number, sentence.text, worst.get(number))
            self.sentences.add_option(Option(prompt, id=f"s{number}"))
        self.go_to_sentence(min(at, len(judged.guide.current.sentences())))

    def _show_checks(self, judged: Judged) -> None:
        checks = self.query_one("#judge-checks", OptionList)
        checks.clear_options()
        for check in sorted(judged.checks, key=lambda check: -ORDER[check.verdict]):
            checks.add_option(Option(check_prompt(check), disabled=True))
            for place, finding in enumerate(check.findings):
                key = f"{check.key}-{place}-{finding.sentence or 0}"
                told = check.key == "completeness"
                checks.add_option(Option(finding_prompt(finding, told=told), id=key))

    def _show_evidence(self) -> None:
        pane = self.query_one("#judge-evidence", LinePane)
        judged = self._judged
        if judged is None or not self.sentences.option_count:
            pane.show_text(Text())
            return
        spans = judged.evidence(self.number)
        self._source %= len(spans)
        now = self.seat.work.clock.now()
        span = spans[self._source]
        text, start = evidence_text(judged, span, self._source + 1, len(spans), now)
        pane.show_text(text, start)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Moving through the sentences moves the evidence."""
        if event.option_list is self.sentences:
            self._source = 0
            self._show_evidence()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter on a sentence goes into its evidence; on a reason, to its sentence."""
        if event.option_list is self.sentences:
            self.show_side("judge-evidence")
            self.query_one("#judge-evidence").focus()
            return
        number = int((event.option.id or "-0").rpartition("-")[2])
        if number:
            self.go_to_sentence(number)
            self.show_side("judge-evidence")
            self.remove_class("-side")
            self.sentences.focus()

    def on_resize(self) -> None:
        """Beside each other where there is room, below each other, or one of both."""
        self.set_class(self.size.width < WIDE, "-narrow")
        self.set_class(self.size.height < LOW, "-low")
        self.set_class(self.size.height < LOW // 2, "-tiny")

    def go_to_sentence(self, number: int) -> None:
        """Put the cursor on a sentence."""
        self.sentences.highlighted = self.sentences.get_option_index(f"s{number}")

    def show_side(self, pane: str) -> None:
        """Show the evidence, the checks, or the changes."""
        self.query_one(ContentSwitcher).current = pane

    def tell_pending(self, words: str) -> None:
        """How long a decision can be taken back."""
        if self.is_attached:
            line = self.query_one("#judge-pending", Static)
            line.update(Text(words, no_wrap=True, overflow="ellipsis"))
            line.set_class(not words, "-empty")

    def open_another(self, guide_id: str | None) -> None:
        """Go on with another guide, or back to the queue where there is none."""
        if guide_id is None:
            self.app.pop_screen()
            return
        self._guide_id, self._judged, self._seen, self._source = guide_id, None, 0, 0
        self.sentences.clear_options()
        self._shown = ()
        self.show_side("judge-evidence")
        self.reload()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Deciding is for guides that wait, taking back for published ones: the footer says so."""
        del parameters
        status = self._judged.guide.status if self._judged is not None else None
        if action == "retract":
            return status is GuideStatus.PUBLISHED
        if action in _DECIDING:
            return status in (GuideStatus.CONFIRMED, GuideStatus.DRAFT)
        return True

    def action_sentence(self, by: int) -> None:
        """The next or previous sentence, from wherever the focus is."""
        move = self.sentences.action_cursor_down if by > 0 else self.sentences.action_cursor_up
        move()

    def action_next_source(self) -> None:
        """The next source of the sentence."""
        self._source += 1
        self.show_side("judge-evidence")
        self._show_evidence()

    def action_side(self, pane: str) -> None:
        """Show a pane; its key once more brings the evidence back."""
        showing = self.query_one(ContentSwitcher).current == pane
        self.show_side("judge-evidence" if showing else pane)
        self.set_class(not showing, "-side")
        if showing:
            self.sentences.focus()
        else:
            self.query_one(f"#{pane}").focus()

    def action_other_half(self) -> None:
        """In a low window, the guide or what stands beside it."""
        self.toggle_class("-side")
        (self.query_one("#judge-evidence") if self.has_class("-side") else self.sentences).focus()

    def action_other_pane(self) -> None:
        """Into the pane beside the sentences, and back."""
        current = self.query_one(ContentSwitcher).current or "judge-evidence"
        (self.query_one(f"#{current}") if self.sentences.has_focus else self.sentences).focus()

    def action_neighbour(self, by: int) -> None:
        """The next or previous guide of the queue."""
        guide_id = self.desk.neighbour(self._guide_id, by)
        if guide_id is None:
            self.notify("That was the last one." if by > 0 else "That was the first one.")
        else:
            self.open_another(guide_id)

    def action_back(self) -> None:
        """Back to the queue."""
        self.app.pop_screen()

    def action_take_back(self) -> None:
        """Take back what is not recorded yet."""
        self.desk.action_take_back()

    def action_approve(self) -> None:
        """Approve, and go on to the next guide."""
        self.decisions.approve()

    def action_send_back(self) -> None:
        """Send it back, with a comment or with what to ask about."""
        self.decisions.send_back()

    def action_reject(self) -> None:
        """Reject it, with a comment."""
        self.decisions.reject()

    def action_escalate(self) -> None:
        """Put it to somebody else who decides."""
        self.decisions.escalate()

    def action_retract(self) -> None:
        """Take a published guide back, with a reason, for good."""
        self.decisions.retract()

    def action_reword(self) -> None:
        """Edit the sentence in place."""
        judged = self._judged
        if judged is None or not self.decisions.may_decide(judged):
            return
        number = self.number
        self.act(
            lambda: reword(self.seat.work, judged.guide.id, number),
            lambda rewording: self._reword(judged, rewording),
        )

    def _reword(self, judged: Judged, rewording: Rewording) -> None:
        draft = judged.drafts.get("edit", "")
        number, _, text = draft.partition("\n")
        mine = text if number == str(rewording.number) else ""
        keep = self.keeper(judged.guide, "edit", f"{rewording.number}\n")
        self.app.push_screen(
            RewordScreen(rewording, mine, keep),
            lambda words: self.decisions.save_rewording(judged.guide, rewording, words),
        )

    def keeper(self, guide: Guide, act: str, before: str = "") -> Callable[[str], None]:
        """How what is typed for an act is kept."""
        work, member = self.seat.work, self.seat.member

        def keep(text: str) -> None:
            keep_draft(work, member, guide, act, f"{before}{text}" if text.strip() else "")

        return keep

    def ask(self, asked: Asked, then: Callable[[Commented], None]) -> None:
        """Ask for a comment; what was typed before is there again."""
        judged = self._judged
        if judged is None:
            return

        def go_on(said: Commented | None) -> None:
            if said is not None:
                then(said)

        draft = judged.drafts.get(asked.act, "")
        self.app.push_screen(
            CommentScreen(asked, draft, self.keeper(judged.guide, asked.act)), go_on
        )

    def sure(self, words: str, then: Callable[[], None]) -> None:
        """Ask once before something that cannot be undone."""

        def go_on(yes: bool | None) -> None:
            if yes:
                then()

        self.app.push_screen(SureScreen(words), go_on)

    def forget(self, guide_id: str, act: str) -> None:
        """What was typed was sent."""
        work, member = self.seat.work, self.seat.member
        self.desk.act(lambda: drop_draft(work, member, guide_id, act), _nothing)


def _nothing(_: Any) -> None:
    """Nothing to go on with."""
