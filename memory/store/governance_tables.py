"""The table of orders to stop work on a topic."""

from __future__ import annotations

from sqlalchemy import Index, Table

from memory.store.columns import at, ident, key, parent, text
from memory.store.tables import metadata

stop_works = Table(
    "stop_works",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    text("topic"),
    text("because"),
    ident("stopped_by"),
    at("stopped_at"),
    ident("lifted_by", null=True),
    at("lifted_at", null=True),
    Index(None, "community_id", "lifted_at"),
)
