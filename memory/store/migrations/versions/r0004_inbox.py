"""The inbox: drafts, enough for now, what sentences are about, credit of an answer, snoozing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

DRAFTS = "drafts"
ENOUGHS = "enoughs"
MEANINGS = "sentence_meanings"


def upgrade() -> None:
    """Create three tables; add two columns and an index."""
    op.create_table(
        DRAFTS,
        _id("member_id"),
        _id("question_id"),
        _id("community_id"),
        sa.Column("text", sa.Text(), nullable=False),
        _at("saved_at"),
        _parent(DRAFTS, "question_id", "questions"),
        _parent(DRAFTS, "community_id", "communities"),
        sa.PrimaryKeyConstraint("member_id", "question_id", name=f"pk_{DRAFTS}"),
    )
    op.create_table(
        ENOUGHS,
        _id("inquiry_id"),
        _id("member_id"),
        _id("community_id"),
        _at("said_at"),
        _parent(ENOUGHS, "inquiry_id", "inquiries"),
        _parent(ENOUGHS, "community_id", "communities"),
        sa.PrimaryKeyConstraint("inquiry_id", "member_id", name=f"pk_{ENOUGHS}"),
    )
    op.create_table(
        MEANINGS,
        _id("id"),
        _id("community_id"),
        _id("inquiry_id"),
        _id("question_id"),
        _id("message_id"),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(), nullable=True),
        _id("member_id"),
        sa.Column("drafted", sa.Integer(), nullable=False),
        _at("said_at"),
        _parent(MEANINGS, "community_id", "communities"),
        _parent(MEANINGS, "inquiry_id", "inquiries"),
        _parent(MEANINGS, "message_id", "messages"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{MEANINGS}"),
    )
    op.create_index(f"ix_{MEANINGS}_inquiry_id", MEANINGS, ["inquiry_id"])
    op.add_column("answers", sa.Column("credit", sa.String(), nullable=True))
    op.add_column("questions", sa.Column("snoozed_until", sa.BigInteger(), nullable=True))
    op.create_index("ix_questions_asked_of", "questions", ["asked_of"])


def downgrade() -> None:
    """Refuse: unsent words would be lost, and people asked again who had said enough."""
    raise NotImplementedError("drafts cannot be undone; restore a copy of the home instead")


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(24), nullable=False)


def _at(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _parent(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{parent}.id"],
        name=f"fk_{table}_{column}",
        deferrable=True,
        initially="DEFERRED",
    )
