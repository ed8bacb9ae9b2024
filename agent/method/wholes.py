"""The sentences of a message as a guide takes them: brackets closed, paragraphs and lists known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.method.readings import Sentence
from agent.method.sentences import own_sentences
from memory.records.talk import Message

_MOST_JOINED = 3
_MOST_CHARACTERS = 400
_BULLET = re.compile(r"[ \t]*(?:[-*+\u2022\u2023\u25e6\u2043>]+|\(?\d{1,3}[.)]|\(?[a-z]\))[ \t]+$")
_NUMBER = re.compile(r"[ \t]*\(?\d{1,3}[.)][ \t]+$")


@dataclass(frozen=True, slots=True)
class Whole:
    """One sentence, or several that a bracket holds together, and where it stands."""

    sentence: Sentence
    paragraph: int
    """Number of the paragraph or list, from 0."""
    item: bool = False
    """It opens an item of a list."""
    numbered: bool = False
    """The list counts its items, so their order matters."""


def wholes_of(message: Message) -> tuple[Whole, ...]:
    """Return an author's own sentences in order, none of them cut inside round brackets."""
    found: list[Whole] = []
    paragraph, last = 0, 0
    for sentence in _closed(message, own_sentences(message)):
        gap = message.text[last : sentence.start]
        line = message.text[message.text.rfind("\n", 0, sentence.start) + 1 : sentence.start]
        item = bool(_BULLET.match(line))
        if found and ("\n\n" in gap or ("\n" in gap and item != found[-1].item)):
            paragraph += not (item and found[-1].item and gap.count("\n") == 1)
        found.append(Whole(sentence, paragraph, item, bool(_NUMBER.match(line))))
        last = sentence.end
    return tuple(found)


def _closed(message: Message, sentences: Sequence[Sentence]) -> list[Sentence]:
    """Join a sentence that leaves a round bracket open with those that close it."""
    made: list[Sentence] = []
    place = 0
    while place < len(sentences):
        end = place + 1
        for reach in range(place + 1, min(len(sentences), place + _MOST_JOINED) + 1):
            start, stop = sentences[place].start, sentences[reach - 1].end
            text = message.text[start:stop]
            if len(text) > _MOST_CHARACTERS or not message.is_own(start, stop):
                break
            if text.count("(") <= text.count(")"):
                end = reach
                break
        start, stop = sentences[place].start, sentences[end - 1].end
        made.append(Sentence(message.id, start, stop, message.text[start:stop]))
        place = end
    return made
