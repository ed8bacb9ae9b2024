"""The sentences of a section stand in the order in which a reader wants them."""

from __future__ import annotations

import pytest

from agent.method.ordering import as_steps, in_reading_order, is_move
from agent.method.passage import Passage
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, MessageKind
from tests.method import coffee


def passages(facet: Facet, *texts: str, told: bool = False) -> list[Passage]:
    """Sentences of one message, one passage each."""
    whole = "\n".join(texts)
    said = coffee.message("m1", coffee.EXPERT, MessageKind.ANSWER, whole)
    starts = [whole.index(text) for text in texts]
    spans = [EvidenceSpan.of(said, a, a + len(t)) for a, t in zip(starts, texts, strict=True)]
    return [Passage(facet, coffee.EXPERT.id, (span,), 0.1, told=told) for span in spans]


def ordered(facet: Facet, *texts: str, told: bool = False) -> list[str]:
    """The texts in a reader's order."""
    return [p.text for p in in_reading_order(passages(facet, *texts, told=told))]


def test_first_things_first_general_before_special() -> None:
    """A first look leads, cases come after what holds always, exceptions and ends last."""
    assert ordered(
        Facet.CUES,
        "At the end the water runs clear.",
        "If the pump hums, the valve is stuck.",
        "The spout drips.",
        "First thing I check is the tank.",
        "Steam is rare, unless the seal leaks.",
    ) == [
        "First thing I check is the tank.",
        "The spout drips.",
        "If the pump hums, the valve is stuck.",
        "Steam is rare, unless the seal leaks.",
        "At the end the water runs clear.",
    ]


def test_what_carries_on_stays_behind_what_it_carries_on() -> None:
    """`Also` belongs to the sentence before it, wherever that one goes."""
    assert ordered(
        Facet.BOUNDARY,
        "If the boiler is steel, wait less.",
        "Also rinse less then.",
        "Old pumps leak.",
    ) == ["Old pumps leak.", "If the boiler is steel, wait less.", "Also rinse less then."]


def test_an_answer_keeps_its_own_order() -> None:
    """Whoever answered the agent chose an order, and reasons build on each other."""
    said = ("If it is warm, stop.", "Old pumps leak.")
    assert ordered(Facet.BOUNDARY, *said, told=True) == list(said)
    assert ordered(Facet.WHY, *said) == list(said)


def test_several_moves_are_steps_and_the_hard_one_is_marked() -> None:
    """A step that was asked about and that a pitfall speaks of is hard; no `Then` is printed."""
    made = passages(
        Facet.ACTION, "Fill the tank.", "Then add the acid to the water.", "Finally, rinse twice."
    )
    quote = made[1].spans[0]
    trap = passages(Facet.PITFALLS, "Nobody should pour water into the acid.")
    assert not any(p.hard for p in as_steps(made, made, [quote, quote]))
    steps = as_steps(made, [*made, *trap], [quote, quote])
    assert [p.text for p in steps] == [
        "Fill the tank.",
        "Add the acid to the water.",
        "Rinse twice.",
    ]
    assert [p.move for p in steps] == [True, True, True]
    assert [p.hard for p in steps] == [False, True, False]


def test_step_that_its_author_calls_hard_is_the_hard_one() -> None:
    """An expert's own word outweighs questions."""
    made = passages(
        Facet.ACTION, "Fill the tank.", "Press it down, the tricky part.", "Then rinse."
    )
    steps = as_steps(made, made, [made[0].spans[0]] * 3)
    assert [p.hard for p in steps] == [False, True, False]


def test_two_loose_pieces_of_advice_are_no_steps() -> None:
    """Numbers claim an order, so nothing is numbered that nobody put in one."""
    made = passages(Facet.ACTION, "Use citric acid.", "Buy a spare seal.")
    assert as_steps(made, made, []) == made


@pytest.mark.parametrize("text", ["Rinse twice.", "Then rinse twice.", "Second, eliminate it."])
def test_orders_are_moves(text: str) -> None:
    """An order is a move, whatever links it to the one before."""
    assert is_move(passages(Facet.ACTION, text)[0])


def test_disputed_sentences_stand_side_by_side() -> None:
    """Nothing comes between two sides of a disagreement."""
    first, between, second = passages(
        Facet.WHY, "Heat skunks beer.", "Light is worse.", "Heat is fine."
    )
    disputed = [
        Passage(p.facet, p.author_id, p.spans, p.value, dispute=mark)
        for p, mark in ((first, 1), (between, 0), (second, 1))
    ]
    assert [p.dispute for p in in_reading_order(disputed)] == [1, 1, 0]


def test_advice_right_behind_a_move_belongs_to_it() -> None:
    """A step comes with what its author says of it in the same breath, not below all steps."""
    texts = ("Clean the pump.", "Stuff builds up, the pump has to be open.", "Rinse it twice.")
    assert ordered(Facet.ACTION, *texts) == [" ".join(texts[:2]), texts[2]]
