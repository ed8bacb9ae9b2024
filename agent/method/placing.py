"""Under which facet a sentence stands: what was asked, the signals and the fitted reader together.

A heading may not mislead a reader. So what was asked decides over an answer unless a sentence is
sure of another facet alone, and what nobody is sure of stands under no heading of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.method.contradictions import negates
from agent.method.facets import STATED_FROM, FacetDetector
from agent.method.lexicon import AUXILIARIES
from agent.method.phrases import is_verb
from agent.method.readings import Before, FacetReading, ReadSentence
from agent.method.shapes import Shape, shape_of
from agent.method.standing import dangles
from agent.method.syntax import VERBS, syntax_marks
from agent.method.words import fold, tokenise
from memory.records.inquiry import Facet
from prompts.synthesis import load_synthesis

SURE = 0.9
"""Confidence of signals alone from which a sentence of an answer goes elsewhere than was asked."""
_SURE_LIMIT = 0.85
"""The same for a limit."""
_SEVERAL = 0.8
"""Confidence that two signals reach and one does not."""
_LIMITS = frozenset({Facet.BOUNDARY, Facet.PITFALLS})
_MAY_TAKE = _LIMITS | {Facet.CUES, Facet.CHECK, Facet.WHATIF, Facet.OPTIONS}
"""Facets that a sentence of an answer may leave the asked one for."""
_NEAR = (
    frozenset({Facet.CUES, Facet.CHECK}),
    frozenset({Facet.BOUNDARY, Facet.PITFALLS, Facet.SITUATION}),
    frozenset({Facet.ACTION, Facet.HEURISTIC}),
)
"""Headings under either of which a sentence misleads nobody."""


_EXPLAIN = frozenset({Facet.WHY, Facet.GOAL, Facet.EVIDENCE, Facet.SITUATION})
"""Facets under which no reader looks for what to do."""
_SUBJECTS = frozenset(
    {"i", "you", "we", "they", "people", "folks", "some", "many", "most", "never", "not", "to"}
)
_ALWAYS = re.compile(r"always(?!\w)", re.IGNORECASE)
_COMPOUND = re.compile(
    r"(?P<noun>[a-z-]+)\s+(?P<verb>[a-z]+)\s+(?:your|the|a|an|it|them)(?!\w)", re.IGNORECASE
)
"""`Hand wash your ...`: a verb in its base form behind a noun of one is an order."""


_CLAUSES = re.compile(r",\s+(?:and|but|so|or)?\s*|;\s+|\s+because\s+|\s+since\s+")
"""Where one clause of a sentence ends, so that a `not` of one does not count for another."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A facet and how surely, 0 to 1, a sentence belongs under it."""

    facet: Facet
    confidence: float


class Placer:
    """Weighs the facets of sentences by signals and, where there is one, the fitted reader."""

    def __init__(self, signals: FacetDetector, fitted: FacetDetector | None = None) -> None:
        self._signals = signals
        self._fitted = fitted
        self._entry = load_synthesis().placing

    def in_thread(self, texts: Sequence[str], before: Before) -> tuple[Placed | None, ...]:
        """The facet of each sentence of a message of the thread; `None` where it states none."""
        signalled = self._signals.read_all(texts, before)
        if self._fitted is None:
            return tuple(_surest(found) for found in signalled)
        made: list[Placed | None] = []
        weighed = self._fitted.read_all(texts, before)
        for text, found, fitted in zip(texts, signalled, weighed, strict=True):
            last = made[-1] if made else None
            previous = None if last is None else last.facet
            made.append(self._by_both(text, found, fitted, previous))
        return tuple(made)

    def in_answer(self, reads: Sequence[ReadSentence], asked: Facet, question: str) -> list[Placed]:
        """The facet of each sentence of an answer: what was asked, unless it is surely another."""
        texts = [read.sentence.text for read in reads]
        if self._fitted is None:
            return [_asked_or_sure(read, asked, place) for place, read in enumerate(reads)]
        fitted = self._fitted.read_all(texts, Before(talk=question))
        made: list[Placed] = []
        for place, (read, own) in enumerate(zip(reads, fitted, strict=True)):
            made.append(self._asked_or_leaving(read, own, asked, place))
        return made

    def is_tale(self, text: str, before: Before) -> bool:
        """Whether a sentence tells only what once happened to its speaker."""
        if self._fitted is None or not load_synthesis().refused.is_tale.match(text):
            return False
        found = self._fitted.read_all([text], before)[0]
        others = [r.confidence for r in found if r.facet is not Facet.EVIDENCE]
        return max(others, default=0.0) < self._entry.stated or (
            bool(found)
            and found[0].facet is Facet.EVIDENCE
            and max(others, default=0.0) < self._entry.telling_from
        )

    def _by_both(
        self,
        text: str,
        signalled: Sequence[FacetReading],
        fitted: Sequence[FacetReading],
        previous: Facet | None,
    ) -> Placed | None:
        """What a sentence's form tells, else its weightiest facet.

        A number alone is no rule of thumb, and what gives no order and no advice is no move.
        Where a sentence comes from is told under a heading of its own only if it tells no more.
        """
        entry = self._entry
        sure = {reading.facet: reading.confidence for reading in fitted}
        weights = self._weights(signalled, sure)
        if max(sure.values(), default=0.0) < entry.stated:
            return None
        if formed := self._by_form(text, sure, weights):
            return formed
        if not any(r.facet is Facet.HEURISTIC and r.confidence >= STATED_FROM for r in signalled):
            weights.pop(Facet.HEURISTIC, None)
        if Facet.ACTION in weights and not entry.advice.search(text):
            weights.pop(Facet.ACTION)
            apart = sure[Facet.ACTION] - max(weights.values(), default=0.0)
            alone = sure[Facet.ACTION] >= SURE and apart >= entry.signal
            if alone or (previous is Facet.ACTION and sure[Facet.ACTION] >= entry.order_from):
                return Placed(Facet.ACTION, sure[Facet.ACTION])
        if previous is not None and previous in weights:
            weights[previous] += entry.neighbour
        others: dict[Facet, float] = dict(weights)
        others.pop(Facet.EVIDENCE, None)
        if max(others.values(), default=0.0) >= entry.telling_from:
            weights = others
        best = max(weights, key=lambda facet: (weights[facet], facet), default=None)
        if best is None or weights[best] < entry.stated:
            return None
        return Placed(best, max(sure.get(best, 0.0), STATED_FROM))

    def _by_form(
        self, text: str, sure: Mapping[Facet, float], weights: Mapping[Facet, float]
    ) -> Placed | None:
        """The facet that a sentence's form tells.

        An order is a move, a ban or a damning verdict a pitfall, `if it fails` a fallback, `the
        next-best ...` an option.
        """
        entry = self._entry
        if sure.get(Facet.WHATIF, 0.0) >= entry.fallback_from and entry.if_it_fails.match(text):
            return Placed(Facet.WHATIF, sure[Facet.WHATIF])
        if entry.is_alternative.match(text):
            return Placed(Facet.OPTIONS, max(sure.get(Facet.OPTIONS, 0.0), STATED_FROM))
        warned = max(weights.get(Facet.PITFALLS, 0.0), weights.get(Facet.BOUNDARY, 0.0))
        if warned >= entry.ban_from and (entry.ban.match(text) or entry.verdict.match(text)):
            return Placed(Facet.PITFALLS, max(sure.get(Facet.PITFALLS, 0.0), STATED_FROM))
        if entry.forbidding.match(text):
            return Placed(Facet.PITFALLS, max(sure.get(Facet.PITFALLS, 0.0), STATED_FROM))
        if _opens_with_order(text):
            return Placed(Facet.ACTION, max(sure.get(Facet.ACTION, 0.0), STATED_FROM))
        if recommends(text) and sure.get(Facet.ACTION, 0.0) >= entry.recommended_from:
            return Placed(Facet.ACTION, max(sure[Facet.ACTION], STATED_FROM))
        counted = load_synthesis().ordering.is_counted(text)
        needed = entry.stated if counted else entry.order_from
        if sure.get(Facet.ACTION, 0.0) >= needed and (counted or is_order(text)):
            return Placed(Facet.ACTION, sure[Facet.ACTION])
        return None

    def _weights(
        self, signalled: Sequence[FacetReading], sure: Mapping[Facet, float]
    ) -> dict[Facet, float]:
        weights = dict(sure)
        for reading in signalled:
            if reading.confidence < STATED_FROM or reading.facet not in weights:
                continue
            several = reading.confidence >= _SEVERAL
            weights[reading.facet] += self._entry.signals if several else self._entry.signal
        return weights

    def _asked_or_leaving(
        self, read: ReadSentence, fitted: Sequence[FacetReading], asked: Facet, place: int
    ) -> Placed:
        """What was asked, unless the sentence is surely of another facet and not of the asked one.

        A limit that several signals show and the reader finds above the asked facet leaves too.
        """
        entry = self._entry
        sure = {reading.facet: reading.confidence for reading in fitted}
        weights = self._weights(read.facets, sure)
        best = max(weights, key=lambda facet: (weights[facet], facet), default=asked)
        signalled = any(r.facet is best and r.confidence >= STATED_FROM for r in read.facets)
        needed = entry.limit_from if best in _LIMITS else entry.leaves_from
        if entry.is_alternative.match(read.sentence.text):
            return Placed(Facet.OPTIONS, max(sure.get(Facet.OPTIONS, 0.0), _SEVERAL))
        if advice := self._advice(read.sentence.text, sure, asked):
            return advice
        plain = best in _LIMITS and sure.get(best, 0.0) > sure.get(asked, 0.0)
        plain = plain and any(r.facet is best and r.confidence >= _SEVERAL for r in read.facets)
        leaves = (
            best in _MAY_TAKE
            and signalled
            and weights[best] >= needed
            and (plain or sure.get(asked, 0.0) < entry.stated)
            and not any(r.facet is asked and r.confidence >= STATED_FROM for r in read.facets)
            and not any({asked, best} <= near for near in _NEAR)
        )
        if leaves or (place == 0 and self._answers_another(read, sure, asked)):
            return Placed(best, sure.get(best, STATED_FROM))
        return Placed(asked, max(sure.get(asked, 0.0), _SEVERAL))

    def _advice(self, text: str, sure: Mapping[Facet, float], asked: Facet) -> Placed | None:
        """What orders or recommends in answer to a question that asked for neither.

        Of an answer that tells limits, only what holds always (`Always use ...`).
        """
        entry = self._entry
        always = asked in _LIMITS and _ALWAYS.match(text) is not None
        if asked not in _EXPLAIN and not always:
            return None
        if entry.ban.match(text):
            return None if always else Placed(Facet.PITFALLS, STATED_FROM)
        orders = is_order(text) and not _has_subject(text)
        told = recommends(text)
        advises = orders or _opens_with_order(text) or told
        needed = entry.recommended_from if told else entry.order_from
        if not advises or sure.get(Facet.ACTION, 0.0) < needed or dangles(text):
            return None
        return Placed(Facet.ACTION, max(sure[Facet.ACTION], STATED_FROM))

    def _answers_another(
        self, read: ReadSentence, sure: Mapping[Facet, float], asked: Facet
    ) -> bool:
        """Whether even the first sentence of an answer is of another facet, by both readers."""
        del self
        top = max(sure, key=lambda facet: sure[facet], default=asked)
        said = max((r.confidence for r in read.facets if r.facet is top), default=0.0)
        return top is not asked and said >= SURE and sure.get(asked, 0.0) < STATED_FROM


def is_order(text: str) -> bool:
    """Whether a sentence, or its main clause after another one, tells to do something.

    `It kills the mold and prevents it` holds a verb after `and`, and orders nothing.
    """
    if shape_of(text) is Shape.DIRECTIVE:
        return True
    words = syntax_marks(text).get("imperative")
    if words is None:
        return False
    before = text[: max(0, text.find(words))].rstrip()
    return not before or before.endswith((",", ";", ":", "(", "-", "\u2013", "\u2014"))


def _opens_with_order(text: str) -> bool:
    """Whether a sentence opens with an order that a noun or adverb narrows: `Hand wash your`."""
    found = _COMPOUND.match(text)
    if found is None or fold(found["verb"]) not in VERBS:
        return False
    noun = fold(found["noun"])
    if noun in _SUBJECTS or noun in AUXILIARIES or noun in VERBS:
        return False
    return not noun.endswith("s") or noun == "always"


def _has_subject(text: str) -> bool:
    """Whether the word that might be an order is what does something: `COPY sends one stream`."""
    words = [fold(word.text) for word in tokenise(text)][:2]
    return len(words) > 1 and words[1].endswith("s") and is_verb(words[1])


def recommends(text: str) -> bool:
    """Whether a clause of a sentence recommends something, and not what to leave."""
    entry = load_synthesis().placing
    if entry.recommendation.match(text) is None:
        return False
    clauses = (clause for clause in _CLAUSES.split(text) if clause)
    return any(entry.recommendation.match(c) and not negates(c) for c in clauses)


def _surest(found: Sequence[FacetReading]) -> Placed | None:
    best = max(found, key=lambda reading: reading.confidence, default=None)
    if best is None or best.confidence < STATED_FROM:
        return None
    return Placed(best.facet, best.confidence)


def _asked_or_sure(read: ReadSentence, asked: Facet, place: int) -> Placed:
    best = max(read.facets, key=lambda reading: reading.confidence, default=None)
    if best is None:
        return Placed(asked, _SEVERAL)
    sure = best.confidence >= (_SURE_LIMIT if best.facet is Facet.BOUNDARY else SURE)
    facet = best.facet if place and sure and not read.states(asked) else asked
    return Placed(facet, max(best.confidence, _SEVERAL))
