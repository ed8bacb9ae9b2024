"""IRC logs: forms, days, people, conversations, stated and found answers, damage."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.sources.detect import recognise
from agent.sources.irc import channel_of
from agent.sources.irc_days import LogClock, day_in_name
from agent.sources.irc_lines import LineKind, read_line
from agent.sources.irc_messages import own_words
from agent.sources.irc_people import People, is_bot
from memory.errors import UserInputError
from memory.records.talk import Message, MessageKind
from tests.sources.archives import (
    marked,
    members_of,
    messages_of,
    read_all,
    skipped_of,
    threads_of,
    write_files,
)

SAID = {
    "[12:34] <bo> hi": "12:34:00",
    "[12:34:56] <@bo> hi": "12:34:56",
    "12:34 < bo> hi": "12:34:00",
    "12:34 <+bo> hi": "12:34:00",
    "(12:34:56) <bo> hi": "12:34:56",
    "[12:34 PM] <bo> hi": "12:34:00",
    "2014-01-02 12:34:56\tbo\thi": "12:34:56",
    "2014-01-02 12:34:56\t@bo\thi": "12:34:56",
    "2014-01-02T12:34:56  <bo> hi": "12:34:56",
    "[2014-01-02 12:34:56] <bo> hi": "12:34:56",
    "2014-01-02T12:34:56Z <bo> hi": "12:34:56",
    "Jan 02 12:34:56 <bo>\thi": "12:34:56",
    "\x0303[12:34]\x03 <\x02bo\x02> hi\x0f": "12:34:00",
    "12:34:56 <bo > hi": "12:34:56",
}
ACTS = (
    "[12:34] * bo waves",
    "12:34  * bo waves",
    "2014-01-02 12:34:56\t *\tbo waves",
    "[12:34] Action: bo waves",
)
RENAMES = (
    "=== bo is now known as bo2",
    "12:34 -!- bo is now known as bo2",
    "2014-01-02 12:34:56\t--\tbo is now known as bo2",
    "[12:34:56] *** bo is now known as bo2",
    "[12:34] Nick change: bo -> bo2",
)
EVENTS = (
    "=== bo [~bo@x.org] has joined #valves",
    "12:34 -!- bo [~bo@x.org] has quit [Ping timeout]",
    "[12:34:56] *** Joins: bo (~bo@x.org)",
    "2014-01-02 12:34:56\t<--\tbo (~bo@x.org) has left #valves",
    "[12:34] bo (~bo@x.org) joined #valves.",
    "[12:34] * bo sets mode: +o ann",
    "Jan 02 12:34:56 *\tbo has joined",
)
DAYS = (
    "--- Day changed Thu Jan 02 2014",
    "--- Log opened Thu Jan 02 00:00:00 2014",
    "**** BEGIN LOGGING AT Thu Jan  2 00:00:00 2014",
    "Session Start: Thu Jan 02 00:00:00 2014",
    "[00:00] --- Thu Jan  2 2014",
)


@pytest.mark.parametrize("row", SAID)
def test_who_says_what_in_every_form(row: str) -> None:
    """Clients write lines their own way; nick, words and time are the same."""
    line = read_line(row)
    assert line is not None
    assert (line.kind, line.nick, line.words) == (LineKind.SAID, "bo", "hi")
    assert str(line.clock) == SAID[row]


@pytest.mark.parametrize("row", ACTS)
def test_acts_have_their_words_without_the_name(row: str) -> None:
    """An act is somebody's, in whichever form it stands."""
    line = read_line(row)
    assert line is not None
    assert (line.kind, line.nick, line.words) == (LineKind.ACT, "bo", "waves")


@pytest.mark.parametrize("row", RENAMES)
def test_changes_of_name_are_told(row: str) -> None:
    """Who takes which name is understood in every form."""
    line = read_line(row)
    assert line is not None
    assert (line.kind, line.nick, line.renamed_to) == (LineKind.RENAMED, "bo", "bo2")


@pytest.mark.parametrize("row", EVENTS)
def test_events_are_nobodys_words(row: str) -> None:
    """Who comes and goes, and what is set, is the system's to tell."""
    line = read_line(row)
    assert line is not None
    assert line.kind in {LineKind.GONE, LineKind.SYSTEM}


@pytest.mark.parametrize("row", DAYS)
def test_lines_that_tell_the_day(row: str) -> None:
    """A day-change line dates what follows it."""
    line = read_line(row)
    assert line is not None
    assert (line.kind, line.day) == (LineKind.DAY, date(2014, 1, 2))


@pytest.mark.parametrize(
    "row", ["some prose", "<b>bold</b> words", "[25:00] <bo> hi", "{'a': 1}", "From: bo"]
)
def test_what_is_no_line_of_a_log(row: str) -> None:
    """Prose, markup, times that are none: in no known form, so nobody's words."""
    assert read_line(row) is None


@pytest.mark.parametrize(
    ("path", "day", "channel"),
    [
        ("logs/#valves/2014-01-02.log", date(2014, 1, 2), "#valves"),
        ("2014/01/02/#valves.txt", date(2014, 1, 2), "#valves"),
        ("a/freenode.#valves.20140102.weechatlog", date(2014, 1, 2), "#valves"),
        ("valves/2014-01-02_12.raw.txt", date(2014, 1, 2), "valves"),
        ("logs/valves.log", None, "valves"),
        ("2014-02-31.txt", None, "log"),
    ],
)
def test_paths_tell_day_and_channel(path: str, day: date | None, channel: str) -> None:
    """Both are found wherever in the path they stand."""
    assert day_in_name(path) == day
    if day or "valves" in path:
        assert channel_of(path) == channel


def times_of(rows: list[str], day: date | None = date(2014, 1, 2)) -> list[str]:
    """Return day and minute of each line, as one file tells them."""
    clock = LogClock(day)
    found = []
    for row in rows:
        line = read_line(row)
        assert line is not None
        at = clock.at(line)
        found.append(f"{at:%d %H:%M}" if at else "")
    return found


def test_midnight_passes_where_the_clock_goes_back() -> None:
    """A clock of 24 hours that goes back tells of a new day; one set back a little does not."""
    rows = [
        "[23:58] <a> x",
        "=== b has joined #c",
        "[00:01] <a> x",
        "[23:59] <a> x",
        "[23:10] <a> x",
    ]
    assert times_of(rows) == ["02 23:58", "02 23:58", "03 00:01", "03 23:59", "03 23:10"]


def test_a_clock_of_twelve_hours_goes_round_twice_a_day() -> None:
    """Where no hour is past 12, going back means that half a day is over."""
    rows = ["[09:19] <a> x", "[12:40] <a> x", "[01:00] <a> x", "[11:50] <a> x", "[12:10] <a> x"]
    assert times_of(rows) == ["02 09:19", "02 12:40", "02 13:00", "02 23:50", "03 00:10"]


def test_days_come_from_lines_and_stamps() -> None:
    """A day-change line, an ISO stamp, and a month after a year's beginning date what follows."""
    rows = ["[10:00] <a> x", "--- Day changed Fri Jan 03 2014", "[10:00] <a> x"]
    assert times_of(rows, None) == ["", "03 00:00", "03 10:00"]
    rows = ["**** BEGIN LOGGING AT Tue Dec 31 23:00:00 2013", "Jan 01 00:01:00 <a> x"]
    assert times_of(rows, None)[1] == "01 00:01"
    clock = LogClock(None)
    stamped = read_line("2014-01-02 12:34:56\tbo\thi")
    assert stamped is not None
    assert clock.at(stamped) == datetime.fromisoformat("2014-01-02T12:34:56+00:00")


def test_lines_of_one_minute_keep_their_order() -> None:
    """Messages of one minute differ in time, in the order in which they stand."""
    clock = LogClock(date(2014, 1, 2))
    lines = [read_line("[12:00] <a> x") for _ in range(3)]
    times = [clock.at(line) for line in lines if line]
    assert times == sorted({time for time in times if time})


def test_a_person_stays_who_they_are_under_a_new_name(tmp_path: Path) -> None:
    """Who has spoken and takes a new name is one member, until they leave."""
    rows = (
        "[10:00] <bo> it sticks\n=== bo is now known as bo_away\n[10:01] <bo_away> still\n"
        "=== bo_away [~b@x.org] has left #v []\n[10:05] <bo_away> another person\n"
    )
    path = write_files(tmp_path, {"#v.2014-01-02.txt": rows}) / "#v.2014-01-02.txt"
    items = read_all(path)
    talk = [m for m in messages_of(items) if m.kind is MessageKind.CHAT]
    assert talk[0].author_id == talk[1].author_id != talk[2].author_id
    assert set(members_of(items)) == {"bo", "bo_away"}


def test_a_known_name_is_its_own_person() -> None:
    """Taking a name that has been somebody before, or leaving a visitor's, joins nobody."""
    people = People()
    for nick in ("ann", "bo", "Guest42"):
        people.speak(nick)
    people.rename("ann", "bo")
    people.rename("Guest42", "cy")
    people.rename("bo", "{Bo}")
    assert people.who("bo") == "bo"
    assert people.who("cy") == "cy"
    assert people.who("[bo]") == "bo"


@pytest.mark.parametrize(
    ("nick", "bot"),
    [
        *((nick, True) for nick in ("ubottu", "logbot", "NickServ", "meetbot_")),
        *((nick, False) for nick in ("bob", "talbot", "bottle", "robotics")),
    ],
)
def test_bots_are_known_by_their_names(nick: str, bot: bool) -> None:
    """A bot's lines are never taken for a person's, nor a person's for a bot's."""
    assert is_bot(nick) is bot


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("grease it", [("own", "grease it")]),
        ("> it sticks", [("quote", "it sticks")]),
        ("<ann> it sticks", [("quote", "<ann> it sticks")]),
        ("[12:00] <ann> it sticks", [("quote", "[12:00] <ann> it sticks")]),
        ("bo@desk:~$ ls -l", [("code", "bo@desk:~$ ls -l")]),
        ("", []),
    ],
)
def test_pasted_lines_are_not_own_words(text: str, whose: list[tuple[str, str]]) -> None:
    """What somebody pastes from a log or a terminal is not what they say."""
    found = own_words(text)
    assert marked(found.text, found.segments) == whose


def test_system_lines_and_bots_have_no_own_words(tmp_path: Path) -> None:
    """Events have no author; a bot's message says that it is one's; old acts count once known."""
    rows = (
        "=== ann [~a@x.org] has joined #v\n[10:00] <ann> !grease\n[10:00] <ubottu> Grease is good\n"
        "=== ann shrugs\n=== nobody shrugs\n[10:01] -ChanServ- hello\n"
    )
    path = write_files(tmp_path, {"#v.2014-01-02.txt": rows}) / "#v.2014-01-02.txt"
    said = messages_of(read_all(path))
    assert [m.kind.value for m in said] == ["system", "chat", "chat", "chat", "system", "system"]
    assert [m.from_bot for m in said] == [False, False, True, False, False, False]
    assert said[3].text == "shrugs"
    assert all(m.author_id is None and not m.segments for m in said if m.kind == "system")


INTERLEAVED = {
    "[10:00] <ann> hello, my valve sticks, any ideas?": None,
    "[10:01] <bo> ann: does it stick when cold?": 0,
    "[10:05] <cy> which paint holds on zinc?": None,
    "[10:06] <ann> bo: yes, only when cold": 1,
    "[10:06] <dee> cy: none without a primer": 2,
    "[10:07] <bo> ann: then thin the grease": 3,
    "[10:08] <cy> dee: which primer?": 4,
}


def replies_of(messages: list[Message]) -> list[int | None]:
    """Return the place of the message that each answers."""
    places = {message.id: n for n, message in enumerate(messages)}
    return [places[m.reply_to_id] if m.reply_to_id else None for m in messages]


def test_conversations_that_run_at_once_are_told_apart(tmp_path: Path) -> None:
    """Who addresses whom decides, and what answers each other is one thread."""
    path = write_files(tmp_path, {"#v.2014-01-02.txt": "\n".join(INTERLEAVED)})
    items = read_all(path / "#v.2014-01-02.txt")
    said = messages_of(items)
    assert replies_of(said) == list(INTERLEAVED.values())
    assert len({m.thread_id for m in said}) == 2
    assert said[1].mentions == (said[0].author_id,)
    assert {t.channel for t in threads_of(items)} == {"#v"}


def test_a_grown_log_changes_no_decision(tmp_path: Path) -> None:
    """What is read of a log's beginning is the same whatever follows."""
    rows = list(INTERLEAVED)
    file = tmp_path / "#v.2014-01-02.txt"
    file.write_text("\n".join(rows[:4]) + "\n", encoding="utf-8")
    before = messages_of(read_all(file))
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert messages_of(read_all(file))[:4] == before


def test_stated_answers_are_taken_as_stated(tmp_path: Path) -> None:
    """An annotation decides over what would be found; a log in more than one form is read once."""
    rows = "\n".join(INTERLEAVED)
    marks = "0 0 -\n0 1 -\n1 2 -\n0 3 -\n2 3 -\n4 4 -\n"
    files = {
        "2014-01-02.raw.txt": rows,
        "2014-01-02.ascii.txt": rows,
        "2014-01-02.tok.txt": rows,
        "2014-01-02.annotation.txt": marks,
        "README.md": "# Logs",
    }
    said = messages_of(read_all(write_files(tmp_path / "valves", files)))
    assert len(said) == 7
    assert replies_of(said)[:5] == [None, 0, 1, 2, None]
    assert {m.origin.file for m in said} == {"2014-01-02.raw.txt"}


def test_two_alone_in_a_log_without_a_channel_are_private(tmp_path: Path) -> None:
    """A query is nobody else's business; a channel with two people in it is."""
    rows = "[10:00] <ann> hi\n[10:01] <bo> hi\n"
    for name, private in (("bo.2014-01-02.log", True), ("#v.2014-01-02.log", False)):
        path = write_files(tmp_path / name[:2], {name: rows}) / name
        assert {t.private for t in threads_of(read_all(path))} == {private}


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A line in no form, and a log without any day, are skipped with file, line and reason."""
    rows = "[10:00] <ann> hi\n[10:01] <bo> so\nand more\n[10:02] <cy> \xe9t\xe9\n"
    folder = write_files(tmp_path, {"#v.2014-01-02.log": rows.encode("cp1252")})
    items = read_all(folder / "#v.2014-01-02.log")
    assert [(s.where, s.why) for s in skipped_of(items)] == [
        ("#v.2014-01-02.log:3", "no line of a chat log")
    ]
    assert messages_of(items)[-1].text == "\xe9t\xe9"
    undated = write_files(tmp_path / "b", {"#v.log": "[10:00] <ann> hi\n"}) / "#v.log"
    (skipped,) = skipped_of(read_all(undated))
    assert "no day is told" in skipped.why


@pytest.mark.parametrize("content", ["Just a note.\nNothing more.\n", "ann: hi\nbo: hi\n"])
def test_other_text_is_no_log(tmp_path: Path, content: str) -> None:
    """Notes and transcripts are not taken for logs."""
    path = write_files(tmp_path, {"notes.txt": content}) / "notes.txt"
    with pytest.raises(UserInputError, match="no known format"):
        recognise(path)


@settings(max_examples=150, deadline=2_000, derandomize=True)
@given(st.text(st.sampled_from("[]<>(): *-=!@#\t0129abJan\x03é"), max_size=60))
def test_lines_of_any_kind(row: str) -> None:
    """However a line is written, it is read or it is not, and its time can be told."""
    line = read_line(row)
    if line is not None:
        clock = LogClock(date(2014, 1, 2))
        assert clock.at(line) is not None
        own_words(line.words)
