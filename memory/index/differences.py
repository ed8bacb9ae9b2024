"""How far the index differs from the passages that the record would give it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from memory.errors import StoreError
from memory.index.folder import IndexFolder
from memory.index.protocols import Passage
from memory.index.words import content_stems


@dataclass(frozen=True, slots=True)
class Differences:
    """Counts of passages; all 0 where the index is what a rebuild would make."""

    missing: int = 0
    surplus: int = 0
    stale: int = 0
    """Those that hold other words than the record."""
    unfindable: int = 0
    """Those that the words of the index do not lead to, or that have no vector."""

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus or self.stale or self.unfindable)


def differences(directory: Path, lock_dir: Path, expected: Iterable[Passage]) -> Differences:
    """Hold the copy for reading against `expected`. Raises `StoreError` where it is damaged."""
    wanted = {passage.id: passage for passage in expected}
    folder = IndexFolder(directory, lock_dir)
    with folder.exclusive():
        state = folder.state()
        shelf = None if state is None else folder.build_path(state.build) / "shelf"
        if state is None or shelf is None or not (shelf / "shelf.sqlite").exists():
            return Differences(missing=len(wanted))
        try:
            return _held_against(shelf, state.dimensions, wanted)
        except (sqlite3.Error, ValueError, OSError) as error:
            raise StoreError(f"the index {str(directory)!r} is damaged: {error}") from error


def _held_against(shelf: Path, dimensions: int, wanted: Mapping[str, Passage]) -> Differences:
    location = f"{(shelf / 'shelf.sqlite').as_uri()}?mode=ro"
    with closing(sqlite3.connect(location, uri=True)) as database:
        rows = database.execute(
            "SELECT id, version, title, text, community, place FROM passages"
        ).fetchall()
        words = {
            (number, stem): frozenset(np.frombuffer(places, dtype=np.uint32).tolist())
            for number, stem, places in database.execute(
                "SELECT community, stem, places FROM words"
            )
        }
    held = {row[0] for row in rows}
    stale = unfindable = 0
    for passage_id, version, title, text, number, place in rows:
        passage = wanted.get(passage_id)
        if passage is None:
            continue
        stale += (version, title, text) != (passage.version, passage.title, passage.text)
        stems = content_stems(f"{title}. {text}")
        led = all(place in words.get((number, stem), ()) for stem in stems)
        unfindable += not (led and _has_vector(shelf / f"{number}.f32", place, dimensions))
    return Differences(len(wanted.keys() - held), len(held - wanted.keys()), stale, unfindable)


def _has_vector(file: Path, place: int, dimensions: int) -> bool:
    with file.open("rb") as vectors:
        vectors.seek(place * dimensions * 4)
        read = np.frombuffer(vectors.read(dimensions * 4), dtype=np.float32)
    return read.size == dimensions and bool(np.isfinite(read).all())
