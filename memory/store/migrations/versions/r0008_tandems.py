"""Tandems: what people want of them, tasks that are worth doing together, and the tandems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

PROFILES = "tandem_profiles"
TASKS = "tandem_tasks"
TANDEMS = "tandems"


def upgrade() -> None:
    """Create three tables."""
    op.create_table(
        PROFILES,
        _id("member_id"),
        _id("community_id"),
        sa.Column("opted_in_at", sa.BigInteger(), nullable=True),
        sa.Column("learns", sa.Boolean(), nullable=False),
        sa.Column("helps", sa.Boolean(), nullable=False),
        _parts("wishes"),
        sa.Column("reports_to", sa.String(24), nullable=True),
        _time("changed_at"),
        _parent(PROFILES, "member_id", "members"),
        _parent(PROFILES, "community_id", "communities"),
        sa.PrimaryKeyConstraint("member_id", name=f"pk_{PROFILES}"),
    )
    op.create_index(f"ix_{PROFILES}_community_id", PROFILES, ["community_id"])
    _create_tasks()
    op.create_table(
        TANDEMS,
        _id("id"),
        _id("community_id"),
        _id("task_id"),
        _id("senior_id"),
        _parts("junior_ids"),
        sa.Column("state", sa.String(), nullable=False),
        _parts("yes"),
        _parts("checkins"),
        _parts("answers"),
        _time("suggested_at"),
        _time("changed_at"),
        sa.Column("running_since", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(24), nullable=True),
        _parent(TANDEMS, "community_id", "communities"),
        _parent(TANDEMS, "task_id", TASKS),
        _parent(TANDEMS, "senior_id", "members"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{TANDEMS}"),
    )
    op.create_index(f"ix_{TANDEMS}_community_id_state", TANDEMS, ["community_id", "state"])
    op.create_index(f"ix_{TANDEMS}_task_id", TANDEMS, ["task_id"])


def _create_tasks() -> None:
    op.create_table(
        TASKS,
        _id("id"),
        _id("community_id"),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("facet", sa.String(), nullable=True),
        _parts("topics"),
        sa.Column("difficulty", sa.Float(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("days", sa.Float(), nullable=False),
        sa.Column("reversible", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("learners", sa.Integer(), nullable=False),
        _parts("by_hand"),
        sa.Column("proposed_by", sa.String(24), nullable=True),
        _time("created_at"),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        _parent(TASKS, "community_id", "communities"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{TASKS}"),
    )
    op.create_index(f"ix_{TASKS}_community_id_closed_at", TASKS, ["community_id", "closed_at"])


def downgrade() -> None:
    """Refuse: what people agreed to would be forgotten."""
    raise NotImplementedError("tandems cannot be undone so; restore a copy of the home instead")


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(24), nullable=False)


def _time(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _parts(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=False)


def _parent(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{parent}.id"],
        name=f"fk_{table}_{column}",
        deferrable=True,
        initially="DEFERRED",
    )
