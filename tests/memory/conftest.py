"""Every implementation of the system of record, for the conformance suite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from memory.store.protocols import Store
from memory.store.sql import SqlStore
from tests.memory.samples import settle

OPENERS: dict[str, Callable[[Path], Store]] = {"sqlite": SqlStore.open}


@pytest.fixture(params=sorted(OPENERS))
def opener(request: pytest.FixtureRequest) -> str:
    """The name of an implementation."""
    return str(request.param)


@pytest.fixture
def store(opener: str, tmp_path: Path) -> Iterator[Store]:
    """A store at `tmp_path / "store"` that holds the samples up to an open inquiry."""
    opened = OPENERS[opener](tmp_path / "store")
    settle(opened)
    yield opened
    opened.close()
