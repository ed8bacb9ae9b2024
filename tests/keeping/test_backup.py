"""Backups: consistent while others write, whole or not there, checked before they are used."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from agent.services.backup import back_up, known_copies
from agent.services.restore import restore_backup
from agent.services.workplace import Workplace
from memory.errors import StoreError, UserInputError
from memory.store import schema
from memory.store.backup import BackupManifest, read_manifest, unpack
from tests.builders import make_member
from tests.keeping.conftest import opened, talk


def rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything in a database but the log and what is known of copies."""
    connection = sqlite3.connect(database)
    names = [r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    kept = [name for name in names if name not in ("decisions", "copies", "guides")]
    held = {name: list(connection.execute(f'SELECT * FROM "{name}"')) for name in kept}  # noqa: S608  own names
    connection.close()
    return held


def test_what_is_restored_is_what_was_backed_up(home: Path, tmp_path: Path) -> None:
    """A new home holds every row of the old one, is private, and its index answers."""
    with opened(home) as work:
        made = back_up(work, tmp_path)
        before = rows(work.home.database)
        assert [copy.path for copy in known_copies(work)] == [str(made.path)]
    assert made.path.parent == tmp_path
    assert made.path.stat().st_mode & 0o077 == 0
    done = restore_backup(made.path, tmp_path / "new")
    assert rows(tmp_path / "new" / "passdown.sqlite") == before
    assert done.passages > 0
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    with opened(tmp_path / "new") as work:
        assert work.store.integrity() == []
        assert str(made.path) in [copy.path for copy in known_copies(work)]


def test_a_backup_is_of_one_moment_while_others_write(home: Path, tmp_path: Path) -> None:
    """Of records that are always saved in pairs, a backup never holds one alone."""
    stop = threading.Event()

    def write() -> None:
        number = 0
        with opened(home) as other:
            while not stop.is_set():
                pair = [make_member(f"w{number}a"), make_member(f"w{number}b")]
                with other.store.writing() as unit:
                    unit.people.save_members(pair)
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with opened(home) as work:
            for number in range(2):
                back_up(work, tmp_path / f"{number}.backup")
    finally:
        stop.set()
        writer.join()
    for number in range(2):
        with zipfile.ZipFile(tmp_path / f"{number}.backup") as packed:
            packed.extract("passdown.sqlite", tmp_path / str(number))
        connection = sqlite3.connect(tmp_path / str(number) / "passdown.sqlite")
        handles = {row[0] for row in connection.execute("SELECT handle FROM members")}
        connection.close()
        written = {handle for handle in handles if handle.startswith("w")}
        assert {handle[:-1] for handle in written if handle.endswith("a")} == {
            handle[:-1] for handle in written if handle.endswith("b")
        }


def test_a_backup_takes_nobodys_place_unless_told(work: Workplace, tmp_path: Path) -> None:
    """A file that is there stays as it is, until --replace is said."""
    there = tmp_path / "notes.txt"
    there.write_text("mine", encoding="utf-8")
    with pytest.raises(UserInputError, match="--replace"):
        back_up(work, there)
    assert there.read_text(encoding="utf-8") == "mine"
    assert back_up(work, there, replace=True).path == there
    assert read_manifest(there).files
    for place in (work.home.path / "b.backup", tmp_path / "no" / "folder" / "b.backup"):
        with pytest.raises(UserInputError):
            back_up(work, place)


DYING = """
import os, sys
from pathlib import Path
import memory.store.backup as backup
from agent.services.backup import back_up
from tests.keeping.conftest import opened
backup._sync_folder = os.fsync
backup.os.fsync = lambda handle: os._exit(9)
with opened(Path(sys.argv[1])) as work:
    back_up(work, Path(sys.argv[2]), replace=True)
"""


def test_a_killed_backup_leaves_the_old_one(home: Path, tmp_path: Path) -> None:
    """Under the name of a backup there is a whole one at every moment."""
    target = tmp_path / "b.backup"
    with opened(home) as work:
        back_up(work, target)
    before = target.read_bytes()
    died = subprocess.run(
        [sys.executable, "-c", DYING, str(home), str(target)], check=False, timeout=100
    )
    assert died.returncode == 9
    assert target.read_bytes() == before
    with opened(home) as work:
        back_up(work, target, replace=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.backup", "home"]
    assert not (home / "backup.part").exists()


def test_a_home_that_holds_something_is_refused(work: Workplace, tmp_path: Path) -> None:
    """Restoring never mixes two homes: it refuses, or replaces one by the other."""
    made = back_up(work, tmp_path / "b.backup")
    extra = make_member("later")
    with work.store.writing() as unit:
        unit.people.save_members([extra])
    with pytest.raises(UserInputError, match="--replace"):
        restore_backup(made.path, work.home.path)
    with work.store.reading() as unit:
        assert unit.people.member(extra.id) is not None
    restore_backup(made.path, work.home.path, replace=True)
    with work.store.reading() as unit:
        assert unit.people.member(extra.id) is None
        assert unit.talk.thread(talk()[0].id) is not None
    assert work.store.integrity() == []
    assert not (work.home.path / "restore.part").exists()


def changed(backup: Path, **members: bytes) -> Path:
    """The same backup with other bytes in some of its members."""
    other = backup.with_name("changed.backup")
    with zipfile.ZipFile(backup) as packed, zipfile.ZipFile(other, "w") as copy:
        held = {name: packed.read(name) for name in packed.namelist()}
        for name, content in (held | {k.replace("_", "."): v for k, v in members.items()}).items():
            copy.writestr(name, content)
    return other


def test_a_backup_that_is_not_whole_is_refused(work: Workplace, tmp_path: Path) -> None:
    """Cut short, changed, foreign or of a newer version: nothing is made of it."""
    made = back_up(work, tmp_path / "b.backup")
    whole = made.path.read_bytes()
    with zipfile.ZipFile(made.path) as packed:
        database = bytearray(packed.read("passdown.sqlite"))
    database[len(database) // 2] ^= 0xFF
    newer = made.manifest.model_copy(update={"revision": "9999"})
    cut = tmp_path / "cut.backup"
    cut.write_bytes(whole[: len(whole) // 2])
    place = tmp_path / "new"
    with pytest.raises(UserInputError):
        restore_backup(cut, place)
    for members, error in (
        ({"passdown_sqlite": bytes(database)}, UserInputError),
        ({"manifest_json": b"{}"}, UserInputError),
        ({"manifest_json": newer.model_dump_json().encode()}, StoreError),
        ({"evil_sh": b"rm"}, UserInputError),
        ({"../up_sh": b"rm"}, UserInputError),
    ):
        with pytest.raises(error):
            restore_backup(changed(made.path, **members), place)
        assert not place.exists()


def test_a_backup_damaged_anywhere_ends_in_an_error_of_ours(
    work: Workplace, tmp_path: Path
) -> None:
    """Whatever bytes are wrong: in what is packed, in names, in the directory at the end."""
    made = back_up(work, tmp_path / "b.backup")
    names = [one.name for one in made.manifest.files]
    whole, bad = made.path.read_bytes(), tmp_path / "bad.backup"
    refused = 0
    for number in range(300):
        chance = random.Random(number)
        content = bytearray(whole)
        for _ in range(3):
            at = chance.choice((chance.randrange(len(whole)), -1 - chance.randrange(600)))
            content[at] = chance.randrange(256)
        bad.write_bytes(content)
        place = tmp_path / str(number)
        place.mkdir()
        try:
            unpack(bad, place, names)
        except UserInputError:
            refused += 1
        shutil.rmtree(place)
    assert refused > 200


def test_a_copied_home_stands_by_its_manifest(work: Workplace, tmp_path: Path) -> None:
    """The manifest names each file with its size and hash, and the versions it was made with."""
    made = back_up(work, tmp_path / "b.backup")
    again = BackupManifest.model_validate_json(made.manifest.model_dump_json())
    assert again == read_manifest(made.path)
    assert {one.name for one in again.files} >= {"passdown.sqlite", "checkpoints.sqlite"}
    assert again.revision == schema.HEAD
