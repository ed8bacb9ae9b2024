"""Fixed orders of asking, to hold the engine's choice of facet against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from evals.labelled.reading import LabelledMessage
from memory.records.inquiry import Facet
from prompts import load_catalogue

TACIT = (
    Facet.CUES,
    Facet.OPTIONS,
    Facet.WHY,
    Facet.BOUNDARY,
    Facet.PITFALLS,
    Facet.HEURISTIC,
    Facet.CHECK,
)
"""What experts leave unsaid most; the other five facets are context."""

Order = tuple[Facet, ...]


def by_weight() -> Order:
    """The tacit facets by the method's weights, heaviest first."""
    facets = load_catalogue().facets
    return tuple(sorted(TACIT, key=lambda facet: -facets[facet].weight))


def by_method() -> Order:
    """The tacit facets in the method's order of asking."""
    return tuple(facet for facet in load_catalogue().order if facet in TACIT)


def by_frequency(labelled: Sequence[LabelledMessage]) -> Order:
    """The tacit facets by how many messages state them, most first."""
    counts = Counter(facet for one in labelled for facet in TACIT if one.gold.sentences_of(facet))
    return tuple(sorted(TACIT, key=lambda facet: -counts[facet]))


def first_open(order: Order, stated: Collection[Facet]) -> Facet | None:
    """The first facet of an order that is not stated yet."""
    return next((facet for facet in order if facet not in stated), None)
