"""A first look for personal data: found where it stands, and little that is none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.personal import PersonalKind, names_of, personal_data, personal_spans
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


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("It came back: 4111 1111 1111 1111, expired.", "card", "4111 1111 1111 1111"),
        ("Pay to DE89 3704 0044 0532 0130 00.", "account", "DE89 3704 0044 0532 0130 00"),
        ("Block 81.2.69.142 for an hour.", "machine", "81.2.69.142"),
        ("His SSN is 219-09-9999, take it out.", "identity", "219-09-9999"),
        ("Call me at 737 219 628 tonight.", "phone", "737 219 628"),
        ("We moved to 48 Chandler Street last week.", "place", "48 Chandler Street"),
        ("It goes to Hauptstra\u00dfe 17 now.", "place", "Hauptstra\u00dfe 17"),
        ("Mrs. Aldana Reyes has the key.", "person", "Aldana Reyes"),
        ("That is it.\nRegards,\nElif Aydin", "person", "Elif Aydin"),
    ],
)
def test_numbers_of_people_and_introduced_names_are_found(text: str, kind: str, words: str) -> None:
    """What has check digits, a postal form or an introduction is found without a member list."""
    assert found(text) == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "It took 1697040000123 ms for batch 4006381333931.",
        "Kernel 5.15.0.86 hangs, 6.1.0.13 does not.",
        "Order 4512 9981 3377 2205 sits in rack 12.",
        "The MAC 00:1A:2B:3C:4D:5E is the printer's, serial 48-2210-9931.",
        "Hi all, Creative Suite 600 needs 16 GB and a 2 TB Hard Drive.",
        "Thanks everyone!\nCheers",
        "Use 8.8.8.8 as the resolver.",
    ],
)
def test_technical_numbers_are_nobodys(text: str) -> None:
    """Times, versions, parts, serial numbers and products are not taken for people's."""
    assert found(text) == []


def test_every_place_is_told_and_none_twice() -> None:
    """Spans are where they say, in order, and share no character."""
    text = "Ann Tomasik wrote to a@b.example; ask Tomasik, or Mr. Tomasik at 555-867-5309."
    spans = personal_spans(text, NAMES, ENTRY)
    assert [one.kind.value for one in spans] == ["name", "address", "name", "name", "phone"]
    assert all(text[one.start : one.end] == one.found for one in spans)
    assert all(one.end <= after.start for one, after in pairwise(spans))
