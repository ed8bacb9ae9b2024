"""How much of a file that may still be written is whole: whole lines, whole mails, whole documents.

Each shape has a proof that something ended: a line its break, an mbox mail the next mail, JSON its
last bracket, XML its closing root, a zip or gzip its trailer. What has no proof waits until nobody
has written to the file for some time, and is then taken as it is, so that damage gets named.
"""

from __future__ import annotations

import codecs
import gzip
import json
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from agent.sources.archive import CHUNK_BYTES, MAX_RECORD_BYTES
from agent.sources.mbox_scan import last_mail_at

UNFINISHED_SECONDS = 600.0
"""Without a write for so long, what has no proof of its end is taken as it is."""
MAIL_SECONDS = 10.0
"""Nothing follows the last mail of a file; without a write for so long, it has ended."""
BLANK_SECONDS = 2.0
"""The same where a blank line follows it, which mbox demands."""
_HEAD_BYTES = 8_192
_LINES = (".jsonl", ".ndjson")
_ONE_MAIL = re.compile(r"(?:.*/)?(?:cur|new)/[^/]+", re.DOTALL)
_WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_BEGINS_MAIL = re.compile(rb"[\r\n]*From \S+.*\d{4}.*\r?\n")
_BEGINS_JSON = re.compile(rb"\[\s*(?:[{\]]|\Z)|\{\s*(?:[\"}]|\Z)")
"""A list of objects or an object; a log of chat may begin with a time in brackets."""
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)[^>]*>")
_NO_TEXT = b"\x00"
"""Stands in pictures and programs beside an archive, which have no lines to wait for."""
_OUTSIDE = re.compile(rb'["{}\[\]]')
_IN_STRING = re.compile(rb'["\\]')


@dataclass(frozen=True, slots=True)
class Whole:
    """How many bytes of a file may be read now, and when the rest may."""

    length: int
    """Bytes from the beginning that are whole by proof."""
    why: str = ""
    """What the rest lacks, in words; empty where nothing waits."""
    rest_after: float = 0.0
    """Seconds without a write after which the rest is taken as well."""


def whole_part(file: Path, name: str, size: int) -> Whole:
    """Return how much of the first `size` bytes of `file` is whole; `name` is its archive name.

    Raises `OSError` where it cannot be read.
    """
    with file.open("rb") as stream:
        head = stream.read(min(size, _HEAD_BYTES))
        packed = _packed(file, head, size)
        return packed or _part_of_text(stream, head, name, size)


def _packed(file: Path, head: bytes, size: int) -> Whole | None:
    """The verdict on a zip or gzip; None for other files."""
    if head.startswith(_ZIP):
        return _by(size, "its zip", whole=zipfile.is_zipfile(file))
    if head.startswith(_GZIP):
        return _by(size, "its gzip", whole=_unpacks(file))
    return None


def _part_of_text(stream: IO[bytes], head: bytes, name: str, size: int) -> Whole:
    lowered = name.lower()
    if _ONE_MAIL.fullmatch(name):
        return Whole(size)
    if head.startswith(_WIDE) or lowered.endswith(".eml"):
        return Whole(0, "it", MAIL_SECONDS)
    if _NO_TEXT in head:
        return Whole(size)
    if lowered.endswith(".xml"):
        return _by(size, "its XML", whole=_closes(stream, head, size))
    if not lowered.endswith(_LINES) and _is_document(head, lowered):
        return _by(size, "its JSON", whole=_is_balanced(stream, size))
    if _BEGINS_MAIL.match(head):
        return _whole_mails(stream, size)
    return _whole_lines(stream, size)


def _by(size: int, what: str, *, whole: bool) -> Whole:
    return Whole(size) if whole else Whole(0, what, UNFINISHED_SECONDS)


def _is_document(head: bytes, name: str) -> bool:
    """Whether a file is one JSON value, and not one on each line."""
    begins = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not _BEGINS_JSON.match(begins):
        return False
    return name.endswith(".json") or not _is_object(begins.partition(b"\n")[0])


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _whole_lines(stream: IO[bytes], size: int) -> Whole:
    """Up to the last line break; a last line that is a JSON object cannot go on either."""
    end, held = size, b""
    while end > 0:
        begin = max(0, end - CHUNK_BYTES)
        stream.seek(begin)
        block = stream.read(end - begin)
        at = block.rfind(b"\n")
        held = block[at + 1 :] + held[:MAX_RECORD_BYTES]
        if at >= 0:
            begin += at + 1
            break
        end = begin
    else:
        begin = 0
    if not held.strip() or _is_object(held):
        return Whole(size)
    return Whole(begin, "its last line", UNFINISHED_SECONDS)


def _whole_mails(stream: IO[bytes], size: int) -> Whole:
    """Up to the last mail, which has ended when nothing more comes."""
    begin = max(0, size - MAX_RECORD_BYTES)
    stream.seek(begin)
    end = stream.read(size - begin)
    blank = end.endswith((b"\n\n", b"\n\r\n"))
    at = last_mail_at(b"\n" + end if begin == 0 else end)
    length = 0 if at < 0 else begin + at - (begin == 0)
    return Whole(length, "its last mail", BLANK_SECONDS if blank else MAIL_SECONDS)


def _closes(stream: IO[bytes], head: bytes, size: int) -> bool:
    """Whether XML ends with the closing tag of its root."""
    root = _ROOT.search(head)
    stream.seek(max(0, size - _HEAD_BYTES))
    end = stream.read(min(size, _HEAD_BYTES)).rstrip()
    if root is None:
        return False
    return end.endswith(b"</" + root[1] + b">") or root[0].endswith(b"/>")


def _is_balanced(stream: IO[bytes], size: int) -> bool:
    """Whether every bracket and quote of a JSON value is closed."""
    stream.seek(0)
    depth, in_string, escaped, opened, left = 0, False, False, False, size
    while left > 0 and (chunk := stream.read(min(left, CHUNK_BYTES))):
        left -= len(chunk)
        position = 1 if escaped else 0
        escaped = False
        while found := (_IN_STRING if in_string else _OUTSIDE).search(chunk, position):
            mark, position = found.group(), found.end()
            if mark == b"\\":
                escaped = position == len(chunk)
                position += 1
            elif mark == b'"':
                in_string = not in_string
            else:
                depth += 1 if mark in b"{[" else -1
                opened = True
    return opened and depth <= 0 and not in_string


def _unpacks(file: Path) -> bool:
    try:
        with gzip.open(file) as unpacked:
            while unpacked.read(CHUNK_BYTES):
                pass
    except (OSError, EOFError, zlib.error):
        return False
    return True
