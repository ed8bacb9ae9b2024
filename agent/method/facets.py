"""Which facets a sentence states, and how far a set of messages covers the twelve.

The detector reads catalogue signals (words and marks of syntax). A hit says "stated"; a miss
says nothing, for most reasons are given without a marker.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agent.method.literals import LiteralIndex, compiled
from agent.method.readings import (
    Before,
    FacetReading,
    Judgement,
    ReadSentence,
    Sentence,
    ThreadView,
)
from agent.method.sentences import own_sentences
from agent.method.syntax import MARKS, lower_in_place, syntax_marks
from memory.errors import PromptError
from memory.records.inquiry import Facet, FacetCoverage, FacetStatus
from memory.records.talk import EvidenceSpan, Message, MessageKind
from prompts.catalogue import Catalogue

STATED_FROM = 0.6
"""Confidence from which a facet counts as stated; below it, as implied."""

KNOWN_FROM = 0.8
"""Confidence of a fitted reader from which nobody needs to be asked any more."""

STRONG, WEAK = 0.62, 0.25
"""Confidence of one signal and of one hint; several combine as independent evidence."""

LONGEST_READ = 2000
"""Characters of one sentence that are read; a longer one is a paste, not a sentence."""

TALK_BEFORE = 3
"""Messages before one in a chat that say what it answers."""

MOST_EVIDENCE = 12
"""Spans kept per facet, surest first."""


class FacetDetector(Protocol):
    """Says which facets sentences state."""

    def read(self, sentence: str) -> tuple[FacetReading, ...]:
        """Return the facets that a sentence states by itself, surest first."""
        ...

    def read_all(
        self, sentences: Sequence[str], before: Before
    ) -> tuple[tuple[FacetReading, ...], ...]:
        """Return the same for each sentence of one message, read in its place."""
        ...

    def judge(self, sentences: Sequence[str], before: Before) -> Judgement | None:
        """Return what the message is worth and leaves out; `None` if this reader cannot tell."""
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

    def read_all(
        self, sentences: Sequence[str], before: Before
    ) -> tuple[tuple[FacetReading, ...], ...]:
        del before  # a catalogue signal stands inside one sentence
        return tuple(self.read(sentence) for sentence in sentences)

    def judge(self, sentences: Sequence[str], before: Before) -> Judgement | None:
        """Return `None`: signals say nothing of the message as a whole."""
        del sentences, before
        return None

    def read(self, sentence: str) -> tuple[FacetReading, ...]:
        """Return the facets signalled, surest first. Questions state nothing."""
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


def read_message(
    message: Message, detector: FacetDetector, before: Before | None = None
) -> tuple[ReadSentence, ...]:
    """Read the author's own sentences in order, each with the facets it states."""
    sentences = own_sentences(message)
    found = detector.read_all([one.text for one in sentences], before or Before())
    return tuple(map(ReadSentence, sentences, found))


def judge_message(
    message: Message, detector: FacetDetector, before: Before | None = None
) -> Judgement | None:
    """Return what a message is worth and leaves out, if this reader can tell."""
    return detector.judge([one.text for one in own_sentences(message)], before or Before())


def before_of(view: ThreadView, message: Message) -> Before:
    """Return what a message answers: under a question that question, in a chat the talk before."""
    position = next((n for n, one in enumerate(view.messages) if one.id == message.id), 0)
    earlier = [one for one in view.messages[:position] if not one.deleted]
    if not earlier:
        return Before(view.thread.title)
    if earlier[0].kind is MessageKind.QUESTION:
        return Before(view.thread.title, earlier[0].own_words())
    lines = []
    for one in earlier[-TALK_BEFORE:]:
        author = view.people.get(one.author_id or "")
        lines.append(f"{author.name if author else ''}: {one.own_words()}")
    return Before(view.thread.title, "\n".join(lines))


def coverage_of(
    read: Sequence[tuple[Message, tuple[ReadSentence, ...]]],
    catalogue: Catalogue,
    confirmed: bool = False,
    known_from: float = STATED_FROM,
) -> tuple[FacetCoverage, ...]:
    """Return the coverage of all twelve facets, in the catalogue's order, over these messages.

    What was said in a thread counts as stated from the confidence `known_from`; what was said in
    an interview, where it was asked for, from `STATED_FROM`.

    Evidence is the verbatim sentences that state a facet; where none does, those that hint at
    it. With `confirmed`, what is stated counts as confirmed by its author.
    """
    found: dict[Facet, list[tuple[float, Message, Sentence]]] = {f: [] for f in catalogue.facets}
    for message, sentences in read:
        for one in sentences:
            for reading in one.facets:
                found[reading.facet].append((reading.confidence, message, one.sentence))
    return tuple(_coverage(facet, places, confirmed, known_from) for facet, places in found.items())


def _coverage(
    facet: Facet,
    places: Sequence[tuple[float, Message, Sentence]],
    confirmed: bool,
    known_from: float,
) -> FacetCoverage:
    if not places:
        return FacetCoverage(facet=facet, status=FacetStatus.ABSENT, confidence=0.0)
    surest = max(confidence for confidence, _, _ in places)
    stating = [
        (confidence, message, sentence)
        for confidence, message, sentence in places
        if confidence >= (STATED_FROM if message.kind is MessageKind.INTERVIEW else known_from)
    ]
    kept = sorted(stating or places, key=lambda place: -place[0])
    status = FacetStatus.IMPLIED
    if stating:
        status = FacetStatus.CONFIRMED if confirmed else FacetStatus.STATED
    evidence = tuple(EvidenceSpan.of(m, s.start, s.end) for _, m, s in kept[:MOST_EVIDENCE])
    return FacetCoverage(facet=facet, status=status, confidence=surest, evidence=evidence)
