"""People are ranked by what was known before, and by nothing later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.method.skill_ranking import PastAnswer, PastThread, Trait, likenesses, rank_people
from prompts.skill import load_skill

RULES = load_skill().ranking
START = datetime(2025, 3, 3, 9, tzinfo=UTC)
ASKED = START + timedelta(days=30)
QUESTION = "which grinder for espresso"


def thread(
    number: int, text: str, *answerers: str, day: float = 0, accepted: int | None = None
) -> PastThread:
    """A thread opened `day` days after `START`, each answer an hour after the last."""
    at = START + timedelta(days=day)
    answers = tuple(
        PastAnswer(who, f"m{number}.{n}", at + timedelta(hours=n + 1))
        for n, who in enumerate(answerers)
    )
    return PastThread(
        f"t{number}",
        at,
        "asker",
        text,
        answers,
        f"m{number}.{accepted}" if accepted is not None else None,
    )


def ranked(*threads: PastThread, leave_out: frozenset[str] = frozenset()) -> list[str]:
    """Ids of people in their order for `QUESTION`."""
    return [
        one.member_id for one in rank_people(threads, QUESTION, ASKED, RULES, leave_out=leave_out)
    ]


def test_who_answers_lately_comes_first() -> None:
    """Of two with one answer each, the later one is first."""
    assert ranked(thread(1, "kettle", "old"), thread(2, "kettle", "new", day=20)) == ["new", "old"]


def test_likeness_to_what_they_answered_and_acceptance_raise_somebody() -> None:
    """All else equal, an answer on the topic, or an accepted one, is worth more."""
    assert ranked(thread(1, "a kettle", "a"), thread(1, "espresso grinder", "b")) == ["b", "a"]
    assert ranked(thread(1, "kettle", "a", "b", accepted=1))[0] == "b"


def test_whoever_is_left_out_is_not_ranked() -> None:
    """The asker is not an answer to their own question."""
    assert ranked(thread(1, "kettle", "a", "b"), leave_out=frozenset({"a"})) == ["b"]
    assert ranked() == []


@given(st.lists(st.floats(0, 400), max_size=6), st.booleans())
def test_nothing_later_is_looked_at(days: list[float], accept: bool) -> None:
    """Threads, answers and acceptances after the question change nothing of the order."""
    before = [thread(1, "espresso grinder", "a", "b", day=1), thread(2, "kettle", "b", "c", day=2)]
    later = [
        thread(10 + n, "espresso grinder", "c", "d", day=30 + each, accepted=0)
        for n, each in enumerate(days)
    ]
    late_answer = PastAnswer("d", "late", ASKED + timedelta(days=1))
    known = replace(
        before[0],
        answers=(*before[0].answers, late_answer),
        accepted_id="late" if accept else None,
    )
    assert rank_people([*before, *later], QUESTION, ASKED, RULES) == rank_people(
        before, QUESTION, ASKED, RULES
    )
    assert rank_people([known, before[1]], QUESTION, ASKED, RULES) == rank_people(
        before, QUESTION, ASKED, RULES
    )


def test_likeness_is_a_cosine() -> None:
    """The same words are alike, other words are not, and all lies between."""
    past = [thread(1, QUESTION), thread(2, "kettle"), thread(3, "espresso machine")]
    found = likenesses(past, QUESTION)
    assert found["t1"] > 0.99
    assert "t2" not in found
    assert 0 < found["t3"] < found["t1"]


def test_every_trait_has_a_weight() -> None:
    """The fitted weights are for the traits that are read."""
    assert set(RULES.weights) == {trait.value for trait in Trait}
