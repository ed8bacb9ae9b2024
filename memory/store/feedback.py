"""What readers say of guides, in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, case, delete, exists, func, select

from memory.records.feedback import Feedback, FeedbackKind
from memory.store import sqlite
from memory.store.codec import Codec
from memory.store.connection import Link
from memory.store.reader_protocols import Helpfulness
from memory.store.reader_tables import feedback

FEEDBACK = Codec(Feedback, feedback)


class SqlFeedback:
    """`FeedbackStore` over one transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def save_feedback(self, feedback: Feedback) -> None:
        """Insert or replace by id: what a person said last of a version holds."""
        self._link.run(sqlite.upsert(FEEDBACK.table), [FEEDBACK.row(feedback)])

    def drop_feedback(self, feedback_id: str) -> None:
        self._link.run(delete(feedback).where(feedback.c.id == feedback_id))

    def feedback_of(self, guide_id: str, member_id: str) -> Sequence[Feedback]:
        """What one person says of a guide, by version."""
        rows = self._link.rows(
            FEEDBACK.select()
            .where(feedback.c.guide_id == guide_id, feedback.c.member_id == member_id)
            .order_by(feedback.c.version)
        )
        return [FEEDBACK.record(row) for row in rows]

    def feedback(self, guide_id: str) -> Sequence[Feedback]:
        """What counts, newest first: of each person the words on the newest version."""
        rows = self._link.rows(
            FEEDBACK.select()
            .where(feedback.c.guide_id == guide_id, _counts())
            .order_by(feedback.c.given_at.desc(), feedback.c.id)
        )
        return [FEEDBACK.record(row) for row in rows]

    def helpfulness(self, community_id: str) -> Mapping[str, Helpfulness]:
        """Counts by guide id; guides of which nobody has said anything are not in it."""
        rows = self._link.rows(
            select(feedback.c.guide_id, *(_number(kind) for kind in FeedbackKind))
            .where(feedback.c.community_id == community_id, _counts())
            .group_by(feedback.c.guide_id)
        )
        return {row["guide_id"]: Helpfulness(row["helped"], row["failed"]) for row in rows}


def _number(kind: FeedbackKind) -> ColumnElement[int]:
    return func.sum(case((feedback.c.kind == kind.value, 1), else_=0)).label(kind.value)


def _counts() -> ColumnElement[bool]:
    """Whether the same person has said nothing of a newer version."""
    newer = feedback.alias()
    return ~exists().where(
        newer.c.guide_id == feedback.c.guide_id,
        newer.c.member_id == feedback.c.member_id,
        newer.c.version > feedback.c.version,
    )
