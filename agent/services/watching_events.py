"""What a watcher tells while it works, each thing that lasts only once."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from memory.clock import SystemClock

REMEMBERED = 10_000
"""Things told once that are remembered; beyond that all may be told again."""


class Told(StrEnum):
    """What a watcher tells of."""

    STARTED = "started"
    IMPORTED = "imported"
    SKIPPED = "skipped"
    """A record of an archive could not be read."""
    WAITING = "waiting"
    """Something is not whole yet."""
    UNREADABLE = "unreadable"
    """A path could not be read; it is tried again when it changes."""
    REPLACED = "replaced"
    """A file is shorter or another than before, and was read anew."""
    SWEPT = "swept"
    FAILED = "failed"
    """Something could not be done now; it is tried again."""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One thing that a watcher tells."""

    kind: Told
    at: datetime
    path: str = ""
    what: str = ""
    """A file or a record in the path."""
    why: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


class Teller:
    """Tells events, and some of them only once."""

    def __init__(self, hear: Callable[[WatchEvent], None]) -> None:
        self._hear = hear
        self._once: set[tuple[Told, str, str, str]] = set()

    def tell(
        self, kind: Told, path: str = "", counts: Mapping[str, int] | None = None, why: str = ""
    ) -> None:
        self._hear(WatchEvent(kind, SystemClock().now(), path, why=why, counts=counts or {}))

    def tell_once(self, kind: Told, path: str, what: str = "", why: str = "") -> None:
        """Tell what was not told before, or was forgotten since."""
        said = (kind, path, what, why)
        if said in self._once:
            return
        if len(self._once) >= REMEMBERED:
            self._once.clear()
        self._once.add(said)
        self._hear(WatchEvent(kind, SystemClock().now(), path, what, why))

    def forget(self, kind: Told, path: str, still: Container[str] = ()) -> None:
        """Let what has passed be told again when it comes back; `still` names what lasts."""
        self._once = {
            said
            for said in self._once
            if said[:2] != (kind, path) or said[2] in still or (not said[2] and said[3] in still)
        }
