"""Which facets a sentence states, and how far a set of messages covers the twelve.

The detector reads catalogue signals (words and marks of syntax). A hit says "stated"; a miss
says nothing, for most reasons are given without a marker.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agent.method.literals import LiteralIndex, compiled
from agent.method.readings import FacetReading, ReadSentence, Sentence
from agent.method.sentences import own_sentences
from agent.method.syntax import MARKS, lower_in_place, syntax_marks
from memory.errors import PromptError
from memory.records.inquiry import Facet, FacetCoverage, FacetStatus
from memory.records.talk import EvidenceSpan, Message
from prompts.catalogue import Catalogue

STATED_FROM = 0.6
"""Confidence from which a facet counts as stated; below it, as implied."""

STRONG, WEAK = 0.62, 0.25
"""Confidence of one signal and of one hint; several combine as independent evidence."""

LONGEST_READ = 2000
"""Characters of one sentence that are read; a longer one is a paste, not a sentence."""

MOST_EVIDENCE = 12
"""Spans kept per facet, surest first."""


class FacetDetector(Protocol):
    """Says which facets one sentence states."""

    def read(self, sentence: str, before: str = "") -> tuple[FacetReading, ...]:
        """Return the facets found, surest first. `before` is the sentence that precedes it."""
        ...


class CatalogueDetector:
    """Reads the catalogue's signals. `<name>` in a signal list names a mark of syntax.

    Raises `PromptError` for a mark that syntax does not know, which would never be found.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        rules = [
            (facet, strong, signal)
            for facet, entry in catalogue.facets.items()
            for strong, signals in ((True, entry.signals), (False, entry.weak_signals))
            for signal in signals
        ]
        self._marked = tuple(
            (facet, strong, signal[1:-1]) for facet, strong, signal in rules if _is_mark(signal)
        )
        if unknown := sorted({mark for _, _, mark in self._marked} - MARKS):
            raise PromptError(f"the catalogue's signals name unknown marks of syntax: {unknown!r}")
        worded = [rule for rule in rules if not _is_mark(rule[2])]
        self._worded = tuple((facet, strong) for facet, strong, _ in worded)
        self._patterns = compiled([signal for _, _, signal in worded])
        self._index = LiteralIndex([signal for _, _, signal in worded])

    def read(self, sentence: str, before: str = "") -> tuple[FacetReading, ...]:
        """Return the facets signalled, surest first. Questions state nothing."""
        del before  # a catalogue signal stands inside one sentence
        sentence = sentence[:LONGEST_READ]
        marks = syntax_marks(sentence)
        if "question" in marks:
            return ()
        shown: dict[Facet, tuple[list[str], list[str]]] = {}
        for facet, strong, mark in self._marked:
            if mark in marks:
                shown.setdefault(facet, ([], []))[not strong].append(marks[mark])
        lowered = lower_in_place(sentence)
        for number in self._index.candidates(lowered):
            if found := self._patterns[number].search(lowered):
                facet, strong = self._worded[number]
                words = sentence[found.start() : found.end()].strip()
                if words:
                    shown.setdefault(facet, ([], []))[not strong].append(words)
        readings = [_reading(facet, *words) for facet, words in shown.items()]
        return tuple(sorted(readings, key=lambda r: (-r.confidence, r.facet)))


def _is_mark(signal: str) -> bool:
    return signal.startswith("<") and signal.endswith(">")


def _reading(facet: Facet, shown: Sequence[str], hints: Sequence[str]) -> FacetReading:
    doubt = (1 - STRONG) ** len(shown) * (1 - WEAK) ** min(len(hints), 2)
    return FacetReading(facet, round(1 - doubt, 4), max(shown or hints, key=len))


def read_message(message: Message, detector: FacetDetector) -> tuple[ReadSentence, ...]:
    """Read the author's own sentences in order, each with the facets it states."""
    sentences = own_sentences(message)
    before = ("", *(sentence.text for sentence in sentences))
    return tuple(
        ReadSentence(sentence, detector.read(sentence.text, previous))
        for sentence, previous in zip(sentences, before, strict=False)
    )


def coverage_of(
    read: Sequence[tuple[Message, tuple[ReadSentence, ...]]],
    catalogue: Catalogue,
    confirmed: bool = False,
) -> tuple[FacetCoverage, ...]:
    """Return the coverage of all twelve facets, in the catalogue's order, over these messages.

    Evidence is the verbatim sentences that state a facet; where none does, those that hint at
    it. With `confirmed`, what is stated counts as confirmed by its author.
    """
    found: dict[Facet, list[tuple[float, Message, Sentence]]] = {f: [] for f in catalogue.facets}
    for message, sentences in read:
        for one in sentences:
            for reading in one.facets:
                found[reading.facet].append((reading.confidence, message, one.sentence))
    return tuple(_coverage(facet, places, confirmed) for facet, places in found.items())


def _coverage(
    facet: Facet, places: Sequence[tuple[float, Message, Sentence]], confirmed: bool
) -> FacetCoverage:
    if not places:
        return FacetCoverage(facet=facet, status=FacetStatus.ABSENT, confidence=0.0)
    surest = max(confidence for confidence, _, _ in places)
    stated = surest >= STATED_FROM
    kept = [place for place in places if not stated or place[0] >= STATED_FROM]
    kept.sort(key=lambda place: -place[0])
    status = FacetStatus.IMPLIED
    if stated:
        status = FacetStatus.CONFIRMED if confirmed else FacetStatus.STATED
    evidence = tuple(EvidenceSpan.of(m, s.start, s.end) for _, m, s in kept[:MOST_EVIDENCE])
    return FacetCoverage(facet=facet, status=status, confidence=surest, evidence=evidence)
