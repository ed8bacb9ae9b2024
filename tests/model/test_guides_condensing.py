"""What a sentence may leave out or turn of a statement: talk around it, and nothing else."""

from __future__ import annotations

import pytest

from agent.method.condensing import refusal, without_talk

FAITHFUL = (
    ("put the jar at 16C.", "Put the jar at 16C."),
    ("First thing i check is whether the lid holds.", "First check whether the lid holds."),
    ("Nooo please don't raise the lid.", "Do not raise the lid."),
    ("With a thin lid 20 means 20 jars, full stop.", "With a thin lid 20 means 20 jars."),
    ("I noticed the seal was dry.", "The seal was dry."),
    ("Under a week use wax, it is over in a day.", "Use wax under a week; it is over in a day."),
    ("I ruled it out because it hits the rim.", "It was ruled out because it hits the rim."),
)
"""A statement, and a sentence that says it."""
OTHERWISE = (
    ("I was told that the seal leaks.", "The seal leaks."),
    ("They said the seal leaks.", "The seal leaks."),
    ("People say the seal leaks.", "The seal leaks."),
    ("My neighbour swears lime helps.", "Lime helps."),
    ("I saw the seal leak in one case.", "The seal leaks."),
    ("I have seen the seal fail.", "The seal fails."),
    ("It worked once.", "It works."),
    ("It worked on my bench.", "It works on my bench."),
    ("The seal was dry when it failed.", "The seal is dry when it failed."),
    ("I used to add salt.", "I add salt."),
    ("We had a leak there.", "We have a leak there."),
    ("Full tanks leak.", "Tanks leak."),
    ("Come to a full stop at the gate.", "Come to the gate."),
    ("Note the pressure before you open it.", "Open it."),
    ("Just see that the seal is dry.", "The seal is dry."),
    ("Glue holds better than nails on thin boards.", "Nails hold better than glue on thin boards."),
    ("Feed oats in the morning and corn at night.", "Feed corn in the morning and oats at night."),
    ("If it rains, cover it; if it is dry, don't.", "If it is dry, cover it; if it rains, don't."),
    ("Old paint peels because the wood is damp.", "The wood is damp because old paint peels."),
    ("Soak it for 8 hours and boil it for 2.", "Soak it for 2 hours and boil it for 8."),
    ("It usually holds for about a year.", "It holds for a year."),
    ("Set `keep_alive` to 3.", "Set keep_alive to 3."),
    ("Set keep_alive to 3.", "Set Keep_Alive to 3."),
    ("Each jar costs 3 kg.", "Each jar costs 3 KG."),
)
"""A statement, and a sentence that says more, less or something else."""


@pytest.mark.parametrize(("said", "text"), FAITHFUL)
def test_plainer_words_for_the_same_pass(said: str, text: str) -> None:
    """Talk may go and order may change where all that is stated stays."""
    assert refusal(text, [said], [said]) == ""


@pytest.mark.parametrize(("said", "text"), OTHERWISE)
def test_what_says_something_else_is_refused(said: str, text: str) -> None:
    """Hearsay, tense, one case, a limit, a swap, code: none of it is lost in better words."""
    assert refusal(text, [said], [said])


def test_talk_is_left_where_nothing_else_is() -> None:
    """A statement that is all talk says what it says."""
    assert without_talk("Yes, please, thanks!") == "Yes, please, thanks!"
    assert without_talk("Well, the lid holds.") == "the lid holds."
