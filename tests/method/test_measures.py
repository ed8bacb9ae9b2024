"""Measures follow their definitions, and their verdicts say in words what is lacking."""

from __future__ import annotations

import pytest

from agent.method.measures import citation_measures, completeness, publishable
from memory.records.guide import GuideMeasures, GuideSentence
from memory.records.inquiry import Facet, FacetCoverage, FacetStatus
from memory.records.policy import GuidePolicy
from memory.records.talk import EvidenceSpan, Message, MessageKind
from tests.method import coffee

SAID = coffee.message(
    "a1", coffee.EXPERT, MessageKind.ANSWER, "Grind finer. Brew longer. Use fresh beans."
)


def span(quote: str, message: Message = SAID) -> EvidenceSpan:
    """The span of a quote."""
    at = message.text.index(quote)
    return EvidenceSpan.of(message, at, at + len(quote))


def sentence(text: str, *quotes: str) -> GuideSentence:
    """A cited sentence."""
    return GuideSentence(
        text=text, author_id=coffee.EXPERT.id, evidence=tuple(span(q) for q in quotes)
    )


def known(*facets: Facet, status: FacetStatus = FacetStatus.STATED) -> list[FacetCoverage]:
    """Coverage with these facets known."""
    return [FacetCoverage(facet=facet, status=status, confidence=0.9) for facet in facets]


@pytest.mark.parametrize(
    ("sentences", "recall", "precision"),
    [
        ([sentence("Grind finer.", "Grind finer.")], 1.0, 1.0),
        ([sentence("Grind finer, and brew longer.", "Grind finer.", "Brew longer.")], 1.0, 1.0),
        ([sentence("Grind finer.", "Grind finer.", "Brew longer.")], 1.0, 0.5),
        ([sentence("Add salt.", "Grind finer.")], 0.0, 0.0),
        (
            [sentence("Add salt.", "Grind finer."), sentence("Brew longer.", "Brew longer.")],
            0.5,
            0.5,
        ),
        ([], 0.0, 0.0),
    ],
)
def test_citations_are_counted_as_alce_defines_them(
    sentences: list[GuideSentence], recall: float, precision: float
) -> None:
    """Recall asks whether all citations carry the sentence, precision whether each is of use."""
    assert citation_measures(sentences) == (recall, precision)


def test_completeness_is_the_weighted_sum_of_coverage() -> None:
    """All confirmed is 1, nothing is 0, one stated facet is .8 of its weight."""
    everything = known(*Facet, status=FacetStatus.CONFIRMED)
    assert completeness(everything, coffee.CATALOGUE) == pytest.approx(1.0)
    assert completeness([], coffee.CATALOGUE) == 0
    stated = coffee.CATALOGUE.coverage[FacetStatus.STATED]
    weight = coffee.CATALOGUE.facets[Facet.WHY].weight
    assert completeness(known(Facet.WHY), coffee.CATALOGUE) == pytest.approx(weight * stated)


def measures(fraction: float, words: int = 100) -> GuideMeasures:
    """Measures of a well-cited guide."""
    return GuideMeasures(
        completeness=fraction, citation_recall=1, citation_precision=1, words=words
    )


def test_publishable_needs_why_boundary_and_a_sign() -> None:
    """Each missing condition is named; none is made up for by the others."""
    policy = GuidePolicy()
    enough = known(Facet.WHY, Facet.BOUNDARY, Facet.CHECK)
    assert publishable(measures(0.45), enough, policy) == (True, ())
    ok, lacks = publishable(measures(0.44, 701), known(Facet.GOAL), policy)
    assert not ok
    assert len(lacks) == 5
    hinted = known(Facet.WHY, Facet.BOUNDARY, Facet.CUES, status=FacetStatus.IMPLIED)
    assert len(publishable(measures(0.9), hinted, policy)[1]) == 3
