"""Tables of what people say of skills and of topics."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text

from memory.store.columns import UtcMicros
from memory.store.tables import metadata


def _id(name: str) -> Column[str]:
    return Column(name, String(24), nullable=False)


def _parent(name: str, target: str, *, primary_key: bool = False) -> Column[str]:
    return Column(
        name,
        String(24),
        ForeignKey(target, deferrable=True, initially="DEFERRED"),
        nullable=False,
        primary_key=primary_key,
    )


skill_words = Table(
    "skill_words",
    metadata,
    Column("id", String(24), primary_key=True),
    _parent("community_id", "communities.id"),
    _parent("member_id", "members.id"),
    _parent("by_id", "members.id"),
    Column("kind", String, nullable=False),
    Column("topic", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("said_at", UtcMicros, nullable=False),
    Index(None, "community_id"),
)

topic_names = Table(
    "topic_names",
    metadata,
    Column("id", String(24), primary_key=True),
    _parent("community_id", "communities.id"),
    Column("term", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("into", Text, nullable=False),
    _id("by_id"),
    Column("decided_at", UtcMicros, nullable=False),
    Index(None, "community_id", "decided_at"),
)

badge_choices = Table(
    "badge_choices",
    metadata,
    _parent("member_id", "members.id", primary_key=True),
    _parent("community_id", "communities.id"),
    Column("shown", Boolean, nullable=False),
    Column("chosen_at", UtcMicros, nullable=False),
)
