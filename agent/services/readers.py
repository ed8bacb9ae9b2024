"""A guide as a reader opens it: its page, its versions, and what readers said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent.policy.governance import Seen
from agent.services.browsing import check_reads
from agent.services.feedback import FeedbackSummary, may_read_reasons, summary_in
from agent.services.guides import find_guide, page_in
from agent.services.identity import Actor
from agent.services.masking import page_for
from agent.services.pages import GuidePage
from agent.services.settling import guide_in
from agent.services.workplace import Workplace
from memory.records.feedback import Feedback
from memory.records.guide import GuideStatus


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one reader sees of one guide."""

    page: GuidePage
    versions: tuple[tuple[int, datetime], ...]
    """Number and time of each, oldest first; words that were taken back stand in none of this."""
    feedback: FeedbackSummary
    """With reasons only where this reader may read them."""
    own: Feedback | None
    """What this reader said last."""

    @property
    def takes_feedback(self) -> bool:
        """Whether readers may say that it helped or failed."""
        return self.page.guide.status is GuideStatus.PUBLISHED


def open_reading(work: Workplace, actor: Actor, guide_id: str) -> Reading:
    """Read a guide in one transaction. Nothing of the reading is stored.

    Raises `PermissionDeniedError` where this reader may not read it, or not any more;
    `UserInputError` for an unknown guide.
    """
    known = find_guide(work, guide_id)
    with work.store.reading() as unit:
        guide = guide_in(unit, known.id)
        member = unit.people.member(actor.member.id) or actor.member
        sight = check_reads(unit, work, member, guide)
        whole = sight.of(guide.id) is Seen.ALL
        said = unit.feedback.feedback_of(guide.id, member.id)
        summary = summary_in(unit, guide.id)
        if not may_read_reasons(member, guide):
            summary = FeedbackSummary(summary.helped, summary.failed)
        return Reading(
            page=page_for(unit, work, sight.reader, page_in(unit, guide, sight)),
            versions=tuple(
                (version.number, version.created_at)
                for version in (unit.guides.versions(guide.id) if whole else (guide.current,))
            ),
            feedback=summary,
            own=said[-1] if said else None,
        )
