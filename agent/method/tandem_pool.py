"""People and tasks of a community as arrays, sparse by topic. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.method.tandem import Array, Mask
from agent.method.tandem_gates import Bits, Index

Sparse = Any
"""A `scipy.sparse.csc_array` of shape (people, topics) with sorted indices."""


@dataclass(frozen=True)
class Pool:
    """People as arrays, one row each; sparse ones of shape (people, topics)."""

    known: Sparse
    """Skill beyond `prior`."""
    prior: float
    """Skill of who has shown nothing."""
    tacit: Sparse
    """Share of a person's insights on a topic that hold enough of the facets that matter."""
    wishes: Sparse
    """1 where somebody asked to learn a topic."""
    opted_in: Mask
    learning: Mask
    """Who is free to be a junior."""
    helping: Mask
    """Who is free to be a senior."""
    hours: Bits
    chief: Index
    """Whom each reports to, -1 for nobody."""
    coach: Array
    """How well each coaches, 0 to 1."""
    junior_accepts: Array
    senior_accepts: Array
    load: Array
    """How much each carries already, 0 to 1."""

    def __len__(self) -> int:
        return len(self.opted_in)

    def skill(self, people: Index, topics: Index) -> Array:
        """Skill, shape (people, topics)."""
        return self.prior + block(self.known, people, topics)

    def experts(self, expert_from: float) -> Array:
        """How many people know each topic, shape (topics,)."""
        marked = self.known.copy()
        marked.data = (marked.data + self.prior >= expert_from).astype(np.float64)
        return np.asarray(marked.sum(axis=0), dtype=np.float64).ravel()

    def holders(self, topics: Index) -> Index:
        """People with anything to show on any of these topics, in order."""
        return _rows(self.known, topics)

    def wishers(self, topics: Index) -> Index:
        """People who asked to learn any of these topics, in order."""
        return _rows(self.wishes, topics)

    def wanted_by(self, people: Index) -> Index:
        """Topics that any of these people asked to learn, in order."""
        rows = self._wishes_by_person
        parts = [rows.indices[rows.indptr[one] : rows.indptr[one + 1]] for one in people]
        found = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
        return np.unique(found).astype(np.int64)

    @cached_property
    def _wishes_by_person(self) -> Sparse:
        return self.wishes.tocsr()


@dataclass(frozen=True, slots=True)
class TaskNeed:
    """What one task asks for."""

    topics: Index
    omega: Array
    """Weight of each topic, summing to 1."""
    difficulty: float
    value: float
    barred: frozenset[int] = field(default_factory=frozenset)
    """People who turned it down."""


def sparse(cells: dict[tuple[int, int], float], people: int, topics: int) -> Sparse:
    """A sparse array of (person, topic) cells."""
    from scipy.sparse import csc_array

    places = np.array(list(cells), dtype=np.int64).reshape(-1, 2)
    values = np.fromiter(cells.values(), dtype=np.float64, count=len(cells))
    made = csc_array((values, (places[:, 0], places[:, 1])), shape=(people, topics))
    made.sort_indices()
    return made


def block(cells: Sparse, people: Index, topics: Index) -> Array:
    """Some rows and columns as a dense array, shape (people, topics)."""
    found = np.zeros((len(people), len(topics)))
    for column, topic in enumerate(topics):
        start, end = cells.indptr[topic], cells.indptr[topic + 1]
        rows = cells.indices[start:end]
        if not len(rows):
            continue
        places = np.minimum(np.searchsorted(rows, people), len(rows) - 1)
        found[:, column] = np.where(rows[places] == people, cells.data[start:end][places], 0.0)
    return found


def _rows(cells: Sparse, topics: Index) -> NDArray[np.int64]:
    parts = [cells.indices[cells.indptr[one] : cells.indptr[one + 1]] for one in topics]
    found = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
    return np.unique(found).astype(np.int64)
