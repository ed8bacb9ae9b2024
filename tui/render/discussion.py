"""A discussion as it was, with the words that a question is about lit, for a scrolling view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from rich.console import Console
from rich.text import Text

from agent.services.answering import InboxItem
from memory.records.inquiry import Question
from memory.records.talk import Message
from tui.render.listing import place_of
from tui.render.safe import one_line, visible
from tui.render.times import said_date

AROUND = 150
"""Messages shown on each side of the quoted one; a longer discussion says what it leaves out."""
OPEN, CLOSE = ">>", "<<"
"""Marks around the quoted words, so that they are seen without colour."""
_LIT = "bold reverse"
_MARGIN = 2
_FEWEST_CELLS = 4


@dataclass(frozen=True, slots=True)
class Said:
    """One message as a discussion shows it."""

    name: str
    at: datetime
    text: str
    part: str = ""
    """What it was beside being said: `accepted answer`, `to the agent`."""
    lit: tuple[int, int] | None = None
    """The quoted stretch, in characters of `text`."""


@dataclass(frozen=True, slots=True)
class DiscussionPage:
    """A discussion around one question."""

    where: str
    said: tuple[Said, ...]
    earlier: int = 0
    """Messages before those shown."""
    later: int = 0


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The lines of a discussion at one width, and the first one with quoted words."""

    lines: tuple[Text, ...]
    quoted: int


def discussion_page(item: InboxItem, member_id: str) -> DiscussionPage:
    """The thread of a question as its person may see it, then what they told the agent before."""
    view, question = item.dossier.view, item.question
    said = [
        Said(
            _name(item, message.author_id, member_id),
            message.sent_at,
            message.text,
            _part(item, message),
            _lit(message, question),
        )
        for message in view.messages
        if not message.deleted and message.text.strip()
    ]
    place = next((n for n, one in enumerate(said) if one.lit), None)
    own = _told(item, member_id)
    place = len(said) if place is None and own else place or 0
    first, last = max(0, place - AROUND), place + AROUND + 1
    return DiscussionPage(
        where=place_of(view.thread),
        said=(*said[first:last], *own),
        earlier=first,
        later=max(0, len(said) - last),
    )


def _name(item: InboxItem, author_id: str | None, member_id: str) -> str:
    if author_id == member_id:
        return "You"
    author = item.dossier.view.people.get(author_id or "")
    return author.name if author else "Somebody"


def _part(item: InboxItem, message: Message) -> str:
    accepted = item.dossier.view.thread.accepted_message_id == message.id
    return "the accepted answer" if accepted else ""


def _lit(message: Message, question: Question) -> tuple[int, int] | None:
    quote = question.quote
    return (quote.start, quote.end) if quote.message_id == message.id else None


def _told(item: InboxItem, member_id: str) -> list[Said]:
    """What the agent asked before and this person answered; what others told it stays out,
    but for the very message that is quoted.
    """
    told: list[Said] = []
    for asked in item.dossier.questions:
        reply = item.dossier.replies.get(asked.id)
        if reply is None or asked.id == item.question.id:
            continue
        lit = _lit(reply, item.question)
        if reply.author_id != member_id and lit is None:
            continue
        told.append(Said("The agent", asked.delivered_at or asked.composed_at, asked.text, "asked"))
        name = _name(item, reply.author_id, member_id)
        told.append(Said(name, reply.sent_at, reply.text, "told to the agent", lit))
    return told


def wrap_discussion(page: DiscussionPage, width: int) -> Wrapped:
    """Break a discussion into lines of at most `width` cells."""
    cells = max(_FEWEST_CELLS, width - _MARGIN)
    lines: list[Text] = []
    quoted = 0
    if page.earlier:
        lines += [Text(f"({page.earlier:,} earlier messages are not shown)", style="dim"), Text()]
    for place, said in enumerate(page.said):
        if place:
            lines.append(Text())
        lines += _lines(_heading(said), width)
        for line in _lines(_body(said), cells):
            if said.lit is not None and OPEN in line.plain and not quoted:
                quoted = len(lines)
            lines.append(Text.assemble(" " * _MARGIN, line))
    if page.later:
        lines += [Text(), Text(f"({page.later:,} later messages are not shown)", style="dim")]
    return Wrapped(tuple(lines), quoted)


def _heading(said: Said) -> Text:
    part = f", {said.part}" if said.part else ""
    return Text.assemble((one_line(said.name), "bold"), (f", {said_date(said.at)}{part}", "dim"))


def _body(said: Said) -> Text:
    if said.lit is None:
        return Text(visible(said.text).strip("\n"))
    start, end = said.lit
    return Text.assemble(
        visible(said.text[:start]).lstrip("\n"),
        (f"{OPEN}{visible(said.text[start:end])}{CLOSE}", _LIT),
        visible(said.text[end:]).rstrip("\n"),
    )


def _lines(text: Text, width: int) -> Iterable[Text]:
    return text.wrap(_console(), max(1, width), overflow="fold")


@lru_cache(maxsize=1)
def _console() -> Console:
    """Only for wrapping: nothing is printed on it."""
    return Console(width=80, color_system=None, legacy_windows=False)


def lit_lines(wrapped: Wrapped) -> Sequence[int]:
    """Numbers of the lines that hold quoted words."""
    return [
        number
        for number, line in enumerate(wrapped.lines)
        if any(span.style == _LIT for span in line.spans)
    ]
