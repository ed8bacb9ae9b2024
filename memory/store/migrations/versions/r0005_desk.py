"""The steward's desk: what was put to somebody or taken back, and what is typed and not sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ACTS = "steward_acts"
DRAFTS = "desk_drafts"


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        ACTS,
        _id("id"),
        _id("community_id"),
        _id("guide_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        _id("by_id"),
        sa.Column("to_id", sa.String(24), nullable=True),
        sa.Column("facets", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        _parent(ACTS, "community_id", "communities"),
        _parent(ACTS, "guide_id", "guides"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{ACTS}"),
    )
    op.create_index(f"ix_{ACTS}_guide_id_made_at", ACTS, ["guide_id", "made_at"])
    op.create_index(f"ix_{ACTS}_community_id_kind", ACTS, ["community_id", "kind"])
    op.create_table(
        DRAFTS,
        _id("member_id"),
        _id("guide_id"),
        sa.Column("act", sa.String(), nullable=False),
        _id("community_id"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        _parent(DRAFTS, "guide_id", "guides"),
        _parent(DRAFTS, "community_id", "communities"),
        sa.PrimaryKeyConstraint("member_id", "guide_id", "act", name=f"pk_{DRAFTS}"),
    )


def downgrade() -> None:
    """Refuse: why guides were taken back would be lost."""
    raise NotImplementedError("stewards' acts cannot be undone; restore a copy of the home instead")


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
