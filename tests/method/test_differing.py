"""Asking about a difference: every such question passes every gate, and hides who asked to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.differing import ask_about_difference, difference_in_words
from agent.method.gates import GateContext, check_question
from agent.method.readings import AskContext, Contradiction, ContradictionKind, ThreadView
from agent.method.sentences import own_sentences
from memory.records.inquiry import Facet, FacetCoverage, FacetStatus
from memory.records.people import Consent, Credit, Member
from memory.records.talk import MessageKind
from prompts.answers import load_answers
from prompts.catalogue import load_catalogue
from tests.builders import make_member, make_message, make_thread

CATALOGUE = load_catalogue()
ANA, BEN = make_member("ana", name="Ana Reis"), make_member("ben", name="Ben Ode")
THREAD = make_thread()
ANCHOR = make_message("a", "Open the drain slowly, then wait.", ANA, THREAD)
EARLIER = make_message("b", "Never open the drain while it is hot.", BEN, THREAD)
PEOPLE = {ANA.id: ANA, BEN.id: BEN}


def context_of(
    reply: str, before_by: str = BEN.id, people: Mapping[str, Member] = PEOPLE
) -> AskContext:
    """An interview whose one answer differs, in its first sentence, from `EARLIER`."""
    answer = make_message("r", reply, ANA, THREAD, kind=MessageKind.INTERVIEW)
    sentences = own_sentences(answer)
    differs = None
    if sentences:
        before = own_sentences(EARLIER)[0]
        differs = Contradiction(sentences[0], before, before_by, ContradictionKind.DENIAL)
    view = ThreadView(THREAD, (ANCHOR, EARLIER), people)
    return AskContext(
        view, ANCHOR, (), interview=(answer,), asked_facets=(Facet.WHY,), differs=differs
    )


@pytest.mark.parametrize(("before_by", "kind"), [(BEN.id, "other"), (ANA.id, "you")])
def test_what_decides_is_asked_about_the_answers_own_words(before_by: str, kind: str) -> None:
    """The question quotes the answer, asks for the limit, and fits whose words differ."""
    asked = ask_about_difference(
        context_of("Open the drain while it is hot.", before_by), CATALOGUE, min_value=0.0
    )
    assert asked is not None
    assert asked.template.startswith(f"differs.{kind}.")
    assert (asked.facet, asked.quote.quote) == (Facet.BOUNDARY, "Open the drain while it is hot")
    assert ("Ben Ode" in asked.text) is (kind == "other")


def test_phrasings_alternate() -> None:
    """Who read one phrasing this month reads the other next."""
    plain = context_of("Open the drain while it is hot.")
    first = ask_about_difference(plain, CATALOGUE, min_value=0.0)
    assert first is not None
    again = replace(plain, templates_used=(first.template,))
    second = ask_about_difference(again, CATALOGUE, min_value=0.0)
    assert second is not None
    assert second.template != first.template


def test_nobody_is_named_who_did_not_agree() -> None:
    """Under another mode than credited, the earlier words are somebody's."""
    hidden = BEN.model_copy(update={"consent": Consent(credit=Credit.CHATHAM_HOUSE)})
    people = {ANA.id: ANA, BEN.id: hidden}
    context = context_of("Open the drain while it is hot.", people=people)
    asked = ask_about_difference(context, CATALOGUE, min_value=0.0)
    assert asked is not None
    assert context.differs is not None
    told = difference_in_words(context.differs, ANA.id, people)
    assert "Ben" not in asked.text + asked.because + told
    assert load_answers().differing.somebody in told


def test_a_known_limit_or_a_needed_probe_is_not_spent_on_it() -> None:
    """What is known is not asked again, and the last probes go to what a guide cannot lack."""
    plain = context_of("Open the drain while it is hot.")
    known = FacetCoverage(facet=Facet.BOUNDARY, status=FacetStatus.STATED, confidence=0.9)
    for context in (
        replace(plain, coverage=(known,)),
        replace(plain, needed=frozenset({Facet.WHY})),
        replace(plain, differs=None),
        replace(plain, interview=()),
        replace(plain, addressee=BEN),
    ):
        assert ask_about_difference(context, CATALOGUE, min_value=0.0) is None
    assert ask_about_difference(plain, CATALOGUE, min_value=9.0) is None


@given(st.text(max_size=200))
def test_every_question_about_a_difference_passes_every_gate(reply: str) -> None:
    """Whatever was answered, no question comes out that fails a gate."""
    context = context_of(reply)
    asked = ask_about_difference(context, CATALOGUE, min_value=0.0)
    if asked is None:
        return
    gate = GateContext(
        anchor=context.interview[0],
        addressee_id=ANA.id,
        facet=asked.facet,
        gates=CATALOGUE.gates,
        coverage={},
        last_facet=Facet.WHY,
    )
    assert not check_question(asked.text, asked.quote.quote, gate)
