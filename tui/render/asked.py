"""What the inbox says of questions: lines of its list, and the question above its answer field."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from rich.text import Text

from agent.services.answering import InboxItem
from agent.services.asked import Asked, AskedLine, Comes, Next
from agent.services.drafts import MAX_DRAFT, Unsent
from memory.records.guide import Guide
from memory.records.inquiry import CloseReason, Question, QuestionStatus
from prompts.incident import load_incident
from tui.render.listing import place_of, shorten
from tui.render.question import DESTINATION
from tui.render.safe import one_line
from tui.render.times import counted, said_time

if TYPE_CHECKING:
    from agent.services.widening import Consent

CLOSED: dict[QuestionStatus, str] = {
    QuestionStatus.ANSWERED: "it was answered",
    QuestionStatus.SKIPPED: "it was skipped",
    QuestionStatus.ENOUGH: "you said enough for now",
    QuestionStatus.REFERRED: "it went to somebody else",
    QuestionStatus.STOPPED: "it was withdrawn",
    QuestionStatus.EXPIRED: "its time ran out",
}
"""Why a question is not open any more."""
ENDED: dict[CloseReason, str] = {
    CloseReason.NOTHING_MISSING: "nothing was missing",
    CloseReason.NOBODY_TO_ASK: "there is nobody else to ask",
    CloseReason.SKIPPED: "nothing was told, and that is all right",
    CloseReason.STOPPED: "you are not asked any more",
    CloseReason.TIMED_OUT: "its time ran out",
    CloseReason.TOO_LITTLE: "what was told is too little for a guide by itself; it is kept",
    CloseReason.NOT_CONFIRMED: "its draft was let go",
    CloseReason.REJECTED: "a steward let its guide go",
    CloseReason.SOURCE_DELETED: "the message it is about was deleted",
    CloseReason.SOURCE_WITHDRAWN: "the discussion is not public any more",
    CloseReason.WITHDRAWN: "its words were taken back",
    CloseReason.RETRACTED: "a steward took its guide back",
    CloseReason.GATED: "the discussion is not one to ask about any more",
}
"""Why an inquiry ended without a guide."""


def minutes_told(question: Question) -> str:
    """How long an answer takes."""
    return "about a minute" if question.minutes <= 1 else f"about {question.minutes:g} minutes"


def question_row(line: AskedLine, now: datetime, width: int, zone: tzinfo) -> Text:
    """One open question in the list: what is asked, then how long, since when and where from."""
    question = line.question
    notes = [minutes_told(question)]
    if question.snoozed_until is not None and question.snoozed_until > now:
        notes.append(f"put off until {day_told(question.snoozed_until, zone)}")
    elif question.delivered_at is not None:
        notes.append(f"asked {said_time(question.delivered_at, now)}")
    if question.reminded_at is not None:
        notes.append("a second and last notice")
    if line.begun:
        notes.append("answer begun")
    if line.thread is not None and (where := place_of(line.thread)):
        notes.append(where)
    return _two_lines(question.text, "; ".join(notes), width)


def elsewhere_told(asked: Asked, zone: tzinfo) -> list[Text]:
    """What a list of open questions does not show: put off, and words that were not sent."""
    lines: list[Text] = []
    if asked.snoozed:
        until = asked.snoozed[0].question.snoozed_until
        first = f", the first until {day_told(until, zone)}" if until else ""
        lines.append(Text(f"{counted(len(asked.snoozed), 'question')} put off{first}."))
    if asked.unsent:
        told = counted(len(asked.unsent), "unsent answer")
        lines.append(Text(f"{told} kept: `passdown expert` shows what you wrote."))
    return lines


def draft_row(guide: Guide, width: int) -> Text:
    """One draft that waits for a yes."""
    told = counted(len(guide.current.sentences()), "sentence")
    return _two_lines(guide.current.title, f"{told} to confirm, correct or strike", width)


def consent_row(asked: Consent, width: int) -> Text:
    """One guide that may show words of theirs to everybody, if they agree."""
    because = asked.width.wish.because if asked.width.wish is not None else ""
    return _two_lines(asked.width.guide.current.title, f"a steward asks: {because}", width)


def unsent_row(one: Unsent, now: datetime, width: int) -> Text:
    """Words that were not sent before their question closed."""
    notes = (
        f"not sent: {CLOSED.get(one.question.status, 'it closed')}; written "
        f"{said_time(one.draft.saved_at, now)}, {counted(len(one.draft.text), 'character')}"
    )
    return _two_lines(one.question.text, notes, width)


def _two_lines(first: str, second: str, width: int) -> Text:
    return Text.assemble(
        shorten(first, max(8, width)), "\n", (shorten(second, max(8, width)), "dim")
    )


def day_told(at: datetime, zone: tzinfo) -> str:
    """`Mon 5 May, 10:00` on the person's own clock."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def question_text(question: Question) -> Text:
    """What is asked."""
    return Text(one_line(question.text), style="bold")


def destination_of(item: InboxItem) -> str:
    """Where an answer goes, in words."""
    if item.dossier.incident is None:
        return DESTINATION
    return load_incident().wording.destination


def question_why(question: Question, destination: str, comments: Iterable[str] = ()) -> Text:
    """Why it is asked, how long it takes, and where the answer goes.

    `comments` are what stewards wrote when they sent the guide back.
    """
    why = f"Why you: {one_line(question.because)} It takes {minutes_told(question)}."
    where = f"Your answer goes to {one_line(destination)}."
    said = [f"A steward: {one_line(comment)}" for comment in comments]
    return Text("\n".join([f"{why} {where}", *said]), style="dim")


def size_told(characters: int, most: int) -> str:
    """How long an answer is, once that matters."""
    if characters > most:
        return f"{characters:,} characters: cut {characters - most:,} to send it"
    if characters > most * 0.8:
        return f"{characters:,} of {most:,} characters"
    return ""


def too_long_told(characters: int, most: int) -> str:
    """What becomes of words that are far too many for an answer."""
    return (
        f"{characters:,} characters, and an answer has at most {most:,}: cut "
        f"{characters - most:,} to send it. All of it is kept as your draft; above is its "
        "beginning. F4 opens it in your editor, ctrl+z takes the paste back."
    )


def refused_paste(characters: int) -> str:
    """What is said of a paste that is not even a draft."""
    return (
        f"{characters:,} characters were not taken in: a draft holds {MAX_DRAFT:,}. What you had "
        "written is as it was."
    )


def next_told(next_: Next) -> Text:
    """What comes after an answer."""
    if next_.comes is Comes.QUESTION and next_.question is not None:
        return Text.assemble(
            f"One more question would help, {minutes_told(next_.question)}:\n",
            (one_line(next_.question.text), "bold"),
        )
    if next_.comes is Comes.LATER:
        return Text("There may be one more question, another day. That is all for today.")
    if next_.comes is Comes.CONFIRM:
        return Text("That was all. A draft of your words waits for your yes under My words (F3).")
    if next_.comes is Comes.OTHERS:
        return Text("That was all from you. It goes on with others.")
    if next_.ended is None:
        return Text("That was all. The guide is published.")
    return Text(f"That was all: {ENDED[next_.ended]}.")
