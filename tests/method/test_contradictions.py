"""Contradictions: precise on pairs that look alike, and told with whose words differ."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.answers import read_answer
from agent.method.contradictions import contradictions_in, negates, opposes
from agent.method.facets import CatalogueDetector
from agent.method.readings import ContradictionKind
from agent.method.sentences import own_sentences
from agent.sources.own_words import segment_markdown
from memory.records.talk import EvidenceSpan, Message
from prompts.catalogue import load_catalogue
from tests.builders import make_member, make_message, make_thread
from tests.method.test_answers import Asked

PAIRS = tomllib.loads(Path(__file__).with_name("opposing.toml").read_text(encoding="utf-8"))
ANA, BEN, THREAD = make_member("ana"), make_member("ben"), make_thread()
DETECTOR = CatalogueDetector(load_catalogue())


def said(native_id: str, text: str, by: str = "ana", **changes: object) -> Message:
    """A message as it is stored, with quoted lines apart."""
    segmented = segment_markdown(text)
    return make_message(
        native_id,
        segmented.text,
        {"ana": ANA, "ben": BEN}[by],
        THREAD,
        segments=segmented.segments,
        **changes,
    )


@pytest.mark.parametrize("group", ["", "later_"])
def test_most_contradicting_pairs_are_found(group: str) -> None:
    """Denials, opposites and other numbers about one thing are found in nine of ten pairs."""
    pairs = PAIRS[f"{group}contradicting"]
    missed = [pair for pair in pairs if opposes(pair[1], pair[0]) is None]
    assert len(missed) <= 0.1 * len(pairs), missed


@pytest.mark.parametrize("group", ["", "later_"])
def test_pairs_that_look_alike_are_left_alone(group: str) -> None:
    """Another thing, another case, another voice or a hedge is no contradiction."""
    wrong = [pair for pair in PAIRS[f"{group}compatible"] if opposes(pair[1], pair[0])]
    assert not wrong


def test_an_answer_is_held_against_its_author_and_others() -> None:
    """The nearest earlier sentence is named with its writer, verbatim in its message."""
    anchor = said("a", "Steep the leaves for 3 minutes. Rinse the pot.", "ana")
    other = said("b", "Never rinse the pot.", "ben")
    answer = said("r", "Rinse the pot with lemon water. Steep the leaves for 10 minutes.", "ana")
    question = Asked(quote=EvidenceSpan.of(anchor, 0, 16))
    found = read_answer(answer, question, (anchor, other), DETECTOR).contradicts
    assert [(one.before_by, one.kind) for one in found] == [
        (BEN.id, ContradictionKind.DENIAL),
        (ANA.id, ContradictionKind.NUMBER),
    ]
    for one in found:
        assert one.before.text in (anchor.text + other.text)
        assert answer.text[one.said.start : one.said.end] == one.said.text


def test_an_earlier_answer_counts_as_said_before() -> None:
    """Somebody who turns round within one interview is heard."""
    first = said("i1", "The pump runs hotter on diesel.", "ana")
    later = own_sentences(said("i2", "The pump runs colder on diesel.", "ana"))
    (found,) = contradictions_in(later, (first,))
    assert (found.before_by, found.kind) == (ANA.id, ContradictionKind.OPPOSITE)


@pytest.mark.parametrize(
    "known",
    [
        said("q", "> Never rinse the pot.\n\nI wonder about that", "ben"),
        said("bot", "Never rinse the pot.", "ben", from_bot=True),
        said("gone", "Never rinse the pot.", "ben", deleted=True),
        said("asked", "Why should one never rinse the pot?", "ben"),
    ],
)
def test_quotations_bots_and_questions_contradict_nobody(known: Message) -> None:
    """Only what a person says in their own words can stand against an answer."""
    assert not contradictions_in(own_sentences(said("r", "Rinse the pot.")), (known,))


def test_words_that_end_like_a_negation_deny_nothing() -> None:
    """`reagent` and `want` are no `n't`."""
    assert not negates("We want a different reagent for the plant.")
    assert negates("We dont need it.")
    assert not negates("You can't not rinse it.")


@given(st.text(max_size=200), st.text(max_size=200))
def test_contradicting_is_mutual_and_nothing_contradicts_itself(left: str, right: str) -> None:
    """Order does not matter, and a sentence agrees with itself."""
    forth, back = opposes(left, right), opposes(right, left)
    assert (forth and forth[0]) == (back and back[0])
    assert opposes(left, left) is None
