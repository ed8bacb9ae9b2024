"""Tables of tandems: what people want of them, tasks, and the tandems themselves."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
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

from memory.store.tables import UtcMicros, metadata


def _key(name: str = "id") -> Column[str]:
    return Column(name, String(24), primary_key=True)


def _id(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, String(24), nullable=null)


def _parent(name: str, target: str) -> Column[str]:
    return Column(
        name, String(24), ForeignKey(target, deferrable=True, initially="DEFERRED"), nullable=False
    )


def _parts(name: str) -> Column[object]:
    return Column(name, JSON(none_as_null=True), nullable=False)


tandem_profiles = Table(
    "tandem_profiles",
    metadata,
    Column(
        "member_id",
        String(24),
        ForeignKey("members.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
    ),
    _parent("community_id", "communities.id"),
    Column("opted_in_at", UtcMicros, nullable=True),
    Column("learns", Boolean, nullable=False),
    Column("helps", Boolean, nullable=False),
    _parts("wishes"),
    _id("reports_to", null=True),
    Column("changed_at", UtcMicros, nullable=False),
    Index(None, "community_id"),
)

tandem_tasks = Table(
    "tandem_tasks",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    Column("origin", String, nullable=False),
    Column("source", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("facet", String, nullable=True),
    _parts("topics"),
    Column("difficulty", Float, nullable=False),
    Column("value", Float, nullable=False),
    Column("days", Float, nullable=False),
    Column("reversible", Boolean, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("learners", Integer, nullable=False),
    _parts("by_hand"),
    _id("proposed_by", null=True),
    Column("created_at", UtcMicros, nullable=False),
    Column("closed_at", UtcMicros, nullable=True),
    Index(None, "community_id", "closed_at"),
)

tandems = Table(
    "tandems",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _parent("task_id", "tandem_tasks.id"),
    _parent("senior_id", "members.id"),
    _parts("junior_ids"),
    Column("state", String, nullable=False),
    _parts("yes"),
    _parts("checkins"),
    _parts("answers"),
    Column("suggested_at", UtcMicros, nullable=False),
    Column("changed_at", UtcMicros, nullable=False),
    Column("running_since", UtcMicros, nullable=True),
    _id("ended_by", null=True),
    Index(None, "community_id", "state"),
    Index(None, "task_id"),
)
