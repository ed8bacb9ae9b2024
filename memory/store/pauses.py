"""When the agent was paused, in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from memory.records.pause import Pause
from memory.store import sqlite
from memory.store.codec import Codec
from memory.store.connection import Link
from memory.store.reader_tables import pauses

PAUSES = Codec(Pause, pauses)


class SqlPauses:
    """`PauseStore` over one transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def save_pause(self, pause: Pause) -> None:
        """Insert or replace by id."""
        self._link.run(sqlite.upsert(pauses), [PAUSES.row(pause)])

    def open_pause(self, community_id: str) -> Pause | None:
        """The pause that nobody has recorded the end of, though its time may have run out."""
        row = self._link.row(
            PAUSES.select()
            .where(pauses.c.community_id == community_id, pauses.c.ended_at.is_(None))
            .order_by(pauses.c.since.desc())
        )
        return None if row is None else PAUSES.record(row)

    def pauses(self, community_id: str) -> Sequence[Pause]:
        """All of a community's, by `(since, id)`."""
        rows = self._link.rows(
            PAUSES.select()
            .where(pauses.c.community_id == community_id)
            .order_by(pauses.c.since, pauses.c.id)
        )
        return [PAUSES.record(row) for row in rows]
