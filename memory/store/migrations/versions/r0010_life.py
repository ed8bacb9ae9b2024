"""The life of guides: what contradicts them, whether they still hold, twins and successors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

CHALLENGES = "challenges"
RECHECKS = "rechecks"
PAIRS = "alike_pairs"
SUCCESSIONS = "successions"


def upgrade() -> None:
    """Create four tables."""
    op.create_table(
        CHALLENGES,
        _id("id"),
        _id("community_id"),
        _id("guide_id"),
        _number("version"),
        _id("sentence"),
        _id("message_id"),
        _number("start"),
        _number("end"),
        _id("fingerprint"),
        _id("author_id"),
        _word("kind"),
        _word("state"),
        _time("said_at"),
        _time("found_at"),
        _time("settled_at", null=True),
        _id("settled_by", null=True),
        *_keys(CHALLENGES, "id"),
    )
    op.create_index(f"ix_{CHALLENGES}_community_id_state", CHALLENGES, ["community_id", "state"])
    op.create_index(f"ix_{CHALLENGES}_guide_id", CHALLENGES, ["guide_id"])
    op.create_table(
        RECHECKS,
        _id("id"),
        _id("community_id"),
        _id("guide_id"),
        _number("version"),
        _id("sentence"),
        _id("question_id"),
        _id("asked_of"),
        _id("challenge_id", null=True),
        _word("state"),
        _time("asked_at"),
        _time("settled_at", null=True),
        *_keys(RECHECKS, "id"),
    )
    op.create_index(f"ix_{RECHECKS}_community_id_state", RECHECKS, ["community_id", "state"])
    op.create_index(f"ix_{RECHECKS}_guide_id", RECHECKS, ["guide_id"])
    op.create_index(f"ix_{RECHECKS}_question_id", RECHECKS, ["question_id"])
    op.create_table(
        PAIRS,
        _id("id"),
        _id("community_id"),
        _id("first_id"),
        _id("second_id"),
        sa.Column("likeness", sa.Float(), nullable=False),
        _number("shared"),
        _word("state"),
        _time("found_at"),
        _time("settled_at", null=True),
        _id("settled_by", null=True),
        *_keys(PAIRS, "id"),
    )
    op.create_index(f"ix_{PAIRS}_community_id_state", PAIRS, ["community_id", "state"])
    op.create_table(
        SUCCESSIONS,
        _id("guide_id"),
        _id("successor_id"),
        _id("community_id"),
        _id("by_id"),
        _time("at"),
        *_keys(SUCCESSIONS, "guide_id"),
    )
    op.create_index(f"ix_{SUCCESSIONS}_successor_id", SUCCESSIONS, ["successor_id"])


def downgrade() -> None:
    """Refuse: what people decided about guides would be forgotten."""
    raise NotImplementedError("the life of guides cannot be undone so; restore a copy of the home")


def _id(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(24), nullable=null)


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _time(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _keys(table: str, key: str) -> tuple[sa.Constraint, sa.Constraint]:
    return (
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=f"fk_{table}_community_id",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint(key, name=f"pk_{table}"),
    )
