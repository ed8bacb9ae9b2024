"""Acts about visibility and the walls before guides, in SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_, select

from memory.records.talk import INTERVIEW_SOURCE, Thread
from memory.records.visibility import GuideWall, Scope, VisibilityAct, VisibilityActKind
from memory.store import sqlite
from memory.store.codec import Codec
from memory.store.connection import BATCH, Link, batches
from memory.store.tables import guides, messages, threads
from memory.store.visibility_places import ACTS, DecidedPlaces
from memory.store.visibility_protocols import PlaceSeen
from memory.store.visibility_tables import guide_sources, visibility_acts

_THREADS = Codec(Thread, threads)
_SEEN = ("id", "private", "seen_by", "told")


class SqlVisibility:
    """`VisibilityStore` over one transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def save_act(self, act: VisibilityAct) -> None:
        """Insert once, and open or close every discussion it is about, in this transaction."""
        added = self._link.run(sqlite.insert_new(visibility_acts), [ACTS.row(act)])
        if added and act.kind is VisibilityActKind.SET:
            self._decide_again(act)

    def _decide_again(self, act: VisibilityAct) -> None:
        """Read and written as the source names members, so that separating them opens nothing."""
        places, plain = DecidedPlaces(self._link), self._link.plain
        for page in self._pages(plain, _meant(act)):
            after = [places.decided(thread) for thread in page]
            changed = [
                _THREADS.row(new, judged_at=None)
                for old, new in zip(page, after, strict=True)
                if any(getattr(old, name) != getattr(new, name) for name in _SEEN)
            ]
            plain.run(sqlite.upsert(threads), changed)

    def _pages(self, link: Link, which: ColumnElement[bool]) -> Iterator[list[Thread]]:
        last = ""
        while True:
            statement = _THREADS.select().where(which, threads.c.id > last)
            rows = link.rows(statement.order_by(threads.c.id).limit(BATCH))
            yield [_THREADS.record(row) for row in rows]
            if len(rows) < BATCH:
                return
            last = rows[-1]["id"]

    def closed_in(self, act: VisibilityAct) -> Sequence[Thread]:
        """The discussions that an act would be about and that not everybody sees, or that the
        source has otherwise than they are, by id.
        """
        closed = or_(_walled(), threads.c.told.is_not(None))
        which = and_(_meant(act), closed)
        return [thread for page in self._pages(self._link, which) for thread in page]

    def acts(self, community_id: str) -> Sequence[VisibilityAct]:
        """By `(made_at, id)`."""
        return self._acts(visibility_acts.c.community_id == community_id)

    def acts_about(self, subject: str) -> Sequence[VisibilityAct]:
        """Those about one thread or guide, by `(made_at, id)`."""
        return self._acts(visibility_acts.c.subject == subject)

    def _acts(self, which: ColumnElement[bool]) -> Sequence[VisibilityAct]:
        order = (visibility_acts.c.made_at, visibility_acts.c.id)
        rows = self._link.rows(ACTS.select().where(which).order_by(*order))
        return [ACTS.record(row) for row in rows]

    def places(self, community_id: str) -> Sequence[PlaceSeen]:
        """Imported places with how they are open, by source, channel and openness."""
        found: Counter[tuple[Any, ...]] = Counter()
        rows = self._link.rows(
            select(threads.c.source, threads.c.channel, threads.c.private, threads.c.seen_by).where(
                threads.c.community_id == community_id, threads.c.source != INTERVIEW_SOURCE
            )
        )
        for row in rows:
            named = None if row["seen_by"] is None else tuple(row["seen_by"])
            found[row["source"], row["channel"], bool(row["private"]), named] += 1
        ordered = sorted(found.items(), key=lambda one: (*one[0][:3], one[0][3] or ()))
        return [
            PlaceSeen(place[0], place[1], place[2], place[3], count) for place, count in ordered
        ]

    def walls(self, community_id: str, guide_id: str | None = None) -> Sequence[GuideWall]:
        """Discussions behind guides that not everybody sees, by guide and thread."""
        statement = (
            select(guide_sources.c.guide_id, guide_sources.c.thread_id)
            .join(guides, guides.c.id == guide_sources.c.guide_id)
            .join(threads, threads.c.id == guide_sources.c.thread_id)
            .where(guides.c.community_id == community_id, _walled())
            .order_by(guide_sources.c.guide_id, guide_sources.c.thread_id)
        )
        if guide_id is not None:
            statement = statement.where(guide_sources.c.guide_id == guide_id)
        rows = self._link.rows(statement)
        seen = self.seen_by({row["thread_id"] for row in rows})
        return [
            GuideWall(
                guide_id=row["guide_id"],
                thread_id=row["thread_id"],
                seen_by=tuple(sorted(seen[row["thread_id"]])),
            )
            for row in rows
        ]

    def seen_by(self, thread_ids: Collection[str]) -> dict[str, frozenset[str]]:
        """Who sees each of these threads; those that their community sees are left out."""
        found: dict[str, frozenset[str]] = {}
        nameless: list[str] = []
        for batch in batches(sorted(thread_ids)):
            chosen = select(threads.c.id, threads.c.seen_by)
            for row in self._link.rows(chosen.where(threads.c.id.in_(batch), _walled())):
                if row["seen_by"] is None:
                    nameless.append(row["id"])
                found[row["id"]] = frozenset(row["seen_by"] or ())
        for batch in batches(nameless):
            spoke = select(messages.c.thread_id, messages.c.author_id).distinct()
            for row in self._link.rows(
                spoke.where(messages.c.thread_id.in_(batch), messages.c.author_id.is_not(None))
            ):
                found[row["thread_id"]] |= {row["author_id"]}
        return found


def _walled() -> ColumnElement[bool]:
    return and_(
        threads.c.source != INTERVIEW_SOURCE,
        or_(threads.c.private, threads.c.seen_by.is_not(None)),
    )


def _meant(act: VisibilityAct) -> ColumnElement[bool]:
    """Which threads a decision may change."""
    here = and_(threads.c.community_id == act.community_id, threads.c.source != INTERVIEW_SOURCE)
    if act.scope is Scope.THREAD:
        return and_(here, threads.c.id == act.subject)
    if act.scope is Scope.PLACE:
        return and_(here, threads.c.source == act.source, threads.c.channel == act.channel)
    if act.scope is Scope.PRIVATE:
        return and_(here, or_(threads.c.private, threads.c.told.is_not(None)))
    return and_(here, or_(not_(threads.c.private), threads.c.told.is_not(None)))
