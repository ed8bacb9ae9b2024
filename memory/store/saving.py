"""Bulk saving that counts: what was new, what changed, and what was as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from memory.store import sqlite
from memory.store.codec import Codec, R, Row
from memory.store.connection import Link, batches
from memory.store.protocols import SaveCounts

Merge = Callable[[Mapping[Any, Any], Row], Row]
"""Takes the stored row and the new one; returns the row to store."""


@dataclass
class Saved:
    """The outcome of a bulk save: counts, and each written row beside what stood there before."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    written: list[tuple[Mapping[Any, Any] | None, Row]] = field(default_factory=list)

    @property
    def counts(self) -> SaveCounts:
        return SaveCounts(added=self.added, changed=self.changed, unchanged=self.unchanged)


def save_batch(link: Link, codec: Codec[R], records: Iterable[R], merge: Merge | None) -> Saved:
    """Upsert one batch by id, writing only what differs. Columns that are no fields stay."""
    rows = [codec.row(record) for record in records]
    table = codec.table
    statement = select(*(table.c[name] for name in codec.fields))
    stored: dict[str, Mapping[Any, Any]] = {
        row["id"]: row
        for row in link.rows(statement.where(table.c.id.in_({r["id"] for r in rows})))
    }
    latest: dict[str, Mapping[Any, Any]] = dict(stored)
    fresh: dict[str, Row] = {}
    saved = Saved()
    for row in rows:
        before = latest.get(row["id"])
        after = row if before is None or merge is None else merge(before, row)
        if before is None:
            saved.added += 1
        elif _same(codec, link, before, after):
            saved.unchanged += 1
            continue
        else:
            saved.changed += 1
        latest[row["id"]] = fresh[row["id"]] = after
    further = [column.name for column in table.columns if column.name not in codec.fields]
    link.run(sqlite.upsert(table, keep=further), list(fresh.values()))
    saved.written = [(stored.get(key), row) for key, row in fresh.items()]
    return saved


def _same(codec: Codec[R], link: Link, before: Mapping[Any, Any], after: Row) -> bool:
    """Whether storing a row would change nothing of what is read."""
    known, told = link.as_read(before), link.as_read(after)
    return all(known[name] == told[name] for name in codec.fields)


def save_counted(
    link: Link,
    codec: Codec[R],
    records: Iterable[R],
    *,
    merge: Merge | None = None,
    after_batch: Callable[[Saved], None] | None = None,
) -> SaveCounts:
    """Save a stream of any length in batches and constant memory."""
    total = Saved()
    for batch in batches(records):
        saved = save_batch(link, codec, batch, merge)
        if after_batch is not None:
            after_batch(saved)
        total.added += saved.added
        total.changed += saved.changed
        total.unchanged += saved.unchanged
    return total.counts
