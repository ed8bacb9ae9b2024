"""What people say of skills and of topics, in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete

from memory.records.skill import BadgeChoice, SkillWord, SkillWordKind, TopicName
from memory.store import sqlite
from memory.store.codec import Codec
from memory.store.connection import Link
from memory.store.skill_tables import badge_choices, skill_words, topic_names

WORDS = Codec(SkillWord, skill_words)
NAMES = Codec(TopicName, topic_names)
CHOICES = Codec(BadgeChoice, badge_choices)


class SqlSkills:
    """`SkillStore` over one transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def save_word(self, word: SkillWord) -> None:
        """Insert or replace by id."""
        self._link.run(sqlite.upsert(skill_words), [WORDS.row(word)])

    def drop_word(self, word_id: str) -> None:
        self._link.run(delete(skill_words).where(skill_words.c.id == word_id))

    def word(self, word_id: str) -> SkillWord | None:
        row = self._link.row(WORDS.select().where(skill_words.c.id == word_id))
        return None if row is None or _is_of_oneself(row) else WORDS.record(row)

    def words(self, community_id: str) -> Sequence[SkillWord]:
        """By `(said_at, id)`."""
        rows = self._link.rows(
            WORDS.select()
            .where(skill_words.c.community_id == community_id)
            .order_by(skill_words.c.said_at, skill_words.c.id)
        )
        return [WORDS.record(row) for row in rows if not _is_of_oneself(row)]

    def save_topic_name(self, named: TopicName) -> None:
        """Insert; every decision is kept."""
        self._link.run(sqlite.upsert(topic_names), [NAMES.row(named)])

    def topic_names(self, community_id: str) -> Sequence[TopicName]:
        """By `(decided_at, id)`."""
        rows = self._link.rows(
            NAMES.select()
            .where(topic_names.c.community_id == community_id)
            .order_by(topic_names.c.decided_at, topic_names.c.id)
        )
        return [NAMES.record(row) for row in rows]

    def save_badge_choice(self, choice: BadgeChoice) -> None:
        """Insert or replace by member."""
        self._link.run(sqlite.upsert(badge_choices), [CHOICES.row(choice)])

    def badge_choice(self, member_id: str) -> BadgeChoice | None:
        row = self._link.row(
            self._link.first_own(CHOICES.select(), badge_choices.c.member_id, member_id)
        )
        return None if row is None else CHOICES.record(row)


def _is_of_oneself(row: Mapping[Any, Any]) -> bool:
    """Whether somebody endorsed a handle of their own: it counts for nothing while they are one."""
    claims = row["kind"] == SkillWordKind.TAG.value
    return not claims and bool(row["member_id"] == row["by_id"])
