"""What stands in front of words that do not say what they are about, each of it once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from agent.method.passage import Passage
from memory.records.guide import GuideSentence, GuideVersion
from memory.records.talk import EvidenceSpan, Message

MOST_LEADING = 20
"""Words of a sentence that is repeated in brackets to lead another."""


def unstopped(message: Message, span: EvidenceSpan) -> EvidenceSpan:
    """A span without the stop at its end."""
    end = span.start + len(span.quote.rstrip(" .!\u2026"))
    return EvidenceSpan.of(message, span.start, max(end, span.start + 1))


def without_repeats(passages: Sequence[Passage]) -> list[Passage]:
    """Drop a question or a lead that stands directly above: before, in or over the last passage."""
    kept: list[Passage] = []
    question = ""
    for passage in passages:
        lead, above = passage.lead, kept[-1] if kept else None
        asked = "" if passage.opening else passage.asked
        if above is None or above.spans[0].message_id != passage.spans[0].message_id:
            question = ""
        if asked and asked == question and not passage.dispute:
            kept.append(replace(passage, asked=""))
            continue
        question = asked or question
        if lead is not None and above is not None:
            said = f"{_led(above)} {above.body}".casefold()
            if lead.quote.casefold() in said:
                kept.append(replace(passage, lead=None))
                continue
        kept.append(passage)
    return kept


def _led(passage: Passage) -> str:
    return "" if passage.lead is None else passage.lead.quote


def only_recorded(version: GuideVersion, questions: Iterable[str]) -> GuideVersion:
    """The version without any question in front of a sentence that nobody recorded."""
    known = frozenset(questions)

    def checked(sentence: GuideSentence) -> GuideSentence:
        if not sentence.asked or sentence.asked in known:
            return sentence
        return sentence.model_copy(update={"asked": ""})

    sections = tuple(
        section.model_copy(update={"sentences": tuple(map(checked, section.sentences))})
        for section in version.sections
    )
    return version.model_copy(update={"summary": checked(version.summary), "sections": sections})
