"""Matrix rooms as Element exports them to JSON, one file each or many in a folder.

A thread of the room is a thread; other messages are cut into conversations by silence, mention and
reply. Edits, reactions and redactions are applied to the events they name, so a file is read twice.
Notices are a bot's; joins, topics and other state form one thread per room. A room that says who
may join and does not let everybody is seen by those who are or spoke in it; any other counts as
public to the community: whoever exports it decides. What is still encrypted is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.sources.archive import Archive, open_archive
from agent.sources.json_exports import MATRIX, export_of, holds_export, id_at, json_files, text_at
from agent.sources.json_lists import ListWithin, first_keys
from agent.sources.matrix_events import NAME, EventReader, Later, Room
from agent.sources.own_words import clean_line
from agent.sources.protocol import Item, Skipped
from agent.sources.reading import StreamedSource, Told
from agent.sources.scanning import RawRecord
from agent.sources.stream import read_object, skip
from memory.errors import SourceError
from memory.records.talk import Origin


class MatrixFormat:
    """Recognises Element's JSON by its keys."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        return holds_export(open_archive(path), MATRIX)

    def open(self, path: Path, community_id: str) -> MatrixSource:
        return MatrixSource(open_archive(path), community_id)


class MatrixSource(StreamedSource):
    """One or more exported rooms."""

    name = NAME

    def told(self) -> Iterator[Told]:
        """Tell every message, room by room."""
        sizes = self._archive.sizes
        files = [name for name in json_files(self._archive) if _is_told(self._archive, name)]
        total, done = sum(sizes[name] for name in files) or 1, 0
        reader = EventReader(self._platform)
        for file in files:
            try:
                later = Later()
                for _, raw, _ in self._events(file):
                    if isinstance(raw, dict):
                        later.learn(raw)
                later.settle(self._platform)
                for item, read in self._room(file, later, reader):
                    yield item, (done + read) / total
            except SourceError as error:
                yield skip(file, error), done / total
            done += sizes[file]

    def _events(self, file: str) -> Iterator[tuple[RawRecord, dict[str, Any] | Skipped, Room]]:
        listed = ListWithin(self._archive, file, "messages")
        room = None
        for record in listed.records():
            raw = read_object(file, record)
            if room is None:
                room = Room(clean_line(file), clean_line(text_at(listed.told(), "room_name")))
            if isinstance(raw, dict) and (room_id := id_at(raw, "room_id")):
                room = Room(room_id, room.name)
            yield record, raw, room

    def _room(self, file: str, later: Later, reader: EventReader) -> Iterator[tuple[Item, int]]:
        for index, (record, raw, room) in enumerate(self._events(file), 1):
            if isinstance(raw, Skipped):
                yield raw, record.end
                continue
            try:
                said = reader.read(raw, room, later, Origin(file=file, line=index))
            except ValueError as error:
                where = f"{file}:{record.line} event {id_at(raw, 'event_id') or index}"
                yield skip(where, error), record.end
                continue
            for item in said:
                yield item, record.end


def _is_told(archive: Archive, name: str) -> bool:
    return not first_keys(archive, name) or export_of(archive, name) == MATRIX
