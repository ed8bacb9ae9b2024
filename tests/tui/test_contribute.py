"""Bringing something oneself through the command: notes, transcripts, after-action reviews."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.tui.conftest import Run, approve_as_bo

NOTE = (
    "Never open the bypass while the pump runs. I close it by hand first, otherwise the pressure "
    "falls below two bar and the seal runs dry."
)
TITLE = "Feed pump ran dry on Friday"
ABOUT = "The feed pump ran dry for ten minutes; it was fixed by noon."
SAID = (
    "The line should have been purged before the start.",
    "I heard the hammering noise and saw the gauge fall.",
    "The bypass was open because nobody had marked it after the weekend.",
    "Always close the bypass by hand before you start the pump.",
)


def test_a_note_ends_with_its_question(community: Run) -> None:
    """Whoever hands in a note reads at once what is asked about it, and how to answer."""
    shown = community("note", NOTE, "--title", "Bypass")
    assert shown.code == 0
    assert "QUESTION" in shown.out
    assert " answer que_" in shown.out
    again = community("note", NOTE, "--title", "Bypass", "--json").json
    assert again["new"] is False
    assert again["question"]["id"] in shown.out


def test_a_transcript_is_read_by_turns(community: Run, tmp_path: Path) -> None:
    """Times go, names become people, and terminal escapes reach nobody's screen."""
    file = tmp_path / "talk.vtt"
    file.write_text(
        "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ann Lee>"
        + NOTE
        + "\n\n00:04.000 --> 00:05.000\n<v Gu\x1b[31mest>ok\n",
        encoding="utf-8",
    )
    found = community("note", "--file", str(file), "--json").json
    assert [turn["mine"] for turn in found["turns"]] == [True, False]
    assert "\x1b" not in community("note", "--file", str(file)).out


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["note"], "--file"),
        (["note", NOTE, "--file", "x"], "not both"),
        (["note", " "], "empty"),
        (["note", NOTE, "--community", "Nowhere"], "Nowhere"),
        (["note", NOTE, "--me", "A", "--mine"], "not both"),
        (["note", "--file", "no-such-file"], "no-such-file"),
        (["note", __file__], "is a file; hand it in with --file"),
        (["review-incident", "--people", "ann"], "name the incident"),
        (["review-incident", TITLE, "--about", ABOUT], "--people"),
        (["review-incident", TITLE, "--people", "ann"], "--about"),
        (["review-incident", TITLE, "--people", "ann,zed", "--about", ABOUT], "'zed'"),
        (["review-incident", TITLE, "--people", "ann", "--about", "prod is down"], "still open"),
        (["review-incident", TITLE, "--people", "ann", "--thread", "never said"], "'never said'"),
        (["review-incident", "Outage", "--people", "ann", "--about", ABOUT], "2 to 12 words"),
        (["review-incident", TITLE, "--list"], "--list"),
    ],
)
def test_bad_input_ends_with_a_plain_sentence(community: Run, args: list[str], why: str) -> None:
    """Exit code 2, what is wrong in words, and nothing is begun."""
    ended = community(*args)
    assert (ended.code, ended.out) == (2, "")
    assert why in ended.err
    assert community("review-incident", "--list", "--json").json == {"reviews": []}


def test_a_file_that_is_no_text_is_refused(community: Run, tmp_path: Path) -> None:
    """Binary data and other encodings are named as what they are."""
    file = tmp_path / "note.txt"
    for raw, why in ((b"\xff\xfe\x00A", "UTF-8"), (b"abc\x00def", "binary")):
        file.write_bytes(raw)
        ended = community("note", "--file", str(file))
        assert ended.code == 2
        assert why in ended.err


def test_a_note_is_read_from_standard_input(
    community: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recorder's output can be piped in."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(NOTE.encode())))
    assert community("note", "--file", "-", "--json").json["question"] is not None


def test_a_review_becomes_a_lesson_that_is_searched(community: Run) -> None:
    """From the four questions to the published lesson, each step through the command alone."""
    begun = community("review-incident", TITLE, "--people", "ann", "--about", ABOUT, "--json").json
    assert begun["new"] is True
    for said in SAID:
        (question,) = community("inbox", "--json").json["questions"]
        assert TITLE in question["text"]
        page = community("show", question["id"]).out
        assert "a lesson from this review" in " ".join(page.split())
        assert community("answer", question["id"], "--text", said).code == 0
    listed = community("review-incident", "--list").out
    assert "yes of its authors" in listed
    (draft,) = community("inbox", "--json").json["to_confirm"]
    assert draft["title"] == TITLE
    assert community("confirm", draft["id"]).code == 0
    assert approve_as_bo(community, draft["id"]).code == 0
    shown = community("show", draft["id"]).out
    headings = ["WHAT WAS MEANT TO HAPPEN", "WHAT HAPPENED", "WHAT MADE THE DIFFERENCE"]
    places = [shown.index(f"\n{heading}\n") for heading in headings]
    assert places == sorted(places)
    assert "Ann Lee: The line should have been purged" in shown
    asked = community("ask", "feed pump ran dry because the bypass was open", "--json").json
    assert [guide["id"] for guide in asked["guides"]] == [draft["id"]]
    (review,) = community("review-incident", "--list", "--json").json["reviews"]
    assert (review["status"], review["guide"]) == ("published", draft["id"])
