"""Discord channels as DiscordChatExporter writes them to JSON, one file each or many in a folder.

A channel's messages are cut into conversations by silence, mention and reply; a Discord thread is
one thread, named as it is there. Direct messages and private threads are private. Joins, pins,
calls and the like are the system's. Embeds are left out: they repeat a linked page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.sources.archive import Archive, open_archive
from agent.sources.chat_places import ChatPlaces
from agent.sources.json_exports import (
    DISCORD,
    dicts_at,
    export_of,
    holds_export,
    id_at,
    json_files,
    number_at,
    optional_time_at,
    text_at,
    time_at,
    value_at,
)
from agent.sources.json_lists import ListWithin, first_keys
from agent.sources.own_words import clean_line, clean_text
from agent.sources.protocol import Item, Skipped
from agent.sources.reading import StreamedSource, Told
from agent.sources.slack_text import segment
from agent.sources.stream import read_object, skip
from memory.errors import SourceError
from memory.records.people import Member
from memory.records.talk import Attachment, MessageKind, Origin, Reaction

NAME = "discord"
TALK = frozenset({"Default", "Reply", "0", "19"})
"""Types of message in which somebody says something; any other is a system event."""


class DiscordFormat:
    """Recognises the exporter's JSON by its keys."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        return holds_export(open_archive(path), DISCORD)

    def open(self, path: Path, community_id: str) -> DiscordSource:
        return DiscordSource(open_archive(path), community_id)


@dataclass(frozen=True, slots=True)
class _Channel:
    id: str
    name: str
    is_thread: bool
    private: bool


class DiscordSource(StreamedSource):
    """One or more exported channels."""

    name = NAME

    def told(self) -> Iterator[Told]:
        """Tell every message, channel by channel."""
        sizes = self._archive.sizes
        files = [name for name in json_files(self._archive) if _is_told(self._archive, name)]
        total, done = sum(sizes[name] for name in files) or 1, 0
        places, met = ChatPlaces(), set[str]()
        for file in files:
            try:
                for item, read in self._channel(file, places, met):
                    yield item, (done + read) / total
            except SourceError as error:
                yield skip(file, error), done / total
            done += sizes[file]

    def _channel(self, file: str, places: ChatPlaces, met: set[str]) -> Iterator[tuple[Item, int]]:
        messages = ListWithin(self._archive, file, "messages")
        for index, record in enumerate(messages.records(), 1):
            raw = read_object(file, record)
            if isinstance(raw, Skipped):
                yield raw, record.end
                continue
            if (native_id := id_at(raw, "id")) in met:
                continue
            met.add(native_id)
            channel = _channel_of(messages.told(), file)
            try:
                said = self._read(raw, channel, places, Origin(file=file, line=index))
            except ValueError as error:
                where = f"{file}:{record.line} message {native_id or index}"
                yield skip(where, error), record.end
                continue
            for item in said:
                yield item, record.end

    def _read(
        self, raw: dict[str, Any], channel: _Channel, places: ChatPlaces, origin: Origin
    ) -> list[Item]:
        native_id, sent_at = id_at(raw, "id"), time_at(raw, "timestamp")
        if not native_id:
            raise ValueError("no id")
        author = self._person(value_at(raw, "author"))
        people = [p for one in dicts_at(raw, "mentions") if (p := self._person(one))]
        talk = text_at(raw, "type") in TALK
        reply_to = id_at(raw, "reference", "messageId") if text_at(raw, "type") == "Reply" else ""
        from_bot = bool(author and author.is_bot)
        if channel.is_thread:
            place = channel.id
        elif not talk:
            place = f"{channel.id}/events"
        else:
            place = places.place(
                channel.id,
                native_id,
                author.native_id if author else "",
                sent_at,
                mentions=[person.native_id for person in people],
                reply_to=reply_to,
                from_bot=from_bot,
            )
        thread = self._platform.thread(
            place,
            sent_at,
            channel=channel.name,
            title=channel.name if channel.is_thread else "",
            private=channel.private,
        )
        said = segment(clean_text(text_at(raw, "content")))
        message = self._platform.message(
            native_id,
            thread,
            author,
            kind=MessageKind.CHAT if talk else MessageKind.SYSTEM,
            text=said.text,
            segments=said.segments if talk else (),
            sent_at=sent_at,
            edited_at=optional_time_at(raw, "timestampEdited"),
            reply_to_id=self._platform.message_id(reply_to) if reply_to else None,
            mentions=tuple(dict.fromkeys(person.id for person in people)),
            reactions=_reactions(raw),
            attachments=tuple(
                Attachment(name=clean_line(text_at(one, "fileName")))
                for one in dicts_at(raw, "attachments")
            ),
            origin=origin,
        )
        return [*([author] if author else []), *people, thread, message]

    def _person(self, raw: Any) -> Member | None:
        user = id_at(raw, "id")
        if not user:
            return None
        name = clean_line(text_at(raw, "name"))
        shown = text_at(raw, "nickname") or name
        return self._platform.member(user, name, shown, is_bot=value_at(raw, "isBot") is True)


def _is_told(archive: Archive, name: str) -> bool:
    return not first_keys(archive, name) or export_of(archive, name) == DISCORD


def _channel_of(told: dict[str, Any], file: str) -> _Channel:
    """Return the channel that the beginning of a file tells of; one it does not is private."""
    kind = text_at(told, "channel", "type")
    private = (
        not kind or id_at(told, "guild", "id") in {"", "0"} or "Direct" in kind or "Private" in kind
    )
    return _Channel(
        id=id_at(told, "channel", "id") or clean_line(file),
        name=clean_line(text_at(told, "channel", "name")),
        is_thread="Thread" in kind,
        private=private,
    )


def _reactions(raw: dict[str, Any]) -> tuple[Reaction, ...]:
    return tuple(
        Reaction(name=name, count=count)
        for one in dicts_at(raw, "reactions")
        if (count := number_at(one, "count")) > 0
        and (name := clean_line(text_at(one, "emoji", "code") or text_at(one, "emoji", "name")))
    )
