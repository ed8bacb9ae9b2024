"""What the memory says to a question: limits it meets, the advice, its limits, what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.console import RenderableType
from rich.text import Text

from agent.method.applicability import Applicability
from agent.services.recall import FoundGuide, Recall
from memory.records.guide import GuideSentence
from memory.records.inquiry import Facet
from prompts import load_catalogue
from prompts.recall import load_recall
from tui.render.guide import GuidePage
from tui.render.listing import hanging, heading, indented, spaced
from tui.render.marks import mark_lines
from tui.render.safe import one_line
from tui.render.stopped import asked_lines
from tui.render.times import counted, said_date, said_time


def recall_blocks(
    recall: Recall, pages: Mapping[str, GuidePage], now: datetime
) -> list[RenderableType]:
    """What is stopped, then found guides best first, or that nothing is known and who might."""
    stopped = asked_lines(recall.stopped, recall.held)
    first: list[RenderableType] = [hanging("!", Text(line, style="bold")) for line in stopped]
    if not recall.guides:
        return first if recall.held else [*first, *_nothing_known(recall)]
    found = (_found_block(one, pages[one.page.guide.id], now) for one in recall.guides)
    return [*first, *([Text()] if first else []), *spaced(found)]


def _nothing_known(recall: Recall) -> list[RenderableType]:
    say = load_recall().say
    lines: list[RenderableType] = [heading(say("nothing"))]
    if recall.is_foreign:
        lines.append(Text(say("foreign")))
    if not recall.who:
        return [*lines, Text(say("nobody"))]
    lines += [Text(), Text(say("who"))]
    for knower in recall.who:
        name = f"{one_line(knower.member.name)} (@{one_line(knower.member.handle)})"
        lines.append(hanging("-", Text(f"{name}, {counted(knower.messages, 'message')}")))
    return lines


def _found_block(found: FoundGuide, page: GuidePage, now: datetime) -> list[RenderableType]:
    say, version = load_recall().say, found.page.guide.current
    notes: dict[str, int] = {}
    lines: list[RenderableType] = [heading(version.title), *_life(found, now)]
    lines += [hanging("!", Text(line, style="bold")) for line in mark_lines(page.marks)]
    first = _first(found.applies, notes, page)
    lines += [Text(), *first] if first else []
    lines += [Text(), Text(say("advice"), style="bold")] if first else [Text()]
    lines.append(indented(_cited(version.summary, notes, page)))
    met = {sentence.text for sentence in found.applies.limits}
    limits = [sentence for sentence in found.boundaries() if sentence.text not in met]
    if limits:
        lines += [Text(), Text(say("limits"), style="bold"), *_sentences(limits, notes, page)]
    elif not found.boundaries() and not version.states(Facet.BOUNDARY):
        lines += [Text(), Text(say("limits_open"), style="italic")]
    if said := found.further():
        lines += [Text(), Text(say("said"), style="bold"), *_sentences(said, notes, page)]
    lines += [Text(), Text(say("sources"), style="bold")]
    lines += [hanging(f"[{number}]", _source(page, place)) for place, number in notes.items()]
    return lines


def _life(found: FoundGuide, now: datetime) -> list[RenderableType]:
    say, guide = load_recall().say, found.page.guide
    life = []
    if guide.published_at:
        life.append(say("published", when=said_time(guide.published_at, now)))
    if guide.review_by is not None and guide.review_by < now:
        life.append(say("overdue", day=said_date(guide.review_by)))
    return [Text("; ".join(life), style="dim")] if life else []


def _first(applies: Applicability, notes: dict[str, int], page: GuidePage) -> list[RenderableType]:
    """What has to be known before the advice is read."""
    say = load_recall().say
    lines: list[RenderableType] = []
    for key, sentences in (("limit_met", applies.limits), ("elsewhere", applies.elsewhere)):
        if sentences:
            lines += [Text(say(key), style="bold"), *_sentences(sentences, notes, page)]
    if applies.unspoken:
        names = ", ".join(f"\u201c{one_line(name)}\u201d" for name in applies.unspoken)
        lines.append(Text(say("unspoken", names=names), style="bold"))
    return lines


def _sentences(
    sentences: Sequence[GuideSentence], notes: dict[str, int], page: GuidePage
) -> list[RenderableType]:
    return [hanging("-", _cited(sentence, notes, page)) for sentence in sentences]


def _cited(sentence: GuideSentence, notes: dict[str, int], page: GuidePage) -> Text:
    """A sentence with the numbers of the messages it comes from, each once."""
    cited = dict.fromkeys(span.message_id for span in sentence.evidence)
    for message_id in cited:
        notes.setdefault(message_id, len(notes) + 1)
    marks = "".join(f" [{notes[message_id]}]" for message_id in cited)
    asked = one_line(page.asked(sentence, load_catalogue()))
    question = (f"{asked} " if asked else "", "italic")
    return Text.assemble(question, one_line(sentence.text), (marks, "dim"))


def _source(page: GuidePage, message_id: str) -> Text:
    """Who said it, where and when; the words stand above, verbatim, or in the guide."""
    message = page.messages.get(message_id)
    author = message.author_id if message else None
    parts = [one_line(page.who(author))]
    if message is not None and page.is_named(author):
        parts += [message.kind.value, said_date(message.sent_at)]
    return Text(", ".join(parts))
