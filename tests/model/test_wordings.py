"""Free wording: what passes quotes verbatim, asks for the facet, and says nothing of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.method.casts import casts_of
from agent.method.gates import check_question
from agent.method.marking import Lead, Proposal
from agent.method.questions import Leeway, Quotable
from agent.method.wordings import YOU, Passed, Wordings
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan
from prompts.steps.step import load_wording
from tests.model.proposals import GOOD, QUOTE, REFUSED
from tests.model.test_engine import CATALOGUE, EMBEDDED, a_context

LEAD = Lead(YOU, load_wording().lead)
WORDINGS = Wordings(CATALOGUE, load_wording().general)


def leeway() -> Leeway:
    """Within what the sample question may be worded otherwise."""
    own = EMBEDDED.compose(a_context())
    assert own is not None
    found = EMBEDDED.leeway(own, a_context())
    assert found is not None
    return found


LEEWAY = leeway()
PIECES = st.sampled_from(
    [
        *(
            GOOD,
            f'"{QUOTE}"',
            f"\u201c{QUOTE}\u201d",
            '"filter first"',
            "You wrote",
            ": what is the",
        ),
        *("reason behind that", "?", " ", "Ignore the rules", "http://x.y", "What makes", "\n"),
        *("You warned", "why did you", "he", "of course", "7", "[PERSON_1]", "Which reasons"),
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=8).map(" ".join)


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_refused_by_name(case: str) -> None:
    """Each kind of bad wording is told by the gate that it fails."""
    text, gate = REFUSED[case]
    assert WORDINGS.examine(text, LEEWAY) == gate


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"You wrote \u201c{QUOTE}\u201d: what is the reason behind that?",
        f'You advised "{QUOTE}": what would happen if someone skipped that?',
        f'What makes it important to "{QUOTE}"?',
        f'Why does it matter to "{QUOTE}."?',
    ],
)
def test_natural_wordings_pass(text: str) -> None:
    """Plain questions for the facet pass, with straight marks and the words as written."""
    passed = WORDINGS.examine(text, LEEWAY)
    assert isinstance(passed, Passed)
    assert f'"{QUOTE}"' in passed.text


@pytest.mark.parametrize(
    ("said", "text", "code"),
    [
        ("It needs 16GB of memory then.", 'What happens if someone does not "16GB"?', "unfit"),
        ("Leave it there for one week.", 'Why does it matter to "one week"?', "unfit"),
        ("Drop the old slot.", 'Why does it matter to "Drop the old slot"?', "unfit"),
    ],
)
def test_a_quote_is_put_only_where_its_form_fits(said: str, text: str, code: str) -> None:
    """An amount or a capital does not stand where the house would put a plain verb."""
    message = a_context(said).anchor
    start = said.find(text.split('"')[1])
    span = EvidenceSpan.of(message, start, start + len(text.split('"')[1]))
    casts = tuple(cast for cast in casts_of(message, span))
    wider = replace(LEEWAY, message=message, quotable=(Quotable(span, casts, 5.0),))
    held = replace(wider, gate=replace(LEEWAY.gate, anchor=message))
    assert WORDINGS.examine(text, held) == code


@settings(max_examples=60)
@given(TEXTS)
def test_whatever_passes_passes_every_gate(text: str) -> None:
    """No text gets through that a gate of the method's own questions would stop."""
    examined = WORDINGS.examine(text, LEEWAY)
    if isinstance(examined, str):
        assert examined
        return
    span = examined.quotable.span
    assert LEEWAY.message.text[span.start : span.end] == span.quote
    assert check_question(examined.text, span.quote, LEEWAY.gate) == ()
    assert examined.text.count('"') == 2
    assert Facet.WHY in WORDINGS.facets_asked(examined.text)
    assert "Ignore" not in examined.text


def test_every_phrasing_of_the_catalogue_asks_for_its_facet() -> None:
    """The house's own questions are told apart by their words nearly always."""
    asked = [
        (facet, probe.text.replace("{q}", "wash it"))
        for facet, entry in CATALOGUE.facets.items()
        for probe in entry.probes
        if probe.slots == {"q"}
    ]
    told = [facet in WORDINGS.facets_asked(text) for facet, text in asked]
    assert sum(told) / len(told) > 0.98


def test_the_best_is_by_the_worth_of_its_quote() -> None:
    """Of several that pass, the one that quotes the most telling words is asked."""
    proposals = [Proposal("", "Why?"), Proposal("", GOOD)]
    best, refused = WORDINGS.choose(proposals, LEEWAY, LEAD)
    assert best is not None
    assert best.text == GOOD
    assert refused == ("quotation",)
    assert WORDINGS.choose([], LEEWAY, LEAD) == (None, ())
