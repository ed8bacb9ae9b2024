"""Stop-work: orders to stop work on a topic, and when they were lifted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create one table."""
    op.create_table(
        "stop_works",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("community_id", sa.String(24), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("stopped_by", sa.String(24), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=False),
        sa.Column("lifted_by", sa.String(24), nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name="fk_stop_works_community_id",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stop_works"),
    )
    op.create_index(
        "ix_stop_works_community_id_lifted_at", "stop_works", ["community_id", "lifted_at"]
    )


def downgrade() -> None:
    """Refuse: what is stopped would go on unseen."""
    raise NotImplementedError("stop-work cannot be undone so; restore a copy of the home instead")
