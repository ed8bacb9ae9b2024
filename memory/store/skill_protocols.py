"""What a system of record offers for what people say of skills and of topics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from memory.records.skill import BadgeChoice, SkillWord, TopicName


class SkillStore(Protocol):
    """Words of people about skills; what the archive shows of them is read from the talk."""

    def save_word(self, word: SkillWord) -> None:
        """Insert or replace by id: what somebody said last of a person and topic holds."""
        ...

    def drop_word(self, word_id: str) -> None: ...
    def word(self, word_id: str) -> SkillWord | None: ...
    def words(self, community_id: str) -> Sequence[SkillWord]:
        """By `(said_at, id)`."""
        ...

    def save_topic_name(self, named: TopicName) -> None:
        """Insert; every decision is kept, and the last one on a topic holds."""
        ...

    def topic_names(self, community_id: str) -> Sequence[TopicName]:
        """By `(decided_at, id)`."""
        ...

    def save_badge_choice(self, choice: BadgeChoice) -> None:
        """Insert or replace by member."""
        ...

    def badge_choice(self, member_id: str) -> BadgeChoice | None: ...
