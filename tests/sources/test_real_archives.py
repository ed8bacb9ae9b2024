"""Counts on real communities, held against counting that shares no code with the sources."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.sources.importer import import_archive
from memory.store.sql import SqlStore
from tests.sources.archives import FixedClock

ROOT = Path(__file__).parents[2]
COMMUNITIES = Path(os.environ.get("PASSDOWN_DATA", ROOT.parent / "shared" / "data")) / "communities"

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not COMMUNITIES.is_dir(), reason="PASSDOWN_DATA has no communities"),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """Return an empty store."""
    opened = SqlStore.open(tmp_path / "passdown.db")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("site", "questions", "answers"), [("coffee", 225, 327), ("beer", 663, 1_572)]
)
def test_sites_are_whole(store: SqlStore, site: str, questions: int, answers: int) -> None:
    """Every question and answer of the dump arrives, with every author and no skipped row."""
    path = COMMUNITIES / f"{site}.stackexchange"
    source = (path / "Posts.xml").read_text("utf-8-sig")
    rows = [row for row in source.splitlines() if re.search(r'PostTypeId="[12]"', row)]
    authors = {found[1] for row in rows if (found := re.search(r' OwnerUserId="(-?\d+)"', row))}
    unnamed = [row for row in rows if " OwnerUserId=" not in row]
    names = {
        found[1] for row in unnamed if (found := re.search(r' OwnerDisplayName="([^"]+)"', row))
    }
    report = import_archive(store, path, site, FixedClock())
    assert (report.messages, report.threads) == (len(rows), questions)
    assert len(rows) == questions + answers
    assert report.members == len(authors) + len(names)
    assert report.skipped_count == 0


def test_a_slack_export_is_whole(store: SqlStore) -> None:
    """Every event of the export arrives, with every user, and joins are not taken for talk."""
    path = COMMUNITIES / "slack-export"
    events = [event for day in path.glob("*/*.json") for event in json.loads(day.read_text())]
    talk = [e for e in events if e.get("subtype", "file_share") in {"file_share", "file_comment"}]
    users = json.loads((path / "users.json").read_text())
    report = import_archive(store, path, "visualisers", FixedClock())
    assert report.messages == len(events)
    assert report.members == len(users)
    assert report.skipped_count == 0
    with store.reading() as unit:
        threads = unit.talk.threads(report.community_id, limit=10_000)
        kinds = [m.kind for thread in threads for m in unit.talk.thread_messages(thread.id)]
    assert kinds.count(kinds[0].CHAT) == len(talk)
