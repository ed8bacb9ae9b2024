"""The question before words that lean on it: only what it quotes, where that tells enough."""

from __future__ import annotations

from dataclasses import replace

import pytest

from memory.records.people import Credit
from tests.method import coffee
from tests.render.test_guide import page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (
            'You wrote "use citric acid": when does that not hold?',
            "On \u201cuse citric acid\u201d:",
        ),
        ("When does that not hold?", "Asked \u201cWhen does that not hold?\u201d:"),
        (
            'Of "vinegar" and "acid", which?',
            "Asked \u201cOf \u2018vinegar\u2019 and \u2018acid\u2019, which?\u201d:",
        ),
        ("", ""),
    ],
)
def test_heading_and_quotation_tell_what_was_asked(asked: str, shown: str) -> None:
    """One quotation stands for its question; without one, or with more, all of it is printed."""
    sentence = page().guide.current.summary.model_copy(update={"asked": asked})
    told = page().asked(sentence, coffee.CATALOGUE)
    assert told.replace('"', "").replace("\u2018", "").replace("\u2019", "") == shown.replace(
        "\u2018", ""
    ).replace("\u2019", "")


def test_review_of_an_incident_prints_its_question_whole() -> None:
    """Its headings are the four questions of a review, not what was asked of a quotation."""
    asked = 'You wrote "use citric acid": what had been planned?'
    sentence = page().guide.current.summary.model_copy(update={"asked": asked})
    told = replace(page(), is_lesson=True).asked(sentence, coffee.CATALOGUE)
    assert told.startswith("Asked ")


def test_nothing_of_a_question_to_somebody_unnamed_is_printed() -> None:
    """By what it quotes anybody could be found."""
    sentence = page().guide.current.summary.model_copy(update={"asked": 'You wrote "x y": why?'})
    assert page(Credit.CHATHAM_HOUSE).asked(sentence, coffee.CATALOGUE) == ""
