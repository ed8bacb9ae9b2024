"""Where graphs keep their place: a SQLite file of its own, which may be lost without loss."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from langgraph.checkpoint.sqlite import SqliteSaver

from memory.errors import StoreError

BUSY_SECONDS = 30.0


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return connection


@contextmanager
def open_checkpoints(path: Path) -> Iterator[SqliteSaver]:
    """Open the checkpoint file; a damaged one is put aside, for the store knows all it knew.

    Raises `StoreError` where the file can be neither read nor made. Errors in later use are
    turned by `plain_errors`.
    """
    os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
    with plain_errors(path):
        try:
            connection = _connect(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) or not path.exists():
                raise
            path.replace(path.with_suffix(".damaged"))
            connection = _connect(path)
    with closing(connection):
        yield SqliteSaver(connection)


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite says of the checkpoint file into a `StoreError` that names it."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"the checkpoints {str(path)!r} cannot be used: {error}; what people did is stored, "
            "and the next sweep goes on from it"
        ) from error
