"""A backup as one file: consistent copies of databases, plain files, and a manifest of hashes.

```
manifest.json      versions, time, and for each member its size and SHA-256
passdown.sqlite    and the other files of the home, each a whole file by itself
```
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from memory.errors import StoreError, UserInputError
from memory.records.base import Record, UtcTime
from memory.store import sqlite

MANIFEST = "manifest.json"
MOST_MANIFEST = 1_000_000
CHUNK = 1 << 20
PRIVATE = 0o600
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError, RuntimeError)
"""What a damaged zip raises; the last where a flag says that it is encrypted or packed anew."""


class BackupFile(Record):
    """One member of a backup."""

    name: str = Field(pattern=r"^[a-z]+\.[a-z]+$")
    size: int = Field(ge=0)
    """Bytes."""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class BackupManifest(Record):
    """What a backup says of itself."""

    format: Literal[1] = 1
    made_by: str
    """Version of Passdown."""
    revision: str = Field(pattern=r"^[0-9]{4}$")
    """Of the schema of the system of record."""
    made_at: UtcTime
    files: tuple[BackupFile, ...]


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it stands at one moment, while others read and write it.

    `target` becomes one whole file. Raises `StoreError` where the copy is not sound.
    """
    os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, PRIVATE))
    with (
        sqlite.plain_errors(source),
        closing(sqlite3.connect(source, timeout=sqlite.BUSY_SECONDS)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        check_sound(copy, source)


def put_database(copy: Path, live: Path) -> None:
    """Make a live database hold what `copy` holds, in one transaction of the live one."""
    with (
        sqlite.plain_errors(live),
        closing(sqlite3.connect(copy)) as source,
        closing(sqlite3.connect(live, timeout=sqlite.BUSY_SECONDS)) as target,
    ):
        target.execute("PRAGMA journal_mode=WAL")
        source.backup(target)


def check_sound(connection: sqlite3.Connection, path: Path) -> None:
    """Raises `StoreError` where SQLite finds a database damaged."""
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
    if found != ["ok"]:
        raise StoreError(f"{str(path)!r} is damaged: {found[0]}")


def check_database(path: Path) -> None:
    """Raises `StoreError` where the file is no sound database."""
    with sqlite.plain_errors(path), closing(sqlite3.connect(path)) as connection:
        check_sound(connection, path)


def describe(files: Sequence[Path]) -> tuple[BackupFile, ...]:
    """Sizes and hashes of files, which go by their names."""
    return tuple(
        BackupFile(name=path.name, size=path.stat().st_size, sha256=_hash_of(path))
        for path in files
    )


def _hash_of(path: Path) -> str:
    made = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            made.update(chunk)
    return made.hexdigest()


def part_of(target: Path, home: Path) -> Path:
    """Where a backup of this home is written until it is whole; one a folder and home."""
    mark = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    return target.parent / f".passdown-backup-{mark}.part"


def pack(
    files: Sequence[Path], manifest: BackupManifest, part: Path, target: Path, *, replace: bool
) -> None:
    """Write a backup under `part` and give it its name when all of it is on the disk.

    Raises `UserInputError` where something stands at `target` and `replace` is not said.
    """
    try:
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE)
        with os.fdopen(handle, "wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
                packed.writestr(MANIFEST, manifest.model_dump_json(indent=1))
                for path in files:
                    packed.write(path, path.name)
            stream.flush()
            os.fsync(stream.fileno())
        if replace:
            part.replace(target)
        else:
            os.link(part, target)
            part.unlink()
        _sync_folder(target.parent)
    except FileExistsError as error:
        part.unlink(missing_ok=True)
        raise UserInputError(
            f"{str(target)!r} is there already; name another file, or say --replace"
        ) from error
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UserInputError(
            f"the backup {str(target)!r} cannot be written: {error.strerror or error}"
        ) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_manifest(backup: Path) -> BackupManifest:
    """What a backup says of itself. Raises `UserInputError` for anything that is no backup."""
    with _opened(backup) as packed:
        return _manifest(packed, backup)


def unpack(backup: Path, folder: Path, allowed: Sequence[str]) -> BackupManifest:
    """Put the files of a backup into an empty folder, each checked against its hash.

    Raises `UserInputError` for a file that is no backup, was changed or cut short, or holds
    members beside those `allowed`.
    """
    with _opened(backup) as packed:
        manifest = _manifest(packed, backup)
        names = [one.name for one in manifest.files]
        if missing := sorted(set(names) - set(packed.namelist())):
            raise UserInputError(f"{str(backup)!r} lacks {missing!r}: it was damaged")
        strange = sorted(({*packed.namelist(), *names} - {MANIFEST}) - set(allowed))
        if strange or len(names) != len(set(names)):
            raise UserInputError(f"{str(backup)!r} holds {strange or names!r}: it is no backup")
        for one in manifest.files:
            _extract(packed, one, folder / one.name, backup)
    return manifest


def _extract(packed: zipfile.ZipFile, one: BackupFile, target: Path, backup: Path) -> None:
    made, size = hashlib.sha256(), 0
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE)
    with os.fdopen(handle, "wb") as file, packed.open(one.name) as member:
        while chunk := member.read(CHUNK):
            size += len(chunk)
            if size > one.size:
                break
            made.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if size != one.size or made.hexdigest() != one.sha256:
        raise UserInputError(
            f"{one.name!r} in {str(backup)!r} is not what was backed up; the file was changed or "
            "damaged, take another backup"
        )


def _manifest(packed: zipfile.ZipFile, backup: Path) -> BackupManifest:
    try:
        if packed.getinfo(MANIFEST).file_size > MOST_MANIFEST:
            raise UserInputError(f"{str(backup)!r} has a manifest that is too long")
        return BackupManifest.model_validate_json(packed.read(MANIFEST))
    except (KeyError, ValidationError) as error:
        raise UserInputError(
            f"{str(backup)!r} is no backup of this version of Passdown: its manifest is missing or "
            "cannot be read"
        ) from error


@contextmanager
def _opened(backup: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(backup) as packed:
            yield packed
    except _DAMAGED as error:
        raise UserInputError(f"{str(backup)!r} is no backup, or is damaged: {error}") from error
    except OSError as error:
        raise UserInputError(
            f"{str(backup)!r} cannot be read: {error.strerror or error}"
        ) from error
