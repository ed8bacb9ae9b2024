"""The records of JSON exports, one at a time: elements of a list, of a list within an object, or
the whole of a file that is one object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from agent.sources.archive import MAX_RECORD_BYTES, Archive, utf8_chunks
from agent.sources.scanning import RawRecord, scan_elements
from agent.sources.stream import read_object
from memory.errors import SourceError

MAX_DOCUMENT_BYTES = 32 * 1024 * 1024
"""A file that is one object above this is refused: it has to be held as a whole."""
JUDGED_BYTES = 512 * 1024
_MARK = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:"]', re.DOTALL)
"""Strings, brackets, commas, colons; a quote by itself where a string does not end."""
_BEGINNINGS = frozenset({b"{", b"[", b""})
_OPENING, _CLOSING = frozenset({b"{", b"["}), frozenset({b"}", b"]"})


def first_keys(archive: Archive, name: str) -> frozenset[str]:
    """Return the keys of a file's object, or of the first object in its list, as far as its
    beginning shows them; empty where it is neither or cannot be read.
    """
    return _keys(json_head(archive, name))


def json_head(archive: Archive, name: str) -> bytes:
    """Return the beginning of a file, long if it begins as JSON; empty where it cannot be read."""
    head = bytearray()
    try:
        for chunk in utf8_chunks(archive, name):
            head += chunk
            if len(head) >= JUDGED_BYTES or bytes(head[:64]).lstrip()[:1] not in _BEGINNINGS:
                break
    except SourceError:
        return b""
    return bytes(head)


def _keys(head: bytes) -> frozenset[str]:
    keys: set[str] = set()
    depth, wanted, last = 0, 0, b""
    for found in _MARK.finditer(head):
        mark = found.group()
        if mark == b'"':
            break
        if depth == 0 and mark not in _OPENING:
            break
        if mark in _OPENING:
            depth += 1
            wanted = wanted or (depth if mark == b"{" else 0)
            if not wanted and depth > 1:
                break
        elif mark in _CLOSING:
            if depth == wanted:
                break
            depth -= 1
        elif mark == b":" and depth == wanted and last[:1] == b'"':
            keys.add(last[1:-1].decode("utf-8", "replace"))
        last = mark
    return frozenset(keys)


def list_or_document(archive: Archive, name: str) -> Iterator[RawRecord]:
    """Yield the elements of a file that is a list, or the whole of one that is not.

    Raises `SourceError` where the file cannot be read on.
    """
    chunks = utf8_chunks(archive, name)
    first = next(chunks, b"")
    while first and not first.strip():
        first = next(chunks, b"")
    if first.lstrip().startswith(b"["):
        yield from scan_elements(_rejoined(first, chunks), alone=True)
        return
    whole = bytearray(first)
    for chunk in chunks:
        whole += chunk
        if len(whole) > MAX_DOCUMENT_BYTES:
            why = f"larger than {MAX_DOCUMENT_BYTES // 1024**2} MB"
            yield RawRecord(1, None, len(whole), why)
            return
    if whole.strip():
        yield RawRecord(1, bytes(whole.strip()), len(whole))


def _rejoined(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


class ListWithin:
    """Streams the list under one top-level key of an object, however long it is."""

    def __init__(self, archive: Archive, name: str, key: str) -> None:
        self._chunks = utf8_chunks(archive, name)
        self._key = f'"{key}"'.encode()
        self._found = False
        self._head_lines = 0
        self._head: dict[str, Any] = {}

    def told(self) -> dict[str, Any]:
        """Return, once the first record came, what stands before the list; nothing if too long."""
        return self._head

    def records(self) -> Iterator[RawRecord]:
        """Yield the list's elements; their `end` counts from the list's beginning.

        Raises `SourceError` where the file cannot be read on.
        """
        lines = 0
        for record in scan_elements(self._from_list()):
            lines = lines or self._head_lines
            yield RawRecord(
                record.line + lines,
                record.raw,
                record.end,
                record.why if self._found else f"no list {self._key.decode()} in it",
                record.recovered,
            )

    def _from_list(self) -> Iterator[bytes]:
        held, depth, last, position, dropped = b"", 0, b"", 0, False
        for chunk in self._chunks:
            held += chunk
            for mark in _MARK.finditer(held, position):
                token = mark.group()
                if token == b'"':
                    break
                if token == b"[" and depth == 1 and last == self._key:
                    self._finish_head(held[: mark.start()], dropped=dropped)
                    yield held[mark.start() :]
                    yield from self._chunks
                    return
                depth += (token in _OPENING) - (token in _CLOSING)
                last = token if token != b":" else last
                position = mark.end()
            if len(held) > MAX_RECORD_BYTES:
                self._head_lines += held.count(b"\n", 0, position)
                dropped, held, position = True, held[position:], 0
                if len(held) > MAX_RECORD_BYTES:
                    held = b""
        yield b"{"

    def _finish_head(self, head: bytes, *, dropped: bool) -> None:
        self._found = True
        self._head_lines += head.count(b"\n")
        if not dropped:
            told = read_object("", RawRecord(1, head + b"null}", 0))
            self._head = told if isinstance(told, dict) else {}
