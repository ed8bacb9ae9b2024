"""One event of a Matrix room to a message, with what later events say of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent.sources.chat_places import ChatPlaces
from agent.sources.html_text import read_html
from agent.sources.json_exports import id_at, text_at, value_at
from agent.sources.own_words import SegmentedText, clean_line, clean_text, segment_markdown
from agent.sources.protocol import Item
from agent.sources.reading import Platform
from agent.sources.stream import from_unix
from memory.records.people import Member
from memory.records.talk import Attachment, MessageKind, Origin, Reaction

NAME = "matrix"
FILES = frozenset({"m.image", "m.file", "m.audio", "m.video", "m.sticker"})
MESSAGES = frozenset({"m.room.message", "m.sticker"})
OPEN_TO_JOIN = frozenset({"", "public"})
"""Join rules of a room for everybody; an export that does not tell has none."""
_ONLY_CHANGE = frozenset({"m.reaction", "m.room.redaction"})
_RELATION = ("content", "m.relates_to")


@dataclass(frozen=True, slots=True)
class Room:
    """A room and its name."""

    id: str
    name: str


@dataclass(slots=True)
class Later:
    """What the events of a room say about other events and about its people."""

    edits: dict[str, tuple[dict[str, Any], datetime | None]] = field(default_factory=dict)
    reactions: dict[str, Counter[str]] = field(default_factory=dict)
    redacted: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    join_rule: str = ""
    present: dict[str, bool] = field(default_factory=dict)
    """Whether somebody is in the room: who spoke is, unless they left."""
    seen_by: tuple[str, ...] | None = None
    """Who sees the room, once all is learnt; `None` for the whole community."""

    def learn(self, raw: dict[str, Any]) -> None:
        """Take what one event says of others; an edit counts only by the sender of the edited."""
        kind, target = text_at(raw, "type"), id_at(raw, *_RELATION, "event_id")
        relation = text_at(raw, *_RELATION, "rel_type")
        new = value_at(raw, "content", "m.new_content")
        if relation == "m.replace" and isinstance(new, dict):
            self.edits[f"{target} {id_at(raw, 'sender')}"] = (new, _time_of(raw))
        elif relation == "m.annotation":
            key = clean_line(text_at(raw, *_RELATION, "key"))
            self.reactions.setdefault(target, Counter())[key] += 1
        elif kind == "m.room.redaction":
            self.redacted.add(id_at(raw, "redacts") or id_at(raw, "content", "redacts"))
        elif kind == "m.room.member":
            user, name = id_at(raw, "state_key"), clean_line(text_at(raw, "content", "displayname"))
            self.names[user] = name or self.names.get(user, "")
            self.present[user] = text_at(raw, "content", "membership") == "join"
        elif kind == "m.room.join_rules":
            self.join_rule = text_at(raw, "content", "join_rule")
        if kind in MESSAGES:
            self.present.setdefault(id_at(raw, "sender"), True)

    def settle(self, platform: Platform) -> None:
        """Conclude who sees the room from all that was learnt."""
        if self.join_rule not in OPEN_TO_JOIN:
            users = (user for user, here in self.present.items() if user and here)
            self.seen_by = tuple(sorted(platform.member(user, user).id for user in users))


class EventReader:
    """Reads the events of an archive's rooms; remembers the ids of those read."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._places = ChatPlaces()
        self._read: set[str] = set()

    def read(self, raw: dict[str, Any], room: Room, later: Later, origin: Origin) -> list[Item]:
        """Return people, thread and message; nothing for an event that only changes another.

        Raises `ValueError` for what is no event or cannot be read.
        """
        native_id, kind, sent_at = id_at(raw, "event_id"), text_at(raw, "type"), _time_of(raw)
        if not native_id or not kind or sent_at is None:
            raise ValueError("no event_id, type or origin_server_ts")
        relation = text_at(raw, *_RELATION, "rel_type")
        if kind in _ONLY_CHANGE or relation == "m.replace" or native_id in self._read:
            return []
        if kind == "m.room.encrypted":
            raise ValueError("still encrypted")
        self._read.add(native_id)
        author = self._person(id_at(raw, "sender"), later)
        content = value_at(raw, "content")
        new, edited_at = later.edits.get(f"{native_id} {id_at(raw, 'sender')}", (content, None))
        talk = kind in MESSAGES
        said = _said(new) if talk else SegmentedText(clean_line(text_at(new, "body")))
        bot = text_at(new, "msgtype") == "m.notice" or bool(author and author.is_bot)
        people = [p for user in _mentioned(new) if (p := self._person(user, later))]
        reply_to = id_at(raw, *_RELATION, "m.in_reply_to", "event_id")
        root = id_at(raw, *_RELATION, "event_id") if relation == "m.thread" else ""
        if not talk:
            place = f"{room.id}/events"
        else:
            place = self._places.place(
                room.id,
                native_id,
                author.native_id if author else "",
                sent_at,
                mentions=[person.native_id for person in people],
                reply_to=root or reply_to,
                from_bot=bot,
            )
        thread = self._platform.thread(place, sent_at, channel=room.name, seen_by=later.seen_by)
        message = self._platform.message(
            native_id,
            thread,
            author,
            kind=MessageKind.CHAT if talk else MessageKind.SYSTEM,
            text=said.text,
            segments=said.segments,
            sent_at=sent_at,
            edited_at=edited_at,
            deleted=native_id in later.redacted or (talk and not new) or _is_redacted(raw),
            from_bot=bot,
            reply_to_id=self._platform.message_id(reply_to or root) if reply_to or root else None,
            mentions=tuple(dict.fromkeys(person.id for person in people)),
            reactions=tuple(
                Reaction(name=name, count=count)
                for name, count in later.reactions.get(native_id, Counter[str]()).items()
                if name
            ),
            attachments=_files(new),
            origin=origin,
        )
        return [*([author] if author else []), *people, thread, message]

    def _person(self, user: str, later: Later) -> Member | None:
        if not user:
            return None
        handle = user.removeprefix("@").partition(":")[0]
        return self._platform.member(user, handle, later.names.get(user, ""))


def _time_of(raw: dict[str, Any]) -> datetime | None:
    stamp = value_at(raw, "origin_server_ts")
    if not isinstance(stamp, int) or isinstance(stamp, bool):
        return None
    try:
        return from_unix(stamp // 1_000, stamp % 1_000 * 1_000)
    except ValueError:
        return None


def _said(content: Any) -> SegmentedText:
    """Return the words of a message: of its HTML where it has some, none of a file's name."""
    if text_at(content, "msgtype") in FILES:
        return SegmentedText()
    if text_at(content, "format") == "org.matrix.custom.html":
        return read_html(text_at(content, "formatted_body")).segmented
    return segment_markdown(clean_text(text_at(content, "body")))


def _mentioned(content: Any) -> list[str]:
    users = value_at(content, "m.mentions", "user_ids")
    named = users if isinstance(users, list) else []
    return [clean_line(u) for u in named if isinstance(u, str) and u.startswith("@")]


def _files(content: Any) -> tuple[Attachment, ...]:
    if text_at(content, "msgtype") not in FILES:
        return ()
    name = text_at(content, "filename") or text_at(content, "body")
    mimetype = clean_line(text_at(content, "info", "mimetype"))
    return (Attachment(name=clean_line(name), mimetype=mimetype),)


def _is_redacted(raw: dict[str, Any]) -> bool:
    return value_at(raw, "unsigned", "redacted_because") is not None
