"""A pause: a stretch of time in which the agent leaves the people of a community in peace."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import model_validator

from memory.records.base import Id, Record, UtcTime, stable_id


class Pause(Record):
    """One pause of one community. A community has at most one that has not ended."""

    id: Id
    community_id: Id
    since: UtcTime
    until: UtcTime | None = None
    """When it ends by itself; `None`: when somebody resumes."""
    paused_by: Id
    ended_at: UtcTime | None = None

    @staticmethod
    def id_of(community_id: str, since: datetime) -> str:
        return stable_id("pau", community_id, since.isoformat())

    @model_validator(mode="after")
    def _times_in_order(self) -> Self:
        for end in (self.until, self.ended_at):
            if end is not None and end < self.since:
                raise ValueError(f"pause {self.id!r} ends before it begins")
        return self

    def holds(self, now: datetime) -> bool:
        """Whether it is in force at `now`; a time that has run out ends it before anyone notes."""
        return self.ended_at is None and (self.until is None or now < self.until)
