"""After-action reviews: which inquiry looks back on which incident, and with whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TABLE = "incident_reviews"
PARENTS = (
    ("community_id", "communities"),
    ("inquiry_id", "inquiries"),
    ("message_id", "messages"),
)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("community_id", sa.String(24), nullable=False),
        sa.Column("inquiry_id", sa.String(24), nullable=False),
        sa.Column("message_id", sa.String(24), nullable=False),
        sa.Column("discussed_id", sa.String(24), nullable=True),
        sa.Column("people", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("opened_by", sa.String(24), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{parent}.id"],
                name=f"fk_{TABLE}_{column}",
                deferrable=True,
                initially="DEFERRED",
            )
            for column, parent in PARENTS
        ),
        sa.UniqueConstraint("inquiry_id", name=f"uq_{TABLE}_inquiry_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{TABLE}"),
    )
    op.create_index(f"ix_{TABLE}_community_id_opened_at", TABLE, ["community_id", "opened_at"])


def downgrade() -> None:
    """Drop the table, and with it who was asked to look back on what."""
    op.drop_table(TABLE)
