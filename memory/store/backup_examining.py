"""What an operator has to know of the files of a home, read straight from them.

Nothing here changes a record of what people said or decided.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from memory.errors import StoreError
from memory.store import sqlite
from memory.store.backup import check_sound
from memory.store.columns import EPOCH, MICROSECOND

REFERENCES = (
    ("moments", "author_id", "members"),
    ("inquiries", "expert_id", "members"),
    ("inquiries", "guide_id", "guides"),
    ("questions", "asked_of", "members"),
    ("answers", "member_id", "members"),
    ("answers", "message_id", "messages"),
    ("claims", "author_id", "members"),
    ("corrections", "author_id", "members"),
    ("corrections", "message_id", "messages"),
    ("reviews", "reviewer_id", "members"),
    ("steward_acts", "by_id", "members"),
    ("evidence_texts", "message_id", "messages"),
)
"""Columns that name a record which has to be there, though no foreign key holds them to it."""


class Lease(NamedTuple):
    """Who holds what, and until when."""

    key: str
    holder: str
    until: datetime


class Dangling(NamedTuple):
    """Rows of one column that name records which are not there."""

    table: str
    column: str
    rows: int
    example: str


@contextmanager
def _opened(path: Path, *, writing: bool = False) -> Iterator[sqlite3.Connection]:
    mode = "rw" if writing else "ro"
    with (
        sqlite.plain_errors(path),
        closing(
            sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=sqlite.BUSY_SECONDS
            )
        ) as connection,
    ):
        yield connection


def dangling(database: Path) -> Sequence[Dangling]:
    """References without a target, by table and column."""
    found: list[Dangling] = []
    with _opened(database) as connection:
        for table, column, target in REFERENCES:
            count, example = connection.execute(
                f"SELECT count(*), min({column}) FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608  fixed
                f" AND {column} NOT IN (SELECT id FROM {target})"
            ).fetchone()
            if count:
                found.append(Dangling(table, column, count, example))
    return found


def leases(database: Path) -> Sequence[Lease]:
    """Every lease there is, by key."""
    with _opened(database) as connection:
        rows = connection.execute("SELECT key, holder, until FROM leases ORDER BY key").fetchall()
    return [Lease(key, holder, EPOCH + until * MICROSECOND) for key, holder, until in rows]


def idle_inquiries(database: Path) -> Sequence[str]:
    """Ids of open inquiries that neither time nor a person will ever move on, in order.

    Nothing is planned for them, for their open questions or for their guide; those that wait for
    a steward need no plan.
    """
    with _opened(database) as connection:
        rows = connection.execute(
            "SELECT id FROM inquiries WHERE status IN ('waiting_for_turn', 'waiting_for_answer',"
            " 'waiting_for_confirmation')"
            " AND id NOT IN (SELECT subject_id FROM dues)"
            " AND (guide_id IS NULL OR guide_id NOT IN (SELECT subject_id FROM dues))"
            " AND NOT EXISTS (SELECT 1 FROM questions JOIN dues ON subject_id = questions.id"
            " WHERE inquiry_id = inquiries.id) ORDER BY id"
        ).fetchall()
    return [str(row[0]) for row in rows]


def check_file(path: Path) -> None:
    """Raises `StoreError` where a database file is damaged; one that is not there is sound."""
    if path.exists():
        with _opened(path) as connection:
            check_sound(connection, path)


def stray_places(checkpoints: Path, database: Path) -> Sequence[str]:
    """Ids in the checkpoint file that are no open inquiry of the record, in order."""
    if not checkpoints.exists():
        return []
    with _opened(database) as connection:
        rows = connection.execute(
            "SELECT id FROM inquiries WHERE status NOT IN ('published', 'closed')"
        )
        running = {str(row[0]) for row in rows}
    with _opened(checkpoints) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if "checkpoints" not in names:
            return []
        kept = {
            str(row[0]) for row in connection.execute("SELECT DISTINCT thread_id FROM checkpoints")
        }
    return sorted(kept - running)


def put_aside(path: Path) -> None:
    """Take a damaged file out of the way, with its logs. Raises `StoreError` where it cannot be."""
    try:
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        path.replace(path.with_suffix(".damaged"))
    except OSError as error:
        raise StoreError(f"{str(path)!r} cannot be moved: {error.strerror or error}") from error
