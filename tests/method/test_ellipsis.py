"""Which answers have no clause of their own, and so are read with the question before them."""

from __future__ import annotations

import pytest

from agent.method.ellipsis import is_elliptic

PARTS = (
    "Two days, then give up.",
    "Not with cans that you want to pour within five minutes, there plain ice water does.",
    "Never the failover one.",
    "Fabric softener or anything perfumed.",
    "Up to about 13 \u00b0C, beyond that the alcohol takes over.",
    "When the drawdown takes more than a minute although the grind is the same.",
    "Only if the boiler is steel.",
)
WHOLES = (
    "Some hobs want a minimum diameter too.",
    "Residue breaks the surface tension of the bubbles.",
    "After three or four days there should be no film.",
    "If it feels greasy, it's time.",
    "Look at the last sip.",
    "In brown glass, you have perhaps an hour.",
    "A dump of three hours means three hours, and the timeout cuts it off.",
)


@pytest.mark.parametrize("text", PARTS)
def test_part_of_a_sentence_needs_its_question(text: str) -> None:
    """Words that take their verb from the question are not printed without it."""
    assert is_elliptic(text)


@pytest.mark.parametrize("text", WHOLES)
def test_sentence_needs_no_question(text: str) -> None:
    """A clause, an order, or a phrase before a clause says what it says alone."""
    assert not is_elliptic(text)
