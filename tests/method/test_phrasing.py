"""Quotes and phrasings: how a clause can be quoted, and which wording may stand around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.casts import Cast, Form, casts_of
from agent.method.hotspots import hotspots
from agent.method.phrasing import suits
from memory.records.talk import EvidenceSpan
from prompts import Probe
from tests.builders import make_member, make_message, make_thread

ANA = make_member("ana")


def casts(text: str, clause: str | None = None) -> dict[Form, list[Cast]]:
    """The casts of a clause in a message, by form, in order."""
    message = make_message("m", text, ANA, make_thread())
    at = text.index(clause) if clause else 0
    span = EvidenceSpan.of(message, at, at + len(clause or text))
    found: dict[Form, list[Cast]] = {}
    for cast in casts_of(message, span):
        found.setdefault(cast.form, []).append(cast)
    return found


@pytest.mark.parametrize(
    ("clause", "form", "quote"),
    [
        ("rinse the filter first", Form.ORDER, "rinse the filter first"),
        ("just stop when the foam settles", Form.ORDER, "stop when the foam settles"),
        ("you should burp the beer", Form.ORDER, "burp the beer"),
        ("it is best to restart the server", Form.ORDER, "restart the server"),
        ("Grind more coarsely", Form.ADVICE, "Grind more coarsely"),
        (
            "the index should be rebuilt at night",
            Form.ADVICE,
            "the index should be rebuilt at night",
        ),
        ("never boil the milk", Form.BAN, "never boil the milk"),
        ("stay away from raw sockets", Form.BAN, "stay away from raw sockets"),
        (
            "ground coffee goes stale after a week",
            Form.CLAIM,
            "ground coffee goes stale after a week",
        ),
        ("if the queue is longer than usual", Form.STATE, "the queue is longer than usual"),
        (
            "until the milk warms up and quiets",
            Form.CONDITION,
            "until the milk warms up and quiets",
        ),
        ("it is probably the cable", Form.DIAGNOSIS, "it is probably the cable"),
        ("making the index smaller", Form.DOING, "making the index smaller"),
        ("if the grind is too fine", Form.DEGREE, "too fine"),
        ("press a little harder than before", Form.STEP, "a little harder"),
        ("buy a decent burr grinder", Form.THING, "a decent burr grinder"),
        ("let it rest for about 2 weeks", Form.AMOUNT, "about 2 weeks"),
        ("make sure the pump is empty", Form.STATE, "the pump is empty"),
    ],
)
def test_a_clause_is_cast(clause: str, form: Form, quote: str) -> None:
    """Each way to quote a clause is found, past softeners and leads."""
    assert quote in [cast.span.quote for cast in casts(clause)[form]]


@pytest.mark.parametrize(
    "clause",
    [
        "thanks a lot",
        "which is what it was",
        "here is the link",
        "uh the uh server is down",
        "it is",
    ],
)
def test_what_is_no_thought_is_not_quoted(clause: str) -> None:
    """Talk, fillers and scraps cannot be asked about."""
    assert not casts(clause)


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("I don't think the beer would lose any quality.", "the beer would lose any quality"),
        ("It is possible to burn the grounds.", "burn the grounds"),
        ("Serve it frozen if you want.", "Serve it frozen"),
    ],
)
def test_words_are_not_turned_against_their_author(text: str, clause: str) -> None:
    """What the author denies, warns of or concedes is not quoted as their advice or claim."""
    found = [cast for group in casts(text, clause).values() for cast in group]
    assert all(cast.worth <= -1.0 for cast in found)


def test_a_reason_is_left_off_an_order() -> None:
    """An order is quoted without the reason or the outcome that follows it."""
    found = casts("pour more quickly and you will get a weaker cup")
    assert [cast.span.quote for cast in found[Form.ORDER]] == ["pour more quickly"]
    assert "degree" in found[Form.ORDER][0].marks


@pytest.mark.parametrize(
    ("clause", "mark"),
    [
        ("buy a new grinder", "choosing"),
        ("check the man page first", "checking"),
        ("keep the lid on it", "keeping"),
        ("rinse the filter first", "acting"),
        ("rinse the filter regularly", "often"),
        ("boil it for 20 minutes", "time"),
    ],
)
def test_marks_say_what_a_quote_holds(clause: str, mark: str) -> None:
    """A phrasing can ask for the kind of verb, a figure or a degree."""
    assert mark in casts(clause)[Form.ORDER][0].marks


def test_a_phrasing_suits_by_form_and_marks() -> None:
    """A phrasing stands only around quotes of its forms that bear what it needs."""
    order = casts("press a little harder")[Form.ORDER][0]
    capital = casts("Grind more coarsely")[Form.ADVICE][0]
    embedding = Probe(name="WHY.x", text='Why does it help to "{q}"?', forms=("order", "advice"))
    assert suits(embedding, order)
    assert not suits(embedding, capital)
    assert suits(embedding.model_copy(update={"needs": frozenset({"degree"})}), order)
    assert not suits(embedding.model_copy(update={"needs": frozenset({"checking"})}), order)
    assert not suits(embedding.model_copy(update={"bars": frozenset({"degree"})}), order)
    assert not suits(embedding.model_copy(update={"forms": ("claim",)}), order)


PROSE = (
    "you should never rinse the filter first if it is too coarse a little harder about 2 weeks "
    "because and then , . buy decent grinders Don't make sure that was 30 C I think they do "
    'until once \u2019 " ( ) ? uh ('
)
WORDS = st.sampled_from(tuple(PROSE.split(" ")))


@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=80), st.data())
def test_every_cast_is_verbatim(text: str, data: st.DataObject) -> None:
    """Whatever the clause, a cast is a stretch of it, word for word, with something to say."""
    message = make_message("m", text, ANA, make_thread())
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if not text[start:end].strip():
        return
    span = EvidenceSpan.of(message, start, end)
    for cast in casts_of(message, span):
        assert start <= cast.span.start < cast.span.end <= end
        assert text[cast.span.start : cast.span.end] == cast.span.quote
    for spot in hotspots(text[start:end]):
        assert 0 <= spot.start < spot.end <= end - start
