"""Who sits at the terminal: one person of one community, and the open home they work in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent.services.identity import Actor, actor_of, pick_community
from agent.services.workplace import Workplace, open_workplace
from memory.records.people import Community, Member

if TYPE_CHECKING:
    from memory.store.watching import RecordWatch


@dataclass(frozen=True, slots=True)
class Seat:
    """What every screen works with. Services take `work` and `actor`; screens hold nothing else."""

    work: Workplace
    community: Community
    actor: Actor

    @property
    def member(self) -> Member:
        """The person as they were when they sat down."""
        return self.actor.member

    def watch(self) -> RecordWatch:
        """A watch on the record of this home."""
        from memory.store.watching import RecordWatch

        return RecordWatch(self.work.home.database)


@contextmanager
def take_seat(
    home: Path | None, community: str | None = None, as_who: str | None = None
) -> Iterator[Seat]:
    """Open a home and say who works there. Raises `PassdownError` as the commands do."""
    with open_workplace(home, create=False) as work:
        chosen = pick_community(work, community)
        yield Seat(work, chosen, actor_of(work, chosen, as_who))
