"""What authors change of their words in a guide, and how each of them appears in it."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

PARTS = sa.JSON(none_as_null=True)


def upgrade() -> None:
    """Add the table of corrections and two columns of guides.

    How somebody appeared in a guide they had confirmed stays as it was, as their default of then.
    """
    op.create_table(
        "corrections",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("community_id", sa.String(24), nullable=False),
        sa.Column("guide_id", sa.String(24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("facet", sa.String(), nullable=True),
        sa.Column("sentence", sa.String(24), nullable=True),
        sa.Column("retired", PARTS, nullable=False),
        sa.Column("message_id", sa.String(24), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [target],
                name=f"fk_corrections_{column}",
                deferrable=True,
                initially="DEFERRED",
            )
            for column, target in (("community_id", "communities.id"), ("guide_id", "guides.id"))
        ),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
    )
    op.create_index("ix_corrections_guide_id_made_at", "corrections", ["guide_id", "made_at"])
    op.create_index("ix_corrections_community_id_kind", "corrections", ["community_id", "kind"])
    for column in ("credits", "approved"):
        op.add_column("guides", sa.Column(column, PARTS, nullable=False, server_default="[]"))
    _settle_credits()


def downgrade() -> None:
    """Refuse: what authors took back would be shown again."""
    raise NotImplementedError("corrections cannot be undone; restore a copy of the home instead")


def _settle_credits() -> None:
    """Copy how authors appeared from their confirmations of the current version."""
    guides = sa.table(
        "guides",
        sa.column("id"),
        sa.column("version"),
        sa.column("confirmations", PARTS),
        sa.column("credits", PARTS),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(guides)).mappings().all():
        said = row["confirmations"]
        settled = [
            {"member_id": one["member_id"], "credit": one["credit"], "own": False}
            for one in (json.loads(said) if isinstance(said, str) else said)
            if one["version"] == row["version"]
        ]
        connection.execute(
            sa.update(guides).where(guides.c.id == row["id"]).values(credits=settled)
        )
