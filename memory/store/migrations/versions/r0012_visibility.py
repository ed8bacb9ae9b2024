"""Who may see a discussion, what stewards and experts decide on it, and what guides draw on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add two columns and two tables, and note which discussions each guide draws on."""
    op.add_column("threads", sa.Column("seen_by", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("threads", sa.Column("told", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "visibility_acts",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("community_id", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("member_ids", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("opens", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("covers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("by_id", sa.String(24), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        _parent("visibility_acts", "community_id", "communities"),
        sa.PrimaryKeyConstraint("id", name="pk_visibility_acts"),
    )
    op.create_index(
        "ix_visibility_acts_community_id_made_at", "visibility_acts", ["community_id", "made_at"]
    )
    op.create_index("ix_visibility_acts_subject", "visibility_acts", ["subject"])
    op.create_table(
        "guide_sources",
        sa.Column("guide_id", sa.String(24), nullable=False),
        sa.Column("thread_id", sa.String(24), nullable=False),
        _parent("guide_sources", "guide_id", "guides"),
        _parent("guide_sources", "thread_id", "threads"),
        sa.PrimaryKeyConstraint("guide_id", "thread_id", name="pk_guide_sources"),
    )
    op.create_index("ix_guide_sources_thread_id", "guide_sources", ["thread_id"])
    note_sources()


def downgrade() -> None:
    """Refuse: what few may see would be open to all."""
    raise NotImplementedError("visibility cannot be undone so; restore a copy of the home instead")


def _parent(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{of}.id"],
        name=f"fk_{table}_{column}",
        deferrable=True,
        initially="DEFERRED",
    )


def note_sources() -> None:
    """Note the discussions that every version of every guide cites."""
    connection = op.get_bind()
    add = sa.text(
        "INSERT OR IGNORE INTO guide_sources (guide_id, thread_id) "
        "SELECT :guide, thread_id FROM messages WHERE id = :message"
    )
    versions = connection.execute(
        sa.text(
            "SELECT guide_id, title_evidence, summary, sections, coverage, trail "
            "FROM guide_versions"
        )
    )
    for guide_id, *stored in versions.fetchall():
        cited = {found for part in stored if part for found in _cited(json.loads(part))}
        for message_id in sorted(cited):
            connection.execute(add, {"guide": guide_id, "message": message_id})
    connection.execute(
        sa.text(
            "INSERT OR IGNORE INTO guide_sources (guide_id, thread_id) "
            "SELECT guides.id, moments.thread_id FROM guides "
            "JOIN inquiries ON inquiries.id = guides.inquiry_id "
            "JOIN moments ON moments.id = inquiries.moment_id "
            "JOIN threads ON threads.id = moments.thread_id"
        )
    )


def _cited(part: Any) -> Iterator[str]:
    """Yield every message id in the columns of a version."""
    if isinstance(part, dict):
        if isinstance(part.get("message_id"), str):
            yield part["message_id"]
        for value in part.values():
            yield from _cited(value)
    elif isinstance(part, list):
        for value in part:
            yield from _cited(value)
