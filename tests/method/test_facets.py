"""Facets: what a sentence states, what a set of messages covers, and how coverage adds up."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.facets import (
    STATED_FROM,
    CatalogueDetector,
    coverage_of,
    read_message,
)
from agent.method.literals import LiteralIndex, compiled
from agent.method.syntax import lower_in_place
from memory.records.inquiry import Facet, FacetCoverage, FacetStatus
from memory.records.talk import Message, Segment, SegmentKind
from prompts.catalogue import load_catalogue
from tests.builders import make_member, make_message, make_thread

CATALOGUE = load_catalogue()
DETECTOR = CatalogueDetector(CATALOGUE)
AUTHOR = make_member("ana")
THREAD = make_thread()
LABELS = Path(os.environ.get("PASSDOWN_DATA", Path(__file__).parents[3] / "shared/data")) / "labels"
LEAST_GOLD = 10


def message_of(text: str, native_id: str = "m1") -> Message:
    """A message of one author."""
    return make_message(native_id, text, AUTHOR, THREAD)


def cover(*texts: str, confirmed: bool = False) -> dict[Facet, FacetCoverage]:
    """Coverage by facet of messages with these texts."""
    messages = [message_of(text, f"m{n}") for n, text in enumerate(texts)]
    read = [(message, read_message(message, DETECTOR)) for message in messages]
    return {one.facet: one for one in coverage_of(read, CATALOGUE, confirmed)}


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def stated(sentence: str) -> set[Facet]:
    """Facets that the detector counts as stated."""
    return {r.facet for r in DETECTOR.read(sentence) if r.confidence >= STATED_FROM}


@pytest.mark.parametrize(
    ("sentence", "facet"),
    [
        ("bob: try sudo apt-get update first", Facet.ACTION),
        ("just run pg_repack on a Sunday", Facet.ACTION),
        ("If it leaks, replace the ring.", Facet.ACTION),
        ("Don't boil it.", Facet.PITFALLS),
        ("It is cheaper than the other grinder.", Facet.OPTIONS),
        ("Leave it for 5 to 7 days.", Facet.HEURISTIC),
    ],
)
def test_syntax_shows_a_facet_without_its_keyword(sentence: str, facet: Facet) -> None:
    """Imperatives, negated imperatives, comparisons and quantities count by their form."""
    assert facet in stated(sentence)


@pytest.mark.parametrize("sentence", ["Store bought coffee is fine.", "The test was long ago."])
def test_a_noun_is_no_imperative(sentence: str) -> None:
    """A sentence that opens with a word that could be a verb is not read as an instruction."""
    assert Facet.ACTION not in stated(sentence)


def test_a_question_states_nothing() -> None:
    """Asking whether a reason holds does not state it."""
    assert DETECTOR.read("Is that because the lock is held?") == ()
    assert all(c.status is FacetStatus.ABSENT for c in cover("Should I rinse it first?").values())


def test_stated_facets_carry_their_sentences_as_evidence() -> None:
    """Evidence is the verbatim sentence, and what is neither said nor hinted at has none."""
    covered = cover("Hello there. Rinse it, because the paper tastes.", "Never mind the colour.")
    why = covered[Facet.WHY]
    assert why.status is FacetStatus.STATED
    assert [span.quote for span in why.evidence] == ["Rinse it, because the paper tastes."]
    assert set(covered) == set(Facet)
    assert covered[Facet.WHATIF] == FacetCoverage(
        facet=Facet.WHATIF, status=FacetStatus.ABSENT, confidence=0.0
    )


def test_a_hint_implies_and_confirmation_confirms_only_what_is_stated() -> None:
    """Weak words never count as stated, whoever confirms the message."""
    text = "The beans are mostly fine. Rinse it, because the paper tastes."
    covered = cover(text, confirmed=True)
    assert covered[Facet.HEURISTIC].status is FacetStatus.IMPLIED
    assert covered[Facet.WHY].status is FacetStatus.CONFIRMED


def test_quoted_words_state_nothing_for_their_quoter() -> None:
    """A reason that stands in a quotation is not the author's."""
    text = "because the paper tastes\nI agree"
    segments = (
        Segment(kind=SegmentKind.QUOTE, start=0, end=24),
        Segment(kind=SegmentKind.OWN, start=25, end=32),
    )
    message = make_message("m1", text, AUTHOR, THREAD, segments=segments)
    assert all(not one.facets for one in read_message(message, DETECTOR))


def test_the_words_shown_stand_in_the_sentence() -> None:
    """Words keep the author's capitals, also where lower case would change their length."""
    sentence = "\u0130n \u0130zmir we RINSE it BECAUSE the paper tastes."
    words = {r.facet: r.words for r in DETECTOR.read(sentence)}
    assert words[Facet.WHY] == "BECAUSE"


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    """No input breaks the reader; confidences are fractions, surest first, one per facet."""
    readings = DETECTOR.read(text)
    assert all(reading.words in text for reading in readings)
    confidences = [reading.confidence for reading in readings]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 < confidence <= 1 for confidence in confidences)
    assert len({reading.facet for reading in readings}) == len(readings)


@pytest.mark.data
@pytest.mark.skipif(not (LABELS / "facets").is_dir(), reason="the labelled data set is absent")
def test_macro_f1_beats_plain_regular_expressions() -> None:
    """On items where both annotators agree, macro F1 stays above the plain baseline of .42."""
    folder = LABELS / "facets"
    items = rows_of(folder / "items.jsonl")
    gold = [
        {row["id"]: row["facets"] for row in rows_of(folder / name)}
        for name in ("labels_a.jsonl", "labels_b.jsonl")
    ]
    hits, named, real = dict.fromkeys(Facet, 0), dict.fromkeys(Facet, 0), dict.fromkeys(Facet, 0)
    for item in items:
        read = set().union(*(stated(sentence) for sentence in item["sentences"]))
        for facet in Facet:
            first, second = (bool(labels[item["id"]].get(facet)) for labels in gold)
            if first == second:
                hits[facet] += first and facet in read
                named[facet] += facet in read
                real[facet] += first
    scores = [2 * hits[f] / (named[f] + real[f]) for f in Facet if real[f] >= LEAST_GOLD]
    assert sum(scores) / len(scores) >= 0.47


PATTERNS = tuple(
    signal
    for entry in CATALOGUE.facets.values()
    for signal in (*entry.signals, *entry.weak_signals)
    if not signal.startswith("<")
) + tuple(p for several in CATALOGUE.triage.patterns.values() for p in several)
INDEX = LiteralIndex(PATTERNS)
COMPILED = compiled(PATTERNS)
FRAGMENTS = st.sampled_from(
    [
        "because",
        "unless",
        "3",
        "14",
        "days",
        "if",
        "you",
        "it.s",
        "don't",
        "we're",
        "as",
        "long",
        "too",
        "than",
        "to",
        "avoid",
        "the",
        "first",
        "thing",
        "vs",
        "20:1",
        "my",
        "password",
        "in",
        "clear",
        "text",
        "thanks",
        "worked",
        "notice",
        "careful",
        "rule",
        "of",
        "thumb",
    ]
)


@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=6)), max_size=12).map(" ".join))
def test_no_signal_is_missed_for_speed(text: str) -> None:
    """Running only the patterns that can match finds all that running every one would find."""
    lowered = lower_in_place(text)
    matching = {n for n, pattern in enumerate(COMPILED) if pattern.search(lowered)}
    assert matching <= set(INDEX.candidates(lowered))


def test_most_signals_are_ruled_out_without_running_them() -> None:
    """A plain sentence leaves under a tenth of the catalogue's patterns to run."""
    left = INDEX.candidates("we moved the old rows to another table and the app went on")
    assert len(left) < len(PATTERNS) / 10
