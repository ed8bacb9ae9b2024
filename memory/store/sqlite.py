"""Everything that only SQLite understands: pragmas, locks, upserts, repair and its error codes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, ColumnElement, Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from memory.errors import StoreError

BUSY_SECONDS = 30.0

_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space and try again, nothing was changed",
    sqlite3.SQLITE_IOERR: "the disk refused to read or write (full, unplugged, or over a quota)",
    sqlite3.SQLITE_READONLY: "it is read-only here; make the folder writable or use another home",
    sqlite3.SQLITE_PERM: "this account may not open it",
    sqlite3.SQLITE_AUTH: "this account may not open it",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that the folder exists and is writable",
    sqlite3.SQLITE_BUSY: f"another process kept it locked for {BUSY_SECONDS:.0f} s; try again",
    sqlite3.SQLITE_LOCKED: f"another process kept it locked for {BUSY_SECONDS:.0f} s; try again",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; restore it from a copy",
    sqlite3.SQLITE_NOTADB: "the file is not a Passdown database; move it away or restore a copy",
    sqlite3.SQLITE_TOOBIG: "a text is larger than a database row may be",
}


def connect(path: Path, *, writable: bool) -> Engine:
    """Return an engine on the file `path`, one connection per unit of work.

    Writers begin with `BEGIN IMMEDIATE`, because a read that turns into a write fails at once
    under contention. They commit with `synchronous=FULL`, because in WAL mode `NORMAL` survives
    `kill -9` but may forget the last commits when power fails, and a question that was sent must
    not be forgotten. Bulk saves commit once per batch, so the extra fsync costs them little.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
        max_overflow=-1,
        hide_parameters=True,
        json_serializer=lambda parts: json.dumps(parts, ensure_ascii=False, separators=(",", ":")),
    )

    def set_up(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        if not writable:
            connection.execute("PRAGMA query_only=ON")

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writable else "BEGIN")

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", begin)
    return engine


def use_wal(path: Path) -> None:
    """Switch the file to a write-ahead log, for good. Only under the migration lock."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def insert_new(table: Table) -> Insert:
    """Insert, leaving any row that is already there as it is; the row count tells which."""
    return insert(table).on_conflict_do_nothing()


def upsert(
    table: Table, *, keep: Sequence[str] = (), where: ColumnElement[bool] | None = None
) -> Insert:
    """Insert or replace by primary key.

    `keep` names columns that an existing row keeps; a row that `where` rules out is left alone.
    """
    statement = insert(table)
    keys = {column.name for column in table.primary_key}
    fresh = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in keys and column.name not in keep
    }
    return statement.on_conflict_do_update(
        index_elements=[table.c[key] for key in keys], set_=fresh, where=where
    )


def integrity(connection: Connection) -> list[str]:
    """What SQLite's own check finds wrong, in its words; empty for a sound file."""
    found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
    return [*(line for line in found if line != "ok"), *orphans(connection)]


def orphans(connection: Connection) -> list[str]:
    """Rows that refer to a record which is not there, e.g. `messages -> threads`."""
    driver = connection.connection.driver_connection  # a failed commit leaves only this one usable
    rows = [] if driver is None else driver.execute("PRAGMA foreign_key_check")
    return sorted({f"{row[0]} -> {row[2]}" for row in rows})


def compact(path: Path) -> None:
    """Rewrite the file without the space of deleted rows and empty the write-ahead log.

    What was deleted is then in neither. Raises `StoreError` where another process still reads.
    """
    with plain_errors(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("VACUUM")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.close()
    if busy:
        raise StoreError(
            f"{str(path)!r}: another process is reading, so deleted text may still be in the log;"
            " end it and try again"
        )


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn what the database raises into a `StoreError` that names the file and what to do."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"{str(path)!r}: {_reason(error.orig)}") from error
    except sqlite3.Error as error:
        raise StoreError(f"{str(path)!r}: {_reason(error)}") from error
    except UnicodeEncodeError as error:
        raise StoreError(f"{str(path)!r}: a text holds half a character: {error.reason}") from error
    except OverflowError as error:
        raise StoreError(f"{str(path)!r}: a number is too large to be stored") from error
    except SQLAlchemyError as error:
        raise StoreError(f"{str(path)!r}: {error}") from error


def _reason(error: Any) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, UnicodeEncodeError):
        return f"a text holds half a character: {error.reason}"
    if code is None:
        return str(error)
    if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return "a record refers to another that is not stored; save that one first"
    return _REASONS.get(code & 0xFF, str(error))
