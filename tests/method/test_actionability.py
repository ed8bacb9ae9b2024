"""What a reader has to act by is counted step by step."""

from __future__ import annotations

import pytest

from agent.method.actionability import actionability, instructs
from agent.method.fidelity import kept_to_the_letter
from memory.records.guide import GuideSection, GuideSentence
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, Message, MessageKind
from tests.method import coffee

SAID = coffee.message(
    "a1",
    coffee.EXPERT,
    MessageKind.ANSWER,
    "Rinse the filter until the water runs clear. Grind the beans. The scale. Not with tea. "
    "The beans look like sand.",
)


def sentence(quote: str, message: Message = SAID, *, step: bool = False) -> GuideSentence:
    """A sentence in its own words."""
    at = message.text.index(quote)
    span = EvidenceSpan.of(message, at, at + len(quote))
    return GuideSentence(text=quote, author_id=coffee.EXPERT.id, evidence=(span,), step=step)


def test_each_part_is_counted() -> None:
    """Two of three steps instruct, two have a result or a check, and a limit is a stop."""
    steps = [
        sentence("Rinse the filter until the water runs clear.", step=True),
        sentence("Grind the beans.", step=True),
        sentence("The scale.", step=True),
    ]
    sections = [
        GuideSection(facet=Facet.ACTION, sentences=tuple(steps)),
        GuideSection(facet=Facet.CHECK, sentences=(sentence("The beans look like sand."),)),
        GuideSection(facet=Facet.BOUNDARY, sentences=(sentence("Not with tea."),)),
    ]
    found = actionability(steps[0], sections, 40)
    assert (found.steps, found.instructing, found.checked) == (3, 2, 2)
    assert found.stop_condition
    assert found.share == pytest.approx((2 / 3 + 2 / 3 + 1 + 1) / 4)


def test_a_summary_alone_is_the_one_step() -> None:
    """Without steps the summary is what to do; too many words and no stop count against it."""
    section = GuideSection(facet=Facet.WHY, sentences=(sentence("The scale."),))
    found = actionability(sentence("Grind the beans."), [section], 701)
    assert (found.steps, found.instructing, found.checked) == (1, 1, 0)
    assert not found.stop_condition
    assert not found.within_words
    assert found.share == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("Grind the beans.", True),
        ("[On \u201cthe beans\u201d] Grind them finer.", True),
        ("It is late. Don't touch the valve.", True),
        ("The beans are oily.", False),
    ],
)
def test_a_step_says_what_to_do(text: str, *, does: bool) -> None:
    """A verb and its object, forbidden or asked for, in any of its sentences."""
    assert instructs(text) is does


def test_hedges_and_numbers_are_kept_to_the_letter() -> None:
    """A sentence that is surer than its source, or has another number, is not faithful."""
    quote = ["It usually takes about 5 minutes with `-v`."]
    assert kept_to_the_letter("With `-v` it usually takes about 5 min.", quote)
    assert not kept_to_the_letter("It takes about 5 minutes with `-v`.", quote)
    assert not kept_to_the_letter("It usually takes about 6 minutes with `-v`.", quote)
    assert not kept_to_the_letter("It usually takes about 5 minutes with `-q`.", quote)
