"""Restoring a home from a backup: checked first, put in place at once, and never half."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from agent.journal import note
from agent.services.backup import one_keeper_at_a_time
from agent.services.forgetting import clean_copy
from agent.services.forgetting_copies import opened_copy, unpacked
from agent.services.recall import rebuild_memory
from agent.services.workplace import Workplace, open_workplace
from memory.errors import StoreError, UserInputError
from memory.home import Home
from memory.records.decisions import Action
from memory.records.keeping import CopyKind, Forgotten, KnownCopy
from memory.store import schema
from memory.store.backup import (
    BackupManifest,
    check_database,
    put_database,
    read_manifest,
    unpack,
)
from memory.store.erasure_files import forget_deleted, forget_places
from memory.store.sqlite import use_wal

MADE_BY_LOOKING = frozenset({"locks", "backup.part", "restore.part"})
"""What stands in a home that nothing was ever put into."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A home that was restored."""

    home: Path
    manifest: BackupManifest
    passages: int
    """In the index, which was built anew."""
    forgotten: int
    """How many people were taken out of it again, because this home had forgotten them."""


def restore_backup(backup: Path, into: Path, *, replace: bool = False) -> Restored:
    """Make `into` the home that was backed up.

    Nothing is changed before all of the backup was checked: hashes, databases, schema version.
    Raises `UserInputError` where `into` holds something and `replace` is not said, or the file is
    no whole backup; `StoreError` where it was made by a newer version.
    """
    source, place = backup.expanduser().absolute(), into.expanduser().absolute()
    manifest = read_manifest(source)
    if manifest.revision > schema.HEAD:
        raise StoreError(
            f"{str(source)!r} was made by a newer version (schema {manifest.revision!r}); update "
            "Passdown"
        )
    if _is_empty(place):
        return _into_new(source, place)
    if not replace:
        raise UserInputError(
            f"{str(place)!r} holds something already; name another home with --into, or say "
            "--replace to have it hold the backup and nothing else"
        )
    return _into_existing(source, place)


def _is_empty(place: Path) -> bool:
    if not place.exists():
        return True
    return place.is_dir() and not {path.name for path in place.iterdir()} - MADE_BY_LOOKING


def _into_new(source: Path, place: Path) -> Restored:
    """Unpack beside the new home and give the folder its name when all of it is sound."""
    stage = place.with_name(f".{place.name}.restoring")
    os.umask(0o077)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir(mode=0o700)
        home = Home(stage)
        names = [path.name for path in (*home.databases, *home.settings)]
        manifest = unpack(source, stage, names)
        _check(home, source)
        for path in home.databases:
            if path.exists():
                use_wal(path)
        if place.exists():
            shutil.rmtree(place)
        stage.rename(place)
    except OSError as error:
        raise StoreError(
            f"the home {str(place)!r} cannot be made: {error.strerror or error}"
        ) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    with open_workplace(place, create=False) as work:
        _know(work, source, manifest)
        passages = _noted(work)
    return Restored(place, manifest, passages, 0)


def _into_existing(source: Path, place: Path) -> Restored:
    """Replace what the databases hold, each in one transaction, while others may look on.

    The record changes in one step; before it nothing but what is made from it is lost, after it
    only that has to be made anew.
    """
    with open_workplace(place, create=False) as work, one_keeper_at_a_time(work.home):
        with work.store.reading() as unit:
            gone = unit.keeping.forgotten()
            copies = unit.keeping.copies()
        with unpacked(work.home, source) as stage:
            manifest = read_manifest(source)
            _check(Home(stage), source)
            _carry_over(work, stage, gone, copies)
            staged = Home(stage)
            with work.index.exclusive():
                _drop_index(work)
                forget_places(work.home.checkpoints, _inquiries(work))
                put_database(staged.database, work.home.database)
            for copy, live in zip(staged.databases, work.home.databases, strict=True):
                if live != work.home.database and copy.exists():
                    put_database(copy, live)
            for copy, live in zip(staged.settings, work.home.settings, strict=True):
                if copy.exists():
                    copy.replace(live)
                else:
                    live.unlink(missing_ok=True)
        forget_deleted(work.home.database)
        _know(work, source, manifest)
        passages = _noted(work)
    return Restored(place, manifest, passages, len(gone))


def _check(home: Home, source: Path) -> None:
    """Raises where a database of the unpacked home is damaged or cannot be brought up to date."""
    if not home.database.exists():
        raise UserInputError(f"{str(source)!r} holds no system of record: it is no backup")
    for path in home.databases:
        if path.exists():
            check_database(path)
    schema.bring_up_to_date(home.database)
    store = home.store()
    try:
        problems = store.integrity()
    finally:
        store.close()
    if problems:
        raise StoreError(f"the record in {str(source)!r} is damaged: {problems[0]}")


def _carry_over(
    work: Workplace, stage: Path, gone: Sequence[Forgotten], copies: Sequence[KnownCopy]
) -> None:
    """Make the copy know what this home knows: who was forgotten, and where its copies lie."""
    with opened_copy(stage, work) as copy:
        with copy.store.writing() as unit:
            for one in copies:
                unit.keeping.save_copy(one)
        if not gone:
            return
        with work.store.reading() as unit:
            secret = unit.keeping.secret()
        with copy.store.reading() as unit:
            others = {one.id for one in unit.keeping.forgotten()} - {one.id for one in gone}
        if others:
            raise UserInputError(
                "this home and the backup have forgotten different people, so they are different "
                "homes; restore it into a new one with --into"
            )
        clean_copy(copy, secret, gone)


def _inquiries(work: Workplace) -> list[str]:
    with work.store.reading() as unit:
        return [one.id for one in unit.inquiries.inquiries()]


def _drop_index(work: Workplace) -> None:
    """Leave no index, so that one of the old record can never be taken for one of the new."""
    with suppress(FileNotFoundError):
        (work.home.index_dir / "state.json").unlink()


def _know(work: Workplace, source: Path, manifest: BackupManifest) -> None:
    """Remember the backup itself, which a backup cannot know of."""
    known = KnownCopy(path=str(source), kind=CopyKind.BACKUP, made_at=manifest.made_at)
    with work.store.writing() as unit:
        unit.keeping.save_copy(known)


def _noted(work: Workplace) -> int:
    """Build the index, and write down that the home was restored; passages in the index."""
    with work.store.writing() as unit:
        note(unit, work.clock.now(), None, Action.HOME_RESTORED, "home", actor="account")
    return rebuild_memory(work)
