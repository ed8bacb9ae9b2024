"""What readers say of guides, in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, or_, select

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
            .where(feedback.c.guide_id == guide_id, self._whose(member_id))
            .order_by(feedback.c.version)
        )
        return [FEEDBACK.record(row) for row in rows]

    def feedback(self, guide_id: str) -> Sequence[Feedback]:
        """What counts, newest first: of each person the words on the newest version."""
        rows = self._link.rows(
            FEEDBACK.select()
            .where(feedback.c.guide_id == guide_id, self._counts())
            .order_by(feedback.c.given_at.desc(), feedback.c.id)
        )
        return [FEEDBACK.record(row) for row in rows]

    def helpfulness(self, community_id: str) -> Mapping[str, Helpfulness]:
        """Counts by guide id; guides of which nobody has said anything are not in it."""
        rows = self._link.rows(
            select(feedback.c.guide_id, *(_number(kind) for kind in FeedbackKind))
            .where(feedback.c.community_id == community_id, self._counts())
            .group_by(feedback.c.guide_id)
        )
        return {row["guide_id"]: Helpfulness(row["helped"], row["failed"]) for row in rows}

    def _whose(self, member_id: str) -> ColumnElement[bool]:
        return feedback.c.member_id.in_(self._link.ids_of(member_id))

    def _counts(self) -> ColumnElement[bool]:
        """Whether the same person has said nothing of a newer version, or later of this one."""
        newer = feedback.alias()
        later = or_(
            newer.c.given_at > feedback.c.given_at,
            and_(newer.c.given_at == feedback.c.given_at, newer.c.id > feedback.c.id),
        )
        return ~exists().where(
            newer.c.guide_id == feedback.c.guide_id,
            self._link.person(newer.c.member_id) == self._link.person(feedback.c.member_id),
            or_(
                newer.c.version > feedback.c.version,
                and_(newer.c.version == feedback.c.version, later),
            ),
        )


def _number(kind: FeedbackKind) -> ColumnElement[int]:
    return func.sum(case((feedback.c.kind == kind.value, 1), else_=0)).label(kind.value)
