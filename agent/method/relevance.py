"""What of a long answer earns its place in a guide: what is near to the matter asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.method.measures import count_words
from agent.method.passage import Passage
from agent.method.words import content_stems
from memory.records.talk import EvidenceSpan
from prompts.synthesis import load_synthesis


def within_focus(
    summary: Passage, passages: Sequence[Passage], title: str, quotes: Sequence[EvidenceSpan]
) -> list[Passage]:
    """The passages that a reader with the problem has time for, in their order.

    What was told to the agent always stays, and so does what somebody contradicts. Of the thread,
    passages that share words with the question, the quotes or the answers come first, and those
    in a paragraph that was asked about; they fill the guide up to the words it should have.
    """
    entry = load_synthesis().focus
    topic = set(content_stems(title)) | set(content_stems(summary.body))
    for told in (*(q.quote for q in quotes), *(p.body for p in passages if p.told)):
        topic |= set(content_stems(told))
    asked = {
        (p.spans[0].message_id, p.paragraph)
        for p in (summary, *passages)
        for quote in quotes
        if p.spans[0].message_id == quote.message_id
        and p.spans[0].start <= quote.start < p.spans[-1].end
    }
    made: list[Passage] = []
    for passage in passages:
        shared = len(topic & set(content_stems(passage.body)))
        near = (passage.spans[0].message_id, passage.paragraph) in asked
        bonus = entry.shared * min(shared, entry.most_shared) + entry.near * near
        made.append(replace(passage, value=passage.value * (1 + bonus) + bonus / 10))
    total = count_words(summary.text)
    total += sum(count_words(p.text) for p in made if _stays(p))
    chosen: set[int] = set()
    for place in sorted(range(len(made)), key=lambda n: (-made[n].value, n)):
        longer = total + count_words(made[place].text)
        if _stays(made[place]) or made[place].value < entry.least or longer > entry.words:
            continue
        total = longer
        chosen.add(place)
    return [p for n, p in enumerate(made) if n in chosen or _stays(p)]


def _stays(passage: Passage) -> bool:
    return passage.told or bool(passage.dispute)
