"""What readers say of guides, pauses of the agent, and the log by community and time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

FEEDBACK = "feedback"
PAUSES = "pauses"
LOG_BY_TIME = "ix_decisions_community_id_at"


def upgrade() -> None:
    """Create two tables and an index of the log."""
    op.create_table(
        FEEDBACK,
        _id("id"),
        _id("community_id"),
        _id("guide_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _id("member_id"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        _parent(FEEDBACK, "community_id", "communities"),
        _parent(FEEDBACK, "guide_id", "guides"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{FEEDBACK}"),
    )
    op.create_index(
        f"ix_{FEEDBACK}_guide_id_member_id_version", FEEDBACK, ["guide_id", "member_id", "version"]
    )
    op.create_index(f"ix_{FEEDBACK}_community_id", FEEDBACK, ["community_id"])
    op.create_table(
        PAUSES,
        _id("id"),
        _id("community_id"),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        _id("paused_by"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        _parent(PAUSES, "community_id", "communities"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{PAUSES}"),
    )
    op.create_index(f"ix_{PAUSES}_community_id_since", PAUSES, ["community_id", "since"])
    op.create_index(LOG_BY_TIME, "decisions", ["community_id", "at"])


def downgrade() -> None:
    """Refuse: a pause would be forgotten, and people asked who were to be left in peace."""
    raise NotImplementedError("pauses cannot be undone so; restore a copy of the home instead")


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
