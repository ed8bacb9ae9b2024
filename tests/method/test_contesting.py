"""When a later sentence contests one of a guide, and when it merely looks alike."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.method.contesting import contests
from agent.method.readings import ContradictionKind

RULE = "Rinse the paper filter with hot water before you brew the coffee."


@pytest.mark.parametrize(
    ("told", "said", "kind"),
    [
        (
            "Most of the older pumps will leak at the seal, and nobody minds.",
            "The older pumps do not leak at the seal.",
            ContradictionKind.DENIAL,
        ),
        ("Some pumps leak at the seal.", "No pump leaks at the seal.", ContradictionKind.DENIAL),
        (
            "Pine tar is suitable for decks.",
            "Pine tar is unsuitable for decks.",
            ContradictionKind.DENIAL,
        ),
        ("The belt was broken by heat.", "Heat doesn't break the belt.", ContradictionKind.DENIAL),
        (
            "Oak gives the strongest joint of all.",
            "Of all, oak gives the weakest joint.",
            ContradictionKind.OPPOSITE,
        ),
        (
            "Let the glue on the joint dry for 30 minutes.",
            "Let the glue on the joint dry for 4 hours.",
            ContradictionKind.NUMBER,
        ),
        (
            "Start the pump first, then the fan.",
            "Start the fan first, then the pump.",
            ContradictionKind.OPPOSITE,
        ),
    ],
)
def test_what_cannot_both_hold_is_told(told: str, said: str, kind: ContradictionKind) -> None:
    """Denials of a part, quantifiers, prefixes, irregular verbs, superlatives, units, order."""
    found = contests(told, said)
    assert found is not None
    assert found[0] is kind
    assert 0 < found[1] <= 1


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("Lager yeast needs a cold cellar.", "Ale yeast needs no cold cellar."),
        ("If the dough is cold, let it rest longer.", "If the dough is warm, let it rest shorter."),
        ("The longer it steeps, the stronger it is.", "The shorter it steeps, the weaker it is."),
        ("Let the glue dry for 2 hours.", "Let the glue dry for 120 minutes."),
        ("Oak is better than pine.", "Pine is worse than oak."),
        ("Never oil the chain in the rain.", "You should not oil the chain in the rain."),
        (RULE, "Some say that you never rinse the paper filter before you brew the coffee."),
        (RULE, "Is it true that you never rinse the paper filter before you brew the coffee?"),
        (RULE, "Do not grind the beans too fine."),
    ],
)
def test_what_may_both_hold_is_none(told: str, said: str) -> None:
    """Other subjects and cases, one rule told twice, equal amounts, hearsay and questions."""
    assert contests(told, said) is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_are_compared(told: str, said: str) -> None:
    """Nothing people write breaks it, and no text contests itself."""
    contests(told, said)
    assert contests(told, told) is None
