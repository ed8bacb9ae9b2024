"""What a system of record offers for tandems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from memory.records.tandem import Tandem, TandemProfile, TandemState, TandemTask


class TandemStore(Protocol):
    """What people want of tandems, tasks, and tandems."""

    def save_profile(self, profile: TandemProfile) -> None:
        """Insert or replace: a person has one."""
        ...

    def profile(self, member_id: str) -> TandemProfile | None: ...
    def profiles(self, community_id: str) -> Sequence[TandemProfile]:
        """By member id."""
        ...

    def save_task(self, task: TandemTask) -> None:
        """Insert or replace by id."""
        ...

    def task(self, task_id: str) -> TandemTask | None: ...
    def tasks(self, community_id: str, *, closed: bool = False) -> Sequence[TandemTask]:
        """Those still open, with `closed` all of them, by `(created_at, id)`."""
        ...

    def save_tandem(self, tandem: Tandem) -> None:
        """Insert or replace by id."""
        ...

    def tandem(self, tandem_id: str) -> Tandem | None: ...
    def tandems(self, community_id: str, states: Iterable[TandemState] = ()) -> Sequence[Tandem]:
        """By `(suggested_at, id)`; no states means all."""
        ...
