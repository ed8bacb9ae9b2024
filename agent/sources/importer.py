"""Importing an archive into the system of record: in batches, resumable, and repeatable.

Each batch is one transaction together with the position reached, so that a killed import goes on
from its last batch. Importing again reads everything again and changes what was edited. A message
that a newer archive lacks is kept, for exports are cut by date; only a stated deletion deletes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from pydantic import Field

from agent.sources.detect import recognise
from agent.sources.protocol import Item, Progress, Skipped, Source
from memory.clock import Clock
from memory.errors import SourceError, UserInputError
from memory.records.base import Fraction, Id, Record
from memory.records.decisions import Action, LoggedDecision
from memory.records.people import Community, Member
from memory.records.talk import Message, Thread
from memory.store.protocols import ImportCursor, SaveCounts, Store

MAX_KEPT_SKIPPED = 1_000
"""Skipped records above this are counted, not listed."""


class SkippedRecord(Record):
    """A record that could not be read: file and line, and why."""

    where: str
    why: str


class ImportReport(Record):
    """What an archive holds and what importing it did."""

    community_id: Id
    messages: int = Field(default=0, ge=0)
    threads: int = Field(default=0, ge=0)
    members: int = Field(default=0, ge=0)
    added: int = Field(default=0, ge=0)
    """Of the messages, as are `changed` and `unchanged`."""
    changed: int = Field(default=0, ge=0)
    unchanged: int = Field(default=0, ge=0)
    skipped: tuple[SkippedRecord, ...] = ()
    skipped_count: int = Field(default=0, ge=0)
    finished: bool = False


class _Position(Record):
    """What the cursor keeps: the source's own position, and what the batches so far changed."""

    source: str = ""
    saved: SaveCounts = SaveCounts()


OnProgress = Callable[[Fraction, ImportReport], None]


def import_archive(
    store: Store,
    path: Path,
    community_name: str,
    clock: Clock,
    *,
    strict: bool = False,
    sample: bool = False,
    on_progress: OnProgress | None = None,
) -> ImportReport:
    """Import the archive at `path` into the community of that name, made where it is new.

    Raises `UserInputError` where there is nothing to import, `SourceError` where the archive
    cannot be read, and with `strict` at the first bad record; batches before it stay.
    """
    source = recognise(path).open(path, Community.id_of(community_name))
    refuse_silence(source, path)
    return import_source(
        store, source, community_name, clock, strict=strict, sample=sample, on_progress=on_progress
    )


def import_source(
    store: Store,
    source: Source,
    community_name: str,
    clock: Clock,
    *,
    strict: bool = False,
    sample: bool = False,
    on_progress: OnProgress | None = None,
) -> ImportReport:
    """Import what an open source yields, even if that is nothing. Raises as `import_archive`."""
    if not community_name.strip():
        raise UserInputError("a community needs a name")
    community = Community(
        id=Community.id_of(community_name),
        name=community_name,
        created_at=clock.now(),
        sample=sample,
    )
    run = _Import(store, source, clock, community, strict=strict)
    for fraction in run.batches():
        if on_progress:
            on_progress(fraction, run.report())
    return run.report()


def refuse_silence(source: Source, path: Path) -> None:
    """Raise `UserInputError` for an archive without a single readable message."""
    unread: list[Skipped] = []
    for item in source.read():
        if isinstance(item, Message):
            return
        if isinstance(item, Skipped) and not unread:
            unread.append(item)
    why = f"; the first bad record is {unread[0].where!r}: {unread[0].why}" if unread else ""
    raise UserInputError(f"there is no readable message in {str(path)!r}{why}")


class _Import:
    """One run over one archive.

    A resumed run passes over what was saved without writing it, to count threads and members
    (their ids are held, about 100 bytes each) and to list what was skipped.
    """

    def __init__(
        self, store: Store, source: Source, clock: Clock, community: Community, *, strict: bool
    ) -> None:
        self._store = store
        self._source = source
        self._clock = clock
        self._community = community
        self._strict = strict
        self._archive = source.fingerprint()
        self._seen_threads: set[int] = set()
        self._seen_members: set[int] = set()
        self._messages = 0
        self._skipped: list[SkippedRecord] = []
        self._skipped_count = 0
        self._finished = False
        with store.reading() as unit:
            cursor = unit.talk.cursor(community.id, self._archive)
        self._position = _Position()
        if cursor is not None and not cursor.finished:
            self._position = _Position.model_validate_json(cursor.position)

    def report(self) -> ImportReport:
        return ImportReport(
            community_id=self._community.id,
            messages=self._messages,
            threads=len(self._seen_threads),
            members=len(self._seen_members),
            added=self._position.saved.added,
            changed=self._position.saved.changed,
            unchanged=self._position.saved.unchanged,
            skipped=tuple(self._skipped),
            skipped_count=self._skipped_count,
            finished=self._finished,
        )

    def batches(self) -> Iterator[float]:
        """Save batch after batch, each followed by the share of the archive read."""
        resume_at = self._position.source
        batch: list[Item] = []
        fraction = 0.0
        for item in self._source.read():
            self._count(item)
            if not isinstance(item, Progress):
                batch.append(item)
                continue
            fraction = item.fraction
            if resume_at:
                resume_at = "" if item.position == resume_at else resume_at
            else:
                self._save(batch, item.position, finished=False)
                yield fraction
            batch = []
        if resume_at:
            self._forget()
            yield from self.batches()
            return
        self._finished = True
        self._save(batch, self._position.source, finished=True)
        yield 1.0

    def _forget(self) -> None:
        """Begin anew, for an earlier version left a position that this one never meets."""
        self._seen_threads.clear()
        self._seen_members.clear()
        self._messages = self._skipped_count = 0
        self._skipped.clear()
        self._position = _Position()

    def _count(self, item: Item) -> None:
        if isinstance(item, Message):
            self._messages += 1
        elif isinstance(item, Thread):
            self._seen_threads.add(_as_number(item.id))
        elif isinstance(item, Member):
            self._seen_members.add(_as_number(item.id))
        elif isinstance(item, Skipped):
            if self._strict:
                raise SourceError(f"{item.where!r} cannot be read: {item.why}")
            self._skipped_count += 1
            if len(self._skipped) < MAX_KEPT_SKIPPED:
                self._skipped.append(SkippedRecord(where=item.where, why=item.why))

    def _save(self, batch: Iterable[Item], position: str, *, finished: bool) -> None:
        """Write one batch and the position after it in one transaction."""
        members = {item.id: item for item in batch if isinstance(item, Member)}
        messages = [item for item in batch if isinstance(item, Message)]
        threads = _widened((item for item in batch if isinstance(item, Thread)), messages)
        now = self._clock.now()
        with self._store.writing() as unit:
            if unit.people.community(self._community.id) is None:
                unit.people.save_community(self._community)
            unit.people.save_members(members.values())
            unit.talk.save_threads(threads)
            counts = unit.talk.save_messages(messages)
            before = self._position.saved
            self._position = _Position(
                source=position,
                saved=SaveCounts(
                    added=before.added + counts.added,
                    changed=before.changed + counts.changed,
                    unchanged=before.unchanged + counts.unchanged,
                ),
            )
            unit.talk.save_cursor(self._cursor(now, finished=finished))
            if finished:
                unit.log.append(self._logged(now))

    def _cursor(self, now: datetime, *, finished: bool) -> ImportCursor:
        return ImportCursor(
            community_id=self._community.id,
            archive=self._archive,
            position=self._position.model_dump_json(),
            finished=finished,
            skipped=self._skipped_count,
            updated_at=now,
        )

    def _logged(self, now: datetime) -> LoggedDecision:
        return LoggedDecision(
            at=now,
            community_id=self._community.id,
            actor="account",
            action=Action.IMPORTED,
            subject=self._community.id,
            reason=self._source.name,
        )


def _widened(threads: Iterable[Thread], messages: Iterable[Message]) -> list[Thread]:
    """Return each thread once, as last stated, from its first to its last message here."""
    by_id: dict[str, Thread] = {}
    for thread in threads:
        before = by_id.get(thread.id)
        by_id[thread.id] = _merged(before, thread) if before else thread
    for message in messages:
        thread = by_id[message.thread_id]
        if not thread.started_at <= message.sent_at <= thread.last_at:
            by_id[thread.id] = thread.model_copy(
                update={
                    "started_at": min(thread.started_at, message.sent_at),
                    "last_at": max(thread.last_at, message.sent_at),
                }
            )
    return list(by_id.values())


def _merged(before: Thread, after: Thread) -> Thread:
    return after.model_copy(
        update={
            "title": after.title or before.title,
            "tags": after.tags or before.tags,
            "accepted_message_id": after.accepted_message_id or before.accepted_message_id,
            "started_at": min(before.started_at, after.started_at),
            "last_at": max(before.last_at, after.last_at),
        }
    )


def _as_number(record_id: str) -> int:
    return int(record_id.rpartition("_")[2], 16)
