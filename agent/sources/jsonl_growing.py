"""One JSONL file that grows: read once from its start, and from then on only what was added.

Members, threads, private places and open conversations are remembered from one reading to the next,
so what is added comes out as it would in a reading of the whole. A line that says something about
earlier ones (a member, a thread, a private message) asks for such a reading.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from typing import IO

from agent.sources.archive import CHUNK_BYTES, Archive, utf8_chunks
from agent.sources.jsonl import JsonlSource
from agent.sources.jsonl_lines import MessageLine, read_line
from agent.sources.protocol import Item, Progress, Skipped
from agent.sources.scanning import RawRecord, scan_lines
from agent.sources.stream import WINDOW_RECORDS, Window, read_object

_MARKED_BYTES = 4_096
"""Bytes before the end of what was read that have to stand there still."""
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""UTF-32 begins with the same bytes as UTF-16, or with zeros that no JSON begins with."""


class GrowingJsonl(JsonlSource):
    """A lone file. `ended` after each complete reading; `go_on` before the next one."""

    def __init__(self, archive: Archive, community_id: str) -> None:
        super().__init__(archive, community_id)
        (self._file,) = archive.sizes
        self._begin = 0
        """Bytes that an earlier reading has dealt with; 0 asks for a reading of the whole."""
        self._lines = 0
        self._mark = ""

    def ended(self) -> None:
        """Remember where reading has ended, where a line ends there; else forget all."""
        size = self._archive.sizes[self._file]
        with self._archive.open(self._file) as stream:
            wide = self._begin == 0 and stream.read(2) in _WIDE
            stream.seek(max(0, size - _MARKED_BYTES))
            end = stream.read(_MARKED_BYTES)
        if wide or not end.endswith(b"\n"):
            self._begin = self._lines = 0
            return
        self._lines = self._lines + breaks(self._archive, self._file, self._begin)
        self._begin, self._mark = size, _digest(end)

    def go_on(self, archive: Archive) -> bool:
        """Take the grown file; whether reading it yields only what was added.

        Where it does not (another file, nothing known, a line about earlier ones), everything known
        is forgotten, and the next reading is of the whole.
        """
        begin = self._begin
        self._archive = archive
        if not self._is_unchanged(begin) or any(map(_reaches_back, self._added())):
            self._begin = self._lines = 0
        return self._begin > 0

    def _is_unchanged(self, begin: int) -> bool:
        if begin == 0 or [*self._archive.sizes] != [self._file]:
            return False
        if self._archive.sizes[self._file] < begin:
            return False
        start = max(0, begin - _MARKED_BYTES)
        with self._archive.open(self._file) as stream:
            stream.seek(start)
            return _digest(stream.read(begin - start)) == self._mark

    def read(self, after: str = "") -> Iterator[Item]:
        """Yield what was added, or everything. Of an addition there is no going on `after`."""
        return super().read(after) if self._begin == 0 else self._addition()

    def _addition(self) -> Iterator[Item]:
        """Positions are unlike those of a whole reading, which would otherwise go on there."""
        size = self._archive.sizes[self._file] - self._begin
        window, passed = Window(), 0
        for record in self._added():
            yield from self.line(self._file, record, window)
            passed += 1
            if passed % WINDOW_RECORDS == 0:
                window.clear()
                yield Progress(f"{self._begin}+{passed}", min(1.0, record.end / size))
        yield Progress(f"{self._begin}+{passed}.", 1.0)

    def _added(self) -> Iterator[RawRecord]:
        added = Rest(self._archive, self._begin)
        for record in scan_lines(utf8_chunks(added, self._file)):
            yield RawRecord(record.line + self._lines, record.raw, record.end, record.why)


class Rest:
    """An archive of one file without its first bytes."""

    def __init__(self, archive: Archive, begin: int) -> None:
        self.path = archive.path
        self.top = archive.top
        self.sizes = {name: size - begin for name, size in archive.sizes.items()}
        self._archive = archive
        self._begin = begin

    def stamp(self, name: str) -> str:
        return self._archive.stamp(name)

    def open(self, name: str) -> IO[bytes]:
        stream = self._archive.open(name)
        stream.seek(self._begin)
        return stream


def _reaches_back(record: RawRecord) -> bool:
    """Whether a line says something that holds for earlier ones, too."""
    parsed = read_object("", record)
    if isinstance(parsed, Skipped):
        return False
    try:
        line = read_line(parsed)
    except ValueError:
        return False
    return not isinstance(line, MessageLine) or line.private


def breaks(archive: Archive, name: str, begin: int) -> int:
    """Line breaks from a byte on."""
    count = 0
    with archive.open(name) as stream:
        stream.seek(begin)
        while chunk := stream.read(CHUNK_BYTES):
            count += chunk.count(b"\n")
    return count


def _digest(end: bytes) -> str:
    return hashlib.blake2b(end, digest_size=16).hexdigest()
