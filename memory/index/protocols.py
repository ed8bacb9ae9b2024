"""What the vector memory offers: an embedder, passages, and a search over them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from memory.records.base import Fraction, Id, Record
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
    """A passage with two readings of how well it fits a query."""

    passage: Passage
    similarity: float
    """Cosine, -1 to 1."""
    coverage: Fraction = 0.0
    """Share of the query's content words, weighed by their rarity, that the passage holds."""

    def score(self, word_weight: float) -> float:
        """`similarity + word_weight * coverage`: the order of hits, and of trust in them."""
        return round(self.similarity + word_weight * self.coverage, 6)


class PassageIndex(Protocol):
    """A rebuildable index over passages, safe for several processes on one home."""

    @property
    def needs_rebuild(self) -> bool:
        """Whether the index is missing, half-written or damaged, so only `rebuild` may follow."""
        ...

    @property
    def is_readable(self) -> bool:
        """Whether `search` may answer as things stand; cheap, for it opens no vector database."""
        ...

    def exclusive(self) -> AbstractContextManager[None]:
        """Keep every other process and thread out; may be nested. Take it before an SQL
        transaction, never inside one, so that the two locks are always taken in one order.
        """
        ...

    def replace_guide(self, guide_id: str, passages: Sequence[Passage]) -> None:
        """Make these the guide's only passages (none removes it)."""
        ...

    def search(
        self,
        query: str,
        limit: int,
        community_id: str | None = None,
        *,
        word_weight: float = 0.0,
        without: Collection[str] = (),
    ) -> Sequence[Hit]:
        """Best first by `Hit.score(word_weight)`; ties by passage id.

        `without` are ids of guides that are not there for who asks: nothing of them counts, not
        even how rare their words are.
        """
        ...

    def count(self, community_id: str | None = None, *, without: Collection[str] = ()) -> int:
        """How many passages it holds, of one community or of all, some guides left out."""
        ...

    def rebuild(self, passages: Iterable[Passage]) -> int:
        """Throw the index away and build it anew from `passages`; returns how many it holds."""
        ...
