"""The choice of the facet to ask about: the value formula, what is left out, the second check."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.facets import CatalogueDetector
from agent.method.gaps import ThreadStatements, open_gaps, reply_chance, value_of
from agent.method.readings import AnswerQuality, AskContext, ThreadView
from memory.records.inquiry import Facet, FacetCoverage, FacetStatus
from memory.records.talk import Message
from prompts.catalogue import load_catalogue
from tests.builders import make_member, make_message, make_thread

CATALOGUE = load_catalogue()
DETECTOR = CatalogueDetector(CATALOGUE)
ANA, BO = make_member("ana"), make_member("bo")
THREAD = make_thread(title="Sour espresso")
ANCHOR = make_message("a", "Grind finer and keep the dose at 18 g.", ANA, THREAD)


def a_context(*others: Message, known: dict[Facet, FacetStatus] | None = None) -> AskContext:
    """A moment about `ANCHOR` with what is known of its facets."""
    coverage = tuple(
        FacetCoverage(facet=facet, status=status, confidence=1.0)
        for facet, status in (known or {}).items()
    )
    return AskContext(ThreadView(THREAD, (*others, ANCHOR), {}), ANCHOR, coverage)


def test_value_follows_the_formula() -> None:
    """V is weight times what is open times impact times reply chance, less paid minutes."""
    value = value_of(Facet.WHY, 0.4, CATALOGUE, impact=2.0, p_reply=0.75, asks_last_week=1)
    assert value == pytest.approx(0.16 * 0.6 * 2.0 * 0.75 - 0.01 * 1.5 * 2)


def test_unknown_person_is_as_likely_to_reply_as_not() -> None:
    """The smoothed reply rate starts at one half and follows the record."""
    assert reply_chance(0, 0, CATALOGUE) == 0.5
    assert reply_chance(6, 0, CATALOGUE) == pytest.approx(0.2)


def test_known_and_just_asked_facets_are_left_out() -> None:
    """A stated facet and the one asked last are never ranked."""
    context = a_context(known={Facet.CUES: FacetStatus.STATED})
    context = AskContext(context.view, ANCHOR, context.coverage, asked_facets=(Facet.WHY,))
    ranked = {gap.facet for gap in open_gaps(context, CATALOGUE)}
    assert Facet.CUES not in ranked
    assert Facet.WHY not in ranked
    assert Facet.BOUNDARY in ranked


def test_directive_without_reason_is_asked_for_what_matters_most() -> None:
    """For a bare directive, one of the four heaviest facets comes first."""
    gaps = open_gaps(a_context(known={Facet.ACTION: FacetStatus.STATED}), CATALOGUE)
    first = max(gaps, key=lambda gap: gap.urge)
    assert first.facet in {Facet.CUES, Facet.WHY, Facet.BOUNDARY, Facet.OPTIONS}
    assert first.value > 0.015


def test_thread_that_answers_already_is_seen() -> None:
    """A reason somebody else gave for the same thing counts; one for another thing does not."""
    reply = make_message("b", "Grind finer because channels form in a coarse puck.", BO, THREAD)
    other = make_message("c", "Descale monthly because lime clogs the boiler.", BO, THREAD)
    said, unsaid = (ThreadStatements(a_context(one), DETECTOR) for one in (reply, other))
    assert said.states(Facet.WHY, "Grind finer")
    assert not unsaid.states(Facet.WHY, "Grind finer")
    assert not said.states(Facet.PITFALLS, "Grind finer")


def test_after_a_vague_answer_the_facet_may_be_asked_again() -> None:
    """Only a vague answer leaves the facet asked last open; any other answer moves on."""
    for quality, free in ((AnswerQuality.VAGUE, True), (AnswerQuality.INFORMATIVE, False)):
        context = replace(a_context(), asked_facets=(Facet.WHY,), last_answer=quality)
        assert (Facet.WHY in {gap.facet for gap in open_gaps(context, CATALOGUE)}) is free


@given(st.dictionaries(st.sampled_from(Facet), st.sampled_from(FacetStatus)), st.text(max_size=200))
def test_choice_is_total_and_never_holds_the_known(
    known: dict[Facet, FacetStatus], text: str
) -> None:
    """Whatever is said and known, each open facet is a gap exactly once."""
    anchor = make_message("x", text, ANA, THREAD)
    coverage = a_context(known=known).coverage
    gaps = open_gaps(AskContext(ThreadView(THREAD, (anchor,), {}), anchor, coverage), CATALOGUE)
    done = {f for f, s in known.items() if s in {FacetStatus.STATED, FacetStatus.CONFIRMED}}
    assert sorted(gap.facet for gap in gaps) == sorted(set(Facet) - done)
