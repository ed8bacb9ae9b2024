"""The vector index over guide passages, in Chroma: rebuildable, and safe for several processes.

Chroma's embedded client is not process-safe, so every operation holds a file lock, and a client
stays open only until another process writes (`folder.IndexState.generation` tells).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path

import numpy as np

from memory.errors import IndexMismatchError, StoreError
from memory.index.collection import OpenCollection, close_client, open_client
from memory.index.folder import REBUILD_HINT, IndexFolder, IndexState
from memory.index.passages import embedded_text
from memory.index.protocols import Embedder, Hit, Passage, Vectors

BATCH = 200
"""Passages embedded and written at once by a rebuild."""


class ChromaIndex:
    """A `PassageIndex` in `directory`, locked in `lock_dir`.

    Opening is lazy. Every operation raises `IndexMismatchError` if another embedder built the
    index, and `StoreError` if it is damaged or cannot be used; only `rebuild` overcomes both.
    No method may be called inside an SQL transaction (see `PassageIndex.exclusive`).
    """

    def __init__(
        self, directory: Path, lock_dir: Path, embedder: Embedder, *, patience: float = 120.0
    ) -> None:
        self._folder = IndexFolder(directory, lock_dir, patience=patience)
        self._embedder = embedder

    def exclusive(self) -> AbstractContextManager[None]:
        """Keep every other process and thread out; may be nested."""
        return self._folder.exclusive()

    @property
    def needs_rebuild(self) -> bool:
        """Whether the index is missing, was never built from the record, or is damaged."""
        with self.exclusive():
            state = self._matching_state()
            if state is None or not state.complete or self._folder.is_dirty:
                return True
            self._folder.drop_builds_except(state.build)
            try:
                return self._opened(state).count() != state.passages
            except StoreError:
                self.close()
                return True

    def replace_guide(self, guide_id: str, passages: Sequence[Passage]) -> None:
        """Make these the guide's only passages (none removes it), by upsert, then removal."""
        for passage in passages:
            if passage.guide_id != guide_id:
                raise ValueError(f"passage {passage.id!r} is not of guide {guide_id!r}")
        vectors = self._embedder.embed([embedded_text(passage) for passage in passages])
        with self.exclusive():
            state = self._usable_state() or self._first_build()
            collection = self._opened(state)
            with self._folder.write_marked():
                collection.upsert(passages, vectors)
                kept = {passage.id for passage in passages}
                collection.delete(
                    [known for known in collection.ids_of(guide_id) if known not in kept]
                )
                written = state.model_copy(
                    update={"generation": state.generation + 1, "passages": collection.count()}
                )
                self._folder.save_state(written)
            collection.generation = written.generation

    def search(self, query: str, limit: int, community_id: str | None = None) -> Sequence[Hit]:
        """Return the `limit` most similar passages, best first; ties by passage id.

        Exact up to `collection.EXACT_UP_TO` passages; above, more are fetched than asked for
        and ranked anew by exact cosine, so that the order does not depend on the order of
        insertion. A query without words finds nothing.
        """
        vector = self._embedder.embed([query])[0]
        if limit < 1 or not vector.any():
            return ()
        with self.exclusive():
            state = self._usable_state()
            if state is None or not state.passages:
                return ()
            found = self._opened(state).nearest(vector, limit, community_id)
        hits = [
            Hit(passage=passage, similarity=_cosine(vector, stored)) for passage, stored in found
        ]
        return sorted(hits, key=lambda hit: (-hit.similarity, hit.passage.id))[:limit]

    def count(self) -> int:
        with self.exclusive():
            state = self._usable_state()
            return 0 if state is None else self._opened(state).count()

    def rebuild(self, passages: Iterable[Passage]) -> int:
        """Build from `passages` in a fresh folder, swap it in, delete the old one with its text.

        The lock is held before the first passage is read, so a generator that reads the record
        sees what no other process can change in the index meanwhile. A kill at any point leaves
        the old index or the new one.
        """
        with self.exclusive():
            earlier = self._folder.state()
            state = self._new_state(1 if earlier is None else earlier.generation + 1)
            with _closing_on_error(self):
                collection = self._opened(state, create=True)
                remaining = iter(passages)
                while batch := list(islice(remaining, BATCH)):
                    texts = [embedded_text(passage) for passage in batch]
                    collection.upsert(batch, self._embedder.embed(texts))
                held = collection.count()
            self._folder.save_state(state.model_copy(update={"passages": held, "complete": True}))
            self._folder.drop_builds_except(state.build)
            self._folder.clear_dirty()
            return held

    def close(self) -> None:
        """Release the client of this process; the next operation opens one again."""
        with self.exclusive():
            close_client(self._folder.path)

    def _matching_state(self) -> IndexState | None:
        state = self._folder.state()
        ours = (self._embedder.name, self._embedder.dimensions)
        if state is not None and (state.embedder, state.dimensions) != ours:
            raise IndexMismatchError(
                f"the index was built by {state.embedder!r} ({state.dimensions} dimensions), "
                f"this home now uses {ours[0]!r} ({ours[1]}); {REBUILD_HINT}"
            )
        return state

    def _usable_state(self) -> IndexState | None:
        state = self._matching_state()
        if self._folder.is_dirty:
            raise StoreError(
                f"a write to the index {str(self._folder.path)!r} was cut short; {REBUILD_HINT}"
            )
        return state

    def _new_state(self, generation: int) -> IndexState:
        return IndexState(
            build=self._folder.new_build(),
            generation=generation,
            embedder=self._embedder.name,
            dimensions=self._embedder.dimensions,
            passages=0,
            complete=False,
        )

    def _first_build(self) -> IndexState:
        state = self._new_state(generation=1)
        with _closing_on_error(self):
            self._opened(state, create=True)
        self._folder.save_state(state)
        return state

    def _opened(self, state: IndexState, *, create: bool = False) -> OpenCollection:
        return open_client(self._folder.path, state, create=create)


def _cosine(one: Vectors, other: Vectors) -> float:
    """Return the cosine of two unit vectors to six places: beyond those, equal is equal."""
    return round(float(np.clip(one @ other, -1.0, 1.0)), 6)


@contextmanager
def _closing_on_error(index: ChromaIndex) -> Iterator[None]:
    """Leave no client open on a build that never became current."""
    try:
        yield
    except BaseException:
        index.close()
        raise
