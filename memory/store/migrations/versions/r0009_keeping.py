"""Keeping a home: the key of its hashes, who was forgotten, what was masked, known copies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create four tables."""
    op.create_table(
        "erasure_keys",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_erasure_keys"),
    )
    op.create_table(
        "forgotten",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("community_id", sa.String(24), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("names", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_forgotten"),
    )
    op.create_table(
        "masked_messages",
        sa.Column("message_id", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_masked_messages"),
    )
    op.create_table(
        "copies",
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("community_id", sa.String(24), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_copies"),
    )


def downgrade() -> None:
    """Refuse: somebody who was forgotten could come back with the next import."""
    raise NotImplementedError("forgetting cannot be undone; restore a copy of the home instead")
