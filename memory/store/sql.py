"""The system of record over SQLAlchemy: opens a database and hands out units of work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Engine

from memory.store import schema, sqlite
from memory.store.challenges import SqlChallenges
from memory.store.desk import SqlDesk
from memory.store.erasure_store import SqlKeeping
from memory.store.feedback import SqlFeedback
from memory.store.governance import SqlStopWorks
from memory.store.guides import SqlGuides
from memory.store.inbox import SqlInbox
from memory.store.incidents import SqlIncidents
from memory.store.inquiries import SqlInquiries
from memory.store.log import SqlDecisionLog
from memory.store.pauses import SqlPauses
from memory.store.people import SqlPeople
from memory.store.personal import PersonalLink
from memory.store.skills import SqlSkills
from memory.store.talk import SqlTalk
from memory.store.tandems import SqlTandems
from memory.store.visibility import SqlVisibility


class SqlUnit:
    """One transaction's view of everything. Of no use once its `with` block is left."""

    def __init__(self, link: PersonalLink) -> None:
        self.people = SqlPeople(link)
        self.talk = SqlTalk(link)
        self.inquiries = SqlInquiries(link)
        self.inbox = SqlInbox(link)
        self.incidents = SqlIncidents(link)
        self.guides = SqlGuides(link)
        self.desk = SqlDesk(link)
        self.feedback = SqlFeedback(link)
        self.pauses = SqlPauses(link)
        self.skills = SqlSkills(link)
        self.tandems = SqlTandems(link)
        self.life = SqlChallenges(link)
        self.keeping = SqlKeeping(link.plain)
        self.stops = SqlStopWorks(link)
        self.visibility = SqlVisibility(link)
        self.log = SqlDecisionLog(link)


class SqlStore:
    """A `Store` in one database file, shared freely between threads and processes.

    Each unit has a connection of its own. A unit for writing takes the write lock when it begins
    and waits for it up to `sqlite.BUSY_SECONDS`; do not open a second one inside the first.
    """

    def __init__(self, path: Path, readers: Engine, writers: Engine) -> None:
        self.path = path
        self._readers = readers
        self._writers = writers

    @classmethod
    def open(cls, path: Path) -> Self:
        """Create or migrate the database at `path`, whose folder exists, and connect to it.

        Raises `StoreError` where it cannot be used or was written by a newer version.
        """
        schema.bring_up_to_date(path)
        return cls(path, sqlite.connect(path, writable=False), sqlite.connect(path, writable=True))

    @contextmanager
    def reading(self) -> Iterator[SqlUnit]:
        """One consistent state; saving in it raises `StoreError`."""
        with self._transaction(self._readers) as link:
            yield SqlUnit(link)

    @contextmanager
    def writing(self) -> Iterator[SqlUnit]:
        """One transaction: commits on leaving, rolls back on an exception."""
        with self._transaction(self._writers) as link:
            yield SqlUnit(link)
            link.commit()

    def integrity(self) -> Sequence[str]:
        """What is wrong with the file, in words; empty for a sound one. Reads all of it."""
        with sqlite.plain_errors(self.path), self._readers.connect() as connection:
            return sqlite.integrity(connection)

    def compact(self) -> None:
        """Give deleted rows' space back, so that what was deleted is nowhere in the file."""
        sqlite.compact(self.path)

    def close(self) -> None:
        self._readers.dispose()
        self._writers.dispose()

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[PersonalLink]:
        with sqlite.plain_errors(self.path):
            connection = engine.connect()
        try:
            with sqlite.plain_errors(self.path):
                connection.begin()
            yield PersonalLink(connection, self.path)
        finally:
            with sqlite.plain_errors(self.path):
                connection.close()
