"""Bounded, safe access to the files of an archive: a folder, a zip, or one file.

Nothing is ever unpacked to disk. Names that lead outside, links that leave the folder, encrypted
entries and zip bombs are refused before a byte is read; sizes a zip declares bound what is read
from it. Every reader above gets UTF-8 bytes in small chunks, whatever byte-order mark a file
begins with.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from memory.errors import SourceError, UserInputError

CHUNK_BYTES = 64 * 1024
MAX_RECORD_BYTES = 4 * 1024 * 1024
"""A single record (row, list element, line) above this is skipped."""
MAX_JSON_BYTES = 256 * 1024 * 1024
"""A JSON file above this is refused."""
MAX_FILES = 500_000
MAX_ZIP_BYTES = 64 * 1024**3
"""Unpacked size of a whole zip above which it is refused."""
MAX_ZIP_RATIO = 200
"""Unpacked to packed size above which a large zip, or a large entry, counts as a bomb."""
RATIO_COUNTS_ABOVE_BYTES = 16 * 1024 * 1024

READ_ERRORS = (
    *(OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error),
    UnicodeDecodeError,  # of an entry that is named otherwise where its bytes begin
)
"""What opening or reading a damaged file of an archive may raise."""
_JUNK_PARTS = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", ".git"})
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Archive(Protocol):
    """The files of an archive, by names relative to its top, with `/` between parts."""

    path: Path
    top: str
    """The folder that everything lies in, with its `/`, which no name repeats; often empty."""
    sizes: dict[str, int]
    """File name to unpacked size in bytes, by name."""

    def stamp(self, name: str) -> str:
        """Cheap token that changes when the file's content does."""
        ...

    def open(self, name: str) -> IO[bytes]: ...


class FolderArchive:
    """A folder, or one file taken as a folder that holds nothing else."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root = (path if path.is_dir() else path.parent).resolve()
        top, found = self._walk() if path.is_dir() else ("", [path.name])
        self.top = top
        self.sizes = {name: (self._root / (top + name)).stat().st_size for name in sorted(found)}

    def _walk(self) -> tuple[str, list[str]]:
        found: list[str] = []
        for folder, below, files in os.walk(self._root, followlinks=False):
            below.sort()
            for file in files:
                whole = Path(folder, file)
                if not _is_junk(whole.relative_to(self._root).parts):
                    self._refuse_outside(whole)
                    if whole.is_file():
                        found.append(whole.relative_to(self._root).as_posix())
            if len(found) > MAX_FILES:
                raise SourceError(f"{str(self.path)!r} holds more than {MAX_FILES:,} files")
        top = _common_top(found)
        return top, [name.removeprefix(top) for name in found]

    def _refuse_outside(self, file: Path) -> None:
        if file.is_symlink() and not file.resolve().is_relative_to(self._root):
            raise SourceError(
                f"{str(file)!r} is a link that leaves the archive; replace it by the file itself"
            )

    def stamp(self, name: str) -> str:
        facts = (self._root / (self.top + name)).stat()
        return f"{facts.st_size}:{facts.st_mtime_ns}"

    def open(self, name: str) -> IO[bytes]:
        return (self._root / (self.top + name)).open("rb")


class ZipArchive:
    """A zip, read in place. Refused as a whole where an entry is unsafe."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
            entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        except (*READ_ERRORS, ValueError, IndexError) as error:  # the last for a name of nothing
            raise SourceError(f"{str(path)!r} is not a readable zip: {error}") from error
        if len(entries) > MAX_FILES:
            raise SourceError(f"{str(path)!r} holds more than {MAX_FILES:,} files")
        for entry in entries:
            self._refuse_unsafe(entry)
        self._refuse_bomb(entries)
        kept = [entry for entry in entries if not _is_junk(PurePosixPath(entry.filename).parts)]
        self.top = _common_top([entry.filename for entry in kept])
        self._entries = {entry.filename.removeprefix(self.top): entry for entry in kept}
        self.sizes = {name: self._entries[name].file_size for name in sorted(self._entries)}

    def _refuse_unsafe(self, entry: zipfile.ZipInfo) -> None:
        name = entry.filename
        parts = PurePosixPath(name).parts
        outside = name.startswith("/") or ".." in parts or "\\" in name or ":" in "".join(parts[:1])
        if outside or stat.S_ISLNK(entry.external_attr >> 16):
            raise SourceError(
                f"{str(self.path)!r} has the entry {name!r}, which leads outside the archive; "
                "nothing of it was read"
            )
        if entry.flag_bits & 0x1:
            raise SourceError(f"{name!r} in {str(self.path)!r} is encrypted; unpack it first")

    def _refuse_bomb(self, entries: list[zipfile.ZipInfo]) -> None:
        packed = max(1, self.path.stat().st_size)
        unpacked = sum(entry.file_size for entry in entries)
        sizes = [(entry.file_size, max(1, entry.compress_size)) for entry in entries]
        for large, small in [*sizes, (unpacked, packed)]:
            if large > MAX_ZIP_BYTES or (
                large > RATIO_COUNTS_ABOVE_BYTES and large > small * MAX_ZIP_RATIO
            ):
                raise SourceError(
                    f"{str(self.path)!r} would unpack to {unpacked:,} bytes from {packed:,}: that "
                    "looks like a zip bomb; if it is not, unpack it and import the folder"
                )

    def stamp(self, name: str) -> str:
        entry = self._entries[name]
        return f"{entry.file_size}:{entry.CRC}"

    def open(self, name: str) -> IO[bytes]:
        return self._zip.open(self._entries[name])


_KEPT: ContextVar[Archive | None] = ContextVar("kept", default=None)


@contextmanager
def kept_open(archive: Archive) -> Iterator[None]:
    """Let `open_archive` give this archive for its path: one unchanging look for a whole import."""
    before = _KEPT.set(archive)
    try:
        yield
    finally:
        _KEPT.reset(before)


def open_archive(path: Path) -> Archive:
    """Open a folder, a zip or a single file, or give the one that is kept open.

    Raises `UserInputError` where there is nothing at `path`, `SourceError` where it is unsafe.
    """
    kept = _KEPT.get()
    if kept is not None and kept.path == path:
        return kept
    if not path.exists():
        raise UserInputError(f"there is no file or folder {str(path)!r}")
    refuse_special(path)
    try:
        if path.is_file() and zipfile.is_zipfile(path) and path.suffix.lower() != ".jsonl":
            return ZipArchive(path)
        return FolderArchive(path)
    except OSError as error:
        raise SourceError(f"cannot read {str(path)!r}: {error.strerror or error}") from error


_SPECIAL = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def refuse_special(path: Path) -> None:
    """Raise `UserInputError` for what is neither file nor folder: opening it could wait for ever.

    What is not there is left to others.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    for is_such, what in _SPECIAL:
        if is_such(mode):
            raise UserInputError(
                f"{str(path)!r} is {what}, which has no content to go back to; write what comes "
                "out of it to a file and name that"
            )


def fingerprint(source: str, archive: Archive) -> str:
    """Digest of the format, the resolved path and every file's name and stamp."""
    digest = hashlib.blake2b(f"{source}\0{archive.path.resolve()}".encode(), digest_size=16)
    for name in archive.sizes:
        digest.update(f"\0{name}\0{archive.stamp(name)}".encode("utf-8", "surrogateescape"))
    return f"{source}:{digest.hexdigest()}"


def utf8_chunks(archive: Archive, name: str) -> Iterator[bytes]:
    """Stream a file as UTF-8 bytes without its byte-order mark, decoding UTF-16 and UTF-32.

    Only files with a mark of a wide encoding are decoded; other bytes pass as they are, so that
    each record can be judged alone. Raises `SourceError` where the file cannot be read on.
    """
    try:
        with archive.open(name) as stream:
            first = stream.read(CHUNK_BYTES)
            decoder: codecs.IncrementalDecoder | None = None
            for mark, encoding in _WIDE_MARKS:
                if first.startswith(mark):
                    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
                    first = first[len(mark) :]
                    break
            chunk = first.removeprefix(codecs.BOM_UTF8) if decoder is None else first
            while chunk:
                yield decoder.decode(chunk).encode("utf-8") if decoder else chunk
                chunk = stream.read(CHUNK_BYTES)
            if decoder and (rest := decoder.decode(b"", final=True)):
                yield rest.encode("utf-8")
    except READ_ERRORS as error:
        raise SourceError(f"{name!r} in {str(archive.path)!r} cannot be read: {error}") from error


def first_bytes(archive: Archive, name: str, count: int = 512) -> bytes:
    """Return up to `count` bytes of a file's beginning as UTF-8; empty where it cannot be read."""
    try:
        return next(utf8_chunks(archive, name), b"")[:count]
    except SourceError:
        return b""


def _common_top(names: list[str]) -> str:
    """Return `folder/` where everything lies in one folder that holds more folders or files."""
    tops = {name.split("/", 1)[0] if "/" in name else "" for name in names}
    return f"{tops.pop()}/" if len(tops) == 1 and "" not in tops else ""


def _is_junk(parts: tuple[str, ...]) -> bool:
    return any(part in _JUNK_PARTS or part.startswith("._") for part in parts)
