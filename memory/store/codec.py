"""Records to rows and back: one codec, driven by a record's fields and a table's columns."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import JSON, Select, Table, select

from memory.errors import StoreError
from memory.records.base import Record

R = TypeVar("R", bound=Record)
Row = dict[str, Any]


class Codec(Generic[R]):
    """Maps a record to the columns that bear its fields' names.

    Scalars are real columns (enums by value); nested records and tuples are JSON columns. A table
    may have further columns, and `apart` names fields that are kept elsewhere
    (a row that holds one all the same gives it).
    """

    def __init__(
        self, record: type[R], table: Table, *, apart: frozenset[str] = frozenset()
    ) -> None:
        self._record = record
        self.table = table
        self._apart = apart
        self.fields = tuple(name for name in record.model_fields if name not in apart)
        missing = [name for name in self.fields if name not in table.c]
        if missing:
            raise TypeError(f"table {table.name!r} lacks columns for {missing!r}")
        self._nested = {
            name: TypeAdapter[Any](record.model_fields[name].rebuild_annotation())
            for name in self.fields
            if isinstance(table.c[name].type, JSON)
        }

    def row(self, record: R, **further: Any) -> Row:
        """Return the columns of `record`, and those of `further`."""
        row: Row = {}
        for name in self.fields:
            value = getattr(record, name)
            adapter = self._nested.get(name)
            if adapter is not None:
                row[name] = adapter.dump_python(value, mode="json") if value else _empty(value)
            else:
                row[name] = value.value if isinstance(value, Enum) else value
        return row | further

    def select(self) -> Select[Any]:
        """Select the record's own columns."""
        return select(*(self.table.c[name] for name in self.fields))

    def record(self, row: Mapping[Any, Any], **apart: Any) -> R:
        """Build the record of a row; evidence in it must be opened before (`EvidenceTexts.open`).

        Raises `StoreError` where the row no longer makes a legal record.
        """
        found = {name: row[name] for name in self._apart if name in row}
        fields = {name: row[name] for name in self.fields}
        try:
            return self._record.model_validate(fields | found | apart)
        except ValidationError as error:
            problem = error.errors()[0]
            raise StoreError(
                f"{self._record.__name__} {row.get('id')!r} in the store is damaged:"
                f" {problem['msg']} at {problem['loc']!r}"
            ) from error


def _empty(value: Any) -> Any:
    return [] if value == () else value
