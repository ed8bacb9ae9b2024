"""What is due when, which effects have happened, and who holds which lease, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select

from memory.records.inquiry import Due
from memory.store import sqlite
from memory.store.codec import Codec
from memory.store.connection import Link
from memory.store.tables import dues, effects, leases

DUES = Codec(Due, dues)


class SqlSchedule:
    """The part of `InquiryStore` that keeps time, and keeps two processes apart."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def plan(self, due: Due) -> None:
        """Insert or move by key."""
        self._link.run(sqlite.upsert(dues), [DUES.row(due)])

    def due(self, now: datetime, limit: int = 100) -> Sequence[Due]:
        """Everything planned at or before `now`, by `(at, key)`."""
        statement = (
            DUES.select().where(dues.c.at <= now).order_by(dues.c.at, dues.c.key).limit(limit)
        )
        return [DUES.record(row) for row in self._link.rows(statement)]

    def next_due(self) -> Due | None:
        row = self._link.row(DUES.select().order_by(dues.c.at, dues.c.key).limit(1))
        return None if row is None else DUES.record(row)

    def upcoming(self, community_id: str, limit: int) -> Sequence[Due]:
        """What is planned for one community, by `(at, key)`."""
        statement = (
            DUES.select()
            .where(dues.c.community_id == community_id)
            .order_by(dues.c.at, dues.c.key)
            .limit(limit)
        )
        return [DUES.record(row) for row in self._link.rows(statement)]

    def planned(self, key: str) -> Due | None:
        row = self._link.row(DUES.select().where(dues.c.key == key))
        return None if row is None else DUES.record(row)

    def drop_due(self, key: str) -> None:
        self._link.run(delete(dues).where(dues.c.key == key))

    def claim_effect(self, key: str, at: datetime) -> bool:
        """True for the first caller of this key ever whose transaction commits."""
        return self._link.run(sqlite.insert_new(effects), [{"key": key, "at": at}]) == 1

    def take_lease(self, key: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take or prolong a lease; False while another holder's has not run out."""
        free = or_(leases.c.holder == holder, leases.c.until <= now)
        lease = {"key": key, "holder": holder, "until": until}
        return self._link.run(sqlite.upsert(leases, where=free), [lease]) == 1

    def lease_holder(self, key: str) -> str | None:
        """Who holds the lease, run out or not."""
        row = self._link.row(select(leases.c.holder).where(leases.c.key == key))
        return None if row is None else str(row["holder"])

    def drop_lease(self, key: str, holder: str) -> None:
        """Give a lease back; another holder's stays."""
        self._link.run(delete(leases).where(leases.c.key == key, leases.c.holder == holder))
