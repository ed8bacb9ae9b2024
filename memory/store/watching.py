"""Notices that somebody else changed the record, without reading any of it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Self

from memory.store import sqlite


class RecordWatch:
    """One connection that does nothing but ask whether the file changed since it last asked.

    A commit of any other connection counts, of this process or another. Of one thread only.
    Raises `StoreError` where the file cannot be opened or asked.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with sqlite.plain_errors(path):
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=sqlite.BUSY_SECONDS
            )
        self._seen = self._version()

    def changed(self) -> bool:
        """Whether anything was committed since this was last asked."""
        now = self._version()
        before, self._seen = self._seen, now
        return now != before

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _version(self) -> int:
        with sqlite.plain_errors(self._path):
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
