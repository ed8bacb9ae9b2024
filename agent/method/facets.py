"""Which facets a sentence states, and how far a set of messages covers the twelve.

The detector reads catalogue signals (words and marks of syntax). A hit says "stated"; a miss
says nothing, for most reasons are given without a marker.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from agent.method.readings import FacetReading, ReadSentence
from agent.method.sentences import own_sentences
from agent.method.syntax import syntax_marks
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
    """Reads the catalogue's signals. `<name>` in a signal list names a mark of syntax."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._rules = tuple(
            (
                facet,
                tuple(_rule(p) for p in entry.signals),
                tuple(_rule(p) for p in entry.weak_signals),
            )
            for facet, entry in catalogue.facets.items()
        )

    def read(self, sentence: str, before: str = "") -> tuple[FacetReading, ...]:
        """Return the facets signalled, surest first. Questions state nothing."""
        del before  # a catalogue signal stands inside one sentence
        sentence = sentence[:LONGEST_READ]
        marks = syntax_marks(sentence)
        if "question" in marks:
            return ()
        lowered = lower_in_place(sentence)
        readings = []
        for facet, strong, weak in self._rules:
            shown = [words for rule in strong if (words := rule(sentence, lowered, marks))]
            hints = [words for rule in weak if (words := rule(sentence, lowered, marks))]
            if shown or hints:
                doubt = (1 - STRONG) ** len(shown) * (1 - WEAK) ** min(len(hints), 2)
                longest = max(shown or hints, key=len)
                readings.append(FacetReading(facet, round(1 - doubt, 4), longest))
        return tuple(sorted(readings, key=lambda r: (-r.confidence, r.facet)))


def lower_in_place(text: str) -> str:
    """Return `text` in lower case with every character at its place."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


Rule = Callable[[str, str, Mapping[str, str]], str]
"""Takes a sentence, the same in lower case, and its marks of syntax."""


def _rule(signal: str) -> Rule:
    """Return a function that gives the words a signal is found by, or nothing.

    Matching plain lower-case text is over twice as fast as ignoring case in Unicode.
    """
    if signal.startswith("<") and signal.endswith(">"):
        mark = signal[1:-1]
        return lambda _sentence, _lowered, marks: marks.get(mark, "")
    pattern = re.compile(signal, re.ASCII)

    def search(sentence: str, lowered: str, _marks: Mapping[str, str]) -> str:
        found = pattern.search(lowered)
        return sentence[found.start() : found.end()].strip() if found else ""

    return search


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
    found: dict[Facet, list[tuple[float, EvidenceSpan]]] = {facet: [] for facet in catalogue.facets}
    for message, sentences in read:
        for one in sentences:
            for reading in one.facets:
                span = EvidenceSpan.of(message, one.sentence.start, one.sentence.end)
                found[reading.facet].append((reading.confidence, span))
    return tuple(_coverage(facet, spans, confirmed) for facet, spans in found.items())


def _coverage(
    facet: Facet, spans: Sequence[tuple[float, EvidenceSpan]], confirmed: bool
) -> FacetCoverage:
    if not spans:
        return FacetCoverage(facet=facet, status=FacetStatus.ABSENT, confidence=0.0)
    surest = max(confidence for confidence, _ in spans)
    stated = surest >= STATED_FROM
    kept = [pair for pair in spans if not stated or pair[0] >= STATED_FROM]
    kept.sort(key=lambda pair: -pair[0])
    status = FacetStatus.IMPLIED
    if stated:
        status = FacetStatus.CONFIRMED if confirmed else FacetStatus.STATED
    evidence = tuple(span for _, span in kept[:MOST_EVIDENCE])
    return FacetCoverage(facet=facet, status=status, confidence=surest, evidence=evidence)


def merge_coverage(
    a: Sequence[FacetCoverage], b: Sequence[FacetCoverage], catalogue: Catalogue
) -> tuple[FacetCoverage, ...]:
    """Return for each facet the higher status; evidence of equal statuses is joined.

    A facet that neither side names is absent. Merging is idempotent and never lowers a status.
    """
    left = {coverage.facet: coverage for coverage in a}
    right = {coverage.facet: coverage for coverage in b}
    return tuple(
        _merge_one(facet, left.get(facet), right.get(facet), catalogue)
        for facet in catalogue.facets
    )


def _merge_one(
    facet: Facet, a: FacetCoverage | None, b: FacetCoverage | None, catalogue: Catalogue
) -> FacetCoverage:
    absent = FacetCoverage(facet=facet, status=FacetStatus.ABSENT, confidence=0.0)
    first, second = a or absent, b or absent
    if first.status is not second.status:
        return max(first, second, key=lambda one: catalogue.coverage[one.status])
    joined = tuple(dict.fromkeys((*first.evidence, *second.evidence)))
    confidence = max(first.confidence, second.confidence)
    return FacetCoverage(
        facet=facet, status=first.status, confidence=confidence, evidence=joined[:MOST_EVIDENCE]
    )
