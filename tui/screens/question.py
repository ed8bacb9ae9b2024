"""One question: the discussion it came up in, what is asked and why, and the field to answer in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from agent.services.answering import MAX_ANSWER, InboxItem, record_answer
from agent.services.asked import question_to
from agent.services.drafts import MAX_DRAFT, draft_of, keep_draft
from memory.errors import PassdownError, UserInputError
from memory.records.inbox import Draft
from memory.records.inquiry import Answer, AnswerKind, QuestionStatus
from memory.records.people import Credit
from tui.editor import edit_outside, editor_command
from tui.render.asked import CLOSED, destination_of, question_text, question_why
from tui.render.discussion import DiscussionPage, discussion_page
from tui.render.words import CREDIT_WORDS
from tui.screens.passing import PASSING, PassingScreen
from tui.widgets.answer_box import AnswerBox
from tui.widgets.discussion import Discussion

if TYPE_CHECKING:
    from tui.seat import Seat

WAYS = (
    ("send", "Send ^s"),
    ("later", "Later ^l"),
    ("not_me", "Not me ^o"),
    ("skip", "Skip F9"),
    ("enough", "Enough ^g"),
    ("stop", "Stop"),
    ("credit", "Named ^r"),
)
"""Buttons below the field: each an action of the screen, and its name with its key."""
APPEARS = {
    Credit.CREDITED: "Named",
    Credit.ROLE_ONLY: "By role",
    Credit.CHATHAM_HOUSE: "Chatham House",
}
"""How somebody appears with an answer, in a word or two."""
STORED_WITHIN = 5.0
"""Seconds to wait for a draft to be stored before the terminal is handed to an editor."""


@dataclass(frozen=True, slots=True)
class QuestionRecords:
    """One question with its discussion and what was begun in answer to it."""

    item: InboxItem
    draft: Draft | None
    discussion: DiscussionPage
    destination: str
    comments: tuple[str, ...]
    """What stewards wrote when they sent the guide back."""
    credit: Credit
    """How the person appears unless they say otherwise."""


class QuestionScreen(PassingScreen[QuestionRecords]):
    """Type at once. What is typed is kept all the time; it is sent when one says so."""

    PART: ClassVar[str] = "inbox"
    GUIDANCE: ClassVar[str] = (
        "Answer in your own words; they are never rewritten, and nothing is published without "
        "your yes to every sentence. What you write is kept as you write it, also if you leave, "
        "and nobody reads it before you send it. Passing is always all right: skip, say who would "
        "know, put it off, or say enough for now. Tab leads to the discussion, which scrolls, and "
        "to the buttons; one of them stops all questions to you."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Send"),
        Binding("f4", "editor", "Editor", tooltip="Write in your own editor ($EDITOR)"),
        *PASSING,
        Binding("ctrl+r", "credit", "Credit", show=False, tooltip="Credit: how you appear"),
        Binding("ctrl+up", "discussion(-3)", "Discussion up", show=False),
        Binding("ctrl+down", "discussion(3)", "Discussion down", show=False),
        Binding("escape", "back", "List", tooltip="Back to the list; what you wrote is kept"),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (12, "-low"), (20, "-tall")]  # noqa: RUF012 - the same
    DEFAULT_CSS = """
    QuestionScreen #place { height: 1fr; }
    QuestionScreen #where { height: 1; padding: 0 1; color: $text-muted; }
    QuestionScreen #around { height: 1fr; width: 1fr; }
    QuestionScreen #answering { height: 1fr; width: 1fr; min-height: 13; border-top: solid $panel; }
    QuestionScreen #question { padding: 0 1; height: auto; max-height: 6; }
    QuestionScreen #why { padding: 0 1; height: auto; max-height: 6; }
    QuestionScreen #notice { padding: 0 1; max-height: 4; text-style: bold; display: none; }
    QuestionScreen #notice.-told { display: block; }
    QuestionScreen AnswerBox { margin-top: 1; }
    QuestionScreen #ways { height: 1; padding: 0 1; }
    QuestionScreen #ways Button { margin-right: 1; min-width: 4; }
    QuestionScreen #ways #credit {
        min-width: 18; text-align: left; content-align: left middle; }
    QuestionScreen.-wide #place { layout: horizontal; }
    QuestionScreen.-wide #answering { border-top: none; border-left: solid $panel; }
    QuestionScreen.-low #around, QuestionScreen.-low #why { display: none; }
    QuestionScreen.-low #answering { min-height: 4; border-top: none; }
    QuestionScreen.-low AnswerBox { margin-top: 0; }
    QuestionScreen.-tiny #around, QuestionScreen.-tiny #why, QuestionScreen.-tiny #ways,
    QuestionScreen.-tiny #state { display: none; }
    QuestionScreen.-tiny #answering { min-height: 1; border-top: none; border-left: none; }
    QuestionScreen.-tiny #question { max-height: 1; }
    QuestionScreen.-tiny AnswerBox { margin-top: 0; }
    """

    def __init__(self, question_id: str) -> None:
        super().__init__()
        self.question_id = question_id
        self._records: QuestionRecords | None = None
        self._credit: Credit | None = None
        self._sending = False

    def compose_part(self) -> ComposeResult:
        """Discussion and answer beside each other where there is room, else one above the other."""
        with Vertical(id="place"):
            with Vertical(id="around"):
                yield Static(id="where")
                yield Discussion(widget_id="discussion")
            with Vertical(id="answering"):
                yield Static(id="question")
                yield Static(id="why")
                yield Static(id="notice")
                yield AnswerBox(self._save, most=MAX_ANSWER, most_kept=MAX_DRAFT)
        with Horizontal(id="ways"):
            for way, name in WAYS:
                yield Button(name, id=way, compact=True, action=f"screen.{way}")

    @property
    def box(self) -> AnswerBox:
        """Where the answer is typed and kept."""
        return self.query_one(AnswerBox)

    def on_mount(self) -> None:
        """The cursor is in the field before anything is read."""
        self.box.field.focus()
        self.app.writing.append(self._keep_last)
        super().on_mount()

    def on_unmount(self) -> None:
        """Nothing is written here any more."""
        self.app.writing.remove(self._keep_last)

    def _keep_last(self) -> None:
        self.box.kept(STORED_WITHIN)

    def read(self, seat: Seat) -> QuestionRecords:
        """The question, its discussion, and what was begun."""
        item = question_to(seat.work, seat.member, self.question_id)
        with seat.work.store.reading() as unit:
            member = unit.people.member(seat.member.id) or seat.member
        return QuestionRecords(
            item,
            draft_of(seat.work, seat.member, self.question_id),
            discussion_page(item, seat.member.id),
            destination_of(item),
            _comments(item),
            member.consent.credit,
        )

    def show(self, records: QuestionRecords) -> None:
        """Show it; the draft fills the field once, and what is typed stays."""
        first = self._records is None
        self._records = records
        question = records.item.question
        self.query_one("#where", Static).update(Text(records.discussion.where, no_wrap=True))
        self.query_one(Discussion).show(records.discussion)
        self.query_one("#question", Static).update(question_text(question))
        self.query_one("#why", Static).update(
            question_why(question, records.destination, records.comments)
        )
        if first and records.draft is not None:
            self.box.restore(records.draft.text)
        if question.status is not QuestionStatus.OPEN and not self._sending:
            self._close(CLOSED.get(question.status, "it closed"))
        self._show_credit()

    def _close(self, why: str) -> None:
        """The question closed meanwhile: what was written stays to be read and copied."""
        if self.box.field.read_only and self.query_one("#notice").has_class("-told"):
            return
        self.box.freeze()
        kept = " What you wrote is kept, for you to copy." if self.box.words.strip() else ""
        notice = self.query_one("#notice", Static)
        notice.update(Text(f"This question is not open any more: {why}.{kept}"))
        notice.add_class("-told")

    def _save(self, text: str) -> None:
        keep_draft(self.seat.work, self.seat.actor, self.question_id, text)

    def keep_words(self) -> bool:
        """Keep what was begun; whether there is anything."""
        self.box.keep_now()
        return bool(self.box.words.strip())

    def leave(self) -> None:
        """Back to the list."""
        self.app.pop_screen()

    def action_back(self) -> None:
        """Back to the list; what was written is kept."""
        self.box.keep_now()
        self.leave()

    def action_discussion(self, lines: int) -> None:
        """Scroll the discussion without leaving the field."""
        self.query_one(Discussion).scroll_relative(y=lines, animate=False)

    def action_send(self) -> None:
        """Send what is written. It is recorded first; everything else comes after."""
        text = self.box.words
        if self._sending or self._records is None:
            return
        if not text.strip():
            self.box.say("Nothing to send yet; to pass, there are other ways below")
            return
        if len(text) > MAX_ANSWER:
            over = len(text) - MAX_ANSWER
            self.app.tell(
                UserInputError(
                    f"an answer has at most {MAX_ANSWER:,} characters: cut {over:,}. All of it is "
                    "kept as your draft"
                )
            )
            return
        self._sending = True
        self.box.freeze()
        self.box.say("Sending\u2026")
        seat, credit = self.seat, self._credit
        self.act(
            lambda: record_answer(
                seat.work,
                seat.actor,
                self.question_id,
                AnswerKind.REPLY,
                text=text,
                credit=credit,
            ),
            self._sent,
            refused=self._not_sent,
        )

    def _sent(self, answer: Answer) -> None:
        from tui.screens.understood import UnderstoodScreen

        self.box.forget()
        self.app.switch_screen(UnderstoodScreen(answer))

    def _not_sent(self, _error: PassdownError) -> None:
        self._sending = False
        self.box.thaw()
        self.box.say("Not sent; what you wrote is kept")
        self.reload()

    def action_credit(self) -> None:
        """Choose, one after another, how one appears with this answer."""
        if self._records is None:
            return
        ways = (None, *(way for way in Credit if way is not self._records.credit))
        self._credit = ways[(ways.index(self._credit) + 1) % len(ways)]
        self._show_credit()
        mode = self._credit or self._records.credit
        default = "" if self._credit else ", which is your default"
        self.box.say(f"With this answer you appear {CREDIT_WORDS[mode]}{default}")

    def _show_credit(self) -> None:
        if self._records is None:
            return
        mode = self._credit or self._records.credit
        self.query_one("#credit", Button).label = f"{APPEARS[mode]} ^r"

    def action_editor(self) -> None:
        """Write in one's own editor; the draft is stored before the terminal is handed over."""
        if not self.app.may_open_editor:
            self.app.tell(UserInputError("your editor opens in a terminal, not in a browser"))
            return
        if self._sending or (self.box.field.read_only and not self.box.field.shows_part):
            return
        try:
            command = editor_command()
            self.box.kept(STORED_WITHIN)
            with self.app.suspend():
                written = edit_outside(self.box.words, command, MAX_DRAFT)
        except PassdownError as error:
            self.app.tell(error)
            return
        except SuspendNotSupported:
            self.app.tell(UserInputError("this terminal cannot be handed to an editor"))
            return
        self.box.take(written)
        self.box.keep_now()
        self.box.field.focus()


def _comments(item: InboxItem) -> tuple[str, ...]:
    if not item.dossier.sent_back:
        return ()
    return tuple(dict.fromkeys(r.comment for r in item.dossier.reviews if r.comment))
