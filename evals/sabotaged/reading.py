"""An engine that reads, judges and asks beside the point on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from agent.engines.embedded import EmbeddedEngine
from agent.method.readings import (
    AskContext,
    ComposedQuestion,
    Missing,
    MomentReading,
    ReadSentence,
    Standing,
    ThreadView,
)
from evals.sabotaged.asking import AIMLESS
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, Message

_FACETS = tuple(Facet)


class Backwards(EmbeddedEngine):
    """Takes each facet for the next one, asks first about what is worth least, and asks aimlessly.

    It quotes the first word of a message, whatever that is.
    """

    def read(self, view: ThreadView, message: Message) -> tuple[ReadSentence, ...]:
        return tuple(
            replace(
                one,
                facets=tuple(replace(read, facet=_next_to(read.facet)) for read in one.facets),
            )
            for one in super().read(view, message)
        )

    def judge(
        self, view: ThreadView, standings: Mapping[str, Standing]
    ) -> tuple[MomentReading, ...]:
        return tuple(
            replace(one, score=1 - one.score, gates_failed=())
            for one in super().judge(view, standings)
        )

    def missing(self, context: AskContext) -> Missing | None:
        found = super().missing(context)
        if found is None:
            return None
        return Missing(_next_to(found.facet), _first_word(context.anchor))

    def compose(self, context: AskContext) -> ComposedQuestion | None:
        found = super().compose(context)
        if found is None:
            return None
        quote = _first_word(context.anchor)
        return replace(
            found,
            facet=_next_to(found.facet),
            quote=quote,
            text=AIMLESS.format(q=quote.quote),
        )


def _next_to(facet: Facet) -> Facet:
    return _FACETS[(_FACETS.index(facet) + 1) % len(_FACETS)]


def _first_word(message: Message) -> EvidenceSpan:
    word = message.text.split()[0]
    start = message.text.index(word)
    return EvidenceSpan.of(message, start, start + len(word))
