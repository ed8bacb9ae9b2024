"""Threads and messages, and what triage has yet to judge, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, not_, or_, select, update

from memory.records.talk import Message, MessageKind, Thread
from memory.store import sqlite
from memory.store.codec import Codec, Row
from memory.store.connection import BATCH, Link, batches
from memory.store.erasure_guard import ErasureGuard
from memory.store.evidence import MESSAGES
from memory.store.protocols import ImportCursor, Opening, SaveCounts
from memory.store.saving import Saved, save_counted
from memory.store.tables import cursors, messages, threads
from memory.store.visibility_places import DecidedPlaces

THREADS = Codec(Thread, threads)
CURSORS = Codec(ImportCursor, cursors)
OWN_SOURCE = "passdown"
"""`source` of the agent's own threads: never triaged, never counted as imported."""


class SqlTalk:
    """`TalkStore` over one transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._guard = ErasureGuard(link)
        self._places = DecidedPlaces(link)

    def save_threads(self, threads: Iterable[Thread]) -> SaveCounts:
        """Upsert by id; times widen, known titles, tags and acceptances stay.

        Who sees them goes by the record and what stewards decided on their place. What is closed
        stays closed where a record no longer says so: that is as often not told as open.
        """
        return save_counted(
            self._link,
            THREADS,
            self._places.threads(self._guard.threads(threads)),
            merge=self._widen,
            after_batch=self._unmark_threads,
        )

    def save_messages(self, messages: Iterable[Message]) -> SaveCounts:
        """Upsert by id; a new or changed message unmarks its thread as judged."""
        return save_counted(
            self._link,
            MESSAGES,
            self._guard.messages(messages),
            after_batch=self._unmark_threads_of_messages,
        )

    def thread(self, thread_id: str) -> Thread | None:
        row = self._link.row(THREADS.select().where(threads.c.id == thread_id))
        return None if row is None else THREADS.record(row)

    def threads(
        self, community_id: str, *, after_id: str = "", limit: int = 500
    ) -> Sequence[Thread]:
        """Imported threads that the whole community sees, by id, for paging."""
        statement = (
            THREADS.select()
            .where(_open(community_id), threads.c.id > after_id)
            .order_by(threads.c.id)
            .limit(limit)
        )
        return [THREADS.record(row) for row in self._link.rows(statement)]

    def latest_openings(self, community_id: str, limit: int) -> Sequence[Opening]:
        """How the latest judged public threads began, oldest first."""
        statement = (
            select(threads.c.id, threads.c.title, threads.c.started_at)
            .where(_open(community_id), threads.c.judged_at.is_not(None))
            .order_by(threads.c.last_at.desc(), threads.c.id.desc())
            .limit(limit)
        )
        rows = list(self._link.rows(statement))
        first = self._first_messages([row["id"] for row in rows if not row["title"]])
        return [
            Opening(row["id"], row["started_at"], row["title"], first.get(row["id"]))
            for row in reversed(rows)
        ]

    def _first_messages(self, thread_ids: Iterable[str]) -> dict[str, Message]:
        """The first message of each of these threads, by thread id."""
        found: dict[str, Message] = {}
        again = messages.alias("again")
        first = (
            select(again.c.id)
            .where(again.c.thread_id == threads.c.id)
            .order_by(again.c.sent_at, again.c.id)
            .limit(1)
            .correlate(threads)
            .scalar_subquery()
        )
        for batch in batches(thread_ids):
            chosen = select(first).select_from(threads).where(threads.c.id.in_(batch))
            for row in self._link.rows(MESSAGES.select().where(messages.c.id.in_(chosen))):
                found[row["thread_id"]] = MESSAGES.record(row)
        return found

    def message(self, message_id: str) -> Message | None:
        return self.messages([message_id]).get(message_id)

    def messages(self, message_ids: Iterable[str]) -> Mapping[str, Message]:
        """Those that exist, by id."""
        found: dict[str, Message] = {}
        for batch in batches(message_ids):
            for row in self._link.rows(MESSAGES.select().where(messages.c.id.in_(batch))):
                found[row["id"]] = MESSAGES.record(row)
        return found

    def thread_messages(self, thread_id: str) -> Sequence[Message]:
        """All messages of a thread, by `(sent_at, id)`."""
        rows = self._link.rows(
            MESSAGES.select()
            .where(messages.c.thread_id == thread_id)
            .order_by(messages.c.sent_at, messages.c.id)
        )
        return [MESSAGES.record(row) for row in rows]

    def messages_with(
        self, community_id: str, words: Sequence[str], limit: int
    ) -> Sequence[Message]:
        """Public messages that hold any of the words (case ignored), most words first, then new."""
        text = func.lower(messages.c.text)
        held = [text.contains(word.lower(), autoescape=True) for word in words if word]
        if not held:
            return []
        matches = reduce(add, (case((one, 1), else_=0) for one in held))
        rows = self._link.rows(
            MESSAGES.select()
            .join(threads, threads.c.id == messages.c.thread_id)
            .where(_open(community_id), not_(messages.c.deleted), or_(*held))
            .order_by(matches.desc(), messages.c.sent_at.desc(), messages.c.id)
            .limit(limit)
        )
        return [MESSAGES.record(row) for row in rows]

    def count_messages(self, community_id: str) -> int:
        """Imported messages; what people told the agent is not counted."""
        return self._count(
            and_(messages.c.community_id == community_id, messages.c.source != OWN_SOURCE)
        )

    def count_threads(self, community_id: str) -> int:
        """Imported threads, the private ones too; the agent's own interviews are not counted."""
        return self._count(
            and_(threads.c.community_id == community_id, threads.c.source != OWN_SOURCE)
        )

    def author_counts(self, community_id: str) -> Mapping[str, Mapping[str, int]]:
        """Per author id: `messages`, `answers`, `accepted` and `score` (0 or more)."""
        return {
            row["author_id"]: {
                "messages": int(row["messages"]),
                "answers": int(row["answers"]),
                "accepted": int(row["accepted"]),
                "score": max(0, int(row["score"])),
            }
            for row in self._link.rows(_author_counts(self._link, community_id))
        }

    def unjudged_threads(self, community_id: str, settled_before: datetime) -> Iterator[Thread]:
        """Stream settled, unjudged threads by `(last_at, id)`, one page in memory at a time."""
        beyond: ColumnElement[bool] | None = None
        while True:
            statement = (
                THREADS.select()
                .where(
                    _used(community_id),
                    threads.c.judged_at.is_(None),
                    threads.c.last_at <= settled_before,
                )
                .order_by(threads.c.last_at, threads.c.id)
                .limit(BATCH)
            )
            rows = self._link.rows(statement if beyond is None else statement.where(beyond))
            yield from (THREADS.record(row) for row in rows)
            if len(rows) < BATCH:
                return
            last = rows[-1]
            beyond = or_(
                threads.c.last_at > last["last_at"],
                and_(threads.c.last_at == last["last_at"], threads.c.id > last["id"]),
            )

    def mark_judged(self, thread_ids: Iterable[str], at: datetime) -> None:
        """Triage has seen these threads as they are now."""
        self._set_judged(thread_ids, at)

    def cursor(self, community_id: str, archive: str) -> ImportCursor | None:
        row = self._link.row(
            CURSORS.select().where(
                cursors.c.community_id == community_id, cursors.c.archive == archive
            )
        )
        return None if row is None else CURSORS.record(row)

    def save_cursor(self, cursor: ImportCursor) -> None:
        self._link.run(sqlite.upsert(cursors), [CURSORS.row(cursor)])

    def drop_cursor(self, community_id: str, archive: str) -> None:
        """Forget how far an import got; one that is unknown is none."""
        self._link.run(
            delete(cursors).where(
                cursors.c.community_id == community_id, cursors.c.archive == archive
            )
        )

    def _widen(self, stored: Mapping[Any, Any], new: Row) -> Row:
        row = _widen(stored, new)
        if not (stored["private"] or stored["seen_by"] is not None or stored["told"]):
            return row
        return THREADS.row(self._places.again(THREADS.record(stored), THREADS.record(row)))

    def _count(self, which: ColumnElement[bool]) -> int:
        return self._link.number(select(func.count()).where(which))

    def _unmark_threads(self, saved: Saved) -> None:
        self._set_judged((row["id"] for before, row in saved.written if before is not None), None)

    def _unmark_threads_of_messages(self, saved: Saved) -> None:
        left = {before["thread_id"] for before, _ in saved.written if before is not None}
        written = {row["thread_id"] for _, row in saved.written}
        self._set_judged(left | written, None)
        self._guard.untitle(written)

    def _set_judged(self, thread_ids: Iterable[str], at: datetime | None) -> None:
        for batch in batches(thread_ids):
            self._link.run(update(threads).where(threads.c.id.in_(batch)).values(judged_at=at))


def _used(community_id: str) -> ColumnElement[bool]:
    return and_(
        threads.c.community_id == community_id,
        not_(threads.c.private),
        threads.c.source != OWN_SOURCE,
    )


def _open(community_id: str) -> ColumnElement[bool]:
    """Of those, what the whole community sees."""
    return and_(_used(community_id), threads.c.seen_by.is_(None))


def _widen(stored: Mapping[Any, Any], new: Row) -> Row:
    tags = [*stored["tags"], *(tag for tag in new["tags"] if tag not in stored["tags"])]
    return new | {
        "channel": new["channel"] or stored["channel"],
        "title": new["title"] or stored["title"],
        "tags": tags,
        "started_at": min(stored["started_at"], new["started_at"]),
        "last_at": max(stored["last_at"], new["last_at"]),
        "accepted_message_id": new["accepted_message_id"] or stored["accepted_message_id"],
    }


def _author_counts(link: Link, community_id: str) -> Select[Any]:
    replied_to = messages.alias("replied_to")
    author = link.person(messages.c.author_id).label("author_id")
    answers = or_(
        messages.c.kind == MessageKind.ANSWER.value,
        and_(
            messages.c.kind == MessageKind.CHAT.value,
            replied_to.c.id.is_not(None),
            or_(
                replied_to.c.author_id.is_(None),
                link.person(replied_to.c.author_id) != link.person(messages.c.author_id),
            ),
        ),
    )
    accepted = threads.c.accepted_message_id == messages.c.id
    return (
        select(
            author,
            func.count().label("messages"),
            func.sum(case((answers, 1), else_=0)).label("answers"),
            func.sum(case((accepted, 1), else_=0)).label("accepted"),
            func.sum(messages.c.score).label("score"),
        )
        .select_from(messages)
        .outerjoin(replied_to, replied_to.c.id == messages.c.reply_to_id)
        .outerjoin(threads, threads.c.id == messages.c.thread_id)
        .where(
            messages.c.community_id == community_id,
            messages.c.author_id.is_not(None),
            not_(messages.c.deleted),
            not_(messages.c.from_bot),
            messages.c.kind.not_in([MessageKind.SYSTEM.value, MessageKind.INTERVIEW.value]),
        )
        .group_by(author)
        .order_by(author)
    )
