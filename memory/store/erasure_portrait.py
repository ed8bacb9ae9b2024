"""Every row that names one person, in every table, as plain values that can be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, String, Table, and_, cast, or_, select

from memory.records.people import Member
from memory.store.connection import Link
from memory.store.tables import messages, metadata, threads

Rows = Sequence[Mapping[str, Any]]
WHO = ("member_id", "author_id", "by_id")
"""Keys by which an entry of a list says whose it is."""
WHOLE = frozenset({"erasure_keys", "forgotten", "masked_messages", "copies", "leases", "effects"})
"""Tables of the home itself."""
OF_MACHINES = frozenset({"coverage", "measures", "signals", "segments"})
"""Columns that say nothing of a person, and may quote others."""


def traces(link: Link, member: Member) -> dict[str, Rows]:
    """Rows by table in which the person's id stands; tables without one are left out.

    Of lists inside a row only the person's own entries are given, and of others' messages only
    those that mention the person in public: what others said in confidence stays with them.
    """
    found: dict[str, Rows] = {}
    for table in metadata.sorted_tables:
        if table.name in WHOLE:
            continue
        rows = _rows(link, table, member)
        if rows:
            found[table.name] = rows
    return found


def _rows(link: Link, table: Table, member: Member) -> list[Mapping[str, Any]]:
    named = [cast(column, String).contains(member.id) for column in table.c if _may_name(column)]
    if not named:
        return []
    statement = select(table).where(or_(*named))
    if "community_id" in table.c:
        here = table.c.community_id == member.community_id
        statement = statement.where(or_(table.c.community_id.is_(None), here))
    if table is messages:
        unseen = cast(threads.c.seen_by, String).not_like(f"%{member.id}%")
        closed = and_(threads.c.seen_by.is_not(None), unseen)
        private = select(threads.c.id).where(or_(threads.c.private, closed))
        own = messages.c.author_id == member.id
        statement = statement.where(or_(own, messages.c.thread_id.not_in(private)))
    rows = link.rows(statement.order_by(*table.primary_key))
    return [_plain(dict(row), member.id) for row in rows]


def _may_name(column: Column[Any]) -> bool:
    return isinstance(column.type, (String, JSON))


def _plain(row: dict[str, Any], who: str) -> dict[str, Any]:
    return {name: _theirs(value, who) for name, value in row.items() if name not in OF_MACHINES}


def _theirs(value: Any, who: str) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [_theirs(one, who) for one in value if _is_theirs(one, who)]
    if isinstance(value, dict):
        if not _is_theirs(value, who):
            return None
        return {name: _theirs(one, who) for name, one in value.items()}
    return value


def _is_theirs(one: Any, who: str) -> bool:
    """Whether an entry is of this person, or of nobody in particular."""
    if not isinstance(one, dict):
        return True
    said = {one[key] for key in WHO if one.get(key)}
    return not said or who in said or who in one.get("also_ids", ())
