"""A guide sentence by sentence: what will stand in somebody's name, and which words it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from memory.records.guide import Guide, GuideStatus, Review
from memory.records.people import Credit
from memory.records.talk import MessageKind
from prompts.catalogue import Catalogue
from tui.render.listing import GUIDE_STATUS, hanging, heading, indented, place_of, shorten
from tui.render.safe import one_line
from tui.render.times import counted, said_date

if TYPE_CHECKING:
    from agent.services.confirming import NumberedSentence, SourceWords
    from agent.services.mine import InMyName, OwnAnswer, OwnGuide

Json = dict[str, Any]
ANSWER_CELLS = 120
CREDIT_WORDS = {
    Credit.CREDITED: "with your name",
    Credit.ROLE_ONLY: "with your title or role alone",
    Credit.CHATHAM_HOUSE: "unnamed, by the Chatham House rule",
}


def sentence_blocks(
    sentences: Sequence[NumberedSentence], member_id: str | None, catalogue: Catalogue
) -> list[RenderableType]:
    """Numbered sentences with their sources; of one member where given, else all of them."""
    lines: list[RenderableType] = []
    for each in sentences:
        if member_id is not None and member_id not in each.sentence.author_ids:
            continue
        where = "In one sentence" if each.facet is None else catalogue.facets[each.facet].heading
        lacking = each.missing if member_id is None else [m for m in each.missing if m == member_id]
        state = "waits for a yes" if lacking else "confirmed"
        lines.append(Text(f"{each.number}. {where}, {state}", style="bold"))
        if each.sentence.asked:
            lines.append(indented(Text(f"Asked: {one_line(each.sentence.asked)}", style="dim"), 3))
        lines.append(indented(Text(one_line(each.sentence.text)), 3))
        lines += [indented(_source(source), 3) for source in each.sources]
        lines.append(Text())
    return lines[:-1]


def _source(source: SourceWords) -> RenderableType:
    """The words cited, who wrote them, where and when."""
    who = one_line(source.author.name) if source.author else "somebody"
    told = source.message.kind is MessageKind.INTERVIEW
    where = "told to the agent" if told else place_of(source.thread) or source.message.kind.value
    head = f"{who}, {where}, {said_date(source.message.sent_at)}: "
    return hanging("<", Text(f"{head}\u201c{one_line(source.span.quote)}\u201d", style="dim"))


def sentence_payloads(sentences: Sequence[NumberedSentence]) -> list[Json]:
    """The same for programs."""
    return [
        {
            "number": each.number,
            "facet": each.facet.value if each.facet else None,
            "text": each.sentence.text,
            "asked": each.sentence.asked,
            "authors": list(each.sentence.author_ids),
            "missing": list(each.missing),
            "sources": [
                {
                    "quote": source.span.quote,
                    "message_id": source.span.message_id,
                    "author": source.author.name if source.author else None,
                    "thread": source.thread.title,
                    "channel": source.thread.channel,
                    "kind": source.message.kind.value,
                    "when": source.message.sent_at.isoformat(),
                }
                for source in each.sources
            ],
        }
        for each in sentences
    ]


def comment_lines(reviews: Sequence[Review]) -> list[RenderableType]:
    """What stewards wrote when they sent a guide back, each once, oldest first."""
    told = dict.fromkeys((r.decided_at, r.comment) for r in reviews if r.comment)
    return [
        indented(Text(f"A steward on {said_date(at)}: {one_line(comment)}", style="italic"))
        for at, comment in told
    ]


def own_guide_block(own: OwnGuide) -> list[RenderableType]:
    """One guide in a person's list."""
    guide = own.guide
    notes = [
        GUIDE_STATUS[guide.status],
        counted(own.sentences, "sentence"),
        CREDIT_WORDS[own.credit],
    ]
    if own.missing:
        notes.append(f"{own.missing} without your yes")
    lines: list[RenderableType] = [
        Text.assemble((guide.id, "bold"), f"  version {guide.current.number}"),
        indented(Text(one_line(guide.current.title))),
        indented(Text("; ".join(notes), style="dim")),
    ]
    if own.together and guide.status is GuideStatus.PUBLISHED:
        told = counted(own.together, "sentence")
        lines.append(
            indented(
                Text(
                    f"You confirmed {told} together. Wording can tell who speaks: read each, and "
                    "correct or strike what gives you away.",
                    style="italic",
                )
            )
        )
    return lines


def answer_block(own: OwnAnswer) -> list[RenderableType]:
    """One answer in a person's list."""
    state = own.inquiry.status.value.replace("_", " ") if own.inquiry else "unknown"
    return [
        Text.assemble((own.question.id, "bold"), f"  {said_date(own.answer.given_at)}; {state}"),
        indented(Text(f"\u201c{shorten(own.message.own_words(), ANSWER_CELLS)}\u201d")),
    ]


def mine_heading(mine: InMyName) -> list[RenderableType]:
    """Who, and how they appear unless a guide says otherwise."""
    return [
        heading(f"In the name of {mine.member.name}"),
        Text(f"By default you appear {CREDIT_WORDS[mine.member.consent.credit]}."),
    ]


def own_guide_payload(own: OwnGuide) -> Json:
    """One guide of a person, for programs."""
    guide: Guide = own.guide
    return {
        "id": guide.id,
        "title": guide.current.title,
        "status": guide.status.value,
        "version": guide.current.number,
        "sentences": own.sentences,
        "missing": own.missing,
        "confirmed_together": own.together,
        "credit": own.credit.value,
    }


def answer_payload(own: OwnAnswer) -> Json:
    """One answer of a person, for programs."""
    return {
        "question": own.question.id,
        "asked": own.question.text,
        "text": own.message.own_words(),
        "given_at": own.answer.given_at.isoformat(),
        "inquiry": own.inquiry.status.value if own.inquiry else None,
        "guide": own.inquiry.guide_id if own.inquiry else None,
    }
