"""What a system of record offers for who may see what was said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol

from memory.records.talk import Thread
from memory.records.visibility import GuideWall, VisibilityAct


class PlaceSeen(NamedTuple):
    """A place of a community as far as it is open now; threads that differ are lines of theirs."""

    source: str
    channel: str
    private: bool
    seen_by: tuple[str, ...] | None
    threads: int


class VisibilityStore(Protocol):
    """Acts about visibility, what they make of discussions, and the walls before guides."""

    def save_act(self, act: VisibilityAct) -> None:
        """Insert once, and open or close every discussion it is about, in this transaction."""
        ...

    def closed_in(self, act: VisibilityAct) -> Sequence[Thread]:
        """The discussions that an act would be about and that not everybody sees, or that the
        source has otherwise than they are, by id.
        """
        ...

    def acts(self, community_id: str) -> Sequence[VisibilityAct]:
        """By `(made_at, id)`."""
        ...

    def acts_about(self, subject: str) -> Sequence[VisibilityAct]:
        """Those about one thread or guide, by `(made_at, id)`."""
        ...

    def places(self, community_id: str) -> Sequence[PlaceSeen]:
        """Imported places with how they are open, by source, channel and openness."""
        ...

    def walls(self, community_id: str, guide_id: str | None = None) -> Sequence[GuideWall]:
        """Discussions behind guides that not everybody sees, by guide and thread.

        Where nobody is named, those who spoke there are.
        """
        ...

    def seen_by(self, thread_ids: Collection[str]) -> dict[str, frozenset[str]]:
        """Who sees each of these threads; those that their community sees are left out."""
        ...
