"""Taking text out of the database files beside the record, down to their free pages and logs."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from memory.errors import StoreError
from memory.store import sqlite

LEDGER_KEPT = frozenset({"calls", "steps"})
"""Tables of the ledger of calls that hold figures and codes alone."""
PATIENCE = 45.0
"""Seconds to wait for others to end their reading."""
_CODES = ("utf-8", "utf-16-le", "utf-16-be")
_PART = 1 << 24
_OVERLAP = 1 << 16


def compacted(compact: Callable[[], None]) -> None:
    """Compact, again and again while others read. Raises the last `StoreError` when that is long.

    What was deleted may still lie in the write-ahead log until it succeeds.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            compact()
        except StoreError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.2)
        else:
            return


def forget_deleted(database: Path) -> None:
    """Leave nothing of deleted rows in a file or its log."""
    compacted(lambda: sqlite.compact(database))


def forget_places(checkpoints: Path, inquiry_ids: Collection[str]) -> None:
    """Delete where inquiries stood, and the remains of a damaged file; the record knows it all."""
    checkpoints.with_suffix(".damaged").unlink(missing_ok=True)
    if not checkpoints.exists():
        return
    with _opened(checkpoints) as connection:
        for table in _tables(connection) & {"checkpoints", "writes"}:
            connection.executemany(
                f'DELETE FROM "{table}" WHERE thread_id = ?',  # noqa: S608  a name of two
                [(inquiry_id,) for inquiry_id in inquiry_ids],
            )
    forget_deleted(checkpoints)


def forget_calls(ledger: Path) -> None:
    """Delete everything that was sent to a model or answered by one; figures stay."""
    if not ledger.exists():
        return
    with _opened(ledger) as connection:
        for table in _tables(connection) - LEDGER_KEPT:
            connection.execute(f'DELETE FROM "{table}"')  # noqa: S608  a name of the schema
    forget_deleted(ledger)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on a file, whose deleted rows are overwritten."""
    with (
        sqlite.plain_errors(path),
        closing(
            sqlite3.connect(path, timeout=sqlite.BUSY_SECONDS, isolation_level=None)
        ) as connection,
    ):
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")


def _tables(connection: sqlite3.Connection) -> frozenset[str]:
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return frozenset(str(row[0]) for row in rows)


def holding(home: Path, needles: Iterable[str]) -> tuple[Path, ...]:
    """Files under `home` in whose bytes one of the texts stands, as UTF-8 or UTF-16.

    Of a single word, only where no other letter or digit touches it.
    """
    patterns = [_pattern(needle, code) for needle in needles for code in _CODES]
    files = (path for path in sorted(home.rglob("*")) if path.is_file() and not path.is_symlink())
    return tuple(path for path in files if _holds(path, patterns))


def _pattern(needle: str, code: str) -> re.Pattern[bytes]:
    raw = re.escape(needle.encode(code))
    if len(needle.split()) > 1:
        return re.compile(raw)
    if code == "utf-8":
        return re.compile(rb"(?<![A-Za-z0-9])" + raw + rb"(?![A-Za-z0-9])")
    first, last = (rb"[A-Za-z0-9]\x00", rb"[A-Za-z0-9]\x00")
    if code == "utf-16-be":
        first, last = (rb"\x00[A-Za-z0-9]", rb"\x00[A-Za-z0-9]")
    return re.compile(rb"(?<!" + first + rb")" + raw + rb"(?!" + last + rb")")


def _holds(path: Path, patterns: list[re.Pattern[bytes]]) -> bool:
    """Whether a pattern is found; the file is read in parts that overlap."""
    with path.open("rb") as file:
        before = b""
        while chunk := file.read(_PART):
            block = before + chunk
            if any(pattern.search(block) for pattern in patterns):
                return True
            before = block[-_OVERLAP:]
    return False
