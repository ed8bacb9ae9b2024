"""The shipped catalogue: complete, true to the method, and full of questions fit to be asked."""

from __future__ import annotations

import itertools
import re
from collections import Counter

import pytest

from agent.method.casts import Form
from agent.method.facets import CatalogueDetector
from agent.method.gates import GateContext, check_question, reads_alike
from agent.method.phrasing import AUTHOR_FIRST
from agent.method.syntax import MARKS, syntax_marks
from memory.errors import PromptError
from memory.records.inquiry import Facet
from prompts import Probe, load_catalogue
from tests.builders import make_member, make_message, make_thread

CATALOGUE = load_catalogue()
AUTHOR = make_member("ana")
PROBES = [
    (facet, probe)
    for facet, entry in CATALOGUE.facets.items()
    for probe in (*entry.probes, *entry.follow_ups, *entry.concrete)
]
QUOTES: dict[Form, tuple[str, ...]] = {
    Form.ORDER: ("rinse the filter first", "press a little harder than before"),
    Form.ADVICE: ("you should burp the beer", "Grind more coarsely", "it must be done by hand"),
    Form.BAN: ("never boil the milk", "don't force it"),
    Form.CLAIM: ("ground coffee goes stale after a week", "VACUUM FULL takes what it needs"),
    Form.STATE: ("the beer is served too cold", "there is air in the line"),
    Form.CONDITION: ("if the beer is served too cold", "until the milk warms up and quiets"),
    Form.DIAGNOSIS: ("it is probably the cable", "the disk may be full"),
    Form.DOING: ("boosting the alcohol content", "drinking it warm"),
    Form.THING: ("a mid-range grinder", "the right time"),
    Form.DEGREE: ("too coarse", "strong enough"),
    Form.STEP: ("a little harder", "slightly less coffee"),
    Form.AMOUNT: ("about 2 weeks", "30 C", "at least 60 ml"),
}
"""Quotes of each form that phrasings stand around."""
METHOD = {
    Facet.SITUATION: (0.07, 1.0),
    Facet.GOAL: (0.03, 1.0),
    Facet.CUES: (0.14, 1.0),
    Facet.ACTION: (0.04, 1.0),
    Facet.OPTIONS: (0.10, 1.0),
    Facet.WHY: (0.16, 1.5),
    Facet.BOUNDARY: (0.15, 1.5),
    Facet.PITFALLS: (0.10, 1.5),
    Facet.HEURISTIC: (0.06, 1.0),
    Facet.CHECK: (0.10, 1.0),
    Facet.EVIDENCE: (0.02, 2.0),
    Facet.WHATIF: (0.03, 2.0),
}
"""Weight and minutes of each facet (method, sections 2 and 3)."""


def test_weights_and_minutes_are_the_methods() -> None:
    """No facet's weight or minutes drift from the method's table."""
    shipped = {facet: (e.weight, e.minutes) for facet, e in CATALOGUE.facets.items()}
    assert shipped == METHOD


@pytest.mark.parametrize(("facet", "probe"), PROBES, ids=[probe.name for _, probe in PROBES])
def test_every_probe_passes_every_gate(facet: Facet, probe: Probe) -> None:
    """Each phrasing, around quotes it suits, is one open question that neither leads nor blames."""
    for quote in (quote for form in probe.forms for quote in QUOTES[Form(form)]):
        anchor = make_message("m1", f"As I said, {quote}.", AUTHOR, make_thread())
        context = GateContext(anchor, AUTHOR.id, facet, CATALOGUE.gates, coverage={})
        text = probe.text.format(q=quote, a="pg_repack", b="fill factor", c="the night job")
        assert check_question(text, quote, context) == ()


@pytest.mark.parametrize(("facet", "probe"), PROBES, ids=[probe.name for _, probe in PROBES])
def test_probe_reads_well(facet: Facet, probe: Probe) -> None:
    """A phrasing quotes once in double quotes, asks once, and is named after its facet."""
    assert probe.text.count('"{q}"') == 1
    assert probe.text.count("?") == 1
    assert facet.value in probe.name.split(".")
    assert len(set(probe.forms)) == len(probe.forms)
    assert not probe.needs & probe.bars
    opening = AUTHOR_FIRST.match(probe.text)
    assert probe.text.startswith("You ") is bool(opening)
    assert "  " not in probe.text
    assert probe.text == probe.text.strip()


def test_every_facet_can_be_asked_in_many_ways() -> None:
    """Five phrasings or more need nothing but a quote, twelve where much is asked."""
    rare = {Facet.SITUATION, Facet.GOAL}
    for facet, entry in CATALOGUE.facets.items():
        least = 5 if facet in rare else 12
        assert sum(probe.slots == {"q"} for probe in entry.probes) >= least, facet
        assert len(entry.follow_ups) >= 2, facet


def test_every_form_of_quote_can_be_asked_about() -> None:
    """For each form some facet has three phrasings that stand around any quote of it."""
    for form in Form:
        ways = Counter(
            facet
            for facet, probe in PROBES
            if form.value in probe.forms and not probe.needs and probe.slots == {"q"}
        )
        assert max(ways.values()) >= 3, form


def test_no_two_phrasings_read_alike() -> None:
    """Any two phrasings of the whole catalogue differ in their wording around the quote."""
    for (_, one), (_, two) in itertools.combinations(PROBES, 2):
        assert not reads_alike(one.text, two.text, 0.8), (one.name, two.name)


def test_texts_for_readers_are_whole() -> None:
    """Headings are short; an asked facet is told in a sentence, an open one in a clause."""
    headings = [entry.heading for entry in CATALOGUE.facets.values()]
    assert len(set(headings)) == len(headings)
    for entry in CATALOGUE.facets.values():
        assert len(entry.heading.split()) <= 5
        assert entry.open_line[0].islower()
        assert not entry.open_line.endswith(".")
        for line in (entry.because, entry.definition):
            assert line[0].isupper()
            assert line.endswith(".")


def test_default_order_names_every_facet_once() -> None:
    """The order of asking is a permutation of the twelve, cues before reasons before limits."""
    order = list(CATALOGUE.order)
    assert sorted(order) == sorted(Facet)
    assert order.index(Facet.CUES) < order.index(Facet.WHY) < order.index(Facet.BOUNDARY)


def test_every_syntax_mark_named_in_a_signal_exists() -> None:
    """A signal `<mark>` names a mark that syntax can find, so that none is silently dead."""
    sample = (
        "If it clogs, rinse it for 30 seconds, since the oil is sticky. Don't wait, to save beans."
    )
    named = {
        signal[1:-1]
        for entry in CATALOGUE.facets.values()
        for signal in (*entry.signals, *entry.weak_signals)
        if signal.startswith("<")
    }
    assert named
    assert named <= MARKS
    why = CATALOGUE.facets[Facet.WHY].model_copy(update={"signals": ("<strange>",)})
    strange = CATALOGUE.model_copy(update={"facets": {**CATALOGUE.facets, Facet.WHY: why}})
    with pytest.raises(PromptError, match="'strange'"):
        CatalogueDetector(strange)
    assert set(syntax_marks(sample)) <= MARKS


def test_signals_are_written_in_lower_case() -> None:
    """Signals are matched against lower-case text, so that a capital in one could never match."""
    for facet, entry in CATALOGUE.facets.items():
        for signal in (*entry.signals, *entry.weak_signals):
            assert not re.search(r"(?<!\\)[A-Z]", signal), (facet, signal)


@pytest.mark.parametrize(
    ("facet", "sentence"),
    [
        (Facet.SITUATION, "It depends on how hard your water is."),
        (Facet.GOAL, "We do it so that nobody gets paged at night."),
        (Facet.CUES, "You can tell by the smell of the puck."),
        (Facet.ACTION, "Rinse the filter with hot water first."),
        (Facet.OPTIONS, "I take pg_repack rather than VACUUM FULL."),
        (Facet.WHY, "That works because the lock is held for a moment only."),
        (Facet.BOUNDARY, "Unless the table is larger than the free disk."),
        (Facet.PITFALLS, "Careful, it will ruin the gasket."),
        (Facet.HEURISTIC, "As a rule of thumb, about 14 days are enough."),
        (Facet.CHECK, "Then verify that the replica caught up."),
        (Facet.EVIDENCE, "In my experience half of them leak."),
        (Facet.WHATIF, "If that fails, restore the snapshot."),
    ],
)
def test_signal_of_each_facet_is_found(facet: Facet, sentence: str) -> None:
    """The method's own signal of each facet counts as stated."""
    readings = CatalogueDetector(CATALOGUE).read(sentence)
    assert any(r.facet is facet and r.confidence >= 0.6 for r in readings), readings
