"""An archive of several formats: every file is read by its own, in one import."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from agent.sources.archive import fingerprint, kept_open, open_archive
from agent.sources.parts import Part, Sorted
from agent.sources.protocol import Item, Progress, Source
from agent.sources.stream import go_on_after, skip

NAME = "mixed"


class MixedFormat:
    """The formats of one archive that was sorted before."""

    name = NAME

    def __init__(self, files: Sorted) -> None:
        self._files = files

    def recognises(self, path: Path) -> bool:
        """Whether this is the archive that was sorted."""
        return all(part.archive.path == path for part in self._files.parts)

    def open(self, path: Path, community_id: str) -> MixedSource:
        return MixedSource(path, self._files, community_id)


class MixedSource:
    """One format after another. A position is that of a part, behind the number of the part."""

    name = NAME

    def __init__(self, path: Path, files: Sorted, community_id: str) -> None:
        self._archive = open_archive(path)
        self._files = files
        self._community_id = community_id

    def fingerprint(self) -> str:
        """Identify archive and content by names, sizes and times."""
        return fingerprint(NAME, self._archive)

    def read(self, after: str = "") -> Iterator[Item]:
        """Yield everything after the position `after`. Raises `SourceError` for an unknown one."""
        return go_on_after(self._items(), after) if after else self._items()

    def _items(self) -> Iterator[Item]:
        sizes = [sum(part.archive.sizes.values()) for part in self._files.parts]
        total, done = sum(sizes) or 1, 0
        for number, (part, size) in enumerate(zip(self._files.parts, sizes, strict=True)):
            for item in self._opened(part).read():
                if isinstance(item, Progress):
                    fraction = (done + item.fraction * size) / total
                    yield Progress(f"{number}:{item.position}", min(1.0, fraction))
                else:
                    yield item
            done += size
        for name, why in self._files.unread:
            yield skip(name, why)
        yield Progress("end", 1.0)

    def _opened(self, part: Part) -> Source:
        """The part's own source, new for every reading: some remember what they have read."""
        with kept_open(part.archive):
            return part.format.open(part.archive.path, self._community_id)
