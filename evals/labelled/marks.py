"""What annotators marked of one message, and what of it they agree on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from memory.records.inquiry import Facet

HIGHEST_WORTH = 3
WORTH_ASKING = 2
"""Worth from which a message is a moment (the annotators' scale of 0 to 3)."""
WORTH_A_GAP = 1
"""Worth from which an annotator names what is missing."""


@dataclass(frozen=True, slots=True)
class Marks:
    """One annotator's marks on one message."""

    facets: Mapping[Facet, frozenset[int]]
    """Facet to the numbers of the sentences that state it; a facet left out is not stated."""
    worth: int
    """0 to 3: how worthwhile one question to the author is."""
    gap: Facet | None
    """The facet most worth asking about; `None` where there is nothing to ask."""
    anchor: str
    """Words of the message that the question would quote, or nothing."""
    question: str


@dataclass(frozen=True, slots=True)
class Gold:
    """The marks of one or two annotators on one message, read together."""

    marks: tuple[Marks, ...]

    @property
    def worth(self) -> int:
        """The lower of the annotators' worths."""
        return min(one.worth for one in self.marks)

    @property
    def gaps(self) -> tuple[Facet, ...]:
        """The facet that each annotator would ask about, where they name one."""
        return tuple(one.gap for one in self.marks if one.gap is not None)

    @property
    def anchors(self) -> tuple[str, ...]:
        """The words that each annotator would quote, where they name some."""
        return tuple(one.anchor for one in self.marks if one.anchor)

    def states(self, facet: Facet) -> bool | None:
        """Whether the message states a facet; `None` where the annotators differ."""
        return _agreed([bool(one.facets.get(facet)) for one in self.marks])

    def sentence_states(self, number: int, facet: Facet) -> bool | None:
        """Whether one sentence states a facet; `None` where the annotators differ."""
        return _agreed([number in one.facets.get(facet, ()) for one in self.marks])

    def sentences_of(self, facet: Facet) -> frozenset[int]:
        """The sentences that every annotator marks with a facet."""
        nothing: frozenset[int] = frozenset()
        return frozenset.intersection(*(one.facets.get(facet, nothing) for one in self.marks))


def _agreed(said: list[bool]) -> bool | None:
    return said[0] if len(set(said)) == 1 else None
