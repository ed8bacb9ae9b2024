"""The first schema.

Written out in full, apart from `memory.store.tables`: a migration never changes once released.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "id": sa.String(24),
    "hash": sa.String(32),
    "word": sa.String(),
    "text": sa.Text(),
    "flag": sa.Boolean(),
    "count": sa.Integer(),
    "big": sa.BigInteger(),
    "real": sa.Float(),
    "at": sa.BigInteger(),
    "parts": sa.JSON(none_as_null=True),
}
"""`id` is an opaque id, `at` microseconds since 1970 in UTC, `parts` nested records as JSON."""


def upgrade() -> None:
    """Create every table."""
    _create_people()
    _create_talk()
    _create_keeping()
    _create_inquiries()
    _create_asking()
    _create_schedule()
    _create_guides()
    _create_versions()


def downgrade() -> None:
    """Refuse: there is nothing before the first schema."""
    raise NotImplementedError("the first schema cannot be undone; move the database away instead")


def _table(name: str, key: str, columns: str, *, parents: str = "", unique: str = "") -> None:
    """Create a table. `columns` are `name:type` words, `?` after the type where null is allowed.

    `key` and `unique` list column names; `parents` are `column:table` words.
    """
    parts: list[Any] = []
    for word in columns.split():
        column, kind = word.split(":")
        parts.append(sa.Column(column, TYPES[kind.rstrip("?")], nullable=kind.endswith("?")))
    for word in parents.split():
        column, parent = word.split(":")
        target = [f"{parent}.id"]
        constraint = f"fk_{name}_{column}"
        parts.append(
            sa.ForeignKeyConstraint(
                [column], target, name=constraint, deferrable=True, initially="DEFERRED"
            )
        )
    if unique:
        names = unique.split()
        parts.append(sa.UniqueConstraint(*names, name=f"uq_{name}_{'_'.join(names)}"))
    parts.append(sa.PrimaryKeyConstraint(*key.split(), name=f"pk_{name}"))
    op.create_table(name, *parts)


def _index(table: str, columns: str) -> None:
    names = columns.split()
    op.create_index(f"ix_{table}_{'_'.join(names)}", table, names)


def _create_people() -> None:
    """Communities, members and who may act as whom."""
    _table(
        "communities",
        "id",
        "id:id name:word created_at:at sample:flag",
    )
    _table(
        "members",
        "id",
        "id:id community_id:id source:word native_id:word handle:word name:word "
        "title:text is_bot:flag roles:parts consent:parts availability:parts "
        "timezone:word?",
        parents="community_id:communities",
    )
    _index("members", "community_id id")
    _table(
        "bindings",
        "account community_id",
        "account:word community_id:id member_id:id",
        parents="member_id:members",
    )
    _table(
        "grants",
        "id",
        "id:id community_id:id account:word member_id:id granted_by:id granted_at:at "
        "revoked_at:at?",
        parents="community_id:communities member_id:members",
    )
    _index("grants", "account")


def _create_talk() -> None:
    """Threads and messages."""
    _table(
        "threads",
        "id",
        "id:id community_id:id source:word native_id:word channel:word title:text "
        "tags:parts private:flag started_at:at last_at:at accepted_message_id:id? "
        "judged_at:at?",
        parents="community_id:communities",
    )
    _index("threads", "community_id id")
    _index("threads", "community_id judged_at last_at id")
    _table(
        "messages",
        "id",
        "id:id community_id:id thread_id:id source:word native_id:word author_id:id? "
        "kind:word text:text segments:parts sent_at:at edited_at:at? deleted:flag "
        "from_bot:flag reply_to_id:id? mentions:parts reactions:parts attachments:parts "
        "score:big origin:parts",
        parents="community_id:communities thread_id:threads",
    )
    _index("messages", "community_id")
    _index("messages", "thread_id sent_at id")


def _create_keeping() -> None:
    """The texts that evidence was cut from, and how far imports got."""
    _table(
        "evidence_texts",
        "message_id text_hash",
        "message_id:id text_hash:hash text:text",
    )
    _table(
        "cursors",
        "community_id archive",
        "community_id:id archive:word position:text finished:flag skipped:count updated_at:at",
    )


def _create_inquiries() -> None:
    """Moments, inquiries and what is known of their facets."""
    _table(
        "moments",
        "id",
        "id:id community_id:id thread_id:id message_id:id author_id:id score:real "
        "signals:parts reasons:parts found_at:at",
        parents="community_id:communities thread_id:threads message_id:messages",
    )
    _index("moments", "community_id score id")
    _table(
        "inquiries",
        "id",
        "id:id community_id:id moment_id:id expert_id:id? status:word close_reason:word? "
        "guide_id:id? opened_at:at updated_at:at",
        parents="community_id:communities moment_id:moments",
        unique="moment_id",
    )
    _index("inquiries", "community_id status opened_at")
    _table(
        "coverage",
        "inquiry_id position",
        "inquiry_id:id position:count facet:word status:word confidence:real evidence:parts",
        parents="inquiry_id:inquiries",
    )


def _create_asking() -> None:
    """Questions and answers."""
    _table(
        "questions",
        "id",
        "id:id community_id:id inquiry_id:id turn:count asked_of:id facet:word text:text "
        "quote:parts template:word because:text minutes:real value:real status:word "
        "composed_at:at delivered_at:at? reminded_at:at? closed_at:at?",
        parents="community_id:communities inquiry_id:inquiries",
        unique="inquiry_id turn",
    )
    _index("questions", "community_id delivered_at")
    _index("questions", "status asked_of")
    _table(
        "answers",
        "id",
        "id:id community_id:id question_id:id member_id:id kind:word message_id:id? "
        "refer_to_id:id? given_at:at",
        parents="community_id:communities question_id:questions",
        unique="question_id",
    )
    _index("answers", "member_id given_at")


def _create_schedule() -> None:
    """What is due, effects done, leases held, and the decision log."""
    _table(
        "dues",
        "key",
        "key:word community_id:id kind:word subject_id:id at:at",
        parents="community_id:communities",
    )
    _index("dues", "at key")
    _table(
        "effects",
        "key",
        "key:word at:at",
    )
    _table(
        "leases",
        "key",
        "key:word holder:word until:at",
    )
    _table(
        "decisions",
        "seq",
        "seq:count at:at community_id:id? actor:word on_behalf_of:id? action:word "
        "subject:word reason:word",
    )
    _index("decisions", "subject seq")


def _create_guides() -> None:
    """Claims and guides."""
    _table(
        "claims",
        "id",
        "id:id community_id:id inquiry_id:id author_id:id facet:word text:text "
        "evidence:parts confidence:real",
        parents="community_id:communities inquiry_id:inquiries",
    )
    _index("claims", "inquiry_id")
    _table(
        "guides",
        "id",
        "id:id community_id:id inquiry_id:id status:word version:count "
        "confirmations:parts review:parts? published_at:at? review_by:at? revision:count "
        "indexed_revision:count",
        parents="community_id:communities inquiry_id:inquiries",
        unique="inquiry_id",
    )
    _index("guides", "community_id status")


def _create_versions() -> None:
    """Versions and reviews of guides."""
    _table(
        "guide_versions",
        "guide_id number",
        "guide_id:id number:count title:text title_evidence:parts summary:parts "
        "sections:parts open_facets:parts coverage:parts trail:parts measures:parts "
        "created_at:at",
        parents="guide_id:guides",
    )
    _table(
        "reviews",
        "id",
        "id:id community_id:id guide_id:id version:count reviewer_id:id decision:word "
        "comment:text decided_at:at",
        parents="community_id:communities guide_id:guides",
    )
    _index("reviews", "guide_id version")
