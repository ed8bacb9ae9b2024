"""A first look for personal data: found where it stands, and little that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.personal import PersonalKind, names_of, personal_data
from prompts.desk import load_desk
from tests.builders import make_member

ENTRY = load_desk().personal
ANN = make_member("ann7", name="Ann Tomasik")
WILL = make_member("will", name="Will Barrow")
OTHER_WILL = make_member("will2", name="Will Stone")
BOT = make_member("robot", name="Robot Arm", is_bot=True)
NAMES = names_of([ANN, WILL, OTHER_WILL, BOT], ENTRY)


def found(text: str) -> list[tuple[str, str]]:
    """Kind and words of everything found."""
    return [(one.kind.value, one.found) for one in personal_data(text, NAMES, ENTRY)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Write to j.doe+help@mail.example.org.", "address", "j.doe+help@mail.example.org"),
        ("Call +49 30 1234567 at night.", "phone", "+49 30 1234567"),
        ("Call 030/123 45 67 at night.", "phone", "030/123 45 67"),
        ("Call (555) 123-4567 at night.", "phone", "(555) 123-4567"),
        ("Ask Ann Tomasik first.", "name", "Ann Tomasik"),
        ("Ask Tomasik first.", "name", "Tomasik"),
        ("Ask @ann7 first.", "name", "@ann7"),
    ],
)
def test_personal_data_is_found(text: str, kind: str, words: str) -> None:
    """An address, a number to call and a member's name are found as they are written."""
    assert (kind, words) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Wait 10 000 000 rows or 2024-05-06, whichever comes first.",
        "The address 10.0.12.254 answers on 5432.",
        "Sizes 1024 2048 4096 are fine, 0.5 to 12 minutes.",
        "It will work, and the robot arm stops.",
        "Use user@ as a prefix and tomasikovska as a word.",
        "Will it work?",
    ],
)
def test_what_is_none_is_left_alone(text: str) -> None:
    """Amounts, dates, machines' addresses, shared first names and plain words are nobody's."""
    assert found(text) == []


def test_a_name_that_several_share_tells_of_nobody() -> None:
    """`Will` may be either of two people; their full names are somebody's."""
    assert "Will" not in NAMES
    assert NAMES["Will Stone"] == OTHER_WILL.id
    assert not any("Robot" in name for name in NAMES)


@given(st.text(max_size=200))
def test_any_text_is_looked_at_and_every_find_stands_in_it(text: str) -> None:
    """Nothing breaks the look, and what is found is a part of the text."""
    for one in personal_data(text, NAMES, ENTRY):
        assert one.found in text
        assert (one.member_id is None) == (one.kind is not PersonalKind.NAME)
