"""Slack exports, folder or zip: lists of people and channels, and a file per channel and day.

Replies form the thread of their root. Messages outside threads (all of them, in exports from
before threads existed) are grouped by silence, see `conversations`; joins, topics, pins and other
system events form one thread per channel, `CHANNEL/events`. Groups and direct messages, and
folders that no list names, are private, and seen by the members whom their lists name. A
`message_changed` or `message_deleted` event is applied to its message; a message that a newer
export lacks is not taken as deleted, for exports are cut by date and retention.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.sources.archive import (
    MAX_JSON_BYTES,
    Archive,
    fingerprint,
    first_bytes,
    open_archive,
    utf8_chunks,
)
from agent.sources.protocol import Item, Progress, Skipped
from agent.sources.scanning import RawRecord, scan_elements
from agent.sources.slack_messages import MessageReader, stamp
from agent.sources.slack_people import (
    CHANNEL_LISTS,
    NAME,
    USER_LISTS,
    Channel,
    read_directory,
    text_of,
)
from agent.sources.stream import WINDOW_RECORDS, Window, go_on_after, read_object, skip
from memory.errors import SourceError
from memory.records.talk import Origin

DAY_FILE = re.compile(r"([^/]+)/(\d{4}-\d{2}-\d{2})\.json")
_CHANGE_MARKS = (b"message_changed", b"message_deleted")
_NO_TALK = frozenset({"message_replied"})
"""Events that only repeat what the messages themselves say."""


class SlackFormat:
    """Recognises day files in folders beside a list of users or channels."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        archive = open_archive(path)
        lists = [name for name in (*USER_LISTS, *CHANNEL_LISTS) if name in archive.sizes]
        if any(DAY_FILE.fullmatch(name) for name in archive.sizes):
            return bool(lists)
        return any(
            name in {"users.json", "channels.json"}
            and first_bytes(archive, name).lstrip().startswith(b"[")
            for name in lists
        )

    def open(self, path: Path, community_id: str) -> SlackSource:
        return SlackSource(open_archive(path), community_id)


@dataclass(slots=True)
class _Change:
    """What later events of a channel say about one message."""

    fields: dict[str, Any]
    deleted: bool = False
    applied: bool = False


class SlackSource:
    """One export. Positions are counts of records passed; going on re-reads without yielding."""

    name = NAME

    def __init__(self, archive: Archive, community_id: str) -> None:
        self._archive = archive
        self._community_id = community_id

    def fingerprint(self) -> str:
        return fingerprint(NAME, self._archive)

    def read(self, after: str = "") -> Iterator[Item]:
        return go_on_after(self._items(), after) if after else self._items()

    def _items(self) -> Iterator[Item]:
        directory = read_directory(self._archive, self._community_id)
        yield from directory.skipped
        yield from list(directory.people.values())
        yield Progress("0", 0.0)
        folders: dict[str, list[str]] = {}
        for name in self._archive.sizes:
            if day := DAY_FILE.fullmatch(name):
                folders.setdefault(day[1], []).append(name)
        total = sum(self._archive.sizes[name] for files in folders.values() for name in files) or 1
        reader, window, passed, done = MessageReader(directory), Window(), 0, 0
        for folder, files in sorted(folders.items()):
            channel = directory.channel(folder)
            changes = self._later_changes(sorted(files))
            for file in sorted(files):
                for index, record in enumerate(self._records(file), 1):
                    if isinstance(record, Skipped):
                        yield record
                        continue
                    origin = Origin(file=file, line=index)
                    yield from self._read(record, origin, channel, reader, changes, window)
                    passed += 1
                    if passed % WINDOW_RECORDS == 0:
                        window.clear()
                        yield Progress(str(passed), min(1.0, (done + record.end) / total))
                done += self._archive.sizes[file]
        if passed % WINDOW_RECORDS:
            yield Progress(str(passed), 1.0)

    def _records(self, file: str) -> Iterator[RawRecord | Skipped]:
        """Yield a day's records; a file that cannot be read on ends with a skipped one."""
        if self._archive.sizes[file] > MAX_JSON_BYTES:
            yield skip(file, f"larger than {MAX_JSON_BYTES // 1024**2} MB")
            return
        try:
            yield from scan_elements(utf8_chunks(self._archive, file))
        except SourceError as error:
            yield skip(file, error)

    def _later_changes(self, files: list[str]) -> dict[str, _Change]:
        """Collect a channel's change and deletion events, by the stamp of the message changed."""
        changes: dict[str, _Change] = {}
        for file in files:
            if not self._mentions_changes(file):
                continue
            for record in self._records(file):
                raw = None if isinstance(record, Skipped) else read_object(file, record)
                if not isinstance(raw, dict):
                    continue
                target = _changed(raw)
                if target:
                    ts, fields, deleted = target
                    before = changes.get(ts, _Change({}))
                    changes[ts] = _Change({**before.fields, **fields}, deleted or before.deleted)
        return changes

    def _mentions_changes(self, file: str) -> bool:
        tail = b""
        try:
            for chunk in utf8_chunks(self._archive, file):
                window = tail + chunk
                if any(mark in window for mark in _CHANGE_MARKS):
                    return True
                tail = window[-len(_CHANGE_MARKS[0]) :]
        except SourceError:
            return bool(tail)
        return False

    def _read(
        self,
        record: RawRecord,
        origin: Origin,
        channel: Channel,
        reader: MessageReader,
        changes: dict[str, _Change],
        window: Window,
    ) -> Iterator[Item]:
        """Read one record. Its origin is its index: lines shift when a record above grows."""
        where = f"{origin.file}:{record.line}"
        raw = read_object(origin.file, record)
        if isinstance(raw, Skipped):
            yield raw
            return
        if raw.get("type", "message") != "message" or "ts" not in raw:
            if not record.recovered:
                yield skip(where, "not a message")
            return
        target = _changed(raw)
        if text_of(raw, "subtype") in _NO_TALK or (target is None and _is_change(raw)):
            return
        try:
            ts = target[0] if target else stamp(raw)
            change = changes.get(ts)
            if target and (change is None or change.applied or not change.fields):
                return
            raw = {} if target else raw
            if change:
                change.applied = True
                raw = {**raw, **change.fields}
            gone = change is not None and change.deleted
            said = reader.read(raw, channel, origin, deleted=gone)
        except ValueError as error:
            yield skip(where, error)
            return
        for person in said.people:
            yield from window.once(person)
        yield from window.once(said.thread)
        yield said.message


def _is_change(raw: dict[str, Any]) -> bool:
    return text_of(raw, "subtype") in {"message_changed", "message_deleted"}


def _changed(raw: dict[str, Any]) -> tuple[str, dict[str, Any], bool] | None:
    """Return stamp, new fields and whether it is gone, if `raw` is an event about a message."""
    deleted = raw.get("subtype") == "message_deleted"
    inner = raw.get("previous_message" if deleted else "message")
    fields = inner if isinstance(inner, dict) else {}
    ts = raw.get("deleted_ts") if deleted else fields.get("ts")
    if not _is_change(raw) or not isinstance(ts, str):
        return None
    return ts, ({**fields, "ts": ts} if fields else {}), deleted
