"""Answers from many fields: what kind of reply each is, and that content is never lost to it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.answers import (
    ASKS_BACK,
    LINK_ONLY,
    UNKNOWN_LANGUAGE,
    is_vague,
    read_answer,
    says_no_more,
)
from agent.method.facets import CatalogueDetector
from agent.method.readings import ENDS_HERE, AnswerQuality, AnswerReading
from agent.method.replies import Kind, clauses_of, sort_sentence
from agent.sources.own_words import segment_markdown
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, MessageKind
from prompts.answers import load_answers
from prompts.catalogue import load_catalogue
from tests.builders import make_member, make_message, make_thread
from tests.method.test_answers import Asked

DETECTOR = CatalogueDetector(load_catalogue())
ANA, THREAD = make_member("ana"), make_thread()
ANCHOR = make_message("a", "You should bleed the line first.", ANA, THREAD)
QUOTE = EvidenceSpan.of(ANCHOR, 11, 31)
QUESTION = 'What happens if someone does not "bleed the line first"?'
WRITTEN = tomllib.loads(Path(__file__).with_name("replies.toml").read_text(encoding="utf-8"))
QUALITIES = {"corrects": AnswerQuality.INFORMATIVE, "unread": AnswerQuality.NOTHING_NEW}


def read(text: str, facet: Facet = Facet.WHY) -> AnswerReading:
    """Read an answer as it would be stored, quoted lines and code apart."""
    segmented = segment_markdown(text)
    message = make_message(
        "r",
        segmented.text,
        ANA,
        THREAD,
        segments=segmented.segments,
        kind=MessageKind.INTERVIEW,
    )
    return read_answer(message, Asked(QUESTION, facet, QUOTE), (ANCHOR,), DETECTOR)


def replies(kind: str) -> Iterator[tuple[str, str]]:
    """Yield the answers written for a kind, with whom each names."""
    for group, answers in WRITTEN.items():
        if group.removeprefix("later_").removeprefix("blind_") == kind:
            for answer in answers:
                yield (answer, "") if isinstance(answer, str) else (answer[0], answer[1])


@pytest.mark.parametrize("kind", ["informative", "vague", "nothing_new", "refuses"])
def test_each_kind_of_reply_is_told(kind: str) -> None:
    """Terse, hedged and misspelt answers count by what they bring, and stock phrases do not."""
    expected = AnswerQuality(kind)
    wrong = [text for text, _ in replies(kind) if read(text).quality is not expected]
    assert not wrong


def test_content_ends_nothing_and_corrects_nothing() -> None:
    """An answer with content neither ends the interview nor corrects, unless it says so."""
    readings = [read(text) for text, _ in replies("informative")]
    assert not any(ENDS_HERE in reading.notes for reading in readings)
    assert not any(reading.corrects_question for reading in readings)


def test_pointers_name_whom_they_point_to() -> None:
    """People and groups are named as they stand; a product or a place is nobody."""
    wrong = [
        (text, found.refers_to)
        for text, who in replies("refers")
        if (found := read(text)).quality is not AnswerQuality.REFERS or found.refers_to != who
    ]
    assert not wrong


def test_corrections_are_claims_and_leave_the_facet_open() -> None:
    """What corrects the question is kept, and does not pass for an answer to what was asked."""
    for text, _ in replies("corrects"):
        reading = read(text, Facet.OPTIONS)
        assert reading.corrects_question, text
        assert reading.quality is AnswerQuality.INFORMATIVE, text
        assert not any(one.states(Facet.OPTIONS) for one in reading.sentences), text


def test_a_bare_correction_is_no_refusal() -> None:
    """Somebody who only says that they were misread is asked again, and not passed over."""
    reading = read("That's not what I said.")
    assert (reading.quality, reading.corrects_question) == (AnswerQuality.VAGUE, True)


def test_other_languages_are_kept_and_not_read() -> None:
    """An answer that is not English states nothing, whatever its words look like."""
    for text, _ in replies("unread"):
        assert read(text) == AnswerReading(AnswerQuality.NOTHING_NEW, notes=(UNKNOWN_LANGUAGE,)), (
            text
        )


def test_a_foreign_sentence_in_an_answer_states_nothing() -> None:
    """Of an answer in two languages the English part is read."""
    reading = read("The seal swells in oil. Das haben wir letztes Jahr auch schon gehabt, oder?")
    assert [s.sentence.text for s in reading.sentences] == ["The seal swells in oil."]


@pytest.mark.parametrize(
    ("text", "note"),
    [("https://wiki.example.org/x", LINK_ONLY), ("What do you mean?", ASKS_BACK)],
)
def test_links_and_counter_questions_are_noted(text: str, note: str) -> None:
    """A bare link, and a question back, bring nothing, and the reading says which it was."""
    assert (read(text).quality, read(text).notes) == (AnswerQuality.VAGUE, (note,))


@pytest.mark.parametrize(
    "text",
    [
        f"> {QUESTION}\n\nit depends",
        f"{QUESTION} it depends",
        "> You should bleed the line first.\n\nsame as above",
    ],
)
def test_the_question_quoted_back_is_no_answer(text: str) -> None:
    """What an answer quotes, of the question or of the thread, is not what it says."""
    assert not read(text).sentences


def test_what_stands_under_a_quotation_is_read() -> None:
    """The words around a quotation count, and they alone."""
    reading = read(f"> {QUESTION}\n\nThe pump runs dry.\n\n```\nbleed --line 1\n```")
    assert [s.sentence.text for s in reading.sentences] == ["The pump runs dry."]


@pytest.mark.parametrize("text", ["None.", "There was no other option", "nothing else", "no"])
def test_no_options_is_an_answer_about_options(text: str) -> None:
    """Experts often saw one option only, and saying so answers the question."""
    informative = read(text, Facet.OPTIONS).quality is AnswerQuality.INFORMATIVE
    assert informative is (text != "no")
    assert read(text, Facet.WHY).quality is not AnswerQuality.INFORMATIVE or "option" in text


def test_the_opposite_of_what_is_known_is_new() -> None:
    """Denying what stands in the thread is no repetition of it."""
    assert read("You should not bleed the line first.").quality is AnswerQuality.INFORMATIVE


def test_every_stock_phrase_is_told_by_the_catalogue() -> None:
    """No pattern of the catalogue swallows a plain statement of fact."""
    for statement in ("The seal swells in oil.", "Rinse it twice.", "Copper carries more heat."):
        assert sort_sentence(statement).kind is Kind.CONTENT
    assert load_answers().none.keys() <= set(Facet)


@given(st.text(max_size=300))
def test_any_sentence_is_of_one_kind(text: str) -> None:
    """Whatever is written, vague and ending exclude content, and clauses stand in the text."""
    kind = sort_sentence(text).kind
    assert not (says_no_more(text) and kind is Kind.CONTENT)
    assert not (is_vague(text) and kind in (Kind.REFUSES, Kind.POINTS))
    assert all(clause in text for clause in clauses_of(text))
