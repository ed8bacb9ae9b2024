"""What a watcher sees of files that are still being written."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.services.watching_view import Followed
from agent.services.watching_whole import (
    BLANK_SECONDS,
    MAIL_SECONDS,
    UNFINISHED_SECONDS,
    Whole,
    whole_part,
)
from agent.sources.archive import kept_open
from agent.sources.detect import recognise
from memory.errors import UserInputError
from memory.records.talk import Message
from tests.sources import exports
from tests.sources.archives import (
    COMMUNITY,
    many_lines,
    many_posts,
    messages_of,
    skipped_of,
    write_files,
    write_zip,
)

ALONE: dict[str, Callable[[], str]] = {
    "talk.jsonl": lambda: many_lines(9),
    "list.mbox": lambda: exports.many_mails(5),
    "help.json": lambda: exports.discord_channel(map(exports.discord_said, range(5))),
    "room.json": lambda: exports.room(map(exports.event, range(5))),
    "topic.json": lambda: exports.topic(map(exports.post, range(1, 5))),
    "Posts.xml": lambda: many_posts(6),
}


def seen(path: Path, now: float | None = None) -> tuple[dict[str, Message], list[str], list[str]]:
    """Messages by id, skipped records and waiting files of one look, by default right now."""
    look = Followed(path).look(path.stat().st_mtime if now is None else now)
    if look.is_empty:
        return {}, [], list(look.waiting)
    with kept_open(look.archive):
        items = list(recognise(path).open(path, COMMUNITY).read())
    messages = {message.id: message for message in messages_of(items)}
    return messages, [one.where for one in skipped_of(items)], list(look.waiting)


@pytest.mark.parametrize("name", ALONE)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(share=st.floats(0.0, 1.0))
def test_a_file_cut_anywhere_shows_whole_messages_only(
    tmp_path: Path, name: str, share: float
) -> None:
    """Whatever byte a writer has reached, each message seen is as it will stand in the end."""
    file = write_files(tmp_path, {name: ALONE[name]()}) / name
    written = file.read_bytes()
    final = seen(file, time.time() + UNFINISHED_SECONDS)[0]
    assert len(final) >= 4
    file.write_bytes(written[: round(share * len(written))])
    messages, skipped, _ = seen(file)
    assert messages.items() <= final.items()
    assert not skipped


@pytest.mark.parametrize("name", ALONE)
def test_a_file_that_is_whole_is_seen_to_its_end(tmp_path: Path, name: str) -> None:
    """What has ended by proof is not held back; the last mail alone waits a little."""
    file = write_files(tmp_path, {name: ALONE[name]()}) / name
    final = seen(file, time.time() + UNFINISHED_SECONDS)[0]
    messages, _, waiting = seen(file)
    held_back = 1 if name == "list.mbox" else 0
    assert len(final) - len(messages) == held_back
    assert len(waiting) == held_back
    assert seen(file, file.stat().st_mtime + BLANK_SECONDS)[0] == final


def test_half_a_line_waits_until_it_is_whole_or_left_alone(tmp_path: Path) -> None:
    """A broken last line is named only after nobody has written for ten minutes."""
    file = write_files(tmp_path, {"talk.jsonl": many_lines(3) + '{"id": "9", "te'}) / "talk.jsonl"
    messages, skipped, waiting = seen(file)
    assert (len(messages), skipped, waiting) == (3, [], ["talk.jsonl"])
    messages, skipped, waiting = seen(file, file.stat().st_mtime + UNFINISHED_SECONDS)
    assert (len(messages), skipped, waiting) == (3, ["talk.jsonl:6"], [])


def test_a_picture_beside_an_archive_is_not_waited_for(tmp_path: Path) -> None:
    """It has no last line; what is not text is left to the import, which passes it over."""
    file = tmp_path / "logo.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)))
    size = file.stat().st_size
    assert whole_part(file, file.name, size) == Whole(size)


def test_a_chat_log_that_begins_with_a_bracket_is_read_by_lines(tmp_path: Path) -> None:
    """A time in brackets and a lone quote make no JSON that would have to end."""
    whole = '[09:31] <ann> it says "valve\n'
    file = write_files(tmp_path, {"talk.log": whole + "[09:32] <b"}) / "talk.log"
    assert whole_part(file, file.name, file.stat().st_size).length == len(whole)


def test_a_last_line_without_a_break_counts_once_it_is_an_object(tmp_path: Path) -> None:
    """A complete JSON object cannot go on, so nobody has to wait for the line break."""
    text = many_lines(3).rstrip("\n")
    file = write_files(tmp_path, {"talk.jsonl": text}) / "talk.jsonl"
    assert len(seen(file)[0]) == 3


def test_a_mail_without_a_blank_line_waits_longer(tmp_path: Path) -> None:
    """Where nothing says that the last mail ended, some seconds of silence have to."""
    file = write_files(tmp_path, {"a.mbox": exports.many_mails(3).rstrip("\n")}) / "a.mbox"
    assert len(seen(file, file.stat().st_mtime + BLANK_SECONDS)[0]) == 2
    assert len(seen(file, file.stat().st_mtime + MAIL_SECONDS)[0]) == 3


def test_a_sentence_that_begins_with_from_cuts_no_mail(tmp_path: Path) -> None:
    """Only what begins a mail for the reader begins one for the watcher."""
    text = exports.mail(1, "Look.\n\nFrom here on it sticks, 2023 at 09:00.\nSo grease it.")
    file = write_files(tmp_path, {"a.mbox": text + text.replace("<1@", "<2@")}) / "a.mbox"
    (message,) = seen(file)[0].values()
    assert "So grease it." in message.text


def test_mails_of_a_maildir_are_whole_at_once(tmp_path: Path) -> None:
    """A mail comes to `new` by being renamed; what is still in `tmp` is not read."""
    one, two = (exports.mail(n, "Grease it.").partition("\n")[2] for n in (1, 2))
    files: exports.Files = {"new/1.x": one, "cur/0.x": two, "tmp/2.x": two[:40]}
    assert len(seen(write_files(tmp_path / "Maildir", files))[0]) == 2
    assert len(seen(write_files(tmp_path / "Another", {"new/1.x": one}))[0]) == 1


def test_a_day_that_is_half_written_is_left_for_later(tmp_path: Path) -> None:
    """In a folder the other files go on meanwhile."""
    folder = write_files(tmp_path / "a", exports.discourse_topics(40))
    whole = seen(folder)[0]
    file = max(folder.rglob("*.json"))
    written = file.read_bytes()
    file.write_bytes(written[: len(written) // 2])
    messages, skipped, waiting = seen(folder)
    assert 0 < len(messages) < len(whole)
    assert (skipped, waiting) == ([], [file.name])


def test_a_zip_and_a_gzip_wait_for_their_trailer(tmp_path: Path) -> None:
    """A packed archive that is still copied is not opened."""
    packed = write_zip(tmp_path / "a.zip", {"talk.jsonl": many_lines(3)})
    mails = tmp_path / "a.mbox.gz"
    mails.write_bytes(gzip.compress(exports.many_mails(3).encode()))
    for file in (packed, mails):
        written = file.read_bytes()
        assert len(seen(file)[0]) == 3
        file.write_bytes(written[:-3])
        assert seen(file) == ({}, [], [file.name])


def test_text_of_wide_characters_waits_for_silence(tmp_path: Path) -> None:
    """A line break of UTF-16 cannot be told from its bytes' halves, so the whole file waits."""
    file = tmp_path / "talk.jsonl"
    file.write_bytes(many_lines(3).encode("utf-16"))
    assert seen(file) == ({}, [], ["talk.jsonl"])
    assert len(seen(file, file.stat().st_mtime + MAIL_SECONDS)[0]) == 3


def test_a_look_is_not_changed_by_what_is_written_meanwhile(tmp_path: Path) -> None:
    """What grows after the look is left for the next one, and the next one differs."""
    file = write_files(tmp_path, {"talk.jsonl": many_lines(3)}) / "talk.jsonl"
    followed = Followed(file)
    look = followed.look(time.time())
    file.write_text(many_lines(5), encoding="utf-8")
    with kept_open(look.archive):
        items = list(recognise(file).open(file, COMMUNITY).read())
    assert len(messages_of(items)) == 3
    assert followed.look(time.time()).mark != look.mark


def test_a_mark_stays_while_only_half_a_line_grows(tmp_path: Path) -> None:
    """Nothing is read again for a line that is not whole yet."""
    file = write_files(tmp_path, {"talk.jsonl": many_lines(3) + '{"id'}) / "talk.jsonl"
    followed, marks = Followed(file), set()
    for more in ("", '": ', '"7", '):
        with file.open("a", encoding="utf-8") as stream:
            stream.write(more)
        marks.add(followed.look(time.time()).mark)
    assert len(marks) == 1


def test_a_clock_ahead_of_ours_does_not_hold_a_file_back_for_ever(tmp_path: Path) -> None:
    """What counts besides the file's time is how long it was seen unchanged."""
    file = write_files(tmp_path, {"a.mbox": exports.many_mails(1)}) / "a.mbox"
    now = time.time()
    os.utime(file, (now + 3_600, now + 3_600))
    followed = Followed(file)
    assert followed.look(now).is_empty
    assert not followed.look(now + BLANK_SECONDS).is_empty


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The path stands in the error, for the one who follows it."""
    with pytest.raises(UserInputError, match="gone"):
        Followed(tmp_path / "gone").look(time.time())
