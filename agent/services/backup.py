"""Backing a home up while others work on it, and knowing where its backups lie."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.journal import note
from agent.services.workplace import Workplace
from memory.errors import StoreError, UserInputError
from memory.home import Home
from memory.records.decisions import Action
from memory.records.keeping import CopyKind, KnownCopy
from memory.store import schema
from memory.store.backup import BackupManifest, copy_database, describe, pack, part_of

PATIENCE = 60.0
"""Seconds to wait for another process that keeps this home."""
STAGE = "backup.part"
"""Folder in the home where copies lie until they are packed."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was made."""

    path: Path
    manifest: BackupManifest

    @property
    def size(self) -> int:
        """Bytes of what it holds, unpacked."""
        return sum(one.size for one in self.manifest.files)


@contextmanager
def one_keeper_at_a_time(home: Home) -> Iterator[None]:
    """Hold the lock of backing up, restoring, repairing and forgetting; may be nested.

    Raises `StoreError` where another process holds it for longer than `PATIENCE`.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(home.lock_dir / "keeping.lock", is_singleton=True, mode=0o600)
    try:
        lock.acquire(timeout=PATIENCE, poll_interval=0.05)
    except Timeout as error:
        raise StoreError(
            f"the home {str(home.path)!r} is being backed up, restored, repaired or cleaned by "
            "another process; try again when that is done"
        ) from error
    try:
        yield
    finally:
        lock.release()


def back_up(work: Workplace, to: Path, *, replace: bool = False) -> BackedUp:
    """Write a backup of the home to a file, or into a folder under a name of its own.

    The home knows of it from then on. Raises `UserInputError` where something stands there and
    `replace` is not said, or the place cannot be written; what stood there before stays.
    """
    target = _target(work, to)
    if target.exists() and not replace:
        raise UserInputError(
            f"{str(target)!r} is there already; name another file, or say --replace"
        )
    known = KnownCopy(path=str(target), kind=CopyKind.BACKUP, made_at=work.clock.now())
    with one_keeper_at_a_time(work.home):
        with work.store.writing() as unit:
            unit.keeping.save_copy(known)
        try:
            manifest = write_backup(work, target, replace=replace)
        except (UserInputError, StoreError):
            if not target.exists():
                with work.store.writing() as unit:
                    unit.keeping.drop_copy(known.path)
            raise
    with work.store.writing() as unit:
        note(unit, work.clock.now(), None, Action.HOME_BACKED_UP, "home", actor="account")
    return BackedUp(target, manifest)


def write_backup(
    work: Workplace, target: Path, *, replace: bool, made_at: datetime | None = None
) -> BackupManifest:
    """Copy, check and pack; the caller holds the lock and has made the backup known.

    `made_at` is when the home was as it is copied, where that is not now.
    """
    from importlib.metadata import version

    stage = work.home.path / STAGE
    shutil.rmtree(stage, ignore_errors=True)
    try:
        stage.mkdir(mode=0o700)
        files: list[Path] = []
        for path in work.home.databases:
            if path.exists():
                copy_database(path, stage / path.name)
                files.append(stage / path.name)
        settings = [path for path in work.home.settings if path.exists()]
        files += [Path(shutil.copyfile(path, stage / path.name)) for path in settings]
        manifest = BackupManifest(
            made_by=version("passdown"),
            revision=schema.revision(stage / work.home.database.name) or schema.HEAD,
            made_at=made_at or work.clock.now(),
            files=describe(files),
        )
        part = part_of(target, work.home.path)
        pack(files, manifest, part, target, replace=replace)
    except OSError as error:
        raise StoreError(
            f"the home {str(work.home.path)!r} cannot be copied: {error.strerror or error}"
        ) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return manifest


def known_copies(work: Workplace) -> tuple[KnownCopy, ...]:
    """Every backup and export of this home that it knows of, by path."""
    with work.store.reading() as unit:
        return tuple(unit.keeping.copies())


def know_export(work: Workplace, folder: Path, kind: CopyKind, community_id: str) -> None:
    """Remember where guides were exported to, so that what is forgotten leaves there too."""
    copy = KnownCopy(
        path=str(folder), kind=kind, community_id=community_id, made_at=work.clock.now()
    )
    with work.store.writing() as unit:
        unit.keeping.save_copy(copy)


def _target(work: Workplace, to: Path) -> Path:
    """The file to write. Raises `UserInputError` where it cannot be, or lies in the home."""
    place = to.expanduser().absolute()
    if place.is_dir():
        place = place / f"passdown-{work.clock.now():%Y%m%dT%H%M%SZ}.backup"
    if work.home.path in place.parents:
        raise UserInputError(
            f"{str(place)!r} lies in the home itself; a backup has to be elsewhere"
        )
    if not place.parent.is_dir():
        raise UserInputError(f"there is no folder {str(place.parent)!r} to write the backup to")
    return place
