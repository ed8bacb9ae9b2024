"""The tables of who may see what: acts, and the discussions behind each guide."""

from __future__ import annotations

from sqlalchemy import Index, Table

from memory.store.columns import at, flag, ident, key, parent, parent_key, parts, text, word
from memory.store.tables import metadata

visibility_acts = Table(
    "visibility_acts",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    word("kind"),
    word("scope"),
    word("subject"),
    word("source"),
    word("channel"),
    word("level", null=True),
    parts("member_ids", null=True),
    flag("opens"),
    parts("covers"),
    ident("by_id"),
    text("because"),
    at("made_at"),
    Index(None, "community_id", "made_at"),
    Index(None, "subject"),
)

guide_sources = Table(
    "guide_sources",
    metadata,
    parent_key("guide_id", "guides.id"),
    parent_key("thread_id", "threads.id"),
    Index(None, "thread_id"),
)
"""Discussions that any version of a guide draws on."""
