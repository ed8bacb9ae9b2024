"""A copy of the vector memory for reading: every vector in one flat file, every word in a table.

Chroma is where passages and vectors are kept; the shelf is filled from its rows and can be thrown
away. A search reads it alone: exact, with the words of the question weighed by their rarity in
the same pass, and with no client to open.

```
FOLDER/shelf.sqlite     passages, and for each stem the places of those that hold it
FOLDER/NUMBER.f32       the vectors of one community by place, float32; NaN where a place is free
```
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from memory.errors import StoreError
from memory.index.passages import embedded_text
from memory.index.protocols import Passage, Vectors
from memory.index.words import content_stems

Places = NDArray[np.uint32]
"""Rows of a community's vectors, ascending."""

TABLES = """
CREATE TABLE seal (generation INTEGER NOT NULL, dimensions INTEGER NOT NULL);
CREATE TABLE communities (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE TABLE passages (
    id TEXT PRIMARY KEY, community INTEGER NOT NULL, place INTEGER NOT NULL,
    guide_id TEXT NOT NULL, version INTEGER NOT NULL, facet TEXT NOT NULL,
    title TEXT NOT NULL, text TEXT NOT NULL, UNIQUE (community, place)
);
CREATE INDEX passages_of_guide ON passages (guide_id);
CREATE TABLE words (
    community INTEGER NOT NULL, stem TEXT NOT NULL, places BLOB NOT NULL,
    PRIMARY KEY (community, stem)
);
"""


class Shelf:
    """One open copy. Use only under the index lock; writes count once they are sealed."""

    def __init__(
        self, folder: Path, dimensions: int, generation: int, database: sqlite3.Connection
    ) -> None:
        self._folder = folder
        self.dimensions = dimensions
        self.generation = generation
        """Of the index that it was sealed with; 0 before."""
        self._database = database
        self._numbers: dict[str, int] = dict(database.execute("SELECT id, number FROM communities"))
        self._added: dict[tuple[int, str], list[int]] = {}
        self._removed: dict[tuple[int, str], list[int]] = {}
        self._free: dict[int, list[int]] = {}
        self._vectors: dict[int, Vectors] = {}

    @classmethod
    def create(cls, folder: Path, dimensions: int) -> Self:
        """Begin an empty shelf, in place of whatever stands in the folder."""
        with _readable(folder):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700, parents=True)
            database = _connect(folder)
            database.executescript(TABLES)
            database.execute("INSERT INTO seal VALUES (0, ?)", (dimensions,))
            database.commit()
            return cls(folder, dimensions, 0, database)

    @classmethod
    def open(cls, folder: Path, generation: int) -> Self | None:
        """Open what was sealed with this generation; `None` if nothing whole was."""
        if not (folder / "shelf.sqlite").exists():
            return None
        try:
            database = _connect(folder)
            found = database.execute("SELECT generation, dimensions FROM seal").fetchone()
            if found is None or found[0] != generation:
                database.close()
                return None
            return cls(folder, int(found[1]), generation, database)
        except sqlite3.Error:
            return None

    def close(self) -> None:
        """Let go of the files; what is not sealed is lost."""
        self._vectors.clear()
        self._database.close()

    def put(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Write passages with their vectors, in place of those of the same ids."""
        self.drop([passage.id for passage in passages])
        grouped: dict[int, list[int]] = {}
        for row, passage in enumerate(passages):
            grouped.setdefault(self._number(passage.community_id), []).append(row)
        with _readable(self._folder):
            for number, rows in grouped.items():
                places = self._take_places(number, len(rows))
                self._write(number, places, vectors[rows])
                for place, row in zip(places, rows, strict=True):
                    self._describe(number, place, passages[row])

    def drop(self, passage_ids: Sequence[str]) -> None:
        """Forget passages: their rows, their words and their numbers."""
        with _readable(self._folder):
            for passage_id in passage_ids:
                found = self._database.execute(
                    "SELECT community, place, title, text FROM passages WHERE id = ?", (passage_id,)
                ).fetchone()
                if found is None:
                    continue
                self._database.execute("DELETE FROM passages WHERE id = ?", (passage_id,))
                number, place, title, text = found
                for stem in content_stems(f"{title}. {text}"):
                    self._removed.setdefault((number, stem), []).append(place)
                    added = self._added.get((number, stem), [])
                    if place in added:
                        added.remove(place)
                blank = np.full((1, self.dimensions), np.nan, dtype=np.float32)
                self._write(number, [place], blank)
                if number in self._free:
                    self._free[number].append(place)

    def seal(self, generation: int) -> None:
        """Make all that was written since the last seal count, as this generation."""
        with _readable(self._folder):
            for key in {**self._removed, **self._added}:
                self._save_places(key)
            self._added.clear()
            self._removed.clear()
            self._database.execute("UPDATE seal SET generation = ?", (generation,))
            self._database.commit()
            self.generation = generation

    def count(self, community_id: str | None = None) -> int:
        """How many passages stand here, of one community or of all."""
        with _readable(self._folder):
            if community_id is None:
                (found,) = self._database.execute("SELECT count(*) FROM passages").fetchone()
            else:
                (found,) = self._database.execute(
                    "SELECT count(*) FROM passages WHERE community = ?",
                    (self._numbers.get(community_id, 0),),
                ).fetchone()
        return int(found)

    def ids_of(self, guide_id: str) -> list[str]:
        """Ids of the passages of a guide."""
        with _readable(self._folder):
            rows = self._database.execute(
                "SELECT id FROM passages WHERE guide_id = ? ORDER BY id", (guide_id,)
            )
            return [row[0] for row in rows]

    def communities(self) -> Mapping[str, int]:
        """The number of each community by its id."""
        return self._numbers

    def vectors(self, number: int) -> Vectors:
        """All vectors of a community by place, shape `(places, dimensions)`; NaN where free."""
        if number not in self._vectors:
            with _readable(self._folder):
                file = self._vector_file(number)
                if not file.exists() or not file.stat().st_size:
                    return np.zeros((0, self.dimensions), dtype=np.float32)
                flat = np.memmap(file, dtype=np.float32, mode="r").view(np.ndarray)
                self._vectors[number] = flat.reshape(-1, self.dimensions)
        return self._vectors[number]

    def holding(self, number: int, stem: str) -> Places:
        """Places of the passages of a community that hold a stem."""
        with _readable(self._folder):
            found = self._database.execute(
                "SELECT places FROM words WHERE community = ? AND stem = ?", (number, stem)
            ).fetchone()
        return np.frombuffer(found[0] if found else b"", dtype=np.uint32)

    def places_of(self, number: int, passage_ids: Sequence[str]) -> Places:
        """Places of the passages with these ids, as far as they stand here."""
        with _readable(self._folder):
            rows = self._database.execute(
                "SELECT place FROM passages WHERE community = ? "
                "AND id IN (SELECT value FROM json_each(?)) ORDER BY place",
                (number, json.dumps(list(passage_ids))),
            )
            return np.array([row[0] for row in rows], dtype=np.uint32)

    def places_of_guides(self, number: int, guide_ids: Collection[str]) -> Places:
        """Places of the passages of these guides, as far as they stand here."""
        if not guide_ids:
            return np.zeros(0, dtype=np.uint32)
        with _readable(self._folder):
            rows = self._database.execute(
                "SELECT place FROM passages WHERE community = ? "
                "AND guide_id IN (SELECT value FROM json_each(?)) ORDER BY place",
                (number, json.dumps(sorted(guide_ids))),
            )
            return np.array([row[0] for row in rows], dtype=np.uint32)

    def passages_at(self, number: int, places: Sequence[int]) -> Mapping[int, Passage]:
        """The passages that stand at these places."""
        community = next((name for name, n in self._numbers.items() if n == number), "")
        with _readable(self._folder):
            rows = self._database.execute(
                "SELECT place, id, guide_id, version, facet, title, text FROM passages "
                "WHERE community = ? AND place IN (SELECT value FROM json_each(?))",
                (number, json.dumps(list(places))),
            )
            return {place: _passage(community, fields) for place, *fields in rows}

    def _number(self, community_id: str) -> int:
        if community_id not in self._numbers:
            number = len(self._numbers) + 1
            self._database.execute("INSERT INTO communities VALUES (?, ?)", (number, community_id))
            self._numbers[community_id] = number
        return self._numbers[community_id]

    def _take_places(self, number: int, how_many: int) -> list[int]:
        """Free places first, then new ones at the end of the file."""
        file = self._vector_file(number)
        width = self.dimensions * np.dtype(np.float32).itemsize
        end = file.stat().st_size // width if file.exists() else 0
        if number not in self._free:
            held = {
                row[0]
                for row in self._database.execute(
                    "SELECT place FROM passages WHERE community = ?", (number,)
                )
            }
            self._free[number] = [place for place in range(end) if place not in held]
        free = self._free[number]
        taken = [free.pop() for _ in range(min(how_many, len(free)))]
        return [*taken, *range(end, end + how_many - len(taken))]

    def _write(self, number: int, places: Sequence[int], vectors: Vectors) -> None:
        self._vectors.pop(number, None)
        width = self.dimensions * np.dtype(np.float32).itemsize
        with self._vector_file(number).open("ab") as file:
            file.flush()
        with self._vector_file(number).open("r+b") as file:
            for place, vector in zip(places, vectors, strict=True):
                file.seek(place * width)
                file.write(np.ascontiguousarray(vector, dtype=np.float32).tobytes())

    def _describe(self, number: int, place: int, passage: Passage) -> None:
        self._database.execute(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                passage.id,
                number,
                place,
                passage.guide_id,
                passage.version,
                "" if passage.facet is None else passage.facet.value,
                passage.title,
                passage.text,
            ),
        )
        for stem in content_stems(embedded_text(passage)):
            self._added.setdefault((number, stem), []).append(place)

    def _save_places(self, key: tuple[int, str]) -> None:
        """Bring the places of one stem up to date; a stem that nobody holds any more goes."""
        places = np.setdiff1d(
            self.holding(*key), np.array(self._removed.get(key, ()), dtype=np.uint32)
        )
        added = np.array(self._added.get(key, ()), dtype=np.uint32)
        places = np.union1d(places, added).astype(np.uint32)
        if len(places):
            self._database.execute(
                "INSERT OR REPLACE INTO words VALUES (?, ?, ?)", (*key, places.tobytes())
            )
        else:
            self._database.execute("DELETE FROM words WHERE community = ? AND stem = ?", key)

    def _vector_file(self, number: int) -> Path:
        return self._folder / f"{number}.f32"


def _connect(folder: Path) -> sqlite3.Connection:
    """Open the table so that what is deleted is overwritten, and no journal keeps it on disk."""
    database = sqlite3.connect(
        folder / "shelf.sqlite", isolation_level="IMMEDIATE", check_same_thread=False
    )
    database.execute("PRAGMA secure_delete = ON")
    database.execute("PRAGMA journal_mode = MEMORY")
    return database


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    """Turn errors of the files into `StoreError`."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"the index copy {str(folder)!r} cannot be used: {error}; run `passdown memory rebuild`"
        ) from error


def _passage(community_id: str, fields: Sequence[object]) -> Passage:
    """Build the record from a row as it was written; it was validated before it was."""
    passage_id, guide_id, version, facet, title, text = fields
    return Passage.model_validate(
        {
            "id": passage_id,
            "guide_id": guide_id,
            "version": version,
            "community_id": community_id,
            "facet": facet or None,
            "title": title,
            "text": text,
        }
    )
