"""Cutting mbox files, plain or gzipped, into single mails in constant memory.

A mail begins at a line `From SENDER DATE` that a header line follows, so that a sentence which
begins with "From" stays in its mail; where the date is not written as `ctime` does, a blank line
has to stand before it too. Of a mail above `MAX_RECORD_BYTES`, which only attachments reach, the
beginning is kept.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, cast

from agent.sources.archive import (
    CHUNK_BYTES,
    MAX_RECORD_BYTES,
    MAX_ZIP_RATIO,
    READ_ERRORS,
    Archive,
)
from agent.sources.archive import RATIO_COUNTS_ABOVE_BYTES as RATIO_COUNTS_ABOVE
from memory.errors import SourceError

LONGEST_LINE = 64 * 1024
"""A longer line is read in pieces, none of which can begin a mail."""
LONGEST_ENVELOPE = 1_000
_GZIP = b"\x1f\x8b"
_CTIME = re.compile(
    rb"From .*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +"
    rb"(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} +[A-Z][a-z]{2})\b.*\d{1,2}:\d\d.*"
)
_LOOSE = re.compile(rb"From \S+.*\d{1,2}:\d\d.*\d{4}.*|From \S+.*\d{4}.*\d{1,2}:\d\d.*")
_HEADER = re.compile(rb">?[\x21-\x39\x3b-\x7e]+:|>From ")
_ESCAPED_FROM = re.compile(rb">+From ")


@dataclass(frozen=True, slots=True)
class RawMail:
    """One mail as it stands in a file, without its `From ` line."""

    line: int
    """1-based line of its `From ` line."""
    envelope: bytes
    """What follows `From ` on that line; empty in a file that holds one bare mail."""
    raw: bytes
    cut: bool
    """Whether its end was left out for length."""
    fraction: float
    """Share of the file read, of its packed size where it is gzipped."""


class _Counted:
    """Counts the bytes read from a file, to say how far reading has come."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self.count += len(piece)
        return piece


def is_packed(archive: Archive, name: str) -> bool:
    """Whether a file is gzipped, so that nothing in it stands at a place of its own."""
    with archive.open(name) as stream:
        return stream.read(len(_GZIP)) == _GZIP


def begins_mbox(archive: Archive, name: str) -> bool:
    """Whether a file begins as an mbox does; False where it cannot be read."""
    head = head_of(archive, name).lstrip(b"\r\n").split(b"\n", 2)
    return len(head) > 1 and _begins(head[0].rstrip(b"\r"), head[1], after_blank=True)


def last_mail_at(end: bytes) -> int:
    """Return where in the end of an mbox its last mail begins; -1 where it began before.

    What follows a mail is told as `scan_mails` tells it, so nothing before is cut in two.
    """
    at = len(end)
    while (at := end.rfind(b"\nFrom ", 0, at)) >= 0:
        row, _, following = end[at + 1 :].partition(b"\n")
        before = end[end.rfind(b"\n", 0, at) + 1 : at]
        if _begins(row.rstrip(b"\r"), following, after_blank=not before.strip(b"\r")):
            return at + 1
    return -1


def head_of(archive: Archive, name: str, count: int = 2_048) -> bytes:
    """Return the first `count` bytes of a file, unpacked; empty where it cannot be read."""
    try:
        with archive.open(name) as stream:
            packed = stream.read(count)
            if not packed.startswith(_GZIP):
                return packed
            return zlib.decompressobj(wbits=31).decompress(packed, count)
    except READ_ERRORS:
        return b""


def scan_mails(archive: Archive, name: str) -> Iterator[RawMail]:
    """Yield the mails of one file. Raises `SourceError` where it cannot be read on."""
    size = max(1, archive.sizes[name])
    number, begun, envelope, blank = 0, 0, b"", True
    held, dropped = bytearray(), False
    ahead: bytes | None = None
    try:
        with archive.open(name) as stream:
            counted = _Counted(stream)
            lines = _lines(counted, name)
            ahead = next(lines, None)
            while ahead is not None:
                row, ahead = ahead, next(lines, None)
                number += 1
                bare = row.rstrip(b"\r\n")
                if bare.startswith(b"From ") and _begins(bare, ahead or b"", after_blank=blank):
                    if held.strip():
                        yield RawMail(begun, envelope, bytes(held), dropped, counted.count / size)
                    begun, envelope = number, bare[5:]
                    held, dropped = bytearray(), False
                elif len(held) + len(row) > MAX_RECORD_BYTES:
                    dropped = True
                elif not dropped:
                    begun = begun or number
                    held += row
                blank = not bare
    except READ_ERRORS as error:
        raise SourceError(f"{name!r} in {str(archive.path)!r} cannot be read: {error}") from error
    if held.strip():
        yield RawMail(begun, envelope, bytes(held), dropped, 1.0)


def _lines(counted: _Counted, name: str) -> Iterator[bytes]:
    """Yield lines with their ends; one too long comes in pieces."""
    rest, unpacked = b"", 0
    for chunk in _chunks(counted):
        unpacked += len(chunk)
        if unpacked > max(RATIO_COUNTS_ABOVE, counted.count * MAX_ZIP_RATIO * 5):
            raise SourceError(f"{name!r} unpacks without end: that looks like a gzip bomb")
        *complete, rest = (rest + chunk).split(b"\n")
        for row in complete:
            yield row + b"\n"
        if len(rest) > LONGEST_LINE:
            yield rest
            rest = b""
    if rest:
        yield rest


def _chunks(counted: _Counted) -> Iterator[bytes]:
    first = counted.read(CHUNK_BYTES)
    if not first.startswith(_GZIP):
        while first:
            yield first
            first = counted.read(CHUNK_BYTES)
        return
    with gzip.GzipFile(fileobj=cast("IO[bytes]", _Rejoined(first, counted))) as unpacked:
        while chunk := unpacked.read(CHUNK_BYTES):
            yield chunk


class _Rejoined:
    """A stream with its first bytes put back."""

    def __init__(self, first: bytes, rest: _Counted) -> None:
        self._first = first
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        if not self._first:
            return self._rest.read(size)
        piece = self._first if size < 0 else self._first[:size]
        self._first = self._first[len(piece) :]
        return piece


def _begins(row: bytes, following: bytes, *, after_blank: bool) -> bool:
    """Whether a `From ` line begins a mail, by its date and the line that follows it."""
    if len(row) > LONGEST_ENVELOPE or not _HEADER.match(following):
        return False
    return bool(_CTIME.fullmatch(row)) or (after_blank and bool(_LOOSE.fullmatch(row)))


def unescape_from(raw: bytes) -> bytes:
    """Take back the `>` that mbox writes before a body line which begins with "From".

    A line with quoted lines next to it is a quotation and stays one.
    """
    if b">From " not in raw:
        return raw
    rows = raw.split(b"\n")
    for n, row in enumerate(rows):
        if _ESCAPED_FROM.match(row):
            near = [rows[k] for k in (n - 1, n + 1) if 0 <= k < len(rows)]
            if not any(other.startswith(b">") for other in near):
                rows[n] = row[1:]
    return b"\n".join(rows)
