"""A question is held against what a guide's experts said about its limits."""

from __future__ import annotations

import pytest

from agent.method.applicability import Applicability, applicability
from memory.records.inquiry import Facet
from tests.index.support import guide_of

TITLE = "How do you fill a new column on a big table?"
SECTIONS = {
    Facet.SITUATION: ["We are on version 12 or newer than that.", "All of it from version 12 on."],
    Facet.ACTION: ["Go in batches of 5000 by primary key and watch the replica."],
    Facet.WHY: ["One long transaction keeps every dead row and the replica lags."],
    Facet.BOUNDARY: [
        "Under 100 000 rows take one UPDATE.",
        "If the primary key is a random UUID, ranges mean nothing: walk it by keyset.",
    ],
    Facet.PITFALLS: ["With a trigger on the table each batch fires it again."],
    Facet.CHECK: ["Count what is still empty twice, a minute apart."],
}


def held(question: str, nearest: Facet | None = None) -> Applicability:
    """How the question stands to the guide above."""
    return applicability(question, guide_of("fill", TITLE, SECTIONS).current, nearest)


@pytest.mark.parametrize(
    ("question", "limit"),
    [
        ("fill a column on a table of 20 000 rows?", "Under 100 000 rows"),
        ("how to backfill when the primary key is a UUID?", "random UUID"),
        ("does it matter that there is a trigger?", "With a trigger"),
    ],
)
def test_the_case_in_which_advice_is_wrong_meets_its_limit(question: str, limit: str) -> None:
    """By a number on its side, or by the words that the question adds to the advice."""
    (met,) = held(question).limits
    assert limit in met.text


@pytest.mark.parametrize(
    "question",
    [
        "how do I fill a new column on a big table?",
        "fill a column on a table of 20 million rows?",
        "how large should batches be by primary key?",
        "what tells me that it is finished?",
        "",
    ],
)
def test_an_ordinary_question_meets_no_limit(question: str) -> None:
    """Words of the advice itself and numbers on the other side warn of nothing."""
    assert held(question).limits == ()


def test_among_nearest_limits_one_word_is_enough() -> None:
    """Where a limit answers best, what it shares with a longer question is told."""
    question = "our ORM adds a trigger everywhere, does anything change for the nightly load?"
    assert held(question).limits == ()
    (met,) = held(question, Facet.PITFALLS).limits
    assert "trigger" in met.text


def test_another_situation_is_said() -> None:
    """A question from outside the case that the advice was given for is told so."""
    (other,) = held("how do I fill a column on Postgres 11?").elsewhere
    assert other.text == "All of it from version 12 on."
    assert held("how do I fill a column on Postgres 13?").elsewhere == ()


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("fill a column in MySQL?", ("MySQL",)),
        ("does pg_repack help with lock_timeout?", ("pg_repack", "lock_timeout")),
        ("walk it by UUID and keyset", ()),
        ("Does it hold? And what of Oracle?", ("Oracle",)),
        ("How To Fill A New Column In MySQL", ()),
        ("FILL A NEW COLUMN IN MYSQL", ()),
        ("should I go on?", ()),
    ],
)
def test_names_that_nothing_speaks_of_are_named(question: str, names: tuple[str, ...]) -> None:
    """Identifiers and proper names count, unless capitals are the manner of the question."""
    assert held(question).unspoken == names


def test_what_the_sources_speak_of_is_not_unspoken() -> None:
    """A name that stands in a cited message is known to the guide."""
    version = guide_of("fill", TITLE, SECTIONS).current
    assert applicability("fill it in MySQL?", version, None, ["as in MySQL"]).unspoken == ()
