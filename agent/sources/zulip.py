"""Zulip: the server's own export, or the folders that the zulip-archive tool writes.

The server's export has `realm.json` (people, streams, recipients, reactions) and files
`messages-000001.json`; the tool's has `stream/topic.json`, each a list of messages with HTML. A
topic of a stream is a thread, resolved or not; invite-only streams and direct messages are private.
A message's native id is its number. A quoted message that is linked to is what is answered. The
tool's archive names senders by their full names alone; there who is called "... Bot" is a bot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from agent.sources.archive import Archive, open_archive
from agent.sources.json_exports import (
    ZULIP,
    export_of,
    holds_export,
    id_at,
    json_files,
    objects_of,
)
from agent.sources.json_lists import ListWithin, first_keys
from agent.sources.own_words import clean_line
from agent.sources.protocol import Item, Skipped
from agent.sources.reading import StreamedSource, Told
from agent.sources.stream import read_object, skip
from agent.sources.zulip_messages import NAME, Directory, MessageReader, Place, read_realm
from memory.errors import SourceError
from memory.records.talk import Origin

NOWHERE = Place("", "", "")
RESOLVED = "\N{HEAVY CHECK MARK} "


class ZulipFormat:
    """Recognises either kind by the keys of its JSON files."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        return holds_export(open_archive(path), ZULIP)

    def open(self, path: Path, community_id: str) -> ZulipSource:
        return ZulipSource(open_archive(path), community_id)


@dataclass(frozen=True, slots=True)
class _Section:
    """One file of messages: whether of the server's kind, and where its messages belong."""

    file: str
    of_server: bool
    place: Place


class ZulipSource(StreamedSource):
    """One archive of either kind."""

    name = NAME

    def told(self) -> Iterator[Told]:
        """Tell every message; of broken files what can be read."""
        directory = Directory(self._platform)
        for name in json_files(self._archive):
            if "zerver_realm" in first_keys(self._archive, name):
                for unread in read_realm(self._archive, name, directory):
                    yield unread, 0.0
        sections = list(_sections(self._archive))
        reader = MessageReader(directory)
        sizes = self._archive.sizes
        total, done = sum(sizes[one.file] for one in sections) or 1, 0
        for section in sections:
            for item, read in self._section(section, directory, reader):
                yield item, (done + read) / total
            done += sizes[section.file]

    def _section(
        self, section: _Section, directory: Directory, reader: MessageReader
    ) -> Iterator[tuple[Item, int]]:
        for index, found in enumerate(_messages(self._archive, section), 1):
            if isinstance(found, Skipped):
                yield found, 0
                continue
            file, line, raw, read = found
            try:
                place = directory.place(raw) if section.of_server else section.place
                said = reader.read(raw, place, Origin(file=file, line=index))
            except ValueError as error:
                yield skip(f"{file}:{line} message {id_at(raw, 'id') or index}", error), read
                continue
            for item in said:
                yield item, read


def _sections(archive: Archive) -> Iterator[_Section]:
    """Yield the files of messages, those that cannot be read as JSON among them."""
    alone = archive.top.rstrip("/") or archive.path.name
    for name in json_files(archive):
        keys = first_keys(archive, name)
        if "zerver_message" in keys:
            yield _Section(name, of_server=True, place=NOWHERE)
        elif not keys or (export_of(archive, name) == ZULIP and "zerver_realm" not in keys):
            yield _Section(name, of_server=False, place=_place_of(name, alone))


def _place_of(file: str, alone: str) -> Place:
    """Return stream and topic of `12-stream/topic.json`, their names written as in Zulip's links.

    A file in no folder is of the stream `alone`, by which the folder of all is named.
    """
    folders, _, last = file.rpartition("/")
    stream = folders.rpartition("/")[2] or alone
    number, dash, rest = stream.partition("-")
    numbered = bool(dash) and number.isascii() and number.isdigit()
    topic = clean_line(_decoded(last.removesuffix(".json"))).removeprefix(RESOLVED)
    return Place(
        key=number if numbered else clean_line(stream),
        channel=clean_line(_decoded(rest if numbered else stream)),
        topic=topic,
    )


def _decoded(name: str) -> str:
    """Undo `.20` for a blank and the like; a name written otherwise stays."""
    encoded = name.replace("%", "%25").replace(".", "%")
    decoded = unquote(encoded, errors="replace")
    return name if "%" in decoded.replace("%25", "") or "\ufffd" in decoded else decoded


def _messages(
    archive: Archive, section: _Section
) -> Iterator[tuple[str, int, dict[str, Any], int] | Skipped]:
    if not section.of_server:
        yield from objects_of(archive, section.file)
        return
    try:
        for record in ListWithin(archive, section.file, "zerver_message").records():
            value = read_object(section.file, record)
            if isinstance(value, Skipped):
                yield value
            else:
                yield section.file, record.line, value, record.end
    except SourceError as error:
        yield skip(section.file, error)
