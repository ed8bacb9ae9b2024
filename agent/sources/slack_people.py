"""Who and where in a Slack export: users.json, and the lists of channels, groups and messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agent.sources.archive import MAX_JSON_BYTES, Archive, utf8_chunks
from agent.sources.own_words import clean_line
from agent.sources.protocol import Skipped
from agent.sources.scanning import scan_elements
from agent.sources.stream import read_object, skip
from memory.errors import SourceError
from memory.records.people import Availability, Member

NAME = "slack"
SLACKBOT = "USLACKBOT"
USER_LISTS = ("org_users.json", "users.json")
CHANNEL_LISTS = {"channels.json": False, "groups.json": True, "mpims.json": True, "dms.json": True}
"""List file to whether what it lists is private."""
GONE = Availability(away_until=datetime(9000, 1, 1, tzinfo=UTC))
"""A deactivated account reads nothing, so it can never be asked."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation place. Its folder is its name; direct messages lie in a folder by id."""

    id: str
    name: str
    private: bool
    seen_by: tuple[str, ...] | None = None
    """Ids of those who are in it; `None` where it does not tell, or everybody may join."""


@dataclass(slots=True)
class Directory:
    """The people and channels an export lists, and the people met only in its messages."""

    community_id: str
    people: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    """By folder."""
    channel_names: dict[str, str] = field(default_factory=dict)
    """By channel id."""
    bot_users: dict[str, str] = field(default_factory=dict)
    """User id by bot id: the two names of one integration."""
    skipped: list[Skipped] = field(default_factory=list)

    def channel(self, folder: str) -> Channel:
        """Return the channel of a folder. One that no list names counts as private."""
        return self.channels.get(folder) or Channel(folder, folder, private=True)

    def person(self, user_id: str, profile: dict[str, Any] | None = None) -> Member:
        """Return a user, taking one whom users.json lacks from the profile beside a message."""
        known = self.people.get(user_id)
        if known is None or (profile and known.name == user_id):
            known = self._member(user_id, profile or {}, profile or {})
            self.people[user_id] = known
        return known

    def bot(self, bot_id: str, name: str) -> Member:
        """Return an integration: its user where one is listed, else a member for each name."""
        user_id = self.bot_users.get(bot_id)
        if user_id is not None:
            return self.people[user_id]
        native_id = f"{bot_id}:{name}"
        return self._member(native_id, {"name": name or bot_id, "is_bot": True}, {})

    def add_user(self, raw: dict[str, Any]) -> bool:
        """Take one entry of users.json; False where it has no id."""
        user_id = clean_line(text_of(raw, "id"))
        if user_id:
            listed = raw.get("profile")
            profile = listed if isinstance(listed, dict) else {}
            self.people[user_id] = self._member(user_id, raw, profile)
            if bot_id := clean_line(text_of(profile, "bot_id")):
                self.bot_users[bot_id] = user_id
        return bool(user_id)

    def add_channel(self, raw: dict[str, Any], *, private: bool) -> bool:
        """Take one entry of a list of channels; False where it has no id. Private wins."""
        channel_id = clean_line(text_of(raw, "id"))
        if channel_id:
            name = clean_line(text_of(raw, "name"))
            folder = text_of(raw, "name") or channel_id
            private = private or raw.get("is_private") is True
            before = self.channels.get(folder)
            if before is None or not before.private:
                seen_by = self._named(raw.get("members")) if private else None
                self.channels[folder] = Channel(channel_id, name, private, seen_by)
            self.channel_names[channel_id] = name or channel_id
        return bool(channel_id)

    def _named(self, users: Any) -> tuple[str, ...] | None:
        """Return the ids of the members that a list names; `None` where it is no list."""
        if not isinstance(users, list):
            return None
        named = {clean_line(user) for user in users if isinstance(user, str)} - {""}
        return tuple(sorted(Member.id_of(self.community_id, NAME, user) for user in named))

    def _member(self, user_id: str, raw: dict[str, Any], profile: dict[str, Any]) -> Member:
        handle = clean_line(text_of(raw, "name")) or user_id
        names = (
            text_of(profile, "real_name"),
            text_of(raw, "real_name"),
            text_of(profile, "display_name"),
        )
        return Member(
            id=Member.id_of(self.community_id, NAME, user_id),
            community_id=self.community_id,
            source=NAME,
            native_id=user_id,
            handle=handle,
            name=next((name for name in map(clean_line, names) if name), handle),
            title=clean_line(text_of(profile, "title")),
            is_bot=raw.get("is_bot") is True or user_id == SLACKBOT,
            availability=GONE if raw.get("deleted") is True else Availability(),
            timezone=_known_zone(text_of(raw, "tz")),
        )


def read_directory(archive: Archive, community_id: str) -> Directory:
    """Read all lists of an export; entries that cannot be read stand in `skipped`."""
    directory = Directory(community_id)
    for file in (*USER_LISTS, *CHANNEL_LISTS):
        if file not in archive.sizes:
            continue
        for where, entry in _entries(archive, file, directory.skipped):
            kept = (
                directory.add_channel(entry, private=CHANNEL_LISTS[file])
                if file in CHANNEL_LISTS
                else directory.add_user(entry)
            )
            if not kept:
                directory.skipped.append(skip(where, "an entry without an id"))
    return directory


def _entries(
    archive: Archive, file: str, skipped: list[Skipped]
) -> Iterator[tuple[str, dict[str, Any]]]:
    if archive.sizes[file] > MAX_JSON_BYTES:
        skipped.append(skip(file, f"larger than {MAX_JSON_BYTES // 1024**2} MB"))
        return
    try:
        for record in scan_elements(utf8_chunks(archive, file)):
            entry = read_object(file, record)
            if isinstance(entry, Skipped):
                skipped.append(entry)
            else:
                yield f"{file}:{record.line}", entry
    except SourceError as error:
        skipped.append(skip(file, error))


def text_of(raw: dict[str, Any], key: str) -> str:
    """Return the string under `key`, or an empty one."""
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _known_zone(name: str) -> str | None:
    try:
        return ZoneInfo(name).key if name else None
    except (KeyError, ValueError, OSError):
        return None
