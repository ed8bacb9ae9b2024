"""Orders to stop work on a topic, in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from memory.records.governance import StopWork
from memory.store import sqlite
from memory.store.codec import Codec
from memory.store.connection import Link
from memory.store.governance_tables import stop_works

STOPS = Codec(StopWork, stop_works)


class SqlStopWorks:
    """`StopWorkStore` over one transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def save_stop(self, stop: StopWork) -> None:
        """Insert or replace by id."""
        self._link.run(sqlite.upsert(stop_works), [STOPS.row(stop)])

    def stops(self, community_id: str, *, lifted: bool = False) -> Sequence[StopWork]:
        """Those that hold, with `lifted` all of them, by `(stopped_at, id)`."""
        held = STOPS.select().where(stop_works.c.community_id == community_id)
        if not lifted:
            held = held.where(stop_works.c.lifted_at.is_(None))
        rows = self._link.rows(held.order_by(stop_works.c.stopped_at, stop_works.c.id))
        return [STOPS.record(row) for row in rows]
