"""One Chroma collection as this process has it open, and passages to and from its rows.

A process has at most one client per index directory, because chromadb itself shares one
database connection per path among all clients of a process: a client opened beside an old one
would show the old one's view.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from memory.errors import IndexMismatchError, StoreError
from memory.index.blanking import blank_memory
from memory.index.folder import REBUILD_HINT, IndexState
from memory.index.protocols import Passage, Vectors

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

COLLECTION = "passages"
GRAPH: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_construction": 200,
    "ef_search": 400,
    "max_neighbors": 32,
}
"""HNSW settings, chosen for recall: at 50,000 passages all ten nearest are found."""
EXACT_UP_TO = 2000
"""Passages up to which every vector is compared. Chroma's graph loses sight of some points when
many are overwritten; this many vectors are read in 0.1 s and compared in a millisecond."""
WRITE_BATCH = 1000
"""Rows per call, below the 5,461 that SQLite's limit on variables leaves to Chroma."""


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """All rows by passage id: `vectors` has shape `(len(ids), dimensions)`."""

    ids: tuple[str, ...]
    communities: NDArray[np.str_]
    vectors: Vectors

    def nearest(self, vector: Vectors, how_many: int, community_id: str | None) -> list[int]:
        """Return the rows of largest cosine, best first, ties by passage id."""
        cosines = np.round((self.vectors @ vector).astype(np.float64), 6)
        if community_id is not None:
            cosines[self.communities != community_id] = -np.inf
        best = np.argsort(-cosines, kind="stable")[:how_many]
        return [int(row) for row in best if np.isfinite(cosines[row])]


@dataclass(slots=True)
class OpenCollection:
    """An open client and its collection. Use only under the index lock."""

    build: str
    generation: int
    client: Client
    rows: Collection
    vectors: StoredVectors | None = None
    """Read at the first exact search, and forgotten at the next write."""

    def count(self) -> int:
        with _chroma_at_work():
            return self.rows.count()

    def upsert(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Write passages with their vectors, shape `(len(passages), dimensions)`."""
        self.vectors = None
        with _chroma_at_work():
            for start in range(0, len(passages), WRITE_BATCH):
                batch = passages[start : start + WRITE_BATCH]
                self.rows.upsert(
                    ids=[passage.id for passage in batch],
                    embeddings=vectors[start : start + WRITE_BATCH],
                    documents=[passage.text for passage in batch],
                    metadatas=[_metadata(passage) for passage in batch],
                )

    def ids_of(self, guide_id: str) -> list[str]:
        with _chroma_at_work():
            return self.rows.get(where={"guide_id": guide_id}, include=[])["ids"]

    def delete(self, passage_ids: Sequence[str]) -> None:
        if passage_ids:
            self.vectors = None
            with _chroma_at_work():
                self.rows.delete(ids=list(passage_ids))

    def nearest(
        self, vector: Vectors, limit: int, community_id: str | None
    ) -> list[tuple[Passage, Vectors]]:
        """Return more than the `limit` nearest passages with their vectors, in no sure order."""
        with _chroma_at_work():
            if self.rows.count() <= EXACT_UP_TO:
                return self._compared(vector, limit + 10, community_id)
            return self._searched(vector, 4 * limit + 40, community_id)

    def _compared(
        self, vector: Vectors, how_many: int, community_id: str | None
    ) -> list[tuple[Passage, Vectors]]:
        if self.vectors is None:
            self.vectors = _stored_vectors(self.rows)
        stored = self.vectors
        rows = {stored.ids[row]: row for row in stored.nearest(vector, how_many, community_id)}
        if not rows:
            return []
        found = self.rows.get(ids=list(rows), include=["documents", "metadatas"])
        return [
            (_passage(passage_id, text, metadata), stored.vectors[rows[passage_id]])
            for passage_id, text, metadata in zip(
                found["ids"], found["documents"] or (), found["metadatas"] or (), strict=True
            )
        ]

    def _searched(
        self, vector: Vectors, how_many: int, community_id: str | None
    ) -> list[tuple[Passage, Vectors]]:
        found = self.rows.query(
            query_embeddings=vector[np.newaxis],
            n_results=how_many,
            where=None if community_id is None else {"community_id": community_id},
            include=["documents", "metadatas", "embeddings"],
        )
        texts, metadatas, vectors = found["documents"], found["metadatas"], found["embeddings"]
        if texts is None or metadatas is None or vectors is None:
            raise StoreError(f"the index returned rows without their text; {REBUILD_HINT}")
        return [
            (_passage(passage_id, text, metadata), np.asarray(stored, dtype=np.float32))
            for passage_id, text, metadata, stored in zip(
                found["ids"][0], texts[0], metadatas[0], vectors[0], strict=True
            )
        ]


def _stored_vectors(rows: Collection) -> StoredVectors:
    found = rows.get(include=["embeddings", "metadatas"])
    metadatas, vectors = found["metadatas"], found["embeddings"]
    if metadatas is None or vectors is None:
        raise StoreError(f"the index returned rows without their vectors; {REBUILD_HINT}")
    order = sorted(range(len(found["ids"])), key=found["ids"].__getitem__)
    return StoredVectors(
        ids=tuple(found["ids"][row] for row in order),
        communities=np.array([str(metadatas[row]["community_id"]) for row in order]),
        vectors=np.asarray(vectors, dtype=np.float32)[order],
    )


_open: dict[Path, OpenCollection] = {}
"""What this process has open, by index directory; guarded by each directory's lock."""


def open_client(directory: Path, state: IndexState, *, create: bool = False) -> OpenCollection:
    """Return the collection of `state`, opened anew if another process has written since.

    Raises `StoreError` if Chroma cannot read it, `IndexMismatchError` if it holds vectors of
    another embedder. Call under the index lock.
    """
    key = directory.resolve()
    known = _open.get(key)
    if known is not None:
        if (known.build, known.generation) == (state.build, state.generation):
            return known
        close_client(directory)
    with _chroma_at_work():
        opened = _open_build(directory / state.build, state, create=create)
    _open[key] = opened
    return opened


def close_client(directory: Path) -> None:
    """Close what this process has open of `directory`, if anything."""
    known = _open.pop(directory.resolve(), None)
    if known is not None:
        with _chroma_at_work():
            known.client.close()


def _open_build(folder: Path, state: IndexState, *, create: bool) -> OpenCollection:
    import chromadb
    from chromadb.config import Settings

    if not folder.is_dir():
        raise StoreError(f"the index folder {str(folder)!r} is gone; {REBUILD_HINT}")
    settings = Settings(anonymized_telemetry=False)
    try:
        client = cast("Client", chromadb.PersistentClient(str(folder), settings=settings))
    except AttributeError as error:
        # chromadb 1.5 keeps a database that failed to open half-started; the next try ends so
        raise StoreError(f"the index {str(folder)!r} cannot be opened; {REBUILD_HINT}") from error
    try:
        rows = _create(client, state) if create else _existing(client, state)
    except BaseException:
        client.close()
        raise
    return OpenCollection(state.build, state.generation, client, rows)


def _create(client: Client, state: IndexState) -> Collection:
    return client.create_collection(
        COLLECTION,
        metadata=_mark(state),
        configuration={"hnsw": GRAPH},
        embedding_function=None,
    )


def _existing(client: Client, state: IndexState) -> Collection:
    rows = client.get_collection(COLLECTION, embedding_function=None)
    found: Mapping[str, Any] = rows.metadata or {}
    if {key: found.get(key) for key in _mark(state)} != _mark(state):
        raise IndexMismatchError(
            f"the index holds vectors of {found.get('embedder')!r}, not of {state.embedder!r}; "
            f"{REBUILD_HINT}"
        )
    return rows


def _mark(state: IndexState) -> dict[str, str | int]:
    return {"embedder": state.embedder, "dimensions": state.dimensions}


@contextmanager
def _chroma_at_work() -> Iterator[None]:
    """Around every call: errors become `StoreError`, and no stray memory reaches the files."""
    from chromadb.errors import ChromaError

    try:
        with blank_memory():
            yield
    except (ChromaError, OSError) as error:
        raise StoreError(f"the index cannot be used: {error}; {REBUILD_HINT}") from error


def _metadata(passage: Passage) -> dict[str, str | int]:
    return {
        "guide_id": passage.guide_id,
        "version": passage.version,
        "community_id": passage.community_id,
        "facet": "" if passage.facet is None else passage.facet.value,
        "title": passage.title,
    }


def _passage(passage_id: str, text: str, metadata: Mapping[str, Any]) -> Passage:
    return Passage.model_validate(
        {**metadata, "id": passage_id, "text": text, "facet": metadata["facet"] or None}
    )
