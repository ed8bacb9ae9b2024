"""What people say of skills, how stewards name topics, and who wants no badges."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

WORDS = "skill_words"
NAMES = "topic_names"
BADGES = "badge_choices"


def upgrade() -> None:
    """Create three tables."""
    op.create_table(
        WORDS,
        _id("id"),
        _id("community_id"),
        _id("member_id"),
        _id("by_id"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        _parent(WORDS, "community_id", "communities"),
        _parent(WORDS, "member_id", "members"),
        _parent(WORDS, "by_id", "members"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{WORDS}"),
    )
    op.create_index(f"ix_{WORDS}_community_id", WORDS, ["community_id"])
    op.create_table(
        NAMES,
        _id("id"),
        _id("community_id"),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("into", sa.Text(), nullable=False),
        _id("by_id"),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        _parent(NAMES, "community_id", "communities"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{NAMES}"),
    )
    op.create_index(f"ix_{NAMES}_community_id_decided_at", NAMES, ["community_id", "decided_at"])
    op.create_table(
        BADGES,
        _id("member_id"),
        _id("community_id"),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("chosen_at", sa.BigInteger(), nullable=False),
        _parent(BADGES, "member_id", "members"),
        _parent(BADGES, "community_id", "communities"),
        sa.PrimaryKeyConstraint("member_id", name=f"pk_{BADGES}"),
    )


def downgrade() -> None:
    """Refuse: what people said of each other would be lost."""
    raise NotImplementedError("words on skills cannot be undone so; restore a copy of the home")


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(24), nullable=False)


def _parent(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{parent}.id"],
        name=f"fk_{table}_{column}",
        deferrable=True,
        initially="DEFERRED",
    )
