"""What the vector memory offers: an embedder, passages, and a search over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from memory.records.base import Id, Record
from memory.records.inquiry import Facet

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors. The name goes into the collection and is never mixed."""

    @property
    def name(self) -> str: ...
    @property
    def dimensions(self) -> int: ...
    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return shape `(len(texts), dimensions)`, float32, rows of length 1 (0 for no words)."""
        ...


class Passage(Record):
    """One section of a published guide, as it is found and shown."""

    id: Id
    guide_id: Id
    version: int
    community_id: Id
    facet: Facet | None
    """`None` is the guide's title and summary."""
    title: str
    text: str


class Hit(Record):
    """A passage with its cosine similarity to the query, -1 to 1."""

    passage: Passage
    similarity: float


class PassageIndex(Protocol):
    """A rebuildable index over passages, safe for several processes on one home."""

    @property
    def needs_rebuild(self) -> bool:
        """Whether the index is missing, half-written or damaged, so only `rebuild` may follow."""
        ...

    def exclusive(self) -> AbstractContextManager[None]:
        """Keep every other process and thread out; may be nested. Take it before an SQL
        transaction, never inside one, so that the two locks are always taken in one order.
        """
        ...

    def replace_guide(self, guide_id: str, passages: Sequence[Passage]) -> None:
        """Make these the guide's only passages (none removes it)."""
        ...

    def search(self, query: str, limit: int, community_id: str | None = None) -> Sequence[Hit]:
        """Best first; ties by passage id."""
        ...

    def count(self) -> int: ...
    def rebuild(self, passages: Iterable[Passage]) -> int:
        """Throw the index away and build it anew from `passages`; returns how many it holds."""
        ...
