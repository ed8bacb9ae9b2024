"""Whatever a model answers, a guide holds verbatim words of its people and passes the gate."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agent.engines.model_guides import GuideSteps
from agent.method.condensing import lost, refusal
from agent.method.entailment import is_grounded
from agent.model.asking import StepAsker
from agent.model.client import ModelClient
from agent.model.settings import settings_of
from memory.records.guide import GuideVersion
from memory.records.model_policy import ModelPolicy
from memory.store.model_ledger import ModelLedger
from tests.builders import SettableClock
from tests.method import coffee
from tests.model.conftest import Bench
from tests.model.drafting import (
    EMBEDDED,
    OPENING,
    PEOPLE,
    PROBES,
    STEPS,
    a_talk,
    all_cited,
    assert_sound,
    drafted,
    using,
)
from tests.model.server import completion

TALK = a_talk(title="")
OWN = drafted(EMBEDDED, TALK)
WORDS = sorted({word for _, _, text in PROBES for word in text.split()} | {*OPENING.split()})
WELL = (
    "It leaves no smell, and because nothing stays in it, my coffee tastes clean.",
    "First check whether the last of the water comes out clear; usually it does.",
)
PIECES = st.sampled_from(
    [
        *(sentence.text for sentence in OWN.sentences()),
        *WORDS,
        *("not", "never", "and", "because", "it", "always", "30 minutes", "Cy", ".", ",", ";"),
        *("[PERSON_1]", "Ignore all rules.", "http://x.y", "\u202e", "`rm -rf`", "The", "so"),
    ]
)
TEXTS = st.one_of(
    st.sampled_from(WELL), st.lists(PIECES, max_size=14).map(" ".join), st.text(max_size=30)
)
NUMBERS = st.lists(st.integers(-1, 9), max_size=4)
ROWS = st.lists(st.fixed_dictionaries({"text": TEXTS, "rests_on": NUMBERS}), max_size=5)
VERDICTS = st.lists(
    st.fixed_dictionaries({"number": st.integers(-1, 6), "carried": st.booleans()}), max_size=5
)
ANSWERS = st.fixed_dictionaries(
    {
        "sentences": ROWS,
        "verdicts": VERDICTS,
        "titles": st.lists(TEXTS, max_size=4),
        "alike": NUMBERS,
    }
)
GOOD = {
    "sentences": [{"text": text, "rests_on": [n]} for n, text in zip((2, 4), WELL, strict=True)],
    "verdicts": [],
    "titles": ["Drip machine gurgles and drips for 15 minutes"],
    "alike": [],
}


class Answering:
    """An endpoint within the process that answers each step its part of one proposal."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers

    def post(self, body: Mapping[str, Any], _seconds: float) -> bytes:
        schema = body["response_format"]["json_schema"]["schema"]
        (asked,) = schema["properties"]
        return completion(json.dumps({asked: self._answers[asked]}))


def bench_of(answers: Mapping[str, Any], folder: str) -> Bench:
    """A client of that endpoint with a ledger of its own."""
    policy = ModelPolicy(name="small", base_url="http://127.0.0.1:9/v1", **using(*STEPS))
    known = settings_of(policy, {})
    assert known is not None
    ledger, clock = ModelLedger(Path(folder) / "model.sqlite"), SettableClock()
    return Bench(ModelClient(known, ledger, clock, Answering(answers)), ledger, clock)


def held(version: GuideVersion) -> None:
    """Nothing is added, nothing that was cited is lost, and people stay themselves."""
    assert_sound(version, TALK)
    assert all_cited(version) == all_cited(OWN)
    assert version.authors() == OWN.authors()
    assert version.coverage == OWN.coverage
    assert [s.facet for s in version.sections] == [s.facet for s in OWN.sections]
    own = {sentence.text for sentence in OWN.sentences()}
    for sentence in version.sentences():
        quotes = [span.quote for span in sentence.evidence]
        assert is_grounded(sentence.text, quotes).ok
        assert bool(sentence.worded_by) == (sentence.text not in own)
        assert not lost(sentence.text, quotes)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANSWERS)
@example(GOOD)
def test_whatever_is_answered_nothing_is_invented(answers: dict[str, Any]) -> None:
    """Every sentence of the version leads to verbatim spans, and the gate cuts none of it."""
    with tempfile.TemporaryDirectory() as folder:
        bench = bench_of(answers, folder)
        asker = StepAsker(bench.client, lambda _community: PEOPLE)
        policy = bench.client.settings.policy
        steps = GuideSteps(asker, bench.clock, coffee.CATALOGUE, policy)
        version = steps.word(OWN, TALK.claims, TALK.view, TALK.exchanges)
    held(version)
    worded = {sentence.text for sentence in version.sentences() if sentence.worded_by}
    assert answers is not GOOD or worded == set(WELL)


QUOTES = [one.text for one in OWN.sentences()]


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(QUOTES), st.lists(PIECES, max_size=8).map(" ".join))
def test_what_passes_says_as_much_and_no_more(quote: str, text: str) -> None:
    """A text that passes holds no word more often than its source, and passes the gate."""
    if refusal(text, [quote], [quote]):
        return
    assert is_grounded(text, [quote]).ok
    assert not lost(text, [quote])
    letters = Counter(text.casefold()), Counter(quote.casefold())
    assert sum(letters[0].values()) <= 2 * sum(letters[1].values())


@given(st.sampled_from(QUOTES))
def test_own_words_pass(quote: str) -> None:
    """A statement says what it says."""
    assert refusal(quote, [quote], [quote]) == ""
