"""What the sources of mail and of JSON exports share: records of one platform, read in windows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from agent.sources.archive import Archive, fingerprint
from agent.sources.own_words import clean_line
from agent.sources.protocol import Item, Progress, Skipped
from agent.sources.stream import WINDOW_RECORDS, Window, go_on_after
from memory.records.people import Member
from memory.records.talk import Message, Thread

Told = tuple[Item, float]
"""An item, and the share of the archive read when it was complete."""


class Platform:
    """Builds the records of one platform in one community."""

    def __init__(self, community_id: str, name: str) -> None:
        self.community_id = community_id
        self.name = name

    def member(
        self, native_id: str, handle: str, name: str = "", *, title: str = "", is_bot: bool = False
    ) -> Member:
        """Build a member. An empty handle becomes the native id, an empty name the handle."""
        handle = clean_line(handle) or native_id
        return Member(
            id=Member.id_of(self.community_id, self.name, native_id),
            community_id=self.community_id,
            source=self.name,
            native_id=native_id,
            handle=handle,
            name=clean_line(name) or handle,
            title=clean_line(title),
            is_bot=is_bot,
        )

    def thread(self, native_id: str, at: datetime, **facts: Any) -> Thread:
        """Build a thread with a message at `at`; `facts` are further fields of the record."""
        return Thread(
            id=Thread.id_of(self.community_id, self.name, native_id),
            community_id=self.community_id,
            source=self.name,
            native_id=native_id,
            started_at=at,
            last_at=at,
            **facts,
        )

    def message(
        self, native_id: str, thread: Thread, author: Member | None, **facts: Any
    ) -> Message:
        """Build a message; `facts` are further fields of the record. Deleted ones lose all words.

        Without `from_bot` among the facts, the author tells.
        """
        if facts.get("deleted"):
            facts |= {"text": "", "segments": (), "mentions": (), "reactions": ()}
            facts["attachments"] = ()
        facts.setdefault("from_bot", bool(author and author.is_bot))
        return Message(
            id=self.message_id(native_id),
            community_id=self.community_id,
            thread_id=thread.id,
            source=self.name,
            native_id=native_id,
            author_id=author.id if author else None,
            **facts,
        )

    def message_id(self, native_id: str) -> str:
        """Return the id of the message with this native id."""
        return Message.id_of(self.community_id, self.name, native_id)


class StreamedSource(ABC):
    """A source that is read from front to back. Positions are counts of messages passed.

    Going on after a position reads again without yielding. Subclasses tell people and thread
    before each message, every time; repetitions within a window are left out here.
    """

    name: str

    def __init__(self, archive: Archive, community_id: str) -> None:
        self._archive = archive
        self._platform = Platform(community_id, self.name)

    def fingerprint(self) -> str:
        """Identify archive and content by names, sizes and times."""
        return fingerprint(self.name, self._archive)

    def read(self, after: str = "") -> Iterator[Item]:
        """Yield everything after the position `after`. Raises `SourceError` for an unknown one."""
        return go_on_after(self._items(), after) if after else self._items()

    @abstractmethod
    def told(self) -> Iterator[Told]:
        """Tell everything, from the start, with no memory of an earlier reading."""

    def _items(self) -> Iterator[Item]:
        yield Progress("0", 0.0)
        window, passed, reached = Window(), 0, 0.0
        for item, fraction in self.told():
            if isinstance(item, Member | Thread):
                yield from window.once(item)
                continue
            yield item
            if not isinstance(item, Message | Skipped):
                continue
            passed, reached = passed + 1, min(1.0, max(reached, fraction))
            if passed % WINDOW_RECORDS == 0:
                window.clear()
                yield Progress(str(passed), reached)
        if passed % WINDOW_RECORDS:
            yield Progress(str(passed), 1.0)
