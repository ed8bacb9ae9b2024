"""Brings a database to this version's schema: cheap when it is there, locked when it is not."""

from __future__ import annotations

import os
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, inspect, text

from memory.errors import StoreError
from memory.store import sqlite

HEAD = "0013"
"""The revision this version writes; a test holds it to the newest migration."""
MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_SECONDS = 60.0


def bring_up_to_date(path: Path) -> None:
    """Create or migrate the database at `path`, one process at a time.

    Raises `StoreError` for a file that is damaged, not writable, locked for a minute, or of a
    revision that this version does not know.
    """
    if revision(path) == HEAD:
        return
    if not path.parent.is_dir():
        raise StoreError(f"there is no folder {str(path.parent)!r} to keep the database in")
    lock = FileLock(path.with_name(path.name + ".lock"), timeout=LOCK_SECONDS, mode=0o600)
    try:
        with lock:
            present = revision(path)
            if present != HEAD:
                _migrate(path, present)
    except Timeout as error:
        raise StoreError(
            f"{str(path)!r}: another process has been preparing it for {LOCK_SECONDS:.0f} s;"
            " try again when it is done"
        ) from error
    except OSError as error:
        raise StoreError(
            f"{str(path)!r} cannot be prepared: {error.strerror}; make its folder writable"
        ) from error


def revision(path: Path) -> str | None:
    """The schema revision of the database, `None` where it has no schema yet."""
    try:
        if path.stat().st_size == 0:
            return None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    engine = sqlite.connect(path, writable=False)
    try:
        with sqlite.plain_errors(path), engine.connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _migrate(path: Path, present: str | None) -> None:
    """Run what is missing in one transaction, so that a kill leaves the schema as it was."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if present is not None and present not in known:
        raise StoreError(
            f"{str(path)!r} was written by a newer version (schema {present!r});"
            " update Passdown, or use another home"
        )
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    with sqlite.plain_errors(path):
        sqlite.use_wal(path)
        engine = sqlite.connect(path, writable=True)
        try:
            with engine.begin() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        finally:
            engine.dispose()
