"""Letting the vector index catch up with the record."""

from __future__ import annotations

from agent.services.workplace import Workplace
from memory.records.guide import GuideStatus


def index_guides(work: Workplace) -> int:
    """Let the vector index catch up with what was published. Returns how many guides changed.

    An index that is missing or damaged is built anew; with nothing published none is opened, nor
    is one that is level with the record and can be read.
    """
    with work.store.reading() as unit:
        behind = bool(unit.guides.unindexed(limit=1))
    if not behind and work.index.is_readable:
        return 0
    with work.store.reading() as unit:
        if not behind and not unit.guides.guides(statuses=[GuideStatus.PUBLISHED]):
            return 0
    from memory.index.sync import sync_index

    return sync_index(work.store, work.index, work.heading)
