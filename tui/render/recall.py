"""What the memory says to a question: the advice, when it does not apply, then what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.console import RenderableType
from rich.text import Text

from agent.services.recall import FoundGuide, Recall
from memory.records.guide import GuideSentence
from tui.render.guide import GuidePage
from tui.render.listing import hanging, heading, indented, spaced
from tui.render.safe import one_line
from tui.render.times import counted, said_date, said_time


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
        return [*lines, Text("Nobody in the archive was found who wrote in these words either.")]
    lines += [Text(), Text("These people have written about it and might know:")]
    for knower in recall.who:
        name = f"{one_line(knower.member.name)} (@{one_line(knower.member.handle)})"
        lines.append(hanging("-", Text(f"{name}, {counted(knower.messages, 'message')}")))
    return lines


def _found_block(found: FoundGuide, page: GuidePage, now: datetime) -> list[RenderableType]:
    guide = found.page.guide
    version = guide.current
    notes: dict[str, int] = {}
    lines: list[RenderableType] = [heading(version.title)]
    life = f"published {said_time(guide.published_at, now)}" if guide.published_at else ""
    if guide.review_by is not None and guide.review_by < now:
        life += f"; its review was due {said_date(guide.review_by)}, so check before you rely on it"
    if life:
        lines.append(Text(life, style="dim"))
    lines += [Text(), indented(_cited(version.summary, notes))]
    boundaries = found.boundaries()
    if boundaries:
        lines += [Text(), Text("When this does not apply", style="bold")]
        lines += _sentences(boundaries, notes)
    else:
        lines += [Text(), Text("Nobody has said yet when this does not apply.", style="italic")]
    told = (version.summary, *boundaries)
    matched = [sentence for sentence in found.sentences() if sentence not in told]
    others = [s for section in version.sections[:2] for s in section.sentences if s not in told]
    said = matched or others
    if said:
        lines += [Text(), Text("What was said", style="bold"), *_sentences(said, notes)]
    lines += [Text(), Text("Sources", style="bold")]
    lines += [hanging(f"[{number}]", _source(page, place)) for place, number in notes.items()]
    return lines


def _sentences(sentences: Sequence[GuideSentence], notes: dict[str, int]) -> list[RenderableType]:
    return [hanging("-", _cited(sentence, notes)) for sentence in sentences]


def _cited(sentence: GuideSentence, notes: dict[str, int]) -> Text:
    """A sentence with the numbers of the messages it comes from, each once."""
    cited = dict.fromkeys(span.message_id for span in sentence.evidence)
    for message_id in cited:
        notes.setdefault(message_id, len(notes) + 1)
    marks = "".join(f" [{notes[message_id]}]" for message_id in cited)
    return Text.assemble(one_line(sentence.text), (marks, "dim"))


def _source(page: GuidePage, message_id: str) -> Text:
    """Who said it, where and when; the words stand above, verbatim, or in the guide."""
    message = page.messages.get(message_id)
    author = message.author_id if message else None
    parts = [one_line(page.who(author))]
    if message is not None and page.is_named(author):
        parts += [message.kind.value, said_date(message.sent_at)]
    return Text(", ".join(parts))
