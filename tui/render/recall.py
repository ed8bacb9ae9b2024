"""What the memory says to a question: the conditions first, then passages with their citations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.console import RenderableType
from rich.text import Text

from agent.services.recall import FoundGuide, Recall
from memory.records.guide import GuideSentence
from memory.records.talk import EvidenceSpan
from tui.render.guide import GuidePage
from tui.render.listing import hanging, heading, shorten, spaced
from tui.render.safe import one_line
from tui.render.times import counted, said_date, said_time

_CITED_CELLS = 240


def recall_blocks(
    recall: Recall, pages: Mapping[str, GuidePage], now: datetime
) -> list[RenderableType]:
    """Found guides best first, or that nothing is known and who might know."""
    if not recall.guides:
        return _nothing_known(recall)
    return spaced(_found_block(found, pages[found.page.guide.id], now) for found in recall.guides)


def _nothing_known(recall: Recall) -> list[RenderableType]:
    lines: list[RenderableType] = [heading("Nothing is known about this yet.")]
    if not recall.who:
        return [*lines, Text("Nobody in the archive has written about it either.")]
    lines += [Text(), Text("These people have written about it and might know:")]
    for knower in recall.who:
        name = f"{one_line(knower.member.name)} (@{one_line(knower.member.handle)})"
        lines.append(hanging("-", Text(f"{name}, {counted(knower.messages, 'message')}")))
    return lines


def _found_block(found: FoundGuide, page: GuidePage, now: datetime) -> list[RenderableType]:
    guide = found.page.guide
    notes: dict[EvidenceSpan, int] = {}
    lines: list[RenderableType] = [heading(guide.current.title)]
    life = f"published {said_time(guide.published_at, now)}" if guide.published_at else ""
    if guide.review_by is not None and guide.review_by < now:
        life += f"; its review was due {said_date(guide.review_by)}, so check before you rely on it"
    if life:
        lines.append(Text(life, style="dim"))
    boundaries = found.boundaries()
    if boundaries:
        lines += [Text(), Text("When this does not apply", style="bold")]
        lines += _sentences(boundaries, notes)
    else:
        lines += [Text(), Text("Nobody has said yet when this does not apply.", style="italic")]
    said = [sentence for sentence in found.sentences() if sentence not in boundaries]
    if said:
        lines += [Text(), Text("What was said", style="bold"), *_sentences(said, notes)]
    lines += [Text(), Text("Sources", style="bold")]
    lines += [hanging(f"[{number}]", _source(page, span)) for span, number in notes.items()]
    return lines


def _sentences(
    sentences: Sequence[GuideSentence], notes: dict[EvidenceSpan, int]
) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for sentence in sentences:
        for span in sentence.evidence:
            notes.setdefault(span, len(notes) + 1)
        marks = "".join(f" [{notes[span]}]" for span in sentence.evidence)
        lines.append(hanging("-", Text.assemble(one_line(sentence.text), (marks, "dim"))))
    return lines


def _source(page: GuidePage, span: EvidenceSpan) -> Text:
    message = page.messages.get(span.message_id)
    author = message.author_id if message else None
    when = f", {said_date(message.sent_at)}" if message and page.is_named(author) else ""
    quote = shorten(span.quote, _CITED_CELLS)
    return Text(f"\u201c{quote}\u201d \u2014 {one_line(page.who(author))}{when}")
