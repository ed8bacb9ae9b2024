"""The table of who is one person with whom."""

from __future__ import annotations

from sqlalchemy import Index, Table

from memory.store.columns import at, ident, key, parent, parts, text
from memory.store.tables import metadata

joinings = Table(
    "joinings",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    ident("leader_id"),
    ident("member_id"),
    text("because"),
    ident("joined_by"),
    at("joined_at"),
    parts("before"),
    ident("separated_by", null=True),
    at("separated_at", null=True),
    text("separated_because"),
    Index(None, "separated_at"),
)
