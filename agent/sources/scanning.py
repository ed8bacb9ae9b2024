"""Cutting a stream of bytes into single records in constant memory, so that each can fail alone.

Three shapes: lines, `<row .../>` elements, and the elements of a JSON list. A record longer than
`MAX_RECORD_BYTES` is passed over without being held, and comes out with `raw=None`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.sources.archive import MAX_RECORD_BYTES

TOO_LONG = f"longer than {MAX_RECORD_BYTES // 1024**2} MB"
FOLLOWED = "more follows the end of the list; put all into one list"
MAX_RESYNCS = 100
"""How often reading is taken up again inside one broken JSON list."""


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record as it stands in a file, before anybody has judged it."""

    line: int
    """1-based line on which it begins."""
    raw: bytes | None
    """None where nothing can be read from it; `why` says the reason."""
    end: int
    """Bytes of the file read when the record was complete."""
    why: str = ""
    recovered: bool = False
    """Found by reading on after damage, so it may be a part of something else."""


class _Held:
    """Bytes of the record being gathered, given up once they exceed the limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = bytearray()
        self.dropped = False

    def add(self, piece: bytes) -> None:
        self.dropped = self.dropped or len(self._bytes) + len(piece) > self._limit
        if self.dropped:
            self._bytes.clear()
        else:
            self._bytes += piece

    def take(self) -> bytes | None:
        """Return what was gathered (None where it was given up) and begin anew."""
        raw = None if self.dropped else bytes(self._bytes)
        self._bytes.clear()
        self.dropped = False
        return raw


def scan_lines(
    chunks: Iterable[bytes], limit: int = MAX_RECORD_BYTES, *, indented: bool = False
) -> Iterator[RawRecord]:
    """Yield each line that is not blank, without its line end, `indented` as it is written."""
    held = _Held(limit)
    line, end = 1, 0
    for chunk in chunks:
        *complete, rest = chunk.split(b"\n")
        for piece in complete:
            end += len(piece) + 1
            held.add(piece)
            yield from _line_record(line, held.take(), end, indented)
            line += 1
        end += len(rest)
        held.add(rest)
    yield from _line_record(line, held.take(), end, indented)


def _line_record(line: int, raw: bytes | None, end: int, indented: bool) -> Iterator[RawRecord]:
    if raw is None:
        yield RawRecord(line, None, end, TOO_LONG)
    elif stripped := raw.strip():
        yield RawRecord(line, raw.rstrip() if indented else stripped, end)


def scan_rows(chunks: Iterable[bytes], limit: int = MAX_RECORD_BYTES) -> Iterator[RawRecord]:
    """Yield each `<row ...` up to the next `<`, which a sound attribute can never contain.

    So a row may span lines, rows may share one, and a broken row ends where the next tag begins.
    """
    cutter = _RowCutter(limit)
    for chunk in chunks:
        yield from cutter.feed(chunk)
    yield from cutter.finish()


class _RowCutter:
    _START = re.compile(rb"<row(?=[\s/>])")
    _CARRY = 4  # bytes of a chunk's end in which a start tag may lie half

    def __init__(self, limit: int) -> None:
        self._held = _Held(limit)
        self._inside = False
        self._tail = b""
        self._line, self._row_line, self._end = 1, 1, 0

    def feed(self, chunk: bytes) -> Iterator[RawRecord]:
        text, position = self._tail + chunk, 0
        self._tail = b""
        while True:
            search_from = position
            if not self._inside:
                found = self._START.search(text, position)
                if found is None:
                    keep_from = max(position, len(text) - self._CARRY)
                    self._pass(text[position:keep_from])
                    self._tail = text[keep_from:]
                    return
                self._pass(text[position : found.start()])
                self._inside, self._row_line = True, self._line
                position, search_from = found.start(), found.start() + 1
            stop = text.find(b"<", search_from)
            piece = text[position:] if stop < 0 else text[position:stop]
            self._held.add(piece)
            self._pass(piece)
            if stop < 0:
                return
            position = stop
            yield self._row()

    def finish(self) -> Iterator[RawRecord]:
        if self._inside:
            yield self._row()

    def _row(self) -> RawRecord:
        self._inside = False
        raw = self._held.take()
        if raw is None:
            return RawRecord(self._row_line, None, self._end, TOO_LONG)
        return RawRecord(self._row_line, raw.rstrip(), self._end)

    def _pass(self, piece: bytes) -> None:
        self._line += piece.count(b"\n")
        self._end += len(piece)


def scan_elements(
    chunks: Iterable[bytes], limit: int = MAX_RECORD_BYTES, *, alone: bool = False
) -> Iterator[RawRecord]:
    """Yield the elements of a JSON list, unparsed.

    With `alone`, what follows the list comes out as one record with `raw=None`. Where an element
    never ends (a lost quote or bracket, a file cut short), it comes out with `raw=None`, and
    reading goes on at the next `}, {` after its beginning.
    """
    cutter = _ListCutter(limit)
    for chunk in chunks:
        yield from cutter.feed(chunk)
    for _ in range(MAX_RESYNCS):
        if cutter.closed:
            if alone and cutter.followed:
                yield RawRecord(cutter.line, None, cutter.end, FOLLOWED)
            return
        line, rest = cutter.unfinished()
        yield RawRecord(line, None, cutter.end, cutter.complaint(), recovered=cutter.recovering)
        found = _ListCutter.NEXT.search(rest)
        if found is None:
            return
        line += rest.count(b"\n", 0, found.end())
        cutter = _ListCutter(limit, line=line, end=cutter.end, recovering=True)
        yield from cutter.feed(rest[found.end() :])


class _ListCutter:
    NEXT = re.compile(rb"\}\s*,\s*(?=\{)")
    _OUTSIDE = re.compile(rb'["{}\[\],]')
    _IN_STRING = re.compile(rb'["\\]')

    def __init__(
        self, limit: int, line: int = 1, end: int = 0, *, recovering: bool = False
    ) -> None:
        self._held = _Held(limit)
        self._depth = 1 if recovering else 0
        self._in_string = False
        self._escaped = False
        self._line = line
        self._began: int | None = None
        self.recovering = recovering
        self.end = end
        self.closed = False
        self.followed = False
        """Whether more than blanks stands after the list."""

    @property
    def line(self) -> int:
        """The line that reading has reached."""
        return self._line

    def feed(self, chunk: bytes) -> Iterator[RawRecord]:
        position = start = 0
        if self._depth == 0 and not self.closed:
            opening = len(chunk) - len(chunk.lstrip())
            self._pass(chunk[:opening])
            if opening == len(chunk):
                return
            if chunk[opening : opening + 1] != b"[":
                self.closed = True
                yield RawRecord(self._line, None, self.end, "not a JSON list")
            position = start = opening + 1
            self._depth = 1
        while not self.closed and position < len(chunk):
            position = self._next_mark(chunk, position)
            if position < 0:
                break
            mark = chunk[position : position + 1]
            if self._depth == 1 and mark in {b",", b"]"}:
                self._gather(chunk[start:position])
                yield from self._element()
                start = position + 1
                self.closed = mark == b"]"
            elif mark in {b"{", b"["}:
                self._depth += 1
            elif mark in {b"}", b"]"}:
                self._depth = max(1, self._depth - 1)
            position += 1
        if self.closed:
            self.followed = self.followed or bool(chunk[start:].strip())
            self.end += len(chunk) - start
        else:
            self._gather(chunk[start:])

    def _next_mark(self, chunk: bytes, position: int) -> int:
        """Return where the next bracket or comma outside strings stands; -1 in a later chunk."""
        while position < len(chunk):
            if self._escaped:
                self._escaped = False
                position += 1
                continue
            found = (self._IN_STRING if self._in_string else self._OUTSIDE).search(chunk, position)
            if found is None:
                return -1
            position = found.end()
            if found.group() == b"\\":
                self._escaped = True
            elif found.group() == b'"':
                self._in_string = not self._in_string
            else:
                return found.start()
        return -1

    def unfinished(self) -> tuple[int, bytes]:
        """Return the line and the bytes of the element that has not ended."""
        line = self._began or self._line
        return line, (self._held.take() or b"").lstrip()

    def complaint(self) -> str:
        if self._held.dropped:
            return TOO_LONG
        return "broken JSON: a quote or bracket is never closed, or the file was cut short"

    def _element(self) -> Iterator[RawRecord]:
        line = self._began or self._line
        raw = self._held.take()
        self._began = None
        if raw is None:
            yield RawRecord(line, None, self.end, TOO_LONG, recovered=self.recovering)
        elif stripped := raw.strip():
            yield RawRecord(line, stripped, self.end, recovered=self.recovering)

    def _gather(self, piece: bytes) -> None:
        if self._began is None and (stripped := piece.lstrip()):
            self._began = self._line + piece.count(b"\n", 0, len(piece) - len(stripped))
        self._held.add(piece)
        self._pass(piece)

    def _pass(self, piece: bytes) -> None:
        self._line += piece.count(b"\n")
        self.end += len(piece)
