"""Forgetting in what lies outside of the home: backups and exports that it knows of."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from agent.services.backup import write_backup
from agent.services.workplace import Workplace
from memory.errors import PassdownError, StoreError, UserInputError
from memory.home import Home
from memory.index.protocols import PassageIndex
from memory.records.keeping import CopyKind, Forgotten, KnownCopy
from memory.records.policy import Policy
from memory.store.backup import part_of, read_manifest, unpack
from memory.store.erasure_files import holding

STAGE = "restore.part"
"""Folder in the home where a backup lies while it is cleaned or restored."""
CleanCopy = Callable[[Workplace, str, Sequence[Forgotten]], None]


def clean_exports(
    work: Workplace, gone: Forgotten, export_again: Callable[[KnownCopy], None]
) -> tuple[str, ...]:
    """Bring the community's exports up to date; return those that could not be reached, and why."""
    unreached: list[str] = []
    for copy in _copies(work):
        if copy.kind is CopyKind.BACKUP or copy.community_id != gone.community_id:
            continue
        if not Path(copy.path).is_dir():
            unreached.append(f"{copy.path}: the export is not there any more")
            continue
        try:
            export_again(copy)
        except PassdownError as error:
            unreached.append(f"{copy.path}: {error}")
    return tuple(unreached)


def clean_backups(work: Workplace, clean: CleanCopy) -> tuple[str, ...]:
    """Restore, clean and pack every known backup; return those not reached, and why."""
    unreached: list[str] = []
    for copy in _copies(work):
        if copy.kind is not CopyKind.BACKUP:
            continue
        path = Path(copy.path)
        if not path.exists():
            unreached.append(f"{copy.path}: the backup is not there any more")
            continue
        try:
            part_of(path, work.home.path).unlink(missing_ok=True)
            _clean_backup(work, path, clean)
        except (PassdownError, OSError) as error:
            unreached.append(f"{copy.path}: {error}")
    return tuple(unreached)


def _clean_backup(work: Workplace, backup: Path, clean: CleanCopy) -> None:
    made_at = read_manifest(backup).made_at
    with unpacked(work.home, backup) as stage, opened_copy(stage, work) as copy:
        with work.store.reading() as unit:
            gone, secret = unit.keeping.forgotten(), unit.keeping.secret()
        clean(copy, secret, gone)
        write_backup(copy, backup, replace=True, made_at=made_at)


@contextmanager
def unpacked(home: Home, backup: Path) -> Iterator[Path]:
    """A folder in the home with the checked files of a backup; nothing of it stays."""
    stage = home.path / STAGE
    shutil.rmtree(stage, ignore_errors=True)
    try:
        stage.mkdir(mode=0o700)
        allowed = [path.name for path in (*home.databases, *home.settings)]
        unpack(backup, stage, allowed)
        if not (stage / home.database.name).exists():
            raise UserInputError(f"{str(backup)!r} holds no system of record: it is no backup")
        yield stage
    except OSError as error:
        raise StoreError(
            f"the backup {str(backup)!r} cannot be unpacked: {error.strerror or error}"
        ) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def opened_copy(folder: Path, work: Workplace) -> Iterator[Workplace]:
    """A copy of a home open for work, without an index, and without any language model."""
    home = Home.open(folder, create=False)
    model = Policy().model.model_copy(update={"use": False})
    policy = work.policy.model_copy(update={"model": model})
    copy = Workplace(home, home.store(), work.clock, policy, make_index=_no_index)
    try:
        yield copy
    finally:
        copy.close()


def _no_index() -> PassageIndex:
    raise StoreError("a copy has no index; it is built where the copy is restored")


def still_holding(work: Workplace, needles: Sequence[str]) -> tuple[str, ...]:
    """Files of the home in which a name still stands, such as settings that people wrote."""
    found = holding(work.home.path, [needle for needle in needles if needle.strip()])
    return tuple(f"{path}: a name of the person still stands in it" for path in found)


def _copies(work: Workplace) -> Sequence[KnownCopy]:
    with work.store.reading() as unit:
        return unit.keeping.copies()
