"""The copy for reading that a process has open, and how it is made anew from Chroma's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from memory.index.folder import IndexState
from memory.index.protocols import Passage, Vectors
from memory.index.shelf import Shelf

Rows = Iterable[tuple[Sequence[Passage], Vectors]]
"""Passages with their vectors, some at a time."""


class OpenShelf:
    """At most one open `Shelf` of an index directory. Use only under the index lock."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._build = ""
        self._shelf: Shelf | None = None

    def found(self, state: IndexState) -> Shelf | None:
        """The copy as it was sealed for `state`; `None` if there is none, or not all of it."""
        if self._shelf is not None and self._is_of(self._shelf, state):
            return self._shelf
        self.close()
        opened = Shelf.open(self._folder(state), state.generation)
        if opened is not None and opened.count() == state.passages:
            self._build, self._shelf = state.build, opened
        elif opened is not None:
            opened.close()
        return self._shelf

    def begun(self, state: IndexState) -> Shelf:
        """An empty copy for `state`, to be filled and sealed."""
        self.close()
        self._build = state.build
        self._shelf = Shelf.create(self._folder(state), state.dimensions)
        return self._shelf

    def made(self, state: IndexState, rows: Callable[[], Rows]) -> Shelf:
        """The copy of `state`, filled from `rows` where none is found."""
        found = self.found(state)
        if found is not None:
            return found
        shelf = self.begun(state)
        for passages, vectors in rows():
            shelf.put(passages, vectors)
        shelf.seal(state.generation)
        return shelf

    def close(self) -> None:
        """Let go of the files."""
        if self._shelf is not None:
            self._shelf.close()
            self._shelf = None

    def _is_of(self, shelf: Shelf, state: IndexState) -> bool:
        return (self._build, shelf.generation) == (state.build, state.generation)

    def _folder(self, state: IndexState) -> Path:
        return self._directory / state.build / "shelf"
