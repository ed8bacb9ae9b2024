"""Lines of a log that go on with the message before, as clients write long ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sources.irc_lines import continues, read_line
from tests.sources.archives import marked, messages_of, read_all, skipped_of, write_files

NAME = "2014-01-02-#v.log"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("   and the filter too", "and the filter too"),
        ("\t\tand the filter too", "and the filter too"),
        ("         | and the filter too", "and the filter too"),
        ("| and the filter too", "and the filter too"),
        ("and the filter too", ""),
        (" and the filter too", ""),
        ("     ", ""),
        ("a | b", ""),
    ],
)
def test_what_shows_that_it_goes_on(row: str, words: str) -> None:
    """Indented lines and those behind a lone bar go on; words at the margin do not say so."""
    assert continues(row) == words


def test_a_line_without_a_time_goes_on_with_the_one_before(tmp_path: Path) -> None:
    """Its words are the same person's own; what follows an event or nothing is reported."""
    log = (
        "    lost\n"
        "[12:00] <ana> rinse the paper\n"
        "              and pour it out\n"
        "              $ rm -rf cups\n"
        "[12:01] <bo> why is that so?\n"
        "\n"
        "   too late\n"
        "[12:02] *** cy has joined #v\n"
        "   and nobody said this\n"
        "[12:03] * bo | waits\n"
        "margin\n"
    )
    items = read_all(write_files(tmp_path / "a", {NAME: log}))
    said = {m.native_id.rpartition(":")[2]: m for m in messages_of(items) if m.author_id}
    assert said["2"].text == "rinse the paper\nand pour it out\n$ rm -rf cups"
    assert marked(said["2"].text, said["2"].segments) == [
        ("own", "rinse the paper"),
        ("own", "and pour it out"),
        ("code", "$ rm -rf cups"),
    ]
    assert [one.where.rpartition(":")[2] for one in skipped_of(items)] == ["1", "7", "9", "11"]
    assert set(said) == {"2", "5", "10"}


@given(st.text(alphabet="ab |\t\x03\u2502[]:<>12", max_size=40))
def test_any_line_is_looked_at(row: str) -> None:
    """What goes on has words, without colours and without the room before them."""
    words = continues(row)
    assert words == words.strip()
    assert not words or read_line(words) is None or words in row or "\x03" in row
