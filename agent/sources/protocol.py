"""What an archive format has to offer to be imported. One conformance suite runs over all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from memory.records.people import Member
from memory.records.talk import Message, Thread


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that could not be read: where (file, line or id) and why, in plain words."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A point from which reading can go on. All records before it have been yielded."""

    position: str
    fraction: float
    """Share of the archive read so far, 0 to 1."""


Item = Member | Thread | Message | Skipped | Progress
"""What a source yields. A member and a thread come before the first message that names them."""


class Source(Protocol):
    """Reads one archive as a stream, in constant memory."""

    name: str
    """Platform name, part of every id: `slack`, `stackexchange`, `jsonl`."""

    def fingerprint(self) -> str:
        """Identify this archive and its present content cheaply (names, sizes, times)."""
        ...

    def read(self, after: str = "") -> Iterator[Item]:
        """Yield everything after the position `after` (empty: from the start), deterministically.

        Raises `SourceError` only when the archive as a whole cannot be read.
        """
        ...


class SourceFormat(Protocol):
    """Recognises a format and opens it."""

    name: str

    def recognises(self, path: Path) -> bool:
        """Cheap and side-effect free; looks at names and first bytes only."""
        ...

    def open(self, path: Path, community_id: str) -> Source: ...
