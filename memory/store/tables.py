"""The tables of the system of record: one column per field of a record, in portable SQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class UtcMicros(TypeDecorator[datetime]):
    """A UTC time as whole microseconds since 1970: exact, and it sorts as a number."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        return None if value is None else EPOCH + value * MICROSECOND


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(name: str = "id") -> Column[str]:
    return Column(name, String(24), primary_key=True)


def _id(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, String(24), nullable=null)


def _parent(name: str, target: str) -> Column[str]:
    """Refer to a record that has to be there when the transaction commits, in any order."""
    return Column(
        name, String(24), ForeignKey(target, deferrable=True, initially="DEFERRED"), nullable=False
    )


def _parent_key(name: str, target: str) -> Column[str]:
    """The same, as a part of the primary key."""
    return Column(
        name,
        String(24),
        ForeignKey(target, deferrable=True, initially="DEFERRED"),
        primary_key=True,
    )


def _word(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, String, nullable=null)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean(create_constraint=False), nullable=False)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _big(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _real(name: str) -> Column[float]:
    return Column(name, Float, nullable=False)


def _at(name: str, *, null: bool = False) -> Column[datetime]:
    return Column(name, UtcMicros, nullable=null)


def _parts(name: str, *, null: bool = False) -> Column[object]:
    return Column(name, JSON(none_as_null=True), nullable=null)


communities = Table(
    "communities", metadata, _key(), _word("name"), _at("created_at"), _flag("sample")
)

members = Table(
    "members",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _word("source"),
    _word("native_id"),
    _word("handle"),
    _word("name"),
    _text("title"),
    _flag("is_bot"),
    _parts("roles"),
    _parts("consent"),
    _parts("availability"),
    _word("timezone", null=True),
    Index(None, "community_id", "id"),
)

bindings = Table(
    "bindings",
    metadata,
    Column("account", String, primary_key=True),
    _key("community_id"),
    _parent("member_id", "members.id"),
)

grants = Table(
    "grants",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _word("account"),
    _parent("member_id", "members.id"),
    _id("granted_by"),
    _at("granted_at"),
    _at("revoked_at", null=True),
    Index(None, "account"),
)

threads = Table(
    "threads",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _word("source"),
    _word("native_id"),
    _word("channel"),
    _text("title"),
    _parts("tags"),
    _flag("private"),
    _at("started_at"),
    _at("last_at"),
    _id("accepted_message_id", null=True),
    _at("judged_at", null=True),
    Index(None, "community_id", "id"),
    Index(None, "community_id", "judged_at", "last_at", "id"),
)

messages = Table(
    "messages",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _parent("thread_id", "threads.id"),
    _word("source"),
    _word("native_id"),
    _id("author_id", null=True),
    _word("kind"),
    _text("text"),
    _parts("segments"),
    _at("sent_at"),
    _at("edited_at", null=True),
    _flag("deleted"),
    _flag("from_bot"),
    _id("reply_to_id", null=True),
    _parts("mentions"),
    _parts("reactions"),
    _parts("attachments"),
    _big("score"),
    _parts("origin"),
    Index(None, "thread_id", "sent_at", "id"),
    Index(None, "community_id"),
)

evidence_texts = Table(
    "evidence_texts",
    metadata,
    _key("message_id"),
    Column("text_hash", String(32), primary_key=True),
    _text("text"),
)

cursors = Table(
    "cursors",
    metadata,
    _key("community_id"),
    Column("archive", String, primary_key=True),
    _text("position"),
    _flag("finished"),
    _count("skipped"),
    _at("updated_at"),
)

moments = Table(
    "moments",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _parent("thread_id", "threads.id"),
    _parent("message_id", "messages.id"),
    _id("author_id"),
    _real("score"),
    _parts("signals"),
    _parts("reasons"),
    _at("found_at"),
    Index(None, "community_id", "score", "id"),
)

inquiries = Table(
    "inquiries",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _parent("moment_id", "moments.id"),
    _id("expert_id", null=True),
    _word("status"),
    _word("close_reason", null=True),
    _id("guide_id", null=True),
    _at("opened_at"),
    _at("updated_at"),
    UniqueConstraint("moment_id"),
    Index(None, "community_id", "status", "opened_at"),
)

coverage = Table(
    "coverage",
    metadata,
    Column(
        "inquiry_id",
        String(24),
        ForeignKey("inquiries.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
    ),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _word("facet"),
    _word("status"),
    _real("confidence"),
    _parts("evidence"),
)

questions = Table(
    "questions",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _parent("inquiry_id", "inquiries.id"),
    _count("turn"),
    _id("asked_of"),
    _word("facet"),
    _text("text"),
    _parts("quote"),
    _word("template"),
    _text("because"),
    _real("minutes"),
    _real("value"),
    _word("status"),
    _at("composed_at"),
    _at("delivered_at", null=True),
    _at("reminded_at", null=True),
    _at("snoozed_until", null=True),
    _at("closed_at", null=True),
    UniqueConstraint("inquiry_id", "turn"),
    Index(None, "community_id", "delivered_at"),
    Index(None, "status", "asked_of"),
    Index(None, "asked_of"),
)

answers = Table(
    "answers",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _parent("question_id", "questions.id"),
    _id("member_id"),
    _word("kind"),
    _id("message_id", null=True),
    _id("refer_to_id", null=True),
    _word("credit", null=True),
    _at("given_at"),
    UniqueConstraint("question_id"),
    Index(None, "member_id", "given_at"),
)

drafts = Table(
    "drafts",
    metadata,
    _key("member_id"),
    _parent_key("question_id", "questions.id"),
    _parent("community_id", "communities.id"),
    _text("text"),
    _at("saved_at"),
)

enoughs = Table(
    "enoughs",
    metadata,
    _parent_key("inquiry_id", "inquiries.id"),
    _key("member_id"),
    _parent("community_id", "communities.id"),
    _at("said_at"),
)

sentence_meanings = Table(
    "sentence_meanings",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _parent("inquiry_id", "inquiries.id"),
    _id("question_id"),
    _parent("message_id", "messages.id"),
    _count("start"),
    _count("end"),
    _word("facet", null=True),
    _id("member_id"),
    _count("drafted"),
    _at("said_at"),
    Index(None, "inquiry_id"),
)

dues = Table(
    "dues",
    metadata,
    Column("key", String, primary_key=True),
    _parent("community_id", "communities.id"),
    _word("kind"),
    _id("subject_id"),
    _at("at"),
    Index(None, "at", "key"),
)

effects = Table("effects", metadata, Column("key", String, primary_key=True), _at("at"))

leases = Table(
    "leases", metadata, Column("key", String, primary_key=True), _word("holder"), _at("until")
)

claims = Table(
    "claims",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _parent("inquiry_id", "inquiries.id"),
    _id("author_id"),
    _word("facet"),
    _text("text"),
    _parts("evidence"),
    _real("confidence"),
    Index(None, "inquiry_id"),
)

guides = Table(
    "guides",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _parent("inquiry_id", "inquiries.id"),
    _word("status"),
    _count("version"),
    _parts("confirmations"),
    _parts("review", null=True),
    _at("published_at", null=True),
    _at("review_by", null=True),
    _parts("credits"),
    _parts("approved"),
    _count("revision"),
    _count("indexed_revision"),
    UniqueConstraint("inquiry_id"),
    Index(None, "community_id", "status"),
)

guide_versions = Table(
    "guide_versions",
    metadata,
    Column(
        "guide_id",
        String(24),
        ForeignKey("guides.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
    ),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("title"),
    _parts("title_evidence"),
    _parts("summary"),
    _parts("sections"),
    _parts("open_facets"),
    _parts("coverage"),
    _parts("trail"),
    _parts("measures"),
    _at("created_at"),
)

corrections = Table(
    "corrections",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _parent("guide_id", "guides.id"),
    _count("version"),
    _id("author_id"),
    _word("kind"),
    _word("facet", null=True),
    _id("sentence", null=True),
    _parts("retired"),
    _id("message_id", null=True),
    _at("made_at"),
    Index(None, "guide_id", "made_at"),
    Index(None, "community_id", "kind"),
)

reviews = Table(
    "reviews",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _parent("guide_id", "guides.id"),
    _count("version"),
    _id("reviewer_id"),
    _word("decision"),
    _text("comment"),
    _at("decided_at"),
    Index(None, "guide_id", "version"),
)

incident_reviews = Table(
    "incident_reviews",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _parent("inquiry_id", "inquiries.id"),
    _parent("message_id", "messages.id"),
    _id("discussed_id", null=True),
    _parts("people"),
    _id("opened_by"),
    _at("opened_at"),
    UniqueConstraint("inquiry_id"),
    Index(None, "community_id", "opened_at"),
)

steward_acts = Table(
    "steward_acts",
    metadata,
    _key(),
    _parent("community_id", "communities.id"),
    _parent("guide_id", "guides.id"),
    _count("version"),
    _word("kind"),
    _id("by_id"),
    _id("to_id", null=True),
    _parts("facets"),
    _text("comment"),
    _at("made_at"),
    Index(None, "guide_id", "made_at"),
    Index(None, "community_id", "kind"),
)

desk_drafts = Table(
    "desk_drafts",
    metadata,
    _key("member_id"),
    _parent_key("guide_id", "guides.id"),
    Column("act", String, primary_key=True),
    _parent("community_id", "communities.id"),
    _text("text"),
    _at("saved_at"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    _at("at"),
    _id("community_id", null=True),
    _word("actor"),
    _id("on_behalf_of", null=True),
    _word("action"),
    _word("subject"),
    _word("reason"),
    Index(None, "subject", "seq"),
)
