"""When a whole message speaks against a sentence of a guide, and when it is merely alike."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.method.gainsaying import SIGNS, Rarity, ToldSentences, signs_at
from agent.method.gainsaying_signs import lie_apart, shown_in
from prompts.gainsaying import load_gainsaying, load_gainsaying_weights

CRATES = "Stack the apple crates four high in the cold store."


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            CRATES,
            ["We asked the insurer last week.", "Never stack the crates more than two high now."],
        ),
        (
            "The kiln has to cool for a day before you open the door.",
            ["Careful with that.", "Our kiln needs a week to cool before the door is opened."],
        ),
        (
            "Label every jar with the date of the harvest.",
            ["I've stopped doing this.", "You don't have to label the jars any more."],
        ),
    ],
)
def test_objections_in_other_words_are_found(told: str, said: list[str]) -> None:
    """Another number, another time and a rule that was dropped, told over two sentences."""
    (found,) = ToldSentences.of([told]).spoken_against(said)
    assert (found.told, found.place) == (0, 1)
    assert found.odds > 0


@pytest.mark.parametrize(
    "said",
    [
        ["Is the cold store big enough to stack the apple crates four high?"],
        ["Same here, I stack the apple crates in the cold store as well."],
        ["The pears are not sold yet.", "Nobody asked for them at the market."],
        [],
    ],
)
def test_what_agrees_or_asks_is_none(said: list[str]) -> None:
    """Questions, agreement, other subjects and silence contradict nothing."""
    assert ToldSentences.of([CRATES]).spoken_against(said) == ()


def test_words_of_many_guides_weigh_less() -> None:
    """What half of the guides speak of tells little of what a sentence is about."""
    rarity = Rarity.of([CRATES, *(f"Crates of sort {n} go to hall {n * 7}." for n in range(20))])
    assert rarity.weight(["crate"]) < rarity.weight(["appl"]) == 1.0
    assert rarity.weight(["unheard"]) == 1.0


def test_more_is_needed_where_more_may_be_meant() -> None:
    """A message that bears on many sentences needs more against each: chance finds one of them."""
    said = ["We asked the insurer last week.", "Never stack the crates more than two high now."]
    (alone,) = ToldSentences.of([CRATES]).spoken_against(said)
    others = [f"Stack the crates of hall {word} high." for word in ("north", "south")]
    among = ToldSentences.of([CRATES, *others]).spoken_against(said)
    assert alone.odds > max((one.odds for one in among if one.told == 0), default=0.0)


def test_every_sign_has_a_weight_of_its_own_direction() -> None:
    """The shipped weights name all signs; agreement and questions never speak against."""
    weights = load_gainsaying_weights().weights
    assert set(weights) == set(SIGNS)
    for name, weight in weights.items():
        assert weight <= 0 if name in {"agreed", "asked", "hedged", "length"} else weight >= 0


@pytest.mark.parametrize(
    ("told", "said", "apart"),
    [
        ("It keeps for a year.", "It keeps for twelve months.", False),
        ("It keeps forever.", "It keeps for a year.", True),
        ("Wait half an hour.", "Wait 2-3 hours.", True),
        ("Wait 20 to 30 minutes.", "Wait half an hour.", False),
        ("Wait an hour.", "Wait for me.", False),
    ],
)
def test_times_are_compared_in_any_unit(told: str, said: str, apart: bool) -> None:
    """Spans of time lie apart only where none is near any other."""
    assert lie_apart(shown_in(told).spans, shown_in(said).spans) is apart


def test_marks_name_what_the_signs_read() -> None:
    """Every mark that is read has its patterns."""
    read = "objects warns changes tries forbids directs agrees hedges denies obliges permits"
    assert set(load_gainsaying().marks) == {*read.split(), "levels", "compares", "forever"}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_any_message_is_weighed(told: str, said: list[str]) -> None:
    """Nothing people write breaks it; every sign is finite and none negative."""
    ToldSentences.of([told]).spoken_against(said)
    signs = signs_at(told, said, 0, Rarity())
    assert set(signs) == set(SIGNS)
    assert all(0 <= value < 100 for value in signs.values())
