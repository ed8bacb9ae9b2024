"""Tables of what calls published guides into question."""

from __future__ import annotations

from sqlalchemy import Index, Table

from memory.store.columns import at, count, ident, key, parent, real, word
from memory.store.tables import metadata

challenges = Table(
    "challenges",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    ident("guide_id"),
    count("version"),
    ident("sentence"),
    ident("message_id"),
    count("start"),
    count("end"),
    ident("fingerprint"),
    ident("author_id"),
    word("kind"),
    word("state"),
    at("said_at"),
    at("found_at"),
    at("settled_at", null=True),
    ident("settled_by", null=True),
    Index(None, "community_id", "state"),
    Index(None, "guide_id"),
)

rechecks = Table(
    "rechecks",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    ident("guide_id"),
    count("version"),
    ident("sentence"),
    ident("question_id"),
    ident("asked_of"),
    ident("challenge_id", null=True),
    word("state"),
    at("asked_at"),
    at("settled_at", null=True),
    Index(None, "community_id", "state"),
    Index(None, "guide_id"),
    Index(None, "question_id"),
)

alike_pairs = Table(
    "alike_pairs",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    ident("first_id"),
    ident("second_id"),
    real("likeness"),
    count("shared"),
    word("state"),
    at("found_at"),
    at("settled_at", null=True),
    ident("settled_by", null=True),
    Index(None, "community_id", "state"),
)

successions = Table(
    "successions",
    metadata,
    key("guide_id"),
    ident("successor_id"),
    parent("community_id", "communities.id"),
    ident("by_id"),
    at("at"),
    Index(None, "successor_id"),
)
