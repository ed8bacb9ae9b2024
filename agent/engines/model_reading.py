"""The step `find_facets`: a model says by number which facets the sentences of a person state.

What the embedded reader is sure of stays. What a model alone finds counts as implied in a thread,
and what both find counts as known, so that no text can talk a gap away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from agent.engines.model_steps import Asked, Decided, ModelSteps
from agent.method.facets import KNOWN_FROM, STATED_FROM
from agent.method.readings import FacetReading, ReadSentence
from agent.model.shapes import FoundFacets
from memory.records.inquiry import Facet, Inquiry, Moment
from memory.records.model_policy import ModelStep
from memory.records.talk import Message
from prompts.catalogue import Catalogue

STEP = ModelStep.FIND_FACETS
MOST_SENTENCES = 40
"""Sentences that one call shows; the others stay as the embedded reader has them."""
LONGEST_SHOWN = 400
"""Characters of a sentence that a model is shown."""
MOST_FACETS = 3
"""Facets of one sentence; what is said to state more is not believed."""
NONE_PASSED = "none_passed"
UNKNOWN_SENTENCE, UNKNOWN_FACET, TOO_MANY = "unknown_sentence", "unknown_facet", "too_many_facets"
Found = Mapping[int, tuple[Facet, ...]]
"""Facets by the place of a sentence, from 0."""
Talk = Sequence[tuple[Message, tuple[ReadSentence, ...]]]


class ReadingStep:
    """One call for all that a moment's author said in its thread."""

    def __init__(self, steps: ModelSteps, catalogue: Catalogue) -> None:
        self._steps = steps
        self._facets = facets_told(catalogue)

    def read(self, own: Talk, anchor: Message) -> list[tuple[Message, tuple[ReadSentence, ...]]]:
        """`own` with a model's reading of the author of `anchor`; else as it is."""
        talk = list(own)
        if not self._steps.uses(STEP):
            return talk
        theirs = [(m, reads) for m, reads in talk if m.author_id == anchor.author_id]
        first = sorted(theirs, key=lambda one: one[0].id != anchor.id)
        shown = list(islice(((m.id, n) for m, reads in first for n in range(len(reads))),
                            MOST_SENTENCES))  # fmt: skip
        if not shown:
            return talk
        by_id = {message.id: reads for message, reads in theirs}
        texts = [by_id[message_id][n].sentence.text for message_id, n in shown]
        asked = Asked(
            STEP,
            inputs={"facets": self._facets},
            community={"sentences": numbered(texts)},
            community_id=anchor.community_id,
            inquiry_id=Inquiry.id_of(Moment.id_of(anchor.id)),
            most=len(texts),
        )

        def decide(proposed: FoundFacets) -> Decided[Found]:
            return believed(((one.number, one.facets) for one in proposed.sentences), len(texts))

        found = self._steps.take(asked, FoundFacets, decide)
        if found is None:
            return talk
        told = {shown[place]: facets for place, facets in found.items()}
        return [
            (message, tuple(_both(read, told.get((message.id, n))) for n, read in enumerate(reads)))
            for message, reads in talk
        ]


def facets_told(catalogue: Catalogue) -> str:
    """The twelve facets with what they are, a line each."""
    lines = (f"- {facet.value}: {entry.definition}" for facet, entry in catalogue.facets.items())
    return "\n".join(lines)


def numbered(texts: Sequence[str]) -> str:
    """Sentences a line each, with their numbers from 1."""
    shown = (" ".join(text.split())[:LONGEST_SHOWN] for text in texts)
    return "\n".join(f"{number}. {text}" for number, text in enumerate(shown, start=1))


def believed(proposed: Iterable[tuple[int, Sequence[str]]], count: int) -> Decided[Found]:
    """Known facets of real sentences, by place; `None` where there is not one.

    A sentence that is said to state more facets than any does is left out as a whole.
    """
    found: dict[int, dict[Facet, None]] = {}
    refused: list[str] = []
    for number, names in proposed:
        if not 1 <= number <= count:
            refused.append(UNKNOWN_SENTENCE)
            continue
        known = [Facet(name) for name in names if name in tuple(Facet)]
        if len(known) < len(names):
            refused.append(UNKNOWN_FACET)
        found.setdefault(number - 1, {}).update(dict.fromkeys(known))
    kept = {place: tuple(facets) for place, facets in found.items() if len(facets) <= MOST_FACETS}
    refused += [TOO_MANY] * (len(kept) < len(found))
    codes = tuple(dict.fromkeys(refused))
    if not any(kept.values()):
        return Decided(None, NONE_PASSED, codes)
    return Decided(kept, "", codes)


def _both(read: ReadSentence, told: Sequence[Facet] | None) -> ReadSentence:
    """A sentence as both readers have it; as the embedded one has it where no other read it."""
    if told is None or read.by_author:
        return read
    sure = {one.facet: one for one in read.facets}
    kept = {facet: one for facet, one in sure.items() if one.confidence >= KNOWN_FROM}
    for facet in told:
        own = sure.get(facet)
        if own is None:
            kept[facet] = FacetReading(facet, STATED_FROM, read.sentence.text)
        elif facet not in kept:
            kept[facet] = FacetReading(facet, KNOWN_FROM, own.words)
    facets = sorted(kept.values(), key=lambda one: (-one.confidence, one.facet))
    return ReadSentence(read.sentence, tuple(facets))
