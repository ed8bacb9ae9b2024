"""Unsent words, enough for now, and what sentences of answers are about, in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, delete

from memory.records.inbox import Draft, Enough, SentenceMeaning
from memory.store import sqlite
from memory.store.codec import Codec
from memory.store.connection import Link
from memory.store.tables import drafts, enoughs, sentence_meanings

DRAFTS = Codec(Draft, drafts)
ENOUGHS = Codec(Enough, enoughs)
MEANINGS = Codec(SentenceMeaning, sentence_meanings)


class SqlInbox:
    """`InboxStore` over one transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def save_draft(self, draft: Draft) -> None:
        """Insert or replace: a person has one draft per question."""
        self._link.run(sqlite.upsert(drafts), [DRAFTS.row(draft)])

    def draft(self, member_id: str, question_id: str) -> Draft | None:
        held = and_(self._whose(member_id), drafts.c.question_id == question_id)
        row = self._link.row(DRAFTS.select().where(held).order_by(drafts.c.saved_at.desc()))
        return None if row is None else DRAFTS.record(row)

    def drafts(self, member_id: str) -> Sequence[Draft]:
        """By `(saved_at, question_id)`."""
        rows = self._link.rows(
            DRAFTS.select()
            .where(self._whose(member_id))
            .order_by(drafts.c.saved_at, drafts.c.question_id)
        )
        return [DRAFTS.record(row) for row in rows]

    def drop_draft(self, member_id: str, question_id: str) -> None:
        held = and_(self._whose(member_id), drafts.c.question_id == question_id)
        self._link.run(delete(drafts).where(held))

    def _whose(self, member_id: str) -> ColumnElement[bool]:
        return drafts.c.member_id.in_(self._link.ids_of(member_id))

    def save_enough(self, enough: Enough) -> None:
        """Insert; the first time somebody said so stands."""
        self._link.run(sqlite.insert_new(enoughs), [ENOUGHS.row(enough)])

    def enough(self, inquiry_id: str) -> Sequence[Enough]:
        """By `(said_at, member_id)`."""
        rows = self._link.rows(
            ENOUGHS.select()
            .where(enoughs.c.inquiry_id == inquiry_id)
            .order_by(enoughs.c.said_at, enoughs.c.member_id)
        )
        return [ENOUGHS.record(row) for row in rows]

    def save_meaning(self, meaning: SentenceMeaning) -> None:
        """Insert or replace by id: what the author said last holds."""
        self._link.run(sqlite.upsert(sentence_meanings), [MEANINGS.row(meaning)])

    def meanings(self, inquiry_id: str) -> Sequence[SentenceMeaning]:
        """By `(message_id, start)`."""
        table = sentence_meanings
        rows = self._link.rows(
            MEANINGS.select()
            .where(table.c.inquiry_id == inquiry_id)
            .order_by(table.c.message_id, table.c.start)
        )
        return [MEANINGS.record(row) for row in rows]
