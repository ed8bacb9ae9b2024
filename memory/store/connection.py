"""One transaction's connection: it runs statements and lets no vendor error out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Executable, Select
from sqlalchemy.exc import IntegrityError

from memory.errors import StoreError
from memory.store import sqlite

T = TypeVar("T")
BATCH = 500
"""Ids per `IN (...)` list and rows per insert: well under every database's limit."""


def batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Yield lists of at most `size` items, reading no further ahead than that."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


class Link:
    """Statements in, rows out, inside one open transaction. Errors are `StoreError`."""

    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self.plain: Link = self
        """The same transaction, with every member under their own id."""

    def rows(self, statement: Executable) -> Sequence[Mapping[Any, Any]]:
        with sqlite.plain_errors(self._path):
            return self._connection.execute(statement).mappings().all()

    def row(self, statement: Executable) -> Mapping[Any, Any] | None:
        with sqlite.plain_errors(self._path):
            return self._connection.execute(statement).mappings().first()

    def number(self, statement: Executable) -> int:
        """The first column of the first row, 0 where there is none."""
        with sqlite.plain_errors(self._path):
            return int(self._connection.execute(statement).scalar() or 0)

    def run(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> int:
        """Execute once, or once per row; return how many rows were touched."""
        if rows is not None and not rows:
            return 0
        with sqlite.plain_errors(self._path):
            return self._connection.execute(statement, rows).rowcount

    def ids_of(self, member_id: str) -> Sequence[str]:
        """The ids of all members who are the person of this one; here each is a person."""
        return (member_id,)

    def person(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The id that stands for the person of whom a column names a member."""
        return column

    def first_own(
        self, wanted: Select[Any], column: ColumnElement[Any], member_id: str
    ) -> Select[Any]:
        """Rows of a person, the one of the member whose id stands for them first."""
        rows = wanted.where(column.in_(self.ids_of(member_id)))
        return rows.order_by(self.person(column) != column, column)

    def as_read(self, row: Mapping[Any, Any]) -> Mapping[Any, Any]:
        """A row on its way in as `rows` gives it back."""
        return row

    def commit(self) -> None:
        """Commit, or raise `StoreError` naming which kind of record lacks its parent."""
        with sqlite.plain_errors(self._path):
            try:
                self._connection.commit()
            except IntegrityError as error:
                missing = ", ".join(sqlite.orphans(self._connection))
                raise StoreError(
                    f"{str(self._path)!r}: records refer to others that are not stored"
                    f" ({missing}); save those first"
                ) from error
