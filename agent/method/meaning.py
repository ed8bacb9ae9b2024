"""What an answer says once its author has said what some of its sentences are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from agent.method.readings import AnswerQuality, AnswerReading, FacetReading, ReadSentence
from agent.method.sentences import own_sentences
from memory.records.inquiry import Facet
from memory.records.talk import Message

Meant = Mapping[int, Facet | None]
"""Start of a sentence in its message to the facet its author chose; `None`: nothing to keep."""


def as_meant(reading: AnswerReading, answer: Message, meant: Meant) -> AnswerReading:
    """The reading with its author's word in the place of the agent's, sentence by sentence.

    A sentence that the agent passed over counts where its author says what it is about. An answer
    of which its author leaves nothing brings nothing new.
    """
    if not meant:
        return reading
    read = {one.sentence.start: one for one in reading.sentences}
    kept: list[ReadSentence] = []
    for sentence in own_sentences(answer):
        if sentence.start in meant:
            facet = meant[sentence.start]
            if facet is not None:
                chosen = (FacetReading(facet, 1.0, sentence.text),)
                kept.append(ReadSentence(sentence, chosen, by_author=True))
        elif sentence.start in read:
            kept.append(read[sentence.start])
    standing = {one.sentence for one in kept}
    quality = reading.quality
    if kept:
        quality = AnswerQuality.INFORMATIVE
    elif quality is AnswerQuality.INFORMATIVE:
        quality = AnswerQuality.NOTHING_NEW
    return replace(
        reading,
        quality=quality,
        sentences=tuple(kept),
        contradicts=tuple(c for c in reading.contradicts if c.said in standing),
    )
