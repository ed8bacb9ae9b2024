"""A few seconds in which a decision can be taken back before it is recorded.

Nothing is recorded until they are over. Another decision, or leaving the program, makes it take
effect at once; a killed terminal means that it was not made, and the guide still waits.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from textual.screen import Screen
from textual.timer import Timer

from memory.errors import PassdownError

SECONDS = 5.0
"""How long a decision can be taken back."""


def _nothing() -> None:
    """Nothing to bring back."""


@dataclass(frozen=True)
class Pending:
    """A decision that is not recorded yet."""

    told: str
    """What will happen, in words: `Approving “title”`."""
    guide_ids: frozenset[str]
    act: Callable[[], Any]
    """Records it; runs in a thread."""
    then: Callable[[Any], None]
    refused: Callable[[PassdownError], None]
    restore: Callable[[], None] = _nothing
    """Brings back what was typed."""


@dataclass
class Grace:
    """At most one pending decision of one screen, which runs it by its own `act`."""

    screen: Screen[Any]
    run: Callable[[Pending], None]
    """Runs a decision off the event loop and goes on with what came of it."""
    changed: Callable[[], None]
    """Called whenever what is pending, or the time left, changes."""
    seconds: float = SECONDS
    pending: Pending | None = None
    _ends: float = 0.0
    _timer: Timer | None = field(default=None, repr=False)

    @property
    def left(self) -> int:
        """Whole seconds left, at least 1 while something is pending."""
        return max(1, round(self._ends - monotonic())) if self.pending else 0

    def begin(self, pending: Pending) -> None:
        """Wait with a decision; one that waited already takes effect now."""
        self.flush()
        self.pending = pending
        self._ends = monotonic() + self.seconds
        self._timer = self.screen.set_interval(0.5, self._tick)
        self.changed()

    def take_back(self) -> bool:
        """Forget what is pending; whether there was something."""
        pending = self._clear()
        if pending is None:
            return False
        pending.restore()
        self.changed()
        return True

    def flush(self) -> None:
        """Let what is pending take effect now."""
        pending = self._clear()
        if pending is not None:
            self.run(pending)
            self.changed()

    def leave(self) -> None:
        """Record what is pending before the program ends, and wait for it.

        What is refused now was decided by somebody else; nobody is left to be told.
        """
        pending = self._clear()
        if pending is not None:
            with suppress(PassdownError):
                pending.act()

    def _clear(self) -> Pending | None:
        pending, self.pending = self.pending, None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        return pending

    def _tick(self) -> None:
        if monotonic() >= self._ends:
            self.flush()
        else:
            self.changed()
