"""One mbox file that grows: read once from its start, and from then on only the mails added.

The reader's memory of people, ids and threads goes on from one reading to the next, so what is
added comes out as it would in a reading of the whole. A file that was rewritten, by a single byte
before where reading ended, is read as a whole again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from agent.sources.archive import CHUNK_BYTES, Archive
from agent.sources.jsonl_growing import Rest, breaks
from agent.sources.mail_messages import MailReader
from agent.sources.mbox import MboxSource
from agent.sources.mbox_scan import begins_mbox, is_packed, scan_mails
from agent.sources.protocol import Item, Progress
from agent.sources.reading import Told
from agent.sources.stream import skip
from memory.errors import SourceError


class GrowingMbox(MboxSource):
    """A lone file. `ended` after each complete reading; `go_on` before the next one."""

    def __init__(self, archive: Archive, community_id: str) -> None:
        super().__init__(archive, community_id)
        (self._file,) = archive.sizes
        self._begin = 0
        """Bytes that an earlier reading has dealt with; 0 asks for a reading of the whole."""
        self._lines = 0
        self._mark = ""
        self._reader = MailReader(self._platform)

    def ended(self) -> None:
        """Remember where reading has ended, where a line ends there; else forget all."""
        size = self._archive.sizes[self._file]
        with self._archive.open(self._file) as stream:
            stream.seek(max(0, size - 1))
            whole_line = stream.read(1) == b"\n"
        if not whole_line or is_packed(self._archive, self._file):
            self._begin = self._lines = 0
            return
        self._lines += breaks(self._archive, self._file, self._begin)
        self._begin, self._mark = size, self._digest(size)

    def go_on(self, archive: Archive) -> bool:
        """Take the grown file; whether reading it yields only what was added.

        Where it does not (another file, nothing known, something before was changed, or what
        follows begins no mail), everything known is forgotten.
        """
        self._archive = archive
        if not self._is_grown():
            self._begin = self._lines = 0
        return self._begin > 0

    def _is_grown(self) -> bool:
        if self._begin == 0 or [*self._archive.sizes] != [self._file]:
            return False
        if self._archive.sizes[self._file] < self._begin or self._digest(self._begin) != self._mark:
            return False
        rest = Rest(self._archive, self._begin)
        return not rest.sizes[self._file] or begins_mbox(rest, self._file)

    def read(self, after: str = "") -> Iterator[Item]:
        """Yield what was added, or everything. Of an addition there is no going on `after`.

        Positions of an addition are unlike those of a whole reading.
        """
        if self._begin == 0:
            yield from super().read(after)
            return
        for item in self._items():
            if isinstance(item, Progress):
                yield Progress(f"{self._begin}+{item.position}", item.fraction)
            else:
                yield item

    def told(self) -> Iterator[Told]:
        """Tell the mails that were added, or all."""
        if self._begin == 0:
            self._reader = MailReader(self._platform)
        rest = Rest(self._archive, self._begin)
        try:
            for raw in scan_mails(rest, self._file):
                placed = replace(raw, line=raw.line + self._lines)
                for item in self._reader.read(self._file, placed):
                    yield item, raw.fraction
        except SourceError as error:
            yield skip(self._file, error), 1.0

    def _digest(self, length: int) -> str:
        """Digest of the first `length` bytes."""
        digest, left = hashlib.blake2b(digest_size=16), length
        with self._archive.open(self._file) as stream:
            while left > 0 and (chunk := stream.read(min(left, CHUNK_BYTES))):
                digest.update(chunk)
                left -= len(chunk)
        return digest.hexdigest()
