"""What a system of record offers for orders to stop work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from memory.records.governance import StopWork


class StopWorkStore(Protocol):
    """Orders to stop work on a topic, lifted ones too."""

    def save_stop(self, stop: StopWork) -> None:
        """Insert or replace by id."""
        ...

    def stops(self, community_id: str, *, lifted: bool = False) -> Sequence[StopWork]:
        """Those that hold, with `lifted` all of them, by `(stopped_at, id)`."""
        ...
