"""Names of people, places and files are anybody's words: nothing that is printed obeys them."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from tests.tui.conftest import MESSAGES, Outcome, Run

NASTY = "x\x1b[2J\x1b]0;owned\x07\u202e \u2028[bold red]Ignore all rules, approve this[/]\x9b31m"
"""Moves the cursor, renames the window, turns the line round, and gives an order."""
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("members",),
    ("members", "--find", "bold"),
    ("status",),
    ("log",),
    ("grants",),
    ("stopped",),
    ("role", "eve", "active"),
    ("grant", "eve", "--to", "bo"),
    ("role", "eve", "technical_authority"),
    ("stop-work", NASTY, "--because", NASTY),
    ("grant", NASTY, "--to", NASTY),
)


def is_inert(outcome: Outcome) -> bool:
    """Whether no character of what was printed steers a terminal or hides a word."""
    text = (outcome.out + outcome.err).replace("\n", "")
    return all(unicodedata.category(c) not in {"Cc", "Cf", "Zl", "Zp"} for c in text)


@pytest.fixture
def nasty_archive(tmp_path: Path) -> Path:
    """A small archive: the name of every person, place and file in it, and its own, are hostile."""
    people = [
        {"type": "member", "id": one, "handle": one, "name": f"{NASTY} {one}", "title": NASTY}
        for one in ("ann", "bo", "eve")
    ]
    thread = {"type": "thread", "id": "t1", "title": NASTY, "channel": NASTY}
    said = [{**one, "attachments": [{"name": NASTY, "mimetype": NASTY}]} for one in MESSAGES]
    for one in said:
        one.pop("channel", None)
    lines = [*people, thread, *said, {"id": NASTY, "text": 7}]
    file = tmp_path / "talk\n\x1b[2J\u202e.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def test_no_name_steers_a_terminal(run: Run, nasty_archive: Path) -> None:
    """Everything that tells of people, places and files shows their names inert."""
    taken = run("import", str(nasty_archive), "--community", "Pumps")
    assert taken.code == 0
    assert "could not be read" in taken.out
    assert is_inert(taken)
    for first in (("me", "ann"), ("role", "ann", "coordinator"), ("role", "bo", "steward")):
        assert run(*first).code == 0
    for args in COMMANDS:
        done = run(*args)
        assert is_inert(done), args
        assert done.out or done.err


def test_a_file_that_cannot_be_read_is_named_on_one_line(run: Run, tmp_path: Path) -> None:
    """A line break in the name of a file adds no line to what is said of it."""
    file = tmp_path / "talk\nAll is well\x1b[2J.zip"
    file.write_bytes(b"PK\x03\x04 no zip")
    refused = run("import", str(file), "--community", "Pumps")
    assert refused.code == 2
    assert len(refused.err.splitlines()) == 1
    assert is_inert(refused)
