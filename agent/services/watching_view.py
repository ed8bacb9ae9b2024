"""An archive as far as it is whole: what a watcher reads of files that others are writing.

Files are looked at once for each size and time they have. A look never changes afterwards: what
grows meanwhile is left for the next one.
"""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from agent.services.watching_whole import UNFINISHED_SECONDS, Whole, whole_part
from agent.sources.archive import Archive, FolderArchive, fingerprint, open_archive
from memory.errors import SourceError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LISTINGS = 3
"""How often a folder is listed before a file that is there and is not is an error."""
_MARKED_BYTES = 4_096
"""Bytes before the end of a part that tell it from another of the same length."""


@dataclass(slots=True)
class _Seen:
    stamp: str
    whole: Whole
    since: float
    """Seconds since 1970 when the file was first seen like this."""


@dataclass(frozen=True, slots=True)
class Look:
    """An archive at one moment."""

    archive: Archive
    mark: str
    """Changes when anything that may be read does."""
    waiting: Mapping[str, str]
    """Files that are not taken to their end yet, and what of them waits."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read yet."""
        return not self.length

    @property
    def length(self) -> int:
        """Bytes that may be read."""
        return sum(self.archive.sizes.values())


@dataclass(slots=True)
class Followed:
    """One path that is followed, with what is remembered of its files."""

    path: Path
    _seen: dict[str, _Seen] = field(default_factory=dict)
    _zip: tuple[str, Look] | None = None

    def look(self, now: float) -> Look:
        """Look at the path; `now` in seconds since 1970.

        Raises `UserInputError` where nothing is there and `SourceError` where it is unsafe or
        cannot be read.
        """
        if self.path.is_file() and zipfile.is_zipfile(self.path):
            return self._look_at_zip()
        archive = self._listed()
        parts: dict[str, int] = {}
        marks: dict[str, str] = {}
        waiting: dict[str, str] = {}
        for name in archive.sizes:
            try:
                parts[name], marks[name], why = self._part(archive, name, now)
            except OSError as error:
                waiting[name] = error.strerror or str(error)
                continue
            if why:
                waiting[name] = why
        self._seen = {name: self._seen[name] for name in parts}
        whole = WholeParts(archive, {n: size for n, size in parts.items() if size}, marks)
        return Look(whole, fingerprint("watch", whole), waiting)

    def _listed(self) -> FolderArchive:
        """List the files; where one goes while the folder is read, once more."""
        for _ in range(LISTINGS - 1):
            try:
                return self._list()
            except SourceError:
                continue
        return self._list()

    def _list(self) -> FolderArchive:
        archive = open_archive(self.path)
        if not isinstance(archive, FolderArchive):
            raise SourceError(f"{str(self.path)!r} is being replaced")
        return archive

    def _part(self, archive: FolderArchive, name: str, now: float) -> tuple[int, str, str]:
        """Return how many bytes of a file to read, what marks them, and what of it waits."""
        file = _file_of(archive, name)
        facts = file.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise OSError(f"{name!r} is no file any more")
        seen = self._seen.get(name)
        stamp, size = f"{facts.st_size}:{facts.st_mtime_ns}", facts.st_size
        quiet = now - facts.st_mtime
        if seen is None or seen.stamp != stamp:
            old = quiet >= UNFINISHED_SECONDS or not size
            whole = Whole(size) if old else whole_part(file, archive.top + name, size)
            seen = self._seen[name] = _Seen(stamp, whole, now)
        rest = seen.whole.length < size
        if not rest or max(quiet, now - seen.since) >= seen.whole.rest_after:
            return size, stamp, ""
        length = seen.whole.length
        return length, f"{length}:{_end_of(file, length)}", seen.whole.why

    def _look_at_zip(self) -> Look:
        facts = self.path.stat()
        stamp = f"{facts.st_size}:{facts.st_mtime_ns}"
        if self._zip is None or self._zip[0] != stamp:
            archive = open_archive(self.path)
            self._zip = stamp, Look(archive, fingerprint("watch", archive), {})
        return self._zip[1]


def _file_of(archive: FolderArchive, name: str) -> Path:
    root = archive.path if archive.path.is_dir() else archive.path.parent
    return root / (archive.top + name)


def _end_of(file: Path, length: int) -> str:
    """Digest of the bytes before `length`."""
    with file.open("rb") as stream:
        stream.seek(max(0, length - _MARKED_BYTES))
        return hashlib.blake2b(stream.read(min(length, _MARKED_BYTES)), digest_size=8).hexdigest()


class WholeParts:
    """An archive, a folder or a file, of which only whole parts are shown."""

    def __init__(
        self, archive: FolderArchive, sizes: dict[str, int], marks: Mapping[str, str]
    ) -> None:
        self.path = archive.path
        self.top = archive.top
        self.sizes = sizes
        self._archive = archive
        self._marks = marks

    def stamp(self, name: str) -> str:
        return self._marks[name]

    def open(self, name: str) -> IO[bytes]:
        return io.BufferedReader(_Part(self._archive.open(name), self.sizes[name]))


class _Part(io.RawIOBase):
    """The first `size` bytes of a stream."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream = stream
        self._size = size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_END:
            offset, whence = self._size + offset, io.SEEK_SET
        return self._stream.seek(offset, whence)

    def readinto(self, buffer: WriteableBuffer) -> int:
        wanted = memoryview(buffer)
        left = max(0, self._size - self._stream.tell())
        piece = self._stream.read(min(len(wanted), left))
        wanted[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        super().close()
