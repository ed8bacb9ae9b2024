"""The index over guide passages: vectors in Chroma, a copy for reading, safe for many processes.

Chroma's embedded client is not process-safe, so every operation holds a file lock, and a
client stays open only until another process writes (`folder.IndexState.generation` tells).
Searching reads the copy (`shelf.Shelf`), which is made anew from Chroma wherever it is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path

from memory.errors import IndexMismatchError, StoreError
from memory.index.collection import OpenCollections, close_client, open_client
from memory.index.folder import LAYOUT, REBUILD_HINT, IndexFolder, IndexState
from memory.index.passages import embedded_text
from memory.index.protocols import Embedder, Hit, Passage, Vectors
from memory.index.ranking import Asked, ranked
from memory.index.shelf import Places, Shelf
from memory.index.shelved import OpenShelf
from memory.index.words import content_stems

BATCH = 200
"""Passages embedded and written at once by a rebuild."""
EXACT_UP_TO = 100_000
"""Passages of a community up to which every one is compared. At 50,000 that takes as long as
Chroma's graph does (20 ms beside 20) and finds the ten nearest, of which the graph finds 7.7
where nothing is alike (random vectors); a graph also loses sight of points that are overwritten."""


class ChromaIndex:
    """A `PassageIndex` in `directory`, locked in `lock_dir`.

    Opening is lazy. Every operation raises `IndexMismatchError` if another embedder built the
    index, and `StoreError` if it is damaged or cannot be used; only `rebuild` overcomes both.
    No method may be called inside an SQL transaction (see `PassageIndex.exclusive`).
    """

    def __init__(
        self,
        directory: Path,
        lock_dir: Path,
        embedder: Embedder,
        *,
        patience: float = 120.0,
        exact_up_to: int = EXACT_UP_TO,
    ) -> None:
        self._folder = IndexFolder(directory, lock_dir, patience=patience)
        self._embedder = embedder
        self._exact_up_to = exact_up_to
        self._shelves = OpenShelf(directory)

    def exclusive(self) -> AbstractContextManager[None]:
        """Keep every other process and thread out; may be nested."""
        return self._folder.exclusive()

    @property
    def is_readable(self) -> bool:
        """Whether the index was built from the record, is whole, and has its copy."""
        with self.exclusive():
            state = self._matching_state()
            if state is None or not state.complete or self._folder.is_dirty:
                return False
            self._folder.drop_builds_except(state.build)
            return self._shelves.found(state) is not None

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
            collections = self._opened(state)
            shelf = self._shelf(state)
            with self._folder.write_marked(), _closing_on_error(self):
                collections.upsert(passages, vectors)
                shelf.put(passages, vectors)
                kept = {passage.id for passage in passages}
                for community_id, known in collections.ids_of(guide_id).items():
                    gone = [passage_id for passage_id in known if passage_id not in kept]
                    collections.delete(community_id, gone)
                    shelf.drop(gone)
                written = state.model_copy(
                    update={"generation": state.generation + 1, "passages": collections.count()}
                )
                shelf.seal(written.generation)
                self._folder.save_state(written)
            collections.generation = written.generation

    def search(
        self,
        query: str,
        limit: int,
        community_id: str | None = None,
        *,
        word_weight: float = 0.0,
        without: Collection[str] = (),
    ) -> Sequence[Hit]:
        """Return the `limit` best passages, best first by `Hit.score`; ties by passage id.

        Guides among `without` are left out before anything is weighed.

        Exact up to `EXACT_UP_TO` passages of a community; above, those that Chroma's graph finds
        near and those that share most words are compared. A query without words finds nothing.
        """
        vector = self._embedder.embed([query])[0]
        if limit < 1 or not vector.any():
            return ()
        asked = Asked(vector, content_stems(query))
        with self.exclusive():
            state = self._usable_state()
            if state is None or not state.passages:
                return ()
            shelf = self._shelf(state)
            chosen = {
                name: number
                for name, number in shelf.communities().items()
                if community_id in (None, name)
            }
            hidden = {number: shelf.places_of_guides(number, without) for number in chosen.values()}
            reach = limit + sum(map(len, hidden.values()))
            near = self._near(state, shelf, vector, reach, chosen)
            return ranked(shelf, asked, limit, hidden, word_weight, near)

    def count(self, community_id: str | None = None, *, without: Collection[str] = ()) -> int:
        with self.exclusive():
            state = self._usable_state()
            if state is None:
                return 0
            shelf = self._shelf(state)
            numbers = [n for name, n in shelf.communities().items() if community_id in (None, name)]
            left_out = sum(len(shelf.places_of_guides(number, without)) for number in numbers)
            return shelf.count(community_id) - left_out

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
                collections = self._opened(state)
                shelf = self._shelves.begun(state)
                remaining = iter(passages)
                while batch := list(islice(remaining, BATCH)):
                    vectors = self._embedder.embed([embedded_text(passage) for passage in batch])
                    collections.upsert(batch, vectors)
                    shelf.put(batch, vectors)
                shelf.seal(state.generation)
                held = collections.count()
            self._folder.save_state(state.model_copy(update={"passages": held, "complete": True}))
            self._folder.drop_builds_except(state.build)
            self._folder.clear_dirty()
            return held

    def close(self) -> None:
        """Release what this process has open; the next operation opens it again."""
        with self.exclusive():
            self._shelves.close()
            close_client(self._folder.path)

    def _near(
        self,
        state: IndexState,
        shelf: Shelf,
        vector: Vectors,
        limit: int,
        chosen: dict[str, int],
    ) -> dict[int, Places] | None:
        """Places to compare by community; `None` where all of them can be."""
        if shelf.count() <= self._exact_up_to or all(
            shelf.count(name) <= self._exact_up_to for name in chosen
        ):
            return None
        collections = self._opened(state)
        how_many = 4 * limit + 40
        return {
            number: shelf.places_of(number, collections.nearest(vector, how_many, name))
            for name, number in chosen.items()
        }

    def _matching_state(self) -> IndexState | None:
        state = self._folder.state()
        if state is not None and state.layout != LAYOUT:
            return None
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
            layout=LAYOUT,
        )

    def _first_build(self) -> IndexState:
        state = self._new_state(generation=1)
        with _closing_on_error(self):
            self._opened(state)
        self._folder.save_state(state)
        return state

    def _opened(self, state: IndexState) -> OpenCollections:
        return open_client(self._folder.path, state)

    def _shelf(self, state: IndexState) -> Shelf:
        return self._shelves.made(state, lambda: self._opened(state).everything())


@contextmanager
def _closing_on_error(index: ChromaIndex) -> Iterator[None]:
    """Leave nothing open on a build that never became current."""
    try:
        yield
    except BaseException:
        index.close()
        raise
