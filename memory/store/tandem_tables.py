"""Tables of tandems: what people want of them, tasks, and the tandems themselves."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from memory.store.columns import UtcMicros, ident, key, parent, parts
from memory.store.tables import metadata

tandem_profiles = Table(
    "tandem_profiles",
    metadata,
    Column(
        "member_id",
        String(24),
        ForeignKey("members.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
    ),
    parent("community_id", "communities.id"),
    Column("opted_in_at", UtcMicros, nullable=True),
    Column("learns", Boolean, nullable=False),
    Column("helps", Boolean, nullable=False),
    parts("wishes"),
    ident("reports_to", null=True),
    Column("changed_at", UtcMicros, nullable=False),
    Index(None, "community_id"),
)

tandem_tasks = Table(
    "tandem_tasks",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    Column("origin", String, nullable=False),
    Column("source", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("facet", String, nullable=True),
    parts("topics"),
    Column("difficulty", Float, nullable=False),
    Column("value", Float, nullable=False),
    Column("days", Float, nullable=False),
    Column("reversible", Boolean, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("learners", Integer, nullable=False),
    parts("by_hand"),
    ident("proposed_by", null=True),
    Column("created_at", UtcMicros, nullable=False),
    Column("closed_at", UtcMicros, nullable=True),
    Index(None, "community_id", "closed_at"),
)

tandems = Table(
    "tandems",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    parent("task_id", "tandem_tasks.id"),
    parent("senior_id", "members.id"),
    parts("junior_ids"),
    Column("state", String, nullable=False),
    parts("yes"),
    parts("checkins"),
    parts("answers"),
    Column("suggested_at", UtcMicros, nullable=False),
    Column("changed_at", UtcMicros, nullable=False),
    Column("running_since", UtcMicros, nullable=True),
    ident("ended_by", null=True),
    Index(None, "community_id", "state"),
    Index(None, "task_id"),
)
