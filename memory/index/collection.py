"""The Chroma collections of one build as this process has them open: one for each community.

A search within a community asks its own collection, because Chroma's filter by metadata first
lists every row that passes: at 50,000 passages that takes thirty times the search itself.

A process has at most one client per index directory, because chromadb itself shares one
database connection per path among all clients of a process: a client opened beside an old one
would show the old one's view.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from memory.errors import IndexMismatchError, StoreError
from memory.index.blanking import blank_memory
from memory.index.folder import REBUILD_HINT, IndexState
from memory.index.protocols import Passage, Vectors

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

GRAPH: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_construction": 200,
    "ef_search": 400,
    "max_neighbors": 32,
}
"""HNSW settings, chosen for recall."""
WRITE_BATCH = 1000
"""Rows per call, below the 5,461 that SQLite's limit on variables leaves to Chroma."""


@dataclass(slots=True)
class OpenCollections:
    """An open client and its collections. Use only under the index lock."""

    build: str
    generation: int
    client: Client
    mark: Mapping[str, str | int]
    """Metadata of every collection: which embedder its vectors are of."""
    known: dict[str, Collection] = field(default_factory=dict)
    """By community id."""

    def count(self) -> int:
        """How many passages all collections hold."""
        with _chroma_at_work():
            return sum(rows.count() for rows in self.known.values())

    def upsert(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Write passages with their vectors, shape `(len(passages), dimensions)`."""
        grouped: dict[str, list[int]] = {}
        for row, passage in enumerate(passages):
            grouped.setdefault(passage.community_id, []).append(row)
        with _chroma_at_work():
            for community_id, rows in grouped.items():
                collection = self._of(community_id)
                for start in range(0, len(rows), WRITE_BATCH):
                    batch = rows[start : start + WRITE_BATCH]
                    collection.upsert(
                        ids=[passages[row].id for row in batch],
                        embeddings=vectors[batch],
                        documents=[passages[row].text for row in batch],
                        metadatas=[_metadata(passages[row]) for row in batch],
                    )

    def ids_of(self, guide_id: str) -> Mapping[str, Sequence[str]]:
        """Ids of a guide's passages by community."""
        with _chroma_at_work():
            return {
                community_id: rows.get(where={"guide_id": guide_id}, include=[])["ids"]
                for community_id, rows in self.known.items()
            }

    def delete(self, community_id: str, passage_ids: Sequence[str]) -> None:
        """Remove these passages of a community."""
        if passage_ids:
            with _chroma_at_work():
                self.known[community_id].delete(ids=list(passage_ids))

    def nearest(self, vector: Vectors, how_many: int, community_id: str) -> Sequence[str]:
        """Ids of about the nearest passages of a community, by Chroma's graph."""
        if community_id not in self.known:
            return ()
        with _chroma_at_work():
            found = self.known[community_id].query(
                query_embeddings=vector[np.newaxis], n_results=how_many, include=[]
            )
        return found["ids"][0]

    def everything(self) -> Iterator[tuple[Sequence[Passage], Vectors]]:
        """All passages with their vectors, some at a time."""
        for rows in self.known.values():
            for start in range(0, rows.count(), WRITE_BATCH):
                with _chroma_at_work():
                    found = rows.get(
                        limit=WRITE_BATCH,
                        offset=start,
                        include=["documents", "metadatas", "embeddings"],
                    )
                texts, about, vectors = (
                    found["documents"],
                    found["metadatas"],
                    found["embeddings"],
                )
                if texts is None or about is None or vectors is None:
                    raise StoreError(f"the index returned rows without text; {REBUILD_HINT}")
                passages = [
                    _passage(passage_id, text, metadata)
                    for passage_id, text, metadata in zip(found["ids"], texts, about, strict=True)
                ]
                yield passages, np.asarray(vectors, dtype=np.float32)

    def _of(self, community_id: str) -> Collection:
        if community_id not in self.known:
            self.known[community_id] = self.client.create_collection(
                community_id,
                metadata=dict(self.mark),
                configuration={"hnsw": GRAPH},
                embedding_function=None,
            )
        return self.known[community_id]


_open: dict[Path, OpenCollections] = {}
"""What this process has open, by index directory; guarded by each directory's lock."""


def open_client(directory: Path, state: IndexState) -> OpenCollections:
    """Return the collections of `state`, opened anew if another process has written since.

    Raises `StoreError` if Chroma cannot read them, `IndexMismatchError` if one holds vectors of
    another embedder. Call under the index lock.
    """
    key = directory.resolve()
    known = _open.get(key)
    if known is not None:
        if (known.build, known.generation) == (state.build, state.generation):
            return known
        close_client(directory)
    with _chroma_at_work():
        opened = _open_build(directory / state.build, state)
    _open[key] = opened
    return opened


def close_client(directory: Path) -> None:
    """Close what this process has open of `directory`, if anything."""
    known = _open.pop(directory.resolve(), None)
    if known is not None:
        with _chroma_at_work():
            known.client.close()


def _open_build(folder: Path, state: IndexState) -> OpenCollections:
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
    mark: Mapping[str, str | int] = {
        "embedder": state.embedder,
        "dimensions": state.dimensions,
    }
    try:
        known = _existing(client, mark, state.passages)
    except BaseException:
        client.close()
        raise
    return OpenCollections(state.build, state.generation, client, mark, known)


def _existing(
    client: Client, mark: Mapping[str, str | int], passages: int
) -> dict[str, Collection]:
    """The collections by community; what is not all there, or another embedder's, is refused."""
    found = {}
    for listed in client.list_collections():
        rows = client.get_collection(listed.name, embedding_function=None)
        about: Mapping[str, Any] = rows.metadata or {}
        if {key: about.get(key) for key in mark} != mark:
            raise IndexMismatchError(
                f"the index holds vectors of {about.get('embedder')!r}, not of "
                f"{mark['embedder']!r}; {REBUILD_HINT}"
            )
        found[rows.name] = rows
    held = sum(rows.count() for rows in found.values())
    if held != passages:
        raise StoreError(f"the index holds {held} of {passages} passages; {REBUILD_HINT}")
    return found


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
