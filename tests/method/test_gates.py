"""The question gates: each criterion of the method catches what it is for, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.gates import Gate, GateContext, check_question, reads_alike
from memory.records.inquiry import Facet
from memory.records.talk import MessageKind, Segment, SegmentKind
from prompts.catalogue import load_catalogue
from tests.builders import MONDAY, make_member, make_message, make_thread

ANA = make_member("ana")
QUOTE = "rinse the filter first"
ANCHOR = make_message("m1", f"You should {QUOTE}, then brew with v60-2.", ANA, make_thread())
CONTEXT = GateContext(ANCHOR, ANA.id, Facet.WHY, load_catalogue().gates, coverage={})
GOOD = f'What happens if someone does not "{QUOTE}"?'


def gates_failed(text: str, quote: str = QUOTE, context: GateContext = CONTEXT) -> set[Gate]:
    """The names of the gates that fail."""
    return {failure.gate for failure in check_question(text, quote, context)}


def test_good_question_passes() -> None:
    """A short, open, grounded question passes every gate."""
    assert check_question(GOOD, QUOTE, CONTEXT) == ()


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        (f'What makes "{QUOTE}" work? Where did you learn it?', Gate.SINGLE),
        (f'What makes "{QUOTE}" work and how do you check it?', Gate.SINGLE),
        (f'What makes "{QUOTE}" work or would you drop it?', Gate.SINGLE),
        (f'Tell me what makes "{QUOTE}" work.', Gate.SINGLE),
        (f'Does "{QUOTE}" always work?', Gate.OPEN),
        (f'On "{QUOTE}": is that what you do?', Gate.OPEN),
        (f'You said "{QUOTE}", yes?', Gate.OPEN),
        (f'What makes "{QUOTE}" work, obviously?', Gate.NOT_LEADING),
        (f'You "{QUOTE}", isn\u2019t it what everybody does?', Gate.NOT_LEADING),
        (f'What makes "{QUOTE}" the best, right?', Gate.NOT_LEADING),
        (f'Why did you say "{QUOTE}"?', Gate.NOT_BLAMING),
        (f'On "{QUOTE}": why would you do that?', Gate.NOT_BLAMING),
        (f'How were you wrong about "{QUOTE}"?', Gate.NOT_BLAMING),
        (f'What makes "{QUOTE}" work {"so very well " * 8}here?', Gate.SHORT),
        ("What makes that work?", Gate.GROUNDED),
    ],
)
def test_each_gate_catches_its_fault(text: str, gate: Gate) -> None:
    """Every form and manner the method forbids is caught by the gate named for it."""
    assert gate in gates_failed(text)


@pytest.mark.parametrize(
    "text",
    [
        f'When would "{QUOTE}" be the wrong advice?',
        f'You wrote "{QUOTE}": when would that be the wrong advice?',
        f'Could you sketch "{QUOTE}" in three to six steps?',
        f'What is the most expensive mistake you have seen around "{QUOTE}"?',
        f'Where do people usually trip up with "{QUOTE}"?',
    ],
)
def test_the_methods_own_wording_passes(text: str) -> None:
    """The best probes of the method are not mistaken for closed or blaming questions."""
    assert check_question(text, QUOTE, CONTEXT) == ()


@pytest.mark.parametrize("quote", ["rinse", "rinse the sieve", "inse the filter", "", " rinse the"])
def test_quote_must_stand_in_the_message(quote: str) -> None:
    """A lone plain word, words nobody wrote, half a word and blanks are no grounds."""
    assert Gate.GROUNDED in gates_failed(f'What makes "{quote}" work?', quote)


def test_identifier_alone_is_a_quote() -> None:
    """One word is enough where it is an identifier."""
    assert gates_failed('What makes "v60-2" work here?', "v60-2") == set()


def test_words_of_others_are_no_grounds() -> None:
    """What the author quoted from somebody else is not the author's to explain."""
    quotation = (Segment(kind=SegmentKind.QUOTE, start=0, end=len(ANCHOR.text)),)
    quoted = ANCHOR.model_copy(update={"segments": quotation})
    assert Gate.GROUNDED in gates_failed(GOOD, context=replace(CONTEXT, anchor=quoted))


def test_words_inside_the_quote_do_not_count() -> None:
    """The author may ask, lead and blame; only the asker's own words are judged."""
    said = "why did you skip it, isn't it obviously wrong? and how"
    anchor = make_message("m2", f"He said {said} to me.", ANA, make_thread())
    text = f'What lies behind "{said}"?'
    assert gates_failed(text, said, replace(CONTEXT, anchor=anchor)) == set()


def test_long_quote_is_not_short() -> None:
    """More than twelve quoted words are too many."""
    quote = "one two three four five six seven eight nine ten eleven twelve thirteen"
    anchor = make_message("m3", quote, ANA, make_thread())
    failed = gates_failed(f'What makes "{quote}" work?', quote, replace(CONTEXT, anchor=anchor))
    assert failed == {Gate.SHORT}


@pytest.mark.parametrize(
    "changes",
    [
        {"coverage": {Facet.WHY: 0.8}},
        {"last_facet": Facet.WHY},
        {"asked": (GOOD,)},
        {"asked": ('What happens if someone does not "weigh the beans every time"?',)},
        {"thread_questions": ("What if someone does not rinse the filter first?",)},
    ],
)
def test_nothing_is_asked_twice(changes: dict[str, object]) -> None:
    """Known facets, the facet asked last, repeats and look-alikes of earlier questions stop."""
    assert gates_failed(GOOD, context=replace(CONTEXT, **changes)) == {Gate.NEW}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("earlier", "alike"),
    [
        ('What happens if someone does not "weigh the beans"?', True),
        ('You wrote "weigh the beans": what happens if someone does not?', True),
        ('What is the reason to "weigh the beans"?', False),
        ('You wrote "rinse the filter first": what makes that so?', False),
    ],
)
def test_a_phrasing_is_known_again(earlier: str, alike: bool) -> None:
    """Two questions read alike by their wording, whatever they quote and however they lead in."""
    assert reads_alike(GOOD, earlier, load_catalogue().gates.alike) is alike


def test_another_facet_of_the_same_quote_is_new() -> None:
    """The same words may be asked about again from another side."""
    context = replace(CONTEXT, asked=(f'Where do people usually trip up with "{QUOTE}"?',))
    assert gates_failed(GOOD, context=context) == set()


def test_words_are_ascribed_to_who_wrote_them() -> None:
    """Somebody else is never told that the words are theirs, and a bot's words are nobody's."""
    other = replace(CONTEXT, addressee_id=make_member("bo").id)
    for own in ("You wrote", "You said", "On your advice of"):
        text = f'{own} "{QUOTE}": what makes it matter?'
        assert gates_failed(text, context=other) == {Gate.ANSWERABLE}
    assert gates_failed(f'Ana wrote "{QUOTE}": what makes it matter?', context=other) == set()
    assert gates_failed(GOOD, context=other) == set()
    bot = ANCHOR.model_copy(update={"from_bot": True})
    assert gates_failed(GOOD, context=replace(CONTEXT, anchor=bot)) == {Gate.ANSWERABLE}


def test_an_answer_is_quoted_to_nobody_else() -> None:
    """What somebody told the agent is not carried to another person."""
    told = ANCHOR.model_copy(update={"kind": MessageKind.INTERVIEW})
    context = replace(CONTEXT, anchor=told, addressee_id=make_member("bo").id)
    assert gates_failed(GOOD, context=context) == {Gate.ANSWERABLE}


def test_age_counts_only_live() -> None:
    """An old message is asked about from an archive, and not when watching live."""
    late = ANCHOR.sent_at + timedelta(days=31)
    assert gates_failed(GOOD, context=replace(CONTEXT, now=late)) == {Gate.ANSWERABLE}
    assert gates_failed(GOOD, context=replace(CONTEXT, now=MONDAY)) == set()
    patient = replace(CONTEXT, now=late, max_age=timedelta(days=32))
    assert gates_failed(GOOD, context=patient) == set()


@given(st.text(max_size=120), st.text(max_size=40))
def test_any_text_is_judged(text: str, quote: str) -> None:
    """No text breaks the gates, and what passes them ends in its only question mark outside."""
    failed = gates_failed(text, quote)
    if not failed:
        assert text.replace(f'"{quote}"', "", 1).count("?") == 1
