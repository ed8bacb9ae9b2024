"""Joinings: which members are one person, who said so, and when it was taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create one table."""
    op.create_table(
        "joinings",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("community_id", sa.String(24), nullable=False),
        sa.Column("leader_id", sa.String(24), nullable=False),
        sa.Column("member_id", sa.String(24), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("joined_by", sa.String(24), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("separated_by", sa.String(24), nullable=True),
        sa.Column("separated_at", sa.BigInteger(), nullable=True),
        sa.Column("separated_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name="fk_joinings_community_id",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_joinings"),
    )
    op.create_index("ix_joinings_separated_at", "joinings", ["separated_at"])


def downgrade() -> None:
    """Refuse: a person who opted out under one name would be asked under another."""
    raise NotImplementedError("joinings cannot be undone so; restore a copy of the home instead")
