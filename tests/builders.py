"""Small true records for tests: one community, its people, a thread and its messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from memory.records.people import Community, Member
from memory.records.talk import (
    Message,
    MessageKind,
    Origin,
    Segment,
    SegmentKind,
    Thread,
)

MONDAY = datetime(2025, 3, 3, 11, 0, tzinfo=UTC)
"""A Monday, late morning: everybody may be asked."""
COMMUNITY = Community(id=Community.id_of("Guild"), name="Guild", created_at=MONDAY)


def make_member(handle: str, **changes: Any) -> Member:
    """A member of `COMMUNITY`, named after the handle."""
    fields: dict[str, Any] = {
        "id": Member.id_of(COMMUNITY.id, "test", handle),
        "community_id": COMMUNITY.id,
        "source": "test",
        "native_id": handle,
        "handle": handle,
        "name": handle.capitalize(),
    }
    return Member(**(fields | changes))


def make_thread(native_id: str = "t1", **changes: Any) -> Thread:
    """A public thread of `COMMUNITY`, started a day before `MONDAY`."""
    fields: dict[str, Any] = {
        "id": Thread.id_of(COMMUNITY.id, "test", native_id),
        "community_id": COMMUNITY.id,
        "source": "test",
        "native_id": native_id,
        "started_at": MONDAY - timedelta(days=1),
        "last_at": MONDAY - timedelta(days=1),
    }
    return Thread(**(fields | changes))


def make_message(
    native_id: str, text: str, author: Member | None, thread: Thread, **changes: Any
) -> Message:
    """A message whose whole text is its author's own words."""
    fields: dict[str, Any] = {
        "id": Message.id_of(COMMUNITY.id, "test", native_id),
        "community_id": COMMUNITY.id,
        "thread_id": thread.id,
        "source": "test",
        "native_id": native_id,
        "author_id": author.id if author else None,
        "kind": MessageKind.CHAT,
        "text": text,
        "segments": (Segment(kind=SegmentKind.OWN, start=0, end=len(text)),) if text else (),
        "sent_at": thread.last_at,
        "origin": Origin(file="test", line=1),
    }
    return Message(**(fields | changes))


class SettableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        """Move on by `timedelta(**by)`."""
        self.at += timedelta(**by)


def texts_of(messages: Sequence[Message]) -> dict[str, str]:
    """Message texts by id, as the evidence check wants them."""
    return {message.id: message.text for message in messages}
