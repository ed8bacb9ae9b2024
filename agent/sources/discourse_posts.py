"""One post of a Discourse forum to a message, with what is known of its topic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from agent.sources.html_text import read_html
from agent.sources.json_exports import (
    dicts_at,
    id_at,
    number_at,
    optional_time_at,
    text_at,
    time_at,
    value_at,
)
from agent.sources.own_words import clean_line
from agent.sources.protocol import Item
from agent.sources.reading import Platform
from memory.records.people import Member
from memory.records.talk import Attachment, MessageKind, Origin, Reaction

NAME = "discourse"
TALK, WHISPER = 1, 4
_SAID = (None, TALK, WHISPER)
LIKE = 2
"""Number of the action "like" in `actions_summary`."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What an archive says of a topic, wherever it says it."""

    title: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    private: bool = False
    accepted: str = ""
    """Number of the accepted post."""


class PostReader:
    """Reads posts; remembers each topic's facts (about 300 bytes) and the ids of posts read."""

    def __init__(self, platform: Platform, categories: dict[str, str]) -> None:
        self._platform = platform
        self._categories = categories
        self._topics: dict[str, Topic] = {}
        self._read: set[str] = set()

    def learn(self, topic_id: str, told: Topic) -> None:
        """Add what a file says of a topic to what is known of it."""
        known = self._topics.get(topic_id, Topic())
        self._topics[topic_id] = replace(
            known,
            title=known.title or told.title,
            category=known.category or told.category,
            tags=known.tags or told.tags,
            private=known.private or told.private,
            accepted=known.accepted or told.accepted,
        )

    def read(self, post: dict[str, Any], origin: Origin) -> list[Item]:
        """Return author, thread and message; nothing for a post that was read before.

        Raises `ValueError` for what is no post.
        """
        topic_id, number = id_at(post, "topic_id"), id_at(post, "post_number")
        if not topic_id or not number:
            raise ValueError("no topic_id or no post_number")
        if "cooked" not in post:
            raise ValueError("no text under 'cooked'")
        sent_at = time_at(post, "created_at")
        native_id = f"{topic_id}/{number}"
        if native_id in self._read:
            return []
        self._read.add(native_id)
        topic = self._topics.get(topic_id, Topic())
        whispered = value_at(post, "post_type") == WHISPER
        talk = value_at(post, "post_type") in _SAID and not post.get("action_code")
        deleted = post.get("user_deleted") is True or bool(post.get("deleted_at"))
        author = self._author(post)
        thread = self._platform.thread(
            f"{topic_id}/whispers" if whispered else topic_id,
            sent_at,
            channel=self._categories.get(topic.category, ""),
            title=topic.title or text_at(post, "topic_slug").replace("-", " "),
            tags=topic.tags,
            private=topic.private or whispered,
            accepted_message_id=self._id(topic_id, "" if whispered else topic.accepted),
        )
        body = read_html(text_at(post, "cooked"))
        message = self._platform.message(
            native_id,
            thread,
            author,
            kind=_kind(topic, number) if talk else MessageKind.SYSTEM,
            text=body.segmented.text,
            segments=body.segmented.segments if talk else (),
            sent_at=sent_at,
            edited_at=optional_time_at(post, "updated_at")
            if number_at(post, "version") > 1
            else None,
            deleted=deleted,
            reply_to_id=self._id(topic_id, id_at(post, "reply_to_post_number")),
            reactions=_reactions(post),
            attachments=tuple(Attachment(name=clean_line(image)) for image in body.images),
            origin=origin,
        )
        return [*([author] if author else []), thread, message]

    def _id(self, topic_id: str, number: str) -> str | None:
        return self._platform.message_id(f"{topic_id}/{number}") if number else None

    def _author(self, post: dict[str, Any]) -> Member | None:
        username = clean_line(text_at(post, "username"))
        user_id = id_at(post, "user_id")
        if not username and not user_id:
            return None
        return self._platform.member(
            user_id or username,
            username,
            text_at(post, "name") or text_at(post, "display_username"),
            title=text_at(post, "user_title"),
            is_bot=number_at(post, "user_id") < 0 or post.get("bot") is True,
        )


def _kind(topic: Topic, number: str) -> MessageKind:
    if not topic.accepted:
        return MessageKind.CHAT
    if number == "1":
        return MessageKind.QUESTION
    return MessageKind.ANSWER if number == topic.accepted else MessageKind.CHAT


def _reactions(post: dict[str, Any]) -> tuple[Reaction, ...]:
    """Return the reactions by name, or else the likes."""
    counts = {
        clean_line(text_at(one, "id")): number_at(one, "count")
        for one in dicts_at(post, "reactions")
    }
    if not counts:
        acts = dicts_at(post, "actions_summary")
        counts["like"] = sum(
            number_at(act, "count") for act in acts if number_at(act, "id") == LIKE
        )
    return tuple(Reaction(name=n, count=c) for n, c in counts.items() if n and c > 0)
