"""What a system of record offers for readers' words on guides, lists of titles, and pauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from memory.records.feedback import Feedback
from memory.records.pause import Pause


class Helpfulness(NamedTuple):
    """How many people say that a guide helped, and that it did not work for them."""

    helped: int
    failed: int


class GuideTitle(NamedTuple):
    """A guide in a list of thousands, without its words."""

    guide_id: str
    title: str
    version: int
    published_at: datetime | None
    review_by: datetime | None


class FeedbackStore(Protocol):
    """What readers say. Of one person's words on several versions, those on the newest count."""

    def save_feedback(self, feedback: Feedback) -> None:
        """Insert or replace by id: what a person said last of a version holds."""
        ...

    def drop_feedback(self, feedback_id: str) -> None: ...
    def feedback_of(self, guide_id: str, member_id: str) -> Sequence[Feedback]:
        """What one person says of a guide, by version."""
        ...

    def feedback(self, guide_id: str) -> Sequence[Feedback]:
        """What counts, newest first: of each person the words on the newest version."""
        ...

    def helpfulness(self, community_id: str) -> Mapping[str, Helpfulness]:
        """Counts by guide id; guides of which nobody has said anything are not in it."""
        ...


class PauseStore(Protocol):
    """When the agent was paused."""

    def save_pause(self, pause: Pause) -> None:
        """Insert or replace by id."""
        ...

    def open_pause(self, community_id: str) -> Pause | None:
        """The pause that nobody has recorded the end of, though its time may have run out."""
        ...

    def pauses(self, community_id: str) -> Sequence[Pause]:
        """All of a community's, by `(since, id)`."""
        ...
