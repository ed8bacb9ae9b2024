"""A review that asks around walks from person to person, by names, until enough is told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from agent.engines.protocol import Exchange
from agent.inquiry.walking import SATURATED, is_satisfied
from agent.method.readings import ENDS_HERE, AnswerQuality


def told(who: str, *sentences: str, refers_to: str = "", ends: bool = False) -> Exchange:
    """An answer of a person as the walk sees it."""
    reading = SimpleNamespace(
        quality=AnswerQuality.INFORMATIVE if sentences else AnswerQuality.NOTHING_NEW,
        sentences=tuple(SimpleNamespace(sentence=SimpleNamespace(text=text)) for text in sentences),
        refers_to=refers_to,
        notes=(ENDS_HERE,) if ends else (),
    )
    question = SimpleNamespace(asked_of=who)
    return cast("Exchange", SimpleNamespace(question=question, reading=reading))


def test_nothing_told_is_not_enough() -> None:
    """As long as nobody told anything, somebody else is asked."""
    assert not is_satisfied([])
    assert not is_satisfied([told("ann", ends=True)])


def test_whoever_told_all_and_names_nobody_ends_the_walk() -> None:
    """A name is always followed; an end without one is an end."""
    assert is_satisfied([told("ann", "It holds the weight.", ends=True)])
    assert is_satisfied([told("ann", "It holds the weight."), told("ann", ends=True)])
    assert not is_satisfied([told("ann", "It holds the weight.", refers_to="Bo", ends=True)])
    assert not is_satisfied([told("ann", "It holds the weight.")])


def test_several_who_tell_nothing_new_end_the_walk() -> None:
    """Saturation: the same again from several people in a row."""
    same = [told(f"p{n}", "It holds the weight.") for n in range(SATURATED + 1)]
    assert is_satisfied(same)
    assert not is_satisfied(same[:-1])
    assert not is_satisfied([*same[:-1], told("bo", "And the price.")])
