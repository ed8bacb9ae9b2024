"""Sentences of a guide that contradict each other, or what another published guide says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from agent.method.contradictions import opposes
from agent.method.words import fold, tokenise
from agent.sight import sight_in
from memory.records.guide import Guide, GuideStatus
from memory.store.protocols import Unit

STEM = 5
"""First letters by which two forms of a word are found to be one, before they are read closely."""
SHARED = 2
"""Such words that two sentences have in common before they are held against each other."""
MOST_SHARED_BY = 400
"""A word that stands in more sentences than this finds too many to mean a topic."""


@dataclass(frozen=True, slots=True)
class Opposed:
    """A sentence and what contradicts it."""

    sentence: int
    text: str
    """The other sentence."""
    other: int | None = None
    """Its number, where it stands in the same guide."""
    title: str = ""
    """The title of another guide, where it stands in that."""
    shown: bool = False
    """Whether the guide shows both side by side already."""


@dataclass(frozen=True)
class OtherGuides:
    """The sentences of the published guides of a community, found by their words."""

    sentences: tuple[tuple[str, str, str], ...]
    """Guide id, guide title, text."""
    homes: Mapping[str, tuple[int, ...]]
    """Beginnings of words to places in `sentences`."""

    @classmethod
    def read(cls, unit: Unit, community_id: str) -> Self:
        """Read them without their evidence, as far as the whole community sees them."""
        hidden = sight_in(unit, community_id).hidden()
        published = unit.desk.standings(community_id, [GuideStatus.PUBLISHED])
        standings = [standing for standing in published if standing.id not in hidden]
        lines = unit.desk.lines((standing.id, standing.version) for standing in standings)
        lines = sorted(lines, key=lambda line: line.id)
        told = tuple((line.id, line.title, s.text) for line in lines for s in line.sentences)
        homes: dict[str, list[int]] = defaultdict(list)
        for place, (_, _, text) in enumerate(told):
            for key in word_keys(text):
                homes[key].append(place)
        return cls(told, {key: tuple(places) for key, places in homes.items()})

    def near(self, text: str, but: str) -> Iterator[tuple[str, str]]:
        """Title and text of sentences of other guides that share enough words."""
        counts: dict[int, int] = defaultdict(int)
        for key in word_keys(text):
            places = self.homes.get(key, ())
            if len(places) <= MOST_SHARED_BY:
                for place in places:
                    counts[place] += 1
        for place in sorted(place for place, shared in counts.items() if shared >= SHARED):
            guide_id, title, other = self.sentences[place]
            if guide_id != but:
                yield title, other


def opposed_in(guide: Guide, others: OtherGuides) -> Sequence[Opposed]:
    """Everything in a guide that contradicts other words, by sentence; a pair stands at both."""
    sentences = guide.current.sentences()
    found: list[Opposed] = []
    for number, sentence in enumerate(sentences, start=1):
        for other_number, other in enumerate(sentences, start=1):
            if other_number == number:
                continue
            shown = bool(sentence.dispute) and sentence.dispute == other.dispute
            if shown or opposes(sentence.text, other.text) is not None:
                found.append(Opposed(number, other.text, other_number, shown=shown))
        told = {
            (title, text): None
            for title, text in others.near(sentence.text, guide.id)
            if opposes(sentence.text, text) is not None
        }
        found += [Opposed(number, text, title=title) for title, text in told]
    return found


def word_keys(text: str) -> frozenset[str]:
    """Beginnings of its words, by which sentences that may speak of the same are found."""
    words = (fold(word.text) for word in tokenise(text))
    return frozenset(word[:STEM] for word in words if len(word) >= STEM - 1)
