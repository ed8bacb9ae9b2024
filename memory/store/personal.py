"""A transaction in which several members whom a steward joined are one person.

Rows name the members who spoke and acted, and go on to: who is one with whom is a relation. Here
every row is read with the id that stands for the person, and written with the ids of the members
it was about, so that nothing above the store has to know, and separating puts everything back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Insert,
    Table,
    TextClause,
    and_,
    case,
    select,
)

from memory.records.joining import Joining
from memory.store.codec import Codec, Row
from memory.store.connection import Link, batches
from memory.store.joining_tables import joinings
from memory.store.persons import Persons
from memory.store.tables import messages

JOININGS = Codec(Joining, joinings)
OF_MEMBERS = frozenset({"members", "joinings"})
"""Tables that are about members, not persons."""


class PersonalLink(Link):
    """Statements in, rows out, with one id for each person. Costs one query where all are one."""

    def __init__(self, connection: Connection, path: Path) -> None:
        super().__init__(connection, path)
        self.plain = Link(connection, path)

    @cached_property
    def persons(self) -> Persons:
        """Who is one person with whom, as this transaction began or last changed it."""
        held = JOININGS.select().where(joinings.c.separated_at.is_(None))
        return Persons(JOININGS.record(row) for row in self.plain.rows(held))

    def forget_persons(self) -> None:
        """Look again who is one with whom: it was changed."""
        self.__dict__.pop("persons", None)

    def rows(self, statement: Executable) -> Sequence[Mapping[Any, Any]]:
        found = self.plain.rows(statement)
        return [self._read(row) for row in found] if self._is_of_persons(statement) else found

    def row(self, statement: Executable) -> Mapping[Any, Any] | None:
        found = self.plain.row(statement)
        if found is None or not self._is_of_persons(statement):
            return found
        return self._read(found)

    def run(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> int:
        """Execute; rows keep the members that they name already, where these are the persons."""
        if rows and isinstance(statement, Insert) and self.persons:
            table = statement.table
            if isinstance(table, Table) and table.name not in OF_MEMBERS:
                rows = [self._written(table, dict(row)) for row in rows]
        return self.plain.run(statement, rows)

    def ids_of(self, member_id: str) -> Sequence[str]:
        """All ids of the person whose id this is, in order."""
        return sorted(self.persons.ids(member_id))

    def person(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The id of the person of whom a column names a member."""
        renamed = self.persons.renamed()
        return case(renamed, value=column, else_=column) if renamed else column

    def as_read(self, row: Mapping[Any, Any]) -> Mapping[Any, Any]:
        """A row on its way in as it will be read."""
        whole: Mapping[Any, Any] = self.persons.read(dict(row))
        return whole

    def _is_of_persons(self, statement: Executable) -> bool:
        return not isinstance(statement, TextClause) and bool(self.persons)

    def _read(self, row: Mapping[Any, Any]) -> Row:
        found: Row = dict(self.as_read(row))
        author = row.get("author_id")
        if author is not None and found["author_id"] != author:
            found["signed_id"] = author
        return found

    def _written(self, table: Table, row: Row) -> Row:
        """A row with the members it is about, in place of the ids that stand for persons."""
        if not any(self.persons.speaks_of(value) for value in row.values()):
            return row
        keys = [column.name for column in table.primary_key]
        stored: Mapping[Any, Any] = {}
        if all(name in row for name in keys):
            same = and_(*(table.c[name] == row[name] for name in keys))
            stored = self.plain.row(select(table).where(same)) or {}
        kept = {
            name: value if name in keys else self.persons.kept(value, stored.get(name))
            for name, value in row.items()
        }
        credited: Row = self._credited(kept, self._authors(kept))
        return credited

    def _authors(self, row: Row) -> Mapping[str, str]:
        """Who wrote the messages that are named in a row, by message id."""
        found: dict[str, str] = {}
        for batch in batches(sorted(set(_cited(row)))):
            wanted = select(messages.c.id, messages.c.author_id).where(messages.c.id.in_(batch))
            found |= {r["id"]: r["author_id"] for r in self.plain.rows(wanted) if r["author_id"]}
        return found

    def _credited(self, part: Any, authors: Mapping[str, str]) -> Any:
        """Words stand in the name of the member who wrote the messages that they rest on."""
        if isinstance(part, list):
            return [self._credited(one, authors) for one in part]
        if not isinstance(part, dict):
            return part
        whole = {name: self._credited(one, authors) for name, one in part.items()}
        if not whole.get("author_id"):
            return whole
        spans = whole.get("evidence") or [whole]
        wrote = [authors[m] for m in dict.fromkeys(_cited(spans)) if m in authors]
        whole["author_id"] = self._who(whole["author_id"], wrote)
        if "also_ids" in whole:
            named = [whole["author_id"], *whole["also_ids"]]
            theirs = [self._who(one, wrote) for one in named]
            people = {self.persons.of(one) for one in named}
            more = [one for one in wrote if self.persons.of(one) in people]
            others = dict.fromkeys([*theirs[1:], *more])
            whole["also_ids"] = [one for one in others if one != theirs[0]]
        return whole

    def _who(self, named: str, wrote: Sequence[str]) -> str:
        """The first member of this person who wrote one of the messages, else as it was."""
        person = self.persons.of(named)
        return next((one for one in wrote if self.persons.of(one) == person), named)


def _cited(part: Any) -> Iterator[str]:
    """The ids of all messages that are named inside a value, in order."""
    if isinstance(part, list):
        for one in part:
            yield from _cited(one)
    elif isinstance(part, dict):
        for name, one in part.items():
            if name == "message_id" and isinstance(one, str):
                yield one
            else:
                yield from _cited(one)
