"""The tables of the system of record: one column per field of a record, in portable SQL."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, UniqueConstraint

from memory.store.columns import (
    at,
    big,
    count,
    flag,
    ident,
    key,
    parent,
    parent_key,
    parts,
    real,
    text,
    word,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


communities = Table("communities", metadata, key(), word("name"), at("created_at"), flag("sample"))

members = Table(
    "members",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    word("source"),
    word("native_id"),
    word("handle"),
    word("name"),
    text("title"),
    flag("is_bot"),
    parts("roles"),
    parts("consent"),
    parts("availability"),
    word("timezone", null=True),
    Index(None, "community_id", "id"),
)

bindings = Table(
    "bindings",
    metadata,
    Column("account", String, primary_key=True),
    key("community_id"),
    parent("member_id", "members.id"),
)

grants = Table(
    "grants",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    word("account"),
    parent("member_id", "members.id"),
    ident("granted_by"),
    at("granted_at"),
    at("revoked_at", null=True),
    Index(None, "account"),
)

threads = Table(
    "threads",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    word("source"),
    word("native_id"),
    word("channel"),
    text("title"),
    parts("tags"),
    flag("private"),
    parts("seen_by", null=True),
    parts("told", null=True),
    at("started_at"),
    at("last_at"),
    ident("accepted_message_id", null=True),
    at("judged_at", null=True),
    Index(None, "community_id", "id"),
    Index(None, "community_id", "judged_at", "last_at", "id"),
)

messages = Table(
    "messages",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    parent("thread_id", "threads.id"),
    word("source"),
    word("native_id"),
    ident("author_id", null=True),
    word("kind"),
    text("text"),
    parts("segments"),
    at("sent_at"),
    at("edited_at", null=True),
    flag("deleted"),
    flag("from_bot"),
    ident("reply_to_id", null=True),
    parts("mentions"),
    parts("reactions"),
    parts("attachments"),
    big("score"),
    parts("origin"),
    Index(None, "thread_id", "sent_at", "id"),
    Index(None, "community_id"),
)

evidence_texts = Table(
    "evidence_texts",
    metadata,
    key("message_id"),
    Column("text_hash", String(32), primary_key=True),
    text("text"),
)

cursors = Table(
    "cursors",
    metadata,
    key("community_id"),
    Column("archive", String, primary_key=True),
    text("position"),
    flag("finished"),
    count("skipped"),
    at("updated_at"),
)

moments = Table(
    "moments",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    parent("thread_id", "threads.id"),
    parent("message_id", "messages.id"),
    ident("author_id"),
    real("score"),
    parts("signals"),
    parts("reasons"),
    at("found_at"),
    Index(None, "community_id", "score", "id"),
)

inquiries = Table(
    "inquiries",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    parent("moment_id", "moments.id"),
    ident("expert_id", null=True),
    word("status"),
    word("close_reason", null=True),
    ident("guide_id", null=True),
    at("opened_at"),
    at("updated_at"),
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
    word("facet"),
    word("status"),
    real("confidence"),
    parts("evidence"),
)

questions = Table(
    "questions",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    parent("inquiry_id", "inquiries.id"),
    count("turn"),
    ident("asked_of"),
    word("facet"),
    text("text"),
    parts("quote"),
    word("template"),
    text("because"),
    real("minutes"),
    real("value"),
    word("status"),
    at("composed_at"),
    at("delivered_at", null=True),
    at("reminded_at", null=True),
    at("snoozed_until", null=True),
    at("closed_at", null=True),
    UniqueConstraint("inquiry_id", "turn"),
    Index(None, "community_id", "delivered_at"),
    Index(None, "status", "asked_of"),
    Index(None, "asked_of"),
)

answers = Table(
    "answers",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    parent("question_id", "questions.id"),
    ident("member_id"),
    word("kind"),
    ident("message_id", null=True),
    ident("refer_to_id", null=True),
    word("credit", null=True),
    at("given_at"),
    UniqueConstraint("question_id"),
    Index(None, "member_id", "given_at"),
)

drafts = Table(
    "drafts",
    metadata,
    key("member_id"),
    parent_key("question_id", "questions.id"),
    parent("community_id", "communities.id"),
    text("text"),
    at("saved_at"),
)

enoughs = Table(
    "enoughs",
    metadata,
    parent_key("inquiry_id", "inquiries.id"),
    key("member_id"),
    parent("community_id", "communities.id"),
    at("said_at"),
)

sentence_meanings = Table(
    "sentence_meanings",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    parent("inquiry_id", "inquiries.id"),
    ident("question_id"),
    parent("message_id", "messages.id"),
    count("start"),
    count("end"),
    word("facet", null=True),
    ident("member_id"),
    count("drafted"),
    at("said_at"),
    Index(None, "inquiry_id"),
)

dues = Table(
    "dues",
    metadata,
    Column("key", String, primary_key=True),
    parent("community_id", "communities.id"),
    word("kind"),
    ident("subject_id"),
    at("at"),
    Index(None, "at", "key"),
)

effects = Table("effects", metadata, Column("key", String, primary_key=True), at("at"))

leases = Table(
    "leases", metadata, Column("key", String, primary_key=True), word("holder"), at("until")
)

claims = Table(
    "claims",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    parent("inquiry_id", "inquiries.id"),
    ident("author_id"),
    word("facet"),
    text("text"),
    parts("evidence"),
    real("confidence"),
    Index(None, "inquiry_id"),
)

guides = Table(
    "guides",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    parent("inquiry_id", "inquiries.id"),
    word("status"),
    count("version"),
    parts("confirmations"),
    parts("review", null=True),
    at("published_at", null=True),
    at("review_by", null=True),
    parts("credits"),
    parts("approved"),
    count("revision"),
    count("indexed_revision"),
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
    text("title"),
    parts("title_evidence"),
    parts("summary"),
    parts("sections"),
    parts("open_facets"),
    parts("coverage"),
    parts("trail"),
    parts("measures"),
    at("created_at"),
)

corrections = Table(
    "corrections",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    parent("guide_id", "guides.id"),
    count("version"),
    ident("author_id"),
    word("kind"),
    word("facet", null=True),
    ident("sentence", null=True),
    parts("retired"),
    ident("message_id", null=True),
    at("made_at"),
    Index(None, "guide_id", "made_at"),
    Index(None, "community_id", "kind"),
)

reviews = Table(
    "reviews",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    parent("guide_id", "guides.id"),
    count("version"),
    ident("reviewer_id"),
    word("decision"),
    text("comment"),
    at("decided_at"),
    Index(None, "guide_id", "version"),
)

incident_reviews = Table(
    "incident_reviews",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    parent("inquiry_id", "inquiries.id"),
    parent("message_id", "messages.id"),
    ident("discussed_id", null=True),
    parts("people"),
    ident("opened_by"),
    at("opened_at"),
    UniqueConstraint("inquiry_id"),
    Index(None, "community_id", "opened_at"),
)

steward_acts = Table(
    "steward_acts",
    metadata,
    key(),
    parent("community_id", "communities.id"),
    parent("guide_id", "guides.id"),
    count("version"),
    word("kind"),
    ident("by_id"),
    ident("to_id", null=True),
    parts("facets"),
    text("comment"),
    at("made_at"),
    Index(None, "guide_id", "made_at"),
    Index(None, "community_id", "kind"),
)

desk_drafts = Table(
    "desk_drafts",
    metadata,
    key("member_id"),
    parent_key("guide_id", "guides.id"),
    Column("act", String, primary_key=True),
    parent("community_id", "communities.id"),
    text("text"),
    at("saved_at"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    at("at"),
    ident("community_id", null=True),
    word("actor"),
    ident("on_behalf_of", null=True),
    word("action"),
    word("subject"),
    word("reason"),
    Index(None, "subject", "seq"),
)
