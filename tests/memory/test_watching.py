"""Noticing that the record changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from memory.errors import StoreError
from memory.store.sql import SqlStore
from memory.store.watching import RecordWatch
from tests.memory.samples import COMMUNITY


def test_a_commit_of_anybody_is_noticed_once(tmp_path: Path) -> None:
    """A watch tells of a commit the next time it is asked, and then no more."""
    path = tmp_path / "record.db"
    store = SqlStore.open(path)
    with RecordWatch(path) as watch:
        assert not watch.changed()
        with store.writing() as unit:
            unit.people.save_community(COMMUNITY)
        assert watch.changed()
        assert not watch.changed()
    store.close()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Watching nothing is an error that names the file."""
    with pytest.raises(StoreError, match=r"gone\.db"):
        RecordWatch(tmp_path / "gone.db")
