"""What a watcher remembers in the record: which archives it has read to where, and how it fares.

One watcher follows a community at a time, under a lease. A holder of this machine that no longer
runs is noticed at once, another when its lease runs out.
"""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field, ValidationError

from agent.holders import new_holder, process_gone
from memory.clock import SystemClock
from memory.errors import UserInputError
from memory.records.base import Record, UtcTime
from memory.store.protocols import ImportCursor, Store, Unit

LEASE = timedelta(seconds=120)
"""Longer than any step between two beats."""
_CURSOR = "watch"
"""Under which the state is kept beside the imports' own cursors."""


class FollowedPath(Record):
    """One path and what has been taken in of it."""

    path: str
    mark: str = ""
    """How it looked when it was last read, or tried."""
    archive: str = ""
    """Fingerprint under which its last import is kept."""
    length: int = Field(default=0, ge=0)
    """Bytes of it that were read."""
    messages: int = Field(default=0, ge=0)
    """Messages taken in since it is followed: new ones and changed ones."""
    changed_at: UtcTime | None = None
    """When it last brought something."""
    waiting: tuple[str, ...] = ()
    """Files that are not whole yet."""
    problem: str = ""
    """Why it could not be read; it is tried again when it changes."""


class WatchState(Record):
    """A watcher of one community, as `status` tells of it."""

    since: UtcTime
    interval: float = Field(gt=0)
    """Seconds between two looks."""
    last_pass: UtcTime | None = None
    stopped_at: UtcTime | None = None
    followed: tuple[FollowedPath, ...] = ()
    failed: tuple[str, ...] = ()
    """What the last sweep could not do."""

    def of(self, path: str) -> FollowedPath:
        """What is known of a path; nothing of a new one."""
        return next((one for one in self.followed if one.path == path), FollowedPath(path=path))


def saved_state(unit: Unit, community_id: str) -> WatchState | None:
    """The state that was last kept; None where nobody has watched yet or it cannot be read."""
    cursor = unit.talk.cursor(community_id, _CURSOR)
    if cursor is None:
        return None
    try:
        return WatchState.model_validate_json(cursor.position)
    except ValidationError:
        return None


def save_state(unit: Unit, community_id: str, state: WatchState) -> None:
    """Keep the state, where the community exists already."""
    if unit.people.community(community_id) is None:
        return
    unit.talk.save_cursor(
        ImportCursor(
            community_id=community_id,
            archive=_CURSOR,
            position=state.model_dump_json(),
            finished=True,
            updated_at=SystemClock().now(),
        )
    )


def watcher_of(unit: Unit, community_id: str) -> str:
    """Who holds the lease, as host and process; empty where nobody is known to."""
    holder = unit.inquiries.lease_holder(_key(community_id))
    return "" if holder is None or process_gone(holder) else holder


class WatchLease:
    """The right to watch a community. Times are the machine's, not those of a simulation."""

    def __init__(self, store: Store, community_id: str) -> None:
        self._store = store
        self._key = _key(community_id)
        self._holder = new_holder()

    def take(self) -> None:
        """Take it, or prolong it. Raises `UserInputError` naming who has it instead."""
        now = SystemClock().now()
        with self._store.writing() as unit:
            holder = unit.inquiries.lease_holder(self._key)
            if holder is not None and holder != self._holder and process_gone(holder):
                unit.inquiries.drop_lease(self._key, holder)
            if unit.inquiries.take_lease(self._key, self._holder, now, now + LEASE):
                return
            taken_by = _said(unit.inquiries.lease_holder(self._key) or "")
        raise UserInputError(
            f"{taken_by} watches this community already; stop that one first, or wait "
            f"{LEASE.seconds} seconds if it is gone"
        )

    def drop(self) -> None:
        """Give it back."""
        with self._store.writing() as unit:
            unit.inquiries.drop_lease(self._key, self._holder)


def _key(community_id: str) -> str:
    return f"watch:{community_id}"


def _said(holder: str) -> str:
    host, _, rest = holder.partition("/")
    return f"process {rest.partition('/')[0]} on {host!r}"
