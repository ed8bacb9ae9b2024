"""What every source must keep, run over every format."""

from __future__ import annotations

import unicodedata
import zipfile
from pathlib import Path

import pytest

from agent.sources.detect import FORMATS, recognise
from agent.sources.protocol import Progress
from memory.records.people import Member
from memory.records.talk import Message, SegmentKind, Thread
from tests.sources.archives import BUILDERS, COMMUNITY, messages_of, read_all, skipped_of


@pytest.fixture(params=sorted(BUILDERS))
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """One archive of each format in turn."""
    return BUILDERS[request.param](tmp_path)


def test_every_format_is_covered() -> None:
    """A format that joins `FORMATS` has to join this suite."""
    assert {known.name for known in FORMATS} == {name.split()[0] for name in BUILDERS}


def test_is_recognised_by_one_format_alone(archive: Path) -> None:
    """No archive is claimed by two formats, so the order of `FORMATS` decides nothing."""
    assert sum(known.recognises(archive) for known in FORMATS) == 1


def test_reads_the_same_twice(archive: Path) -> None:
    """Reading is deterministic, down to the order."""
    assert read_all(archive) == read_all(archive)


def test_goes_on_from_every_mark(archive: Path) -> None:
    """From each progress mark exactly the rest is yielded, so a resumed import misses nothing."""
    items = read_all(archive)
    marks = [(n, item) for n, item in enumerate(items) if isinstance(item, Progress)]
    assert len(marks) >= 2
    for n, mark in marks:
        assert read_all(archive, mark.position) == items[n + 1 :]


def test_marks_are_distinct_and_rise(archive: Path) -> None:
    """A mark names one place, and the share read never falls or leaves 0 to 1."""
    marks = [item for item in read_all(archive) if isinstance(item, Progress)]
    fractions = [mark.fraction for mark in marks]
    assert len({mark.position for mark in marks}) == len(marks)
    assert fractions == sorted(fractions)
    assert 0.0 <= fractions[0] < 0.99 < fractions[-1] <= 1.0


def test_people_and_threads_come_first(archive: Path) -> None:
    """A message never names somebody or a thread that was not introduced."""
    people: set[str] = set()
    threads: set[str] = set()
    for item in read_all(archive):
        if isinstance(item, Member):
            people.add(item.id)
        elif isinstance(item, Thread):
            threads.add(item.id)
        elif isinstance(item, Message):
            assert item.thread_id in threads
            assert ({item.author_id} if item.author_id else set()) | set(item.mentions) <= people


def test_threads_come_first_after_every_mark(archive: Path) -> None:
    """Each window introduces its own threads, so that one batch can be saved by itself."""
    threads: set[str] = set()
    for item in read_all(archive):
        if isinstance(item, Progress):
            threads.clear()
        elif isinstance(item, Thread):
            threads.add(item.id)
        elif isinstance(item, Message):
            assert item.thread_id in threads


def test_message_ids_are_unique_and_of_their_native_id(archive: Path) -> None:
    """A message id is a function of community, source and native id."""
    source = recognise(archive).name
    messages = messages_of(read_all(archive))
    assert len({message.id for message in messages}) == len(messages) > 300
    for message in messages:
        assert message.id == Message.id_of(COMMUNITY, source, message.native_id)
        assert message.source == source


def test_own_words_are_trimmed_and_text_is_clean(archive: Path) -> None:
    """No control character reaches a screen, and no stretch of own words has blank edges."""
    for message in messages_of(read_all(archive)):
        controls = {c for c in message.text if unicodedata.category(c) in {"Cc", "Cs"}}
        assert controls <= {"\n", "\t"}
        for segment in message.segments:
            words = message.text[segment.start : segment.end]
            assert words == (words.rstrip() if segment.kind is SegmentKind.CODE else words.strip())


def test_a_sound_archive_skips_nothing(archive: Path) -> None:
    """Skipping is for bad records alone."""
    assert skipped_of(read_all(archive)) == []


def test_origin_names_a_file_of_the_archive(archive: Path) -> None:
    """Each message says which file it stands in, and where there."""
    for message in messages_of(read_all(archive)):
        assert message.origin.file
        assert message.origin.line >= 1


def test_fingerprint_follows_the_content(archive: Path) -> None:
    """The same archive has one fingerprint; a changed one another."""
    known = recognise(archive)
    before = known.open(archive, COMMUNITY).fingerprint()
    assert known.open(archive, COMMUNITY).fingerprint() == before
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "a") as grown:
            grown.writestr("general/2024-01-01.json", "[]")
    elif archive.is_file():
        archive.write_bytes(archive.read_bytes() + b"\n")
    else:
        next(file for file in archive.rglob("*.*") if file.is_file()).write_text("[]")
    assert known.open(archive, COMMUNITY).fingerprint() != before
