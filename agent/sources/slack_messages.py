"""One record of a Slack day file to a message: kinds, authors, edits, deletions, files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.sources.conversations import Conversations
from agent.sources.own_words import clean_line
from agent.sources.slack_people import NAME, SLACKBOT, Channel, Directory, text_of
from agent.sources.slack_text import decode, said_with_upload, segment
from agent.sources.stream import from_unix
from memory.records.people import Member
from memory.records.talk import Attachment, Message, MessageKind, Origin, Reaction, Thread

TALK = frozenset(
    {"", "me_message", "thread_broadcast", "reply_broadcast", "file_share", "file_comment"}
    | {"bot_message", "slackbot_response", "slack_list_comment", "canvas_comment"}
)
"""Subtypes in which somebody says something; any other is a system event."""
_STAMP = re.compile(r"(\d{1,11})(?:\.(\d{1,6}))?")
_MOST_REACTIONS = 10**9


class BadMessageError(ValueError):
    """A record that is no readable message; the text says why."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message with the thread and the people that have to be known before it."""

    people: tuple[Member, ...]
    thread: Thread
    message: Message


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a message belongs."""

    thread: str
    started_at: datetime
    reply_to: str | None


def stamp(raw: dict[str, Any], key: str = "ts") -> str:
    """Return a Slack time stamp, which is also a message's id in its channel."""
    value = raw.get(key)
    value = str(value) if isinstance(value, int | float) else value
    if not isinstance(value, str) or not _STAMP.fullmatch(value):
        raise BadMessageError(f"no time stamp under {key!r}")
    return value


def time_of(ts: str) -> datetime:
    """Return the UTC time of a stamp `seconds.microseconds`."""
    parts = _STAMP.fullmatch(ts)
    if parts is None:
        raise BadMessageError(f"not a time stamp: {ts[:40]!r}")
    try:
        return from_unix(int(parts[1]), int((parts[2] or "0").ljust(6, "0")))
    except ValueError as error:
        raise BadMessageError(str(error)) from error


class MessageReader:
    """Reads the records of one export, channel by channel, in order of time."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._conversations = Conversations()

    def read(self, raw: dict[str, Any], channel: Channel, origin: Origin, *, deleted: bool) -> Said:
        """Turn a record into a message. Raises `BadMessageError`."""
        ts, subtype = stamp(raw), text_of(raw, "subtype")
        deleted = deleted or subtype == "tombstone"
        talk = subtype in TALK or deleted
        author = self._author(raw)
        text, mentioned = decode(self._words(raw, subtype), self._directory)
        users = [user for user in map(clean_line, mentioned) if user]
        people = [self._directory.person(user) for user in users]
        from_bot = bool(author and author.is_bot) or (talk and bool(text_of(raw, "bot_id")))
        place = self._place(
            raw, channel, ts, talk=talk, author=author, mentioned=users, from_bot=from_bot
        )
        thread = self._thread(place, channel, time_of(ts))
        native_id = f"{channel.id}/{ts}"
        message = Message(
            id=self._id(native_id),
            community_id=thread.community_id,
            thread_id=thread.id,
            source=NAME,
            native_id=native_id,
            author_id=author.id if author else None,
            kind=MessageKind.CHAT if talk else MessageKind.SYSTEM,
            text="" if deleted else text,
            segments=segment(text).segments if talk and not deleted else (),
            sent_at=time_of(ts),
            edited_at=_edited_at(raw),
            deleted=deleted,
            from_bot=from_bot,
            reply_to_id=self._id(place.reply_to) if place.reply_to else None,
            mentions=() if deleted else tuple(person.id for person in people),
            reactions=() if deleted else _reactions(raw),
            attachments=() if deleted else _attachments(raw),
            origin=origin,
        )
        return Said((*([author] if author else []), *people), thread, message)

    def _thread(self, place: _Place, channel: Channel, sent_at: datetime) -> Thread:
        return Thread(
            id=Thread.id_of(self._directory.community_id, NAME, place.thread),
            community_id=self._directory.community_id,
            source=NAME,
            native_id=place.thread,
            channel=channel.name,
            private=channel.private,
            seen_by=channel.seen_by,
            started_at=min(place.started_at, sent_at),
            last_at=max(place.started_at, sent_at),
        )

    def _place(
        self,
        raw: dict[str, Any],
        channel: Channel,
        ts: str,
        *,
        talk: bool,
        author: Member | None,
        mentioned: list[str],
        from_bot: bool,
    ) -> _Place:
        """Find the thread: the stated one, the channel's events, or the open conversation."""
        sent_at = time_of(ts)
        if not talk:
            return _Place(f"{channel.id}/events", sent_at, None)
        root = text_of(raw, "thread_ts") or (ts if raw.get("replies") else "")
        if root:
            native_id = f"{channel.id}/{root}"
            return _Place(native_id, time_of(root), native_id if root != ts else None)
        native_id = self._conversations.place(
            channel.id,
            f"{channel.id}/{ts}",
            author.native_id if author else "",
            sent_at,
            mentioned,
            from_bot=from_bot,
        )
        return _Place(native_id, sent_at, None)

    def _id(self, native_id: str) -> str:
        return Message.id_of(self._directory.community_id, NAME, native_id)

    def _author(self, raw: dict[str, Any]) -> Member | None:
        comment = raw.get("comment")
        user = text_of(raw, "user") or text_of(comment if isinstance(comment, dict) else {}, "user")
        bot_id = clean_line(text_of(raw, "bot_id"))
        profile = raw.get("user_profile")
        if user := clean_line(user):
            return self._directory.person(user, profile if isinstance(profile, dict) else None)
        if bot_id or text_of(raw, "subtype") == "bot_message":
            return self._directory.bot(bot_id or "bot", clean_line(text_of(raw, "username")))
        return self._directory.person(SLACKBOT) if raw.get("is_slackbot") is True else None

    @staticmethod
    def _words(raw: dict[str, Any], subtype: str) -> str:
        """Return what the author said, without the sentences Slack writes around it."""
        text = text_of(raw, "text")
        if subtype == "file_comment":
            comment = raw.get("comment")
            return text_of(comment, "comment") if isinstance(comment, dict) else text
        if subtype == "file_share":
            return said_with_upload(text)
        if not text and (text_of(raw, "bot_id") or subtype == "bot_message"):
            cards = [card for card in _list(raw, "attachments") if isinstance(card, dict)]
            said = (text_of(card, "text") or text_of(card, "fallback") for card in cards)
            return "\n\n".join(words for words in said if words)
        return text


def _list(raw: dict[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    return value if isinstance(value, list) else []


def _edited_at(raw: dict[str, Any]) -> datetime | None:
    edited = raw.get("edited")
    try:
        return time_of(stamp(edited)) if isinstance(edited, dict) else None
    except BadMessageError:
        return None


def _reactions(raw: dict[str, Any]) -> tuple[Reaction, ...]:
    counted: dict[str, int] = {}
    for reaction in _list(raw, "reactions"):
        if isinstance(reaction, dict) and (name := clean_line(text_of(reaction, "name"))):
            users = reaction.get("users")
            count = reaction.get("count", len(users) if isinstance(users, list) else 1)
            if isinstance(count, int) and 0 < count < _MOST_REACTIONS:
                counted[name] = int(count)
    return tuple(Reaction(name=name, count=count) for name, count in counted.items())


def _attachments(raw: dict[str, Any]) -> tuple[Attachment, ...]:
    files = _list(raw, "files") or [raw.get("file")]
    found = []
    for file in files:
        if isinstance(file, dict) and text_of(file, "mode") != "tombstone":
            names = (text_of(file, "name"), text_of(file, "title"), text_of(file, "id"))
            name = next((clean for clean in map(clean_line, names) if clean), "file")
            found.append(Attachment(name=name, mimetype=clean_line(text_of(file, "mimetype"))))
    return tuple(found)
