"""Marks that code puts: the words are located, the gates stay, and only who wrote them is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.method.gates import check_question
from agent.method.marking import Lead, Marked, Proposal, marked, meant
from agent.method.wordings import YOU
from agent.method.words import stem_set
from prompts.steps.step import load_wording
from tests.model.proposals import QUOTE
from tests.model.test_engine import BO, EMBEDDED, a_context
from tests.model.test_wordings import LEAD, LEEWAY, PIECES, WORDINGS

OTHER = Lead("Ana Silva", load_wording().lead)
QUOTABLE = LEEWAY.quotable
THAT = "what is the reason behind that?"


@pytest.mark.parametrize(
    ("quote", "question", "text"),
    [
        (QUOTE, "What is the reason behind that?", f'You wrote "{QUOTE}": {THAT}'),
        (f"{QUOTE}.", THAT, f'You wrote "{QUOTE}": {THAT}'),
        (f"You should {QUOTE}", THAT, f'You wrote "{QUOTE}": {THAT}'),
        (QUOTE, f"Why does it matter to {QUOTE}?", f'Why does it matter to "{QUOTE}"?'),
        ("", f"Why does it matter to '{QUOTE}'?", f'Why does it matter to "{QUOTE}"?'),
        (QUOTE, f'Why does it matter to "{QUOTE}"?', f'Why does it matter to "{QUOTE}"?'),
        ("grind the beans", THAT, THAT),
        ("filter", THAT, THAT),
    ],
)
def test_the_words_are_marked_where_they_are_found(quote: str, question: str, text: str) -> None:
    """Marks go around the words where they stand, else the words go first; invented ones do not."""
    assert marked(Proposal(quote, question), QUOTABLE, LEAD).text == text


def test_a_question_with_a_lead_names_nothing() -> None:
    """What needs its quotation put before it holds words of the house alone."""
    good, bad = Proposal(QUOTE, THAT), Proposal(QUOTE, "what is the reason for the filter?")
    best, refused = WORDINGS.choose([bad, good], LEEWAY, LEAD)
    assert best is not None
    assert best.text == f'You wrote "{QUOTE}": {THAT}'
    assert refused == ("not_general",)


@pytest.mark.parametrize(
    "question",
    [
        "what did you see that told you so?",
        "what makes you think that?",
        "what was your reason for that?",
        "what reason have you for that?",
        'You wrote "rinse the filter first": what is the reason behind that?',
    ],
)
def test_nobody_is_asked_what_was_in_another_s_mind(question: str) -> None:
    """Somebody else than the author is asked about what they do or would do, and no more."""
    best, refused = WORDINGS.choose([Proposal(QUOTE, question)], LEEWAY, OTHER)
    assert best is None
    assert refused == ("only_author",)


TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=6).map(" ".join)


@settings(max_examples=40)
@given(TEXTS, TEXTS, st.booleans())
def test_whatever_is_proposed_what_is_asked_passes_every_gate(
    quote: str, question: str, ours: bool
) -> None:
    """No proposal gets words into a question that were not said, nor past a gate."""
    held = LEEWAY
    if not ours:
        context = a_context(addressee=BO)
        own = EMBEDDED.compose(context)
        assert own is not None
        found = EMBEDDED.leeway(own, context)
        assert found is not None
        held = found
    lead = LEAD if ours else OTHER
    best, _ = WORDINGS.choose([Proposal(quote, question)], held, lead)
    if best is None:
        return
    span = best.quotable.span
    assert held.message.text[span.start : span.end] == span.quote
    assert check_question(best.text, span.quote, held.gate) == ()
    assert best.text.count('"') == 2
    assert ours or YOU not in best.text.split('"')[0]


@given(st.text(max_size=40))
def test_what_a_quote_means_is_always_quotable(quote: str) -> None:
    """What a proposal is taken to be about is one of the stretches that may be quoted."""
    found = meant(quote, QUOTABLE)
    assert found is None or found in QUOTABLE
    put = marked(Proposal(quote, THAT), QUOTABLE, LEAD)
    assert isinstance(put, Marked)
    assert stem_set(put.led) <= stem_set(THAT)
