"""Tables of readers' words on guides and of pauses, and how the log is read by time."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from memory.store.columns import UtcMicros
from memory.store.tables import decisions, metadata


def _id(name: str) -> Column[str]:
    return Column(name, String(24), nullable=False)


def _parent(name: str, target: str) -> Column[str]:
    return Column(
        name, String(24), ForeignKey(target, deferrable=True, initially="DEFERRED"), nullable=False
    )


feedback = Table(
    "feedback",
    metadata,
    Column("id", String(24), primary_key=True),
    _parent("community_id", "communities.id"),
    _parent("guide_id", "guides.id"),
    Column("version", Integer, nullable=False),
    _id("member_id"),
    Column("kind", String, nullable=False),
    Column("because", Text, nullable=False),
    Column("given_at", UtcMicros, nullable=False),
    Index(None, "guide_id", "member_id", "version"),
    Index(None, "community_id"),
)

pauses = Table(
    "pauses",
    metadata,
    Column("id", String(24), primary_key=True),
    _parent("community_id", "communities.id"),
    Column("since", UtcMicros, nullable=False),
    Column("until", UtcMicros, nullable=True),
    _id("paused_by"),
    Column("ended_at", UtcMicros, nullable=True),
    Index(None, "community_id", "since"),
)

Index(None, decisions.c.community_id, decisions.c.at)
