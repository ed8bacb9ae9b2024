"""Keeping the vector index level with the system of record, which alone is the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from memory.index.passages import passages_of
from memory.index.protocols import Passage, PassageIndex
from memory.records.guide import GuideStatus
from memory.records.inquiry import Facet
from memory.store.protocols import Store

Heading = Callable[[Facet], str]
"""The words over a section of a guide, for a reader."""


def sync_index(store: Store, index: PassageIndex, heading: Heading) -> int:
    """Bring every changed guide into the index; return how many were brought.

    A missing or damaged index is rebuilt, which counts each published guide. Safe in several
    processes at once: the index lock is held from reading a guide until it is marked, so
    nobody writes an older version over a newer one. After a kill the guide is still unmarked,
    and the next call brings it. Must not be called inside a transaction of `store`.
    """
    brought = 0
    tried: set[tuple[str, int]] = set()
    while True:
        with index.exclusive():
            if index.needs_rebuild:
                return brought + _rebuild(store, index, heading)[0]
            behind = next((item for item in _behind(store) if item not in tried), None)
            if behind is None:
                return brought
            _bring(store, index, heading, *behind)
        tried.add(behind)
        brought += 1


def rebuild_index(store: Store, index: PassageIndex, heading: Heading) -> int:
    """Build the index anew from all published guides; return how many passages it holds.

    Must not be called inside a transaction of `store`.
    """
    with index.exclusive():
        return _rebuild(store, index, heading)[1]


def _rebuild(store: Store, index: PassageIndex, heading: Heading) -> tuple[int, int]:
    """Return how many guides and how many passages the new index holds. Call under the lock.

    Revisions are read before the guides: a guide that changes in between stays marked.
    """
    behind = _behind(store, limit=1_000_000)
    with store.reading() as unit:
        guides = unit.guides.guides(statuses=(GuideStatus.PUBLISHED,))

    def passages() -> Iterator[Passage]:
        for guide in guides:
            yield from passages_of(guide, heading)

    held = index.rebuild(passages())
    if behind:
        with store.writing() as unit:
            for guide_id, revision in behind:
                unit.guides.mark_indexed(guide_id, revision)
    return len(guides), held


def _bring(
    store: Store, index: PassageIndex, heading: Heading, guide_id: str, revision: int
) -> None:
    """Make the index hold the guide as it is now. A guide that is gone has no passages."""
    with store.reading() as unit:
        guide = unit.guides.guide(guide_id)
    index.replace_guide(guide_id, () if guide is None else passages_of(guide, heading))
    with store.writing() as unit:
        unit.guides.mark_indexed(guide_id, revision)


def _behind(store: Store, limit: int = 100) -> list[tuple[str, int]]:
    with store.reading() as unit:
        return list(unit.guides.unindexed(limit))
