"""Turns of transcripts: whose words they are, and that no word is lost or lent to somebody."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sources.own_words import clean_text
from agent.sources.transcripts import NOBODY, Turn, check_captions, split_turns
from memory.errors import UserInputError

PEOPLE = frozenset({"ines", "ines berg", "bo"})
VTT = """WEBVTT - meeting

NOTE made by a recorder

1
00:00:01.000 --> 00:00:02.500 align:start
<v Ines Berg>We should &amp; must

2
00:00:02.500 --> 00:00:04.000
<v Ines Berg>do <i>that</i> now.</v>

00:04.000 --> 00:05.000
<v Somebody Else>Agreed.
"""
SRT = """1
00:00:01,000 --> 00:00:02,000
Always purge

2
00:00:02,000 --> 00:00:03,000
the line first.
"""


def known(label: str) -> bool:
    """Whether a label is one of the people of these tests."""
    return label.casefold() in PEOPLE


def test_cues_of_one_voice_are_one_flow_of_speech() -> None:
    """A sentence that was cut over several cues is whole again, without times and markup."""
    assert split_turns(VTT, known) == (
        Turn("Ines Berg", "We should & must do that now."),
        Turn("Somebody Else", "Agreed."),
    )


def test_captions_without_speakers_are_one_turn() -> None:
    """Numbers and times of SubRip are no words of anybody."""
    assert split_turns(SRT, known) == (Turn("", "Always purge the line first."),)


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Ines: purge it.\nBo: because it rusts.\nand more", ["Ines", "Bo"]),
        ("[00:01] Ines: purge it.\n[00:09] Guest: why?", ["Ines", "Guest"]),
        ("Speaker 1 (00:12): purge it.\nSpeaker 2 (00:15): why?", ["Speaker 1", "Speaker 2"]),
        ("Ines Berg  0:03\nPurge it.\nSpeaker 2  0:09\nWhy?", ["Ines Berg", "Speaker 2"]),
        ("Me: purge it.\nGuest: why?", ["Me", "Guest"]),
        ("Anna: a b\nPer: c d\nAnna: e f", ["Anna", "Per", "Anna"]),
        ("Notes of Monday\nInes: purge it.", [NOBODY, "Ines"]),
    ],
)
def test_labels_name_the_speakers(text: str, speakers: list[str]) -> None:
    """Each usual way to mark a speaker is understood; what precedes the first is nobody's."""
    turns = split_turns(text, known)
    assert [turn.speaker for turn in turns] == speakers
    assert not any(re.search(r"\d:\d\d", turn.text) for turn in turns)


@pytest.mark.parametrize(
    "text",
    [
        "Always purge first.\n\nTip: use oil.",
        "Symptom: it hums\nFix: purge it",
        "10:30 check the pressure\nthen go on",
        "See https://example.org: it tells all",
        "One rule holds here: never boil it.",
    ],
)
def test_an_ordinary_note_is_left_as_it_is(text: str) -> None:
    """A colon or a time in somebody's own words makes no transcript of them."""
    assert split_turns(text, known) == (Turn("", text),)


def test_stamped_lines_without_labels_lose_their_times() -> None:
    """A recording's times go where lines begin with them throughout."""
    turns = split_turns("[00:01] I always purge\n[00:05] before I start.", known)
    assert turns == (Turn("", "I always purge before I start."),)


LINES = st.lists(
    st.sampled_from(
        [
            "Ines: purge it",
            "Bo:",
            "more words",
            "00:01 --> 00:02",
            "7",
            "[0:09] Guest: why",
            "",
            "x:y",
        ]
    ),
    max_size=8,
)


@given(LINES)
def test_no_word_is_invented_and_none_changes_its_order(rows: list[str]) -> None:
    """Whatever is split, the words of the turns stand in the text, in the same order."""
    text = "\n".join(rows)
    words = [word for turn in split_turns(text, known) for word in turn.text.split()]
    rest = iter(text.split())
    assert all(word in rest for word in words)


@given(st.text(max_size=200))
def test_any_text_is_split_without_error(text: str) -> None:
    """Nothing that people can paste breaks the reading of it."""
    for turn in split_turns(clean_text(text), known):
        assert isinstance(turn.text, str)


@given(LINES)
def test_unlabelled_words_are_the_submitters_only_without_any_label(rows: list[str]) -> None:
    """Once a known name marks a turn, no turn falls to the submitter by default."""
    turns = split_turns("\n".join([*rows, "Ines: the last word"]), known)
    assert all(turn.speaker for turn in turns)


@pytest.mark.parametrize(
    ("text", "file", "told"),
    [
        (VTT.replace("--> 00:05.000", "--> 00:99.000"), "a.vtt", "line 13"),
        (VTT.replace("00:00:02.500 -->", "soon -->"), "a.vtt", "line 10"),
        (SRT, "a.vtt", "line 1: WebVTT begins"),
        (SRT.replace("00:00:03,000", "00:00:01,000"), "b.srt", "line 6.*ends before it begins"),
        ("Always purge the line first.", "b.srt", "holds no captions"),
    ],
)
def test_captions_that_cannot_be_read_are_refused(text: str, file: str, told: str) -> None:
    """The file and its line are named, and what is wrong with it."""
    with pytest.raises(UserInputError, match=rf"'{re.escape(file)}'.*{told}"):
        check_captions(text, file)


def test_good_captions_are_taken() -> None:
    """WebVTT and SubRip as recorders write them."""
    check_captions(VTT, "a.vtt")
    check_captions(SRT, "b.SRT")
