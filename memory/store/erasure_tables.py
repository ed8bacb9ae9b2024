"""Tables of keeping a home: its key, who was forgotten, what was masked, and known copies."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from memory.store.columns import at, ident, key, parts, word
from memory.store.tables import metadata

erasure_keys = Table(
    "erasure_keys", metadata, Column("number", Integer, primary_key=True), word("secret")
)
"""One row: the key of every keyed hash of this home, in hex."""

forgotten = Table(
    "forgotten",
    metadata,
    key(),
    ident("community_id"),
    word("mode"),
    parts("names"),
    at("begun_at"),
    at("erased_at", null=True),
    at("finished_at", null=True),
)

masked_messages = Table("masked_messages", metadata, key("message_id"))
"""Messages of others in which something was masked; no import writes them again."""

copies = Table(
    "copies",
    metadata,
    Column("path", String, primary_key=True),
    word("kind"),
    ident("community_id", null=True),
    at("made_at"),
)
