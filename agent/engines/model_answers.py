"""The step `understand`: a model says which facets the sentences of an answer state.

What kind of reply an answer is, whom it points to, what it corrects and contradicts and whether
its author wants to stop is read by the embedded engine alone. So nothing a model says turns a
refusal into an answer, or an answer into none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.engines.model_reading import Found, believed, facets_told, numbered
from agent.engines.model_steps import Asked, Decided, ModelSteps
from agent.method.answers import FRAMED_CONFIDENCE
from agent.method.readings import AnswerQuality, AnswerReading, FacetReading, ReadSentence
from agent.model.shapes import STATES, UnderstoodAnswer
from memory.records.inquiry import Facet, Question
from memory.records.model_policy import ModelStep
from prompts.catalogue import Catalogue

STEP = ModelStep.UNDERSTAND


@dataclass(frozen=True, slots=True)
class _Understood:
    """What a model made of an answer, by the places of its sentences."""

    facets: Found
    empty: frozenset[int]
    """Sentences that it says bring nothing."""


class AnswerStep:
    """Asked where some sentence of an answer shows no facet of its own."""

    def __init__(self, steps: ModelSteps, catalogue: Catalogue) -> None:
        self._steps = steps
        self._facets = facets_told(catalogue)

    def understand(self, own: AnswerReading, question: Question) -> AnswerReading:
        """`own` with its sentences under the facets that a model names; else `own`."""
        informative = own.quality is AnswerQuality.INFORMATIVE and not own.corrects_question
        unsure = any(_is_framed(read, question.facet) for read in own.sentences)
        if not informative or not unsure or not self._steps.uses(STEP):
            return own
        count = len(own.sentences)
        asked = Asked(
            STEP,
            inputs={"facets": self._facets},
            community={
                "question": question.text,
                "sentences": numbered([read.sentence.text for read in own.sentences]),
            },
            community_id=question.community_id,
            inquiry_id=question.inquiry_id,
            most=count,
        )

        def decide(proposed: UnderstoodAnswer) -> Decided[_Understood]:
            stated = [one for one in proposed.sentences if one.does == STATES]
            told = believed(((one.number, one.facets) for one in stated), count)
            if told.value is None:
                return Decided(None, told.reason, told.refused)
            idle = frozenset(one.number - 1 for one in proposed.sentences if one.does != STATES)
            return Decided(_Understood(told.value, idle - set(told.value)), "", told.refused)

        understood = self._steps.take(asked, UnderstoodAnswer, decide)
        if understood is None:
            return own
        return replace(own, sentences=_put(own.sentences, understood, question.facet))


def _put(
    own: Sequence[ReadSentence], understood: _Understood, asked: Facet
) -> tuple[ReadSentence, ...]:
    """The sentences under their facets; the one that was asked for stays stated by one at least.

    A sentence is left out where it has no facet of its own, a model says that it brings nothing,
    and another is left.
    """
    reads = [_under(read, understood.facets.get(place, ())) for place, read in enumerate(own)]
    kept = [
        (read, before)
        for place, (read, before) in enumerate(zip(reads, own, strict=True))
        if place not in understood.empty or not _is_framed(before, asked)
    ]
    kept = kept or list(zip(reads, own, strict=True))
    if any(read.states(asked) for read in own) and not any(r.states(asked) for r, _ in kept):
        place = next((n for n, (_, before) in enumerate(kept) if before.states(asked)), 0)
        read, before = kept[place]
        frame = FacetReading(asked, FRAMED_CONFIDENCE, read.sentence.text)
        kept[place] = (ReadSentence(read.sentence, (*read.facets, frame)), before)
    return tuple(read for read, _ in kept)


def _under(read: ReadSentence, told: Sequence[Facet]) -> ReadSentence:
    """A sentence under the facets it is told to state, beside those that its words show."""
    if not told or read.by_author:
        return read
    own = {one.facet: one for one in read.facets}
    sure = [one for one in read.facets if not _is_frame(one, read)]
    named = [
        own.get(facet, FacetReading(facet, FRAMED_CONFIDENCE, read.sentence.text))
        for facet in told
        if facet not in {one.facet for one in sure}
    ]
    return ReadSentence(read.sentence, (*sure, *named))


def _is_frame(facet: FacetReading, read: ReadSentence) -> bool:
    """Whether a facet is stated by what was asked alone, and not by words of the sentence."""
    return facet.confidence <= FRAMED_CONFIDENCE and facet.words == read.sentence.text


def _is_framed(read: ReadSentence, asked: Facet) -> bool:
    """Whether a sentence states what it was asked for, and nothing by words of its own."""
    return bool(read.facets) and all(
        one.facet == asked and _is_frame(one, read) for one in read.facets
    )
