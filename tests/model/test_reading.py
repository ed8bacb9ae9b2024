"""A model that reads facets: numbers and names are checked, and no text can talk a gap away."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.engines.embedded import EmbeddedEngine
from agent.engines.model import ModelEngine
from agent.engines.model_reading import believed
from agent.method.facets import KNOWN_FROM, STATED_FROM
from agent.method.readings import ReadSentence
from memory.records.inquiry import Facet, FacetStatus
from tests.model.conftest import Bench, Make
from tests.model.misbehaviours import MISBEHAVIOURS
from tests.model.server import Act, ModelServer, raw, say
from tests.model.test_engine import a_context, engines

TEXT = "You should rinse the filter first. The cup is warmer then. Nobody asked for more."
ON = {"find_facets": {"use": True}}
EVERY = [facet.value for facet in Facet]


def finding(*found: tuple[int, list[str]]) -> Act:
    """An answer with these facets by number."""
    return say({"sentences": [{"number": n, "facets": facets} for n, facets in found]})


def reading(
    make_bench: Make, **changes: object
) -> tuple[tuple[ReadSentence, ...], tuple[ReadSentence, ...], Bench]:
    """The sample message as the engine with the model reads it, and as the embedded one does."""
    bench = make_bench(**({"seconds_a_call": 5, "steps": ON} | changes))
    model, embedded = engines(bench)
    context = a_context(TEXT)
    own = embedded.read(context.view, context.anchor)
    return model.read(context.view, context.anchor), own, bench


def facets_of(read: ReadSentence) -> dict[Facet, float]:
    """How surely a sentence states each facet."""
    return {one.facet: one.confidence for one in read.facets}


def test_facets_of_real_sentences_are_taken(server: ModelServer, make_bench: Make) -> None:
    """What a model alone finds is stated; the sentences are the author's, in their order."""
    server.play(finding((2, ["WHY"]), (3, [])))
    read, own, bench = reading(make_bench)
    assert [one.sentence for one in read] == [one.sentence for one in own]
    assert read[0] == own[0]
    assert facets_of(read[1])[Facet.WHY] == STATED_FROM
    (taken,) = bench.ledger.steps()
    assert (taken.step, taken.by_model, taken.refused) == ("find_facets", True, ())


def test_what_is_no_facet_or_no_sentence_is_left_out(server: ModelServer, make_bench: Make) -> None:
    """Invented facets, numbers of nothing and sentences that state everything are refused."""
    server.play(finding((2, ["WHY", "MAGIC"]), (9, ["WHY"]), (0, ["WHY"]), (3, EVERY)))
    read, own, bench = reading(make_bench)
    assert set(facets_of(read[1])) == {Facet.WHY} | {
        facet for facet, sure in facets_of(own[1]).items() if sure >= KNOWN_FROM
    }
    assert read[2] == own[2]
    assert bench.ledger.steps()[0].refused == (
        *("unknown_facet", "unknown_sentence", "too_many_facets"),
    )


def test_no_text_talks_a_gap_away(server: ModelServer, make_bench: Make) -> None:
    """A model that finds three facets everywhere makes none of them known in a thread by itself."""
    server.play(say({"sentences": [{"number": n, "facets": EVERY[:3]} for n in range(1, 4)]}))
    context = a_context(TEXT)
    model, _ = engines(make_bench(seconds_a_call=5, steps=ON))
    fitted = EmbeddedEngine(model._embedded._catalogue, model._embedded._policy, Unsure())
    model._embedded = fitted
    own = fitted.coverage(context.view, context.anchor, ())
    found = model.coverage(context.view, context.anchor, ())
    assert all(one.status is FacetStatus.ABSENT for one in own)
    assert {one.status for one in found} == {FacetStatus.IMPLIED, FacetStatus.ABSENT}


class Unsure:
    """A fitted reader that finds nothing."""

    def read(self, sentence: str) -> tuple[()]:
        """Nothing."""
        del sentence
        return ()

    def read_all(self, sentences: object, before: object) -> tuple[tuple[()], ...]:
        """Nothing, for each."""
        del before
        return tuple(() for _ in sentences)  # type: ignore[attr-defined]

    def judge(self, sentences: object, before: object) -> None:
        """Nothing."""
        del sentences, before


def test_coverage_reads_a_thread_in_one_call(server: ModelServer, make_bench: Make) -> None:
    """One call reads all of an author's words; reading them again, in any process, asks nothing."""
    server.play(finding((2, ["WHY"])), raw(b"", 500))
    bench = make_bench(seconds_a_call=5, steps=ON)
    context = a_context(TEXT)
    covered = [engines(bench)[0].coverage(context.view, context.anchor, ()) for _ in range(3)]
    assert covered[0] == covered[1] == covered[2]
    assert len(server.requests) == 1
    assert len(bench.ledger.steps()) == 1
    (sent,) = server.requests
    assert "My espresso is sour" not in json.dumps(sent)


@pytest.mark.parametrize("case", MISBEHAVIOURS)
def test_however_the_server_misbehaves_the_embedded_reading_holds(
    server: ModelServer, make_bench: Make, case: str
) -> None:
    """The embedded reading stands, the record says why, and budgets hold."""
    act, reason = MISBEHAVIOURS[case]
    server.play(act)
    read, own, bench = reading(make_bench, seconds_a_call=0.3, attempts=1)
    assert read == own
    (taken,) = bench.ledger.steps()
    assert (taken.by_model, taken.reason) == (False, reason)
    assert 1 <= len(server.requests) == len(bench.ledger.calls()) <= 2


def test_unmeasured_it_is_off(server: ModelServer, make_bench: Make) -> None:
    """Before an endpoint was measured on it, nothing is sent to read."""
    read, own, bench = reading(make_bench, steps={})
    assert read == own
    assert not server.requests
    assert isinstance(engines(bench)[0], ModelEngine)


@given(
    st.lists(
        st.tuples(
            st.integers(-2, 8),
            st.lists(st.one_of(st.sampled_from(EVERY), st.text(max_size=5)), max_size=5),
        ),
        max_size=8,
    ),
    st.integers(0, 5),
)
def test_only_what_exists_is_believed(proposed: list[tuple[int, list[str]]], count: int) -> None:
    """Whatever is proposed, places and facets that come out exist, and none states too much."""
    decided = believed(proposed, count)
    for place, facets in (decided.value or {}).items():
        assert 0 <= place < count
        assert len(facets) <= 3
        named = {name for number, names in proposed if number == place + 1 for name in names}
        assert {facet.value for facet in facets} <= named
