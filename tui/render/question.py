"""One question as it stands in a person's inbox: what they wrote, what is asked, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from memory.records.inquiry import Question
from memory.records.talk import Message
from prompts.catalogue import Catalogue
from tui.render.safe import one_line, visible
from tui.render.times import said_date

_AROUND = 280
"""Characters of the message shown on each side of the quoted words."""
CHOICES = ("question_skip", "question_not_me", "question_stop")
"""Keys of the wording catalogue."""


DESTINATION = "a guide for this community, after you have confirmed every sentence"
"""Where answers go, but for those in a review of an incident."""


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """Everything that the inbox shows of one question."""

    question: Question
    quoted: Message
    """The message that the question quotes."""
    thread_title: str = ""
    channel: str = ""
    before: Sequence[tuple[str, str]] = ()
    """Name and words of the messages just before the quoted one, oldest first."""
    destination: str = DESTINATION
    """Where the answer goes, in words."""
    author: str = ""
    """Who wrote the quoted words, where that is not the person who is asked."""


def quoted_excerpt(message: Message, start: int, end: int) -> Text:
    """The words around `message.text[start:end]`, with those marked by >> and << and in bold."""
    first = max(0, start - _AROUND)
    last = min(len(message.text), end + _AROUND)
    if first:
        first = message.text.find(" ", first, start) + 1 or first
    if last < len(message.text):
        blank = message.text.rfind(" ", end, last)
        last = blank if blank >= 0 else last
    return Text.assemble(
        "\u2026 " if first else "",
        visible(message.text[first:start]).lstrip(),
        (f">>{visible(message.text[start:end])}<<", "bold"),
        visible(message.text[end:last]).rstrip(),
        " \u2026" if last < len(message.text) else "",
    )


def _minutes(minutes: float) -> str:
    return "about a minute" if minutes <= 1 else f"about {minutes:g} minutes"


def _writer(page: QuestionPage) -> str:
    """`You` for one's own words, else their author by name."""
    if page.quoted.author_id == page.question.asked_of:
        return "You"
    return one_line(page.author) or "Somebody"


def question_renderable(page: QuestionPage, catalogue: Catalogue) -> RenderableType:
    """The question for a terminal of any width; every choice is named in words."""
    question = page.question
    where = " \u2014 ".join(
        one_line(part) for part in (page.channel, page.thread_title) if part.strip()
    )
    parts: list[RenderableType] = []
    if where:
        parts += [Text(where, style="bold"), Text()]
    for name, words in page.before:
        parts.append(Text(f"{one_line(name)}: {one_line(words)}", style="dim"))
    parts += [
        Text(f"{_writer(page)} wrote on {said_date(page.quoted.sent_at)}:"),
        Padding(
            quoted_excerpt(page.quoted, question.quote.start, question.quote.end), (0, 0, 0, 2)
        ),
        Text(),
        Text.assemble(("QUESTION  ", "bold"), (one_line(question.text), "bold")),
        Text(f"Why you: {one_line(question.because)}"),
        Text(f"It takes {_minutes(question.minutes)}. Your answer goes to {page.destination}."),
        Text(),
        Text(f"Reply in your own words to {question.id}, or choose:"),
    ]
    parts += [Padding(Text(catalogue.say(key)), (0, 0, 0, 2)) for key in CHOICES]
    return Group(*parts)
